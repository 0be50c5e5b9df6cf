/*
 * Orders placed here, in the seller's own channel. Their state follows from the quantities of their lines, as everywhere:
 *
 *   placed ──► READY ──► PARTIALLY_FULFILLED ──► FULFILLED
 *                │                │
 *                └──► CANCELLED   └──► FULFILLED, by cancelling what is open
 *
 * PENDING is an order that waits for the word of a remote stock service.
 */
import type { FulfillmentStatus } from './order.js';

/** The channel's code among the marketplaces. */
export const directCode = 'DIRECT';
/** The time zone of its business day, which is that of the marketplaces served so far. */
export const directZone = 'Europe/Berlin';

export type OrderAction = 'UPDATE' | 'CANCEL' | 'SHIP';
export type OrderEventKind = 'PLACED' | 'CHANGED' | 'CANCELLED' | 'SHIPPED';

export interface SupportedAction {
  readonly action: OrderAction;
  readonly isAvailable: boolean;
  /** Why it is not; null where it is. */
  readonly reason: string | null;
}

/** Why nothing can be done to an order in this state; null where everything can. */
const obstacles: Readonly<Record<FulfillmentStatus, string | null>> = {
  PENDING: 'The stock service has not confirmed the order yet.',
  READY: null,
  AWAITING_MARKETPLACE: 'The marketplace ships the order.',
  PARTIALLY_FULFILLED: null,
  FULFILLED: 'Every unit was shipped or cancelled already.',
  CANCELLED: 'The order is cancelled.',
};

const actions: readonly OrderAction[] = ['UPDATE', 'CANCEL', 'SHIP'];

/** Why an order in this state cannot be changed, cancelled or shipped; null where it can. */
export const obstacleOf = (status: FulfillmentStatus): string | null => obstacles[status];

/** What can be done to an order in this state. */
export function supportedActions(status: FulfillmentStatus): SupportedAction[] {
  const reason = obstacleOf(status);
  return actions.map((action) => ({ action, isAvailable: reason === null, reason }));
}

export const fulfillmentStatuses = Object.keys(obstacles) as FulfillmentStatus[];

/** Most lines of an order. */
export const orderLinesMax = 10_000;
/** The same, where a catalog service must be asked for each of them before the order is answered. */
export const remoteLinesMax = 100;
/** Most units of a line. */
export const lineQuantityMax = 1_000_000;
/** Most units of an order; sums of them must fit the database's int. */
export const orderUnitsMax = 1_000_000_000;
/** Most that a unit may cost, in minor units: 10 billion EUR. */
export const priceMinorMax = 1_000_000_000_000;
/** Most that an order may come to, in minor units: a trillion EUR. Its sums are exact as numbers, too. */
export const orderMinorMax = 100_000_000_000_000;
/** The highest number that a line can have. A number is never given twice, so it ends an order that is changed for ever. */
export const lineNoMax = 32_767;
/** Most products in a cart. */
export const cartLinesMax = 1_000;
/** Longest time that a cart holds stock without being asked again: a day. */
export const holdMinutesMax = 1_440;
