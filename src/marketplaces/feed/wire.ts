/*
 * Shapes as the feed sends them, by its own names, and what we note beside them when they come: the feed knows no time and no money.
 */

import type { Json } from '../../commerce/json.js';

/** `GET /orders` answers with a bare list of these, and never again with the same. */
export interface WireOrder {
  readonly orderNumber: string;
  readonly orderItems: readonly { readonly sku: string; readonly quantity: number }[];
  readonly shipToAddress?: WireAddress | null;
}

export interface WireAddress {
  readonly name?: string | null;
  readonly line1?: string | null;
  readonly line2?: string | null;
  readonly postalCode?: string | null;
  readonly stateProvince?: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | null;
}

/** An order as it is stored: what the feed sent, untouched, and what is ours. */
export type Envelope = {
  /** When its answer was here, by our clock. */
  readonly receivedAt: string;
  /** ISO 4217, as the shop was set up. */
  readonly currency: string;
  readonly order: Json;
};

/** The end of an answer that broke off: no order, and nobody can ask for the rest. */
export type CutOff = {
  readonly receivedAt: string;
  readonly cutOff: string;
};
