import type { Json } from './json.js';

export type ReturnStatus = 'ANNOUNCED' | 'ACCEPTED' | 'PARTIALLY_ACCEPTED' | 'REJECTED' | 'MISDIRECTED' | 'CANCELLED';

/** Goods on their way back, as every connector gives them. */
export interface Return {
  readonly externalId: string;
  readonly status: ReturnStatus;
  /** When the status last changed: an older version never overwrites a newer one. */
  readonly changedAt: Date;
  readonly carrier: string | null;
  readonly trackingNumbers: readonly string[];
  readonly lines: readonly ReturnLine[];
  /** From when on the marketplace changes no detail of it that its list does not show. Absent: it may for ever. */
  readonly settlesAt?: Date;
  /** What only this marketplace has, in the form and under the names of its GraphQL type. */
  readonly details: Json;
}

export interface ReturnLine {
  readonly orderExternalId: string;
  /** The order line's or unit's id at the marketplace, one of `OrderLine.externalIds`; or the returned item's own. */
  readonly externalId: string;
  /** Tells the order's line where `externalId` does not. */
  readonly ean: string | null;
  /** Units announced. */
  readonly quantity: number;
  /** Units that came back and were accepted: at most `quantity`, unless more came than were announced. */
  readonly accepted: number;
  /** The marketplace's own reason, as it writes it. */
  readonly reason: string | null;
}
