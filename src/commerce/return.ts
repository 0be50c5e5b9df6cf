import type { Json } from './json.js';

export type ReturnStatus = 'ANNOUNCED' | 'ACCEPTED' | 'REJECTED' | 'MISDIRECTED';

/** Goods on their way back, as every connector gives them. */
export interface Return {
  readonly externalId: string;
  readonly status: ReturnStatus;
  /** When the status last changed: an older version never overwrites a newer one. */
  readonly changedAt: Date;
  readonly carrier: string | null;
  readonly trackingNumbers: readonly string[];
  readonly lines: readonly ReturnLine[];
  /** What only this marketplace has, in the form and under the names of its GraphQL type. */
  readonly details: Json;
}

export interface ReturnLine {
  readonly orderExternalId: string;
  /** The order line's or unit's id at the marketplace: one of `OrderLine.externalIds`. */
  readonly externalId: string;
  readonly quantity: number;
  /** The marketplace's own reason, as it writes it. */
  readonly reason: string | null;
}
