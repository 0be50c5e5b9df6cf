import type { WirePositionState, WireReturnStatus } from '../wire.js';

/** What the pretend OTTO keeps. Times are ms since 1970; names, prices and ids follow from the numbers and the seed. */

export type CancellationReason =
  | 'CANCELLED_ON_CUSTOMER_WISH'
  | 'CANCELLED_ON_PARTNER_WISH'
  | 'PAYMENT_ABORTED'
  | 'PAYMENT_FRAUD'
  | 'CANCELLED_ON_MARKETPLACE_WISH';

export type PaymentMethod =
  | 'INVOICE_SINGLE'
  | 'INVOICE_INSTALLMENTS'
  | 'PREPAYMENT'
  | 'DIRECT_DEBIT'
  | 'PAYPAL'
  | 'CREDIT_CARD';

/** One physical unit: what OTTO calls a position item. */
export interface UnitRecord {
  /** Index into the products. */
  readonly product: number;
  readonly discountMinor: number;
  status: WirePositionState;
  processableAt: number | null;
  sentAt: number | null;
  returnedAt: number | null;
  cancelledAt: number | null;
  cancellationReason: CancellationReason | null;
  shipment: ShipmentRecord | null;
  return: ReturnRecord | null;
}

export interface OrderRecord {
  readonly index: number;
  readonly orderedAt: number;
  /** The order whose buyer ordered again at once; both go into one parcel where they can. */
  readonly leader: OrderRecord | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly payment: PaymentMethod;
  readonly units: readonly UnitRecord[];
  lifecycleAt: number;
  /** Never before `lifecycleAt`: an accepted return moves this one only. */
  modifiedAt: number;
  /** Where it stands in the order of changes. */
  place: number;
  /** Steps of its plan that were taken, and when the next one is due; Infinity: no more. */
  stepsTaken: number;
  dueAt: number;
}

export interface TrackingKey {
  readonly carrier: string;
  readonly trackingNumber?: string;
}

export interface ShipmentItem {
  readonly order: OrderRecord;
  readonly unit: number;
  readonly returnTrackingKey: TrackingKey | null;
}

export interface ShipmentRecord {
  index: number;
  readonly createdAt: number;
  readonly shipDate: number;
  /** When the plan meant it to leave; null for one created through the API. */
  readonly plannedAt: number | null;
  readonly trackingKey: TrackingKey;
  readonly from: { readonly city: string; readonly zipCode: string; readonly countryCode: string };
  readonly items: ShipmentItem[];
}

export interface ReturnRecord {
  readonly order: OrderRecord;
  readonly unit: number;
  readonly trackingKey: TrackingKey;
  status: WireReturnStatus;
  occurredAt: number;
  condition: string | null;
  reason: string | null;
}

/** What becomes of one of a day's deeds; tests read it. */
export type Step =
  | 'PLACED'
  | 'PROCESSABLE'
  | 'CANCELLED_BY_MARKETPLACE'
  | 'CANCELLED_BY_PARTNER'
  | 'SENT'
  | 'RETURN_ANNOUNCED'
  | 'RETURN_SETTLED';
