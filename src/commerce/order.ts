import type { Json } from './json.js';

/** Who sends the goods: the seller, or the marketplace's own warehouse (bol: FBB). */
export type FulfilledBy = 'SELLER' | 'MARKETPLACE';

export type FulfillmentStatus =
  | 'PENDING'
  | 'READY'
  | 'AWAITING_MARKETPLACE'
  | 'PARTIALLY_FULFILLED'
  | 'FULFILLED'
  | 'CANCELLED';

/** A postal address. Lines hold street and additions in the order in which they are printed. */
export interface Address {
  readonly name: string | null;
  readonly company: string | null;
  readonly lines: readonly string[];
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly stateOrProvince: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** An order as every connector gives it, whatever the marketplace. All instants are UTC. */
export interface Order {
  /** The marketplace's own key, unique within a shop. */
  readonly externalId: string;
  /** The number people quote. */
  readonly orderNumber: string;
  readonly orderedAt: Date;
  /** When the marketplace last changed it: an older version never overwrites a newer one. */
  readonly changedAt: Date;
  readonly shipBy: Date | null;
  readonly shippingAddress: Address | null;
  readonly billingAddress: Address | null;
  /** ISO 4217; one currency per order. */
  readonly currency: string;
  /** In a fixed order that the same payload always gives: a line is known by its position. Never empty. */
  readonly lines: readonly OrderLine[];
  /** From when on the marketplace changes no detail of it that its list does not show. Absent: it may for ever. */
  readonly settlesAt?: Date;
  /** What only this marketplace has, in the form and under the names of its GraphQL type. */
  readonly details: Json;
}

export interface OrderLine {
  /** The marketplace's ids of the line, or of each of its units. */
  readonly externalIds: readonly string[];
  /** The seller's own key; null when the marketplace gives none: such a line counts in no product sales. */
  readonly sku: string | null;
  readonly ean: string | null;
  readonly title: string;
  readonly fulfilledBy: FulfilledBy;
  /** Nothing tells who sends it, and `fulfilledBy` is what is usual: that it was told earlier counts more. Absent: it is told. */
  readonly isFulfillerGuessed?: true;
  readonly quantity: LineQuantity;
  /**
   * Minor units of the order's currency, incl. VAT, after the marketplace's discounts, for one unit; rounded where a
   * discount on the line does not divide by its units.
   */
  readonly unitPriceMinor: number;
  /** The same for all units sold (ordered minus cancelled), exactly. */
  readonly totalMinor: number;
  /** Percent as decimal text: `"19"`. */
  readonly vatRate: string | null;
  /** When the last of its units was shipped. */
  readonly shippedAt: Date | null;
}

/** Units. `ordered = shipped + cancelled + open`; `pending` is the part of open that must not be worked on yet; `returned` is part of shipped. */
export interface LineQuantity {
  readonly ordered: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly pending: number;
}

/** Sums over an order's lines, from which the database derives its status. */
export interface OrderTotals {
  readonly unitsOrdered: number;
  readonly unitsShipped: number;
  readonly unitsCancelled: number;
  readonly unitsReturned: number;
  readonly unitsPending: number;
  /** Open, not pending, to be shipped by the seller. */
  readonly unitsToShip: number;
  /** Units whose line the seller fulfills, in any state. */
  readonly unitsBySeller: number;
  /** What the units sold (ordered minus cancelled) cost. */
  readonly totalMinor: number;
  readonly lastShippedAt: Date | null;
}

export function totalsOf(lines: readonly OrderLine[]): OrderTotals {
  const sum = {
    unitsOrdered: 0,
    unitsShipped: 0,
    unitsCancelled: 0,
    unitsReturned: 0,
    unitsPending: 0,
    unitsToShip: 0,
    unitsBySeller: 0,
    totalMinor: 0,
    lastShippedAt: null as Date | null,
  };
  for (const { quantity: q, fulfilledBy, totalMinor, shippedAt } of lines) {
    sum.unitsOrdered += q.ordered;
    sum.unitsShipped += q.shipped;
    sum.unitsCancelled += q.cancelled;
    sum.unitsReturned += q.returned;
    sum.unitsPending += q.pending;
    if (fulfilledBy === 'SELLER') {
      sum.unitsToShip += q.ordered - q.shipped - q.cancelled - q.pending;
      sum.unitsBySeller += q.ordered;
    }
    sum.totalMinor += totalMinor;
    if (shippedAt && (!sum.lastShippedAt || shippedAt > sum.lastShippedAt)) sum.lastShippedAt = shippedAt;
  }
  return sum;
}
