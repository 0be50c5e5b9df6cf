/** FBR: by the retailer; FBB: from bol's warehouse. */
export type Method = 'FBR' | 'FBB';

/** What the world holds; everything else (buyers, titles, ids) is worked out from an order's number when it is asked for. */
export interface OrderRecord {
  readonly index: number;
  /** Ms since 1970, as all times here. */
  readonly placedAt: number;
  readonly items: ItemRecord[];
  /** Oldest first. */
  readonly shipments: ShipmentRecord[];
  readonly returns: ReturnRecord[];
  /** How many steps of its plan are behind it. */
  stepsTaken: number;
  /** When the next one is due; infinity: none is left. */
  dueAt: number;
}

export interface ItemRecord {
  readonly product: number;
  readonly method: Method;
  readonly quantity: number;
  /** On all of its units together, EUR cents. */
  readonly discountMinor: number;
  shipped: number;
  cancelled: number;
  /** The buyer wants it cancelled. */
  asked: boolean;
  changedAt: number;
}

/** So many units of an order's item. */
export interface Lot {
  readonly item: number;
  readonly quantity: number;
}

export interface ShipmentRecord {
  readonly index: number;
  readonly order: OrderRecord;
  readonly method: Method;
  readonly at: number;
  readonly lots: readonly Lot[];
  /** What the retailer said through the API; null where the world made it. */
  readonly told: Told | null;
  /** What the retailer said of its transport afterwards. */
  corrected: Pick<Told, 'transporterCode' | 'trackAndTrace'> | null;
}

export interface Told {
  readonly reference?: string;
  readonly transporterCode?: string;
  readonly trackAndTrace?: string;
  readonly shippingLabelId?: string;
}

export interface ReturnRecord {
  readonly index: number;
  readonly order: OrderRecord;
  readonly method: Method;
  readonly registeredAt: number;
  readonly items: readonly ReturnItemRecord[];
}

export interface ReturnItemRecord extends Lot {
  results: readonly Result[];
}

export type Processing = 'ACCEPTED' | 'REJECTED' | 'CANCELLED';

export interface Result {
  readonly quantity: number;
  readonly processing: Processing;
  readonly handling: string;
  readonly at: number;
}

export const openUnits = ({ quantity, shipped, cancelled }: ItemRecord): number => quantity - shipped - cancelled;

export const isHandled = ({ items }: ReturnRecord): boolean => items.every(({ results }) => results.length > 0);
