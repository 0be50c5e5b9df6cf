import { hourMs, minuteMs } from '../../../sandbox/world.js';
import { announcedOrder, newUnit } from './plan.js';
import type { OrderRecord, PaymentMethod } from './records.js';
import type { OttoWorld } from './world.js';

/** Orders of the default world; every larger world begins with the same ones. */
export const showcaseSize = 16;

const [phone, shirt, mower, sofa, fridge, hoodie, mug] = [0, 1, 2, 3, 4, 5, 28];

interface Wanted {
  readonly hoursAgo: number;
  readonly units: readonly (readonly [product: number, discountMinor?: number])[];
  readonly payment?: PaymentMethod;
  readonly country?: string;
  readonly sameBuyerAs?: OrderRecord;
}

/**
 * The world of the case study: 16 orders in all fulfillment states and 6 shipments. Among them every state of a unit,
 * orders in two states at once, several units of a product, discounts, freight, a parcel with two orders, an order in
 * two parcels, and returns accepted, announced and rejected.
 */
export function buildShowcase(world: OttoWorld, base: number): void {
  const ago = (hours: number) => base - hours * hourMs;
  const add = ({ hoursAgo, units, payment = 'INVOICE_SINGLE', country = 'DE', sameBuyerAs }: Wanted): OrderRecord => {
    const order = announcedOrder({
      index: world.orders.length,
      orderedAt: ago(hoursAgo) + world.orders.length * 17_123,
      leader: sameBuyerAs ?? null,
      country: sameBuyerAs?.country ?? country,
      payment,
      units: units.map(([product, discountMinor]) => newUnit(product, discountMinor)),
    });
    world.orders.push(order);
    return order;
  };
  const released = (wanted: Wanted): OrderRecord => {
    const order = add(wanted);
    world.release(order, allOf(order), order.orderedAt + 35 * minuteMs);
    return order;
  };
  openOrders(world, add, released, ago);
  sentOrders(world, released, ago);
  cancelledOrders(world, add, released, ago);
}

type Add = (wanted: Wanted) => OrderRecord;
type Ago = (hours: number) => number;
const allOf = (order: OrderRecord) => order.units.map((_, unit) => unit);

/** Parcels leave with the tracking key of their first unit. */
function send(world: OttoWorld, at: number, ...parts: (readonly [OrderRecord, readonly number[]])[]): void {
  const items = parts.flatMap(([order, units]) => units.map((unit) => ({ order, unit, returnTrackingKey: null })));
  const [first] = items;
  if (!first) return;
  world.ship(items, { trackingKey: world.trackingKey(first.order, first.unit), shipDate: at - 200_000 }, at);
}

function openOrders(world: OttoWorld, add: Add, released: Add, ago: Ago): void {
  add({ hoursAgo: 0.3, units: [[shirt], [shirt]] });
  add({ hoursAgo: 50, units: [[mower]], payment: 'PREPAYMENT' });
  const half = add({ hoursAgo: 0.9, units: [[phone], [shirt]], payment: 'PAYPAL' });
  world.release(half, [1], half.orderedAt + 35 * minuteMs);
  released({ hoursAgo: 4, units: [[phone, 3990], [shirt], [shirt], [shirt]], payment: 'CREDIT_CARD' });
  released({ hoursAgo: 9, units: [[fridge]], country: 'AT', payment: 'INVOICE_INSTALLMENTS' });
  const shortened = released({ hoursAgo: 12, units: [[hoodie], [hoodie], [mug, 90]], payment: 'DIRECT_DEBIT' });
  world.cancel(shortened, [1], 'CANCELLED_BY_PARTNER', 'CANCELLED_ON_PARTNER_WISH', ago(8));
}

function sentOrders(world: OttoWorld, released: Add, ago: Ago): void {
  const partly = released({ hoursAgo: 40, units: [[shirt], [shirt], [mower]], payment: 'PAYPAL' });
  send(world, ago(15.5), [partly, [0, 1]]);

  const first = released({ hoursAgo: 120, units: [[phone]], country: 'AT', payment: 'CREDIT_CARD' });
  const second = released({ hoursAgo: 119, units: [[mug], [mug]], sameBuyerAs: first, payment: 'CREDIT_CARD' });
  send(world, ago(96.25), [first, [0]], [second, [0, 1]]);

  const twoParcels = released({ hoursAgo: 200, units: [[sofa], [shirt, 200], [shirt, 200]] });
  send(world, ago(180), [twoParcels, [1, 2]]);
  send(world, ago(150.75), [twoParcels, [0]]);
  world.announceReturn(twoParcels, 1, ago(60));

  const sentAndCancelled = released({ hoursAgo: 260, units: [[hoodie], [fridge]], payment: 'INVOICE_SINGLE' });
  world.cancel(sentAndCancelled, [1], 'CANCELLED_BY_MARKETPLACE', 'CANCELLED_ON_CUSTOMER_WISH', ago(250));
  send(world, ago(240), [sentAndCancelled, [0]]);
  const worn = world.announceReturn(sentAndCancelled, 0, ago(110));
  if (worn) world.settleReturn(worn, 'REJECTED', ago(70), { condition: 'D', reason: 'ITEM_DAMAGED' });

  const returned = released({ hoursAgo: 500, units: [[shirt], [shirt]], payment: 'PAYPAL' });
  const keptOne = released({ hoursAgo: 499, units: [[hoodie], [mug]], sameBuyerAs: returned, payment: 'PAYPAL' });
  send(world, ago(480), [returned, [0, 1]], [keptOne, [0, 1]]);
  for (const [order, unit] of [
    [returned, 0],
    [returned, 1],
    [keptOne, 0],
  ] as const) {
    const back = world.announceReturn(order, unit, ago(300));
    if (back) world.settleReturn(back, 'ACCEPTED', ago(220 - unit), { condition: 'A' });
  }
}

function cancelledOrders(world: OttoWorld, add: Add, released: Add, ago: Ago): void {
  const soldOut = released({ hoursAgo: 75, units: [[mower], [mower]], payment: 'PAYPAL' });
  world.cancel(soldOut, [0, 1], 'CANCELLED_BY_PARTNER', 'CANCELLED_ON_PARTNER_WISH', ago(70));
  const unpaid = add({ hoursAgo: 300, units: [[phone], [mug]], payment: 'PREPAYMENT' });
  world.cancel(unpaid, [0, 1], 'CANCELLED_BY_MARKETPLACE', 'PAYMENT_ABORTED', ago(60.5));
  const both = released({ hoursAgo: 30, units: [[shirt], [fridge]], country: 'CH', payment: 'CREDIT_CARD' });
  world.cancel(both, [0], 'CANCELLED_BY_MARKETPLACE', 'PAYMENT_FRAUD', ago(28));
  world.cancel(both, [1], 'CANCELLED_BY_PARTNER', 'CANCELLED_ON_PARTNER_WISH', ago(26));
}
