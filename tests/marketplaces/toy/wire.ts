/**
 * Shapes as Toy Market sends them. Members that stand here as optional come as missing or as null; others may join at any
 * time. Instants are UTC, amounts plain numbers of euros.
 */

/** `POST /token` */
export interface WireToken {
  readonly access_token: string;
  /** 3,600. */
  readonly expires_in: number;
}

/** The body of every failure: `invalid_client`, `too_fast` … */
export interface WireProblem {
  readonly error: string;
}

/** From the seller's own stock, or from the toy's warehouse. */
export type WireSender = 'SELLER' | 'TOY';

/** `GET /orders`: 20 to a page, the newest change first; past the last page the list is empty. */
export interface WireOrderPage {
  readonly orders: readonly WireOrderSummary[];
}

export interface WireOrderSummary {
  readonly id: string;
  readonly changedAt: string;
}

/** `GET /orders/{id}` */
export interface WireOrder extends WireOrderSummary {
  readonly placedAt: string;
  readonly sender: WireSender;
  readonly giftNote?: string | null;
  /** Missing once everything is cancelled. */
  readonly shipTo?: WireAddress | null;
  readonly lines: readonly WireOrderLine[];
}

export interface WireAddress {
  readonly name?: string | null;
  readonly street?: string | null;
  readonly postalCode?: string | null;
  readonly city?: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface WireOrderLine {
  readonly id: string;
  readonly sku?: string | null;
  /** Leading zeros count. */
  readonly ean?: string | null;
  readonly title: string;
  /** One unit, incl. VAT, after discounts. */
  readonly price: number;
  /** Percent. */
  readonly vat?: number | null;
  readonly quantity: number;
  readonly shipped?: number;
  readonly cancelled?: number;
}

/** `GET /shipments`: newest first. */
export interface WireShipmentPage {
  readonly shipments: readonly WireShipmentSummary[];
}

export interface WireShipmentSummary {
  readonly id: string;
  readonly shippedAt: string;
}

/** `GET /shipments/{id}`. A shipment never changes. */
export interface WireShipment extends WireShipmentSummary {
  readonly orderId: string;
  readonly sender: WireSender;
  readonly carrier?: string | null;
  readonly tracking?: string | null;
  readonly box?: string | null;
  readonly items: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** `GET /returns`: whole records, the newest change first. There is no request for a single one. */
export interface WireReturnPage {
  readonly returns: readonly WireReturn[];
}

export interface WireReturn {
  readonly id: string;
  readonly changedAt: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly quantity: number;
  /** OPEN: on its way. DONE: looked at, `accepted` units were taken back. */
  readonly state: 'OPEN' | 'DONE';
  readonly accepted?: number | null;
  readonly reason?: string | null;
  readonly comment?: string | null;
}
