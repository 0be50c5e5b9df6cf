// What nobody documents of Skubana, in one place. Each is a guess until an account shows otherwise.

const minute = 60_000;

/**
 * Guess: no figure of a limit is published. Open clients keep themselves to five requests a second, or to one in five; a 429 says how
 * long to stay away.
 */
export const requestsPerSecond = 1;

/** Guess: a change shows up in the list by `modifiedDateFrom` within this time. */
export const changeLatenessMs = 10 * minute;

/** Guess: days are counted in UTC, as the dates are written; an account's own time zone is not told. */
export const zone = 'UTC';

/**
 * Guess: what a status means for the work. SHIPPED, CANCELLED, ON_HOLD and AWAITING_PAYMENT say it; of the others only the names are
 * known. HELD: not to be worked on yet. OPEN: to be sent. A third party's warehouse and a dropshipper work for the seller.
 */
export const stages = {
  UNRESOLVED: 'HELD',
  AWAITING_PAYMENT: 'HELD',
  ON_HOLD: 'HELD',
  SKU_UNPROCESSED: 'HELD',
  AWAITING_SHIPMENT: 'OPEN',
  AWAITING_3PL_EXPORT: 'OPEN',
  AWAITING_DROPSHIP: 'OPEN',
  PENDING_FULFILLMENT: 'OPEN',
  AWAITING_MC_FULFILLMENT: 'OPEN',
  FBA_INBOUND_SHIPMENT_PLAN: 'OPEN',
  SHIPPED: 'SHIPPED',
  PROCESSED_OUTSIDE_OF_SKUBANA: 'SHIPPED',
  CANCELLED: 'CANCELLED',
} as const;

/** Guess: a marketplace's warehouse sends these. So it does an order that names an `amzFbaShipmentId`, in whatever status. */
export const byMarketplace: readonly string[] = ['AWAITING_MC_FULFILLMENT', 'FBA_INBOUND_SHIPMENT_PLAN'];

/** Guess: the seller, or somebody who works for the seller, sends these. All other statuses say nothing of who does. */
export const bySeller: readonly string[] = ['AWAITING_SHIPMENT', 'AWAITING_3PL_EXPORT', 'AWAITING_DROPSHIP'];

/** Guess: `tax` comes on top of the price. `tax` and `discount` of an item are of all its units, `unitPrice` of one. */
export const taxIsOnTop = true;
