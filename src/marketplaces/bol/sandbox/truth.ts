import type { FulfillmentStatus } from '../../../commerce/order.js';
import type { ReturnStatus } from '../../../commerce/return.js';
import type { TrueOrder, TrueReturn, TrueSales, TrueShipment, Truth } from '../../../sandbox/marketplace.js';
import { draftOf } from './draft.js';
import * as ids from './ids.js';
import { skuOf } from './products.js';
import {
  type ItemRecord,
  isHandled,
  type OrderRecord,
  openUnits,
  type ReturnRecord,
  type ShipmentRecord,
} from './records.js';
import { totalMinor } from './render-orders.js';
import type { BolWorld } from './world.js';

const iso = (at: number) => new Date(at).toISOString();

/** What is so in the pretend bol, worked out from its own records and never through a mapping. */
export const truthOf = (world: BolWorld): Truth => truth(world, world.orders, world.shipments);

/** The part of the truth that can still be asked for now: the rest has left bol's three months. Returns never do. */
export function reachableOf(world: BolWorld): Truth {
  const { horizon } = world;
  return truth(
    world,
    world.orders.filter((order) => world.isReachable(order)),
    world.shipments.filter(({ at }) => at >= horizon),
  );
}

function truth(world: BolWorld, orders: readonly OrderRecord[], shipments: readonly ShipmentRecord[]): Truth {
  return {
    orders: orders.map((order) => orderTruth(world, order)),
    shipments: shipments.map((shipment) => shipmentTruth(world, shipment)),
    returns: world.returns.map((made) => returnTruth(world, made)),
    sales: salesOf(orders),
  };
}

const sumOf = <Row>(rows: readonly Row[], of: (row: Row) => number) => rows.reduce((sum, row) => sum + of(row), 0);
const sold = ({ quantity, cancelled }: ItemRecord) => quantity - cancelled;
/** What the units sold cost: their share of the item's total. */
const soldMinor = (item: ItemRecord) => Math.round((totalMinor(item) * sold(item)) / item.quantity);

/** Units of one item that came back and were accepted. */
function returnedUnits(order: OrderRecord, item: number): number {
  const results = order.returns
    .flatMap(({ items }) => items)
    .filter((lot) => lot.item === item)
    .flatMap((lot) => lot.results);
  return sumOf(results, ({ processing, quantity }) => (processing === 'ACCEPTED' ? quantity : 0));
}

function orderTruth(world: BolWorld, order: OrderRecord): TrueOrder {
  const { items } = order;
  const last = order.shipments.at(-1);
  const id = ids.orderId(world.seed, order.index);
  return {
    externalId: id,
    orderNumber: id,
    status: statusOf(items),
    orderedAt: iso(order.placedAt),
    shippedAt: last ? iso(last.at) : null,
    country: draftOf(world.seed, order.index).country,
    ordered: sumOf(items, ({ quantity }) => quantity),
    pending: 0,
    shipped: sumOf(items, ({ shipped }) => shipped),
    cancelled: sumOf(items, ({ cancelled }) => cancelled),
    returned: sumOf([...items.keys()], (item) => returnedUnits(order, item)),
    totalMinor: sumOf(items, soldMinor),
  };
}

function statusOf(items: readonly ItemRecord[]): FulfillmentStatus {
  if (items.every((item) => sold(item) === 0)) return 'CANCELLED';
  const open = items.filter((item) => openUnits(item) > 0);
  if (open.length === 0) return 'FULFILLED';
  if (items.some(({ shipped }) => shipped > 0)) return 'PARTIALLY_FULFILLED';
  return open.some(({ method }) => method === 'FBR') ? 'READY' : 'AWAITING_MARKETPLACE';
}

function shipmentTruth(world: BolWorld, { index, method, at, lots, order }: ShipmentRecord): TrueShipment {
  return {
    externalId: ids.shipmentId(index),
    fulfilledBy: method === 'FBR' ? 'SELLER' : 'MARKETPLACE',
    shippedAt: iso(at),
    lines: lots.map(({ item, quantity }) => ({
      orderExternalId: ids.orderId(world.seed, order.index),
      externalId: ids.orderItemId(order.index, item),
      quantity,
    })),
  };
}

function returnTruth(world: BolWorld, made: ReturnRecord): TrueReturn {
  const lines = made.items.map(({ quantity, results }, item) => ({
    orderExternalId: ids.orderId(world.seed, made.order.index),
    externalId: ids.rmaId(made.index, item),
    quantity,
    accepted: sumOf(results, ({ processing, quantity: units }) => (processing === 'ACCEPTED' ? units : 0)),
  }));
  return { externalId: ids.returnId(made.index), status: returnStatus(made), lines };
}

/** All units accepted, or some; none so far, with items that still wait; none; all called off by the buyer. */
function returnStatus(made: ReturnRecord): ReturnStatus {
  const { items } = made;
  const results = items.flatMap((item) => item.results);
  const unitsOf = (processing: string) =>
    sumOf(results, (result) => (result.processing === processing ? result.quantity : 0));
  const expected = sumOf(items, ({ quantity }) => quantity);
  if (unitsOf('ACCEPTED') >= expected) return 'ACCEPTED';
  if (unitsOf('ACCEPTED') > 0) return 'PARTIALLY_ACCEPTED';
  if (!isHandled(made)) return 'ANNOUNCED';
  return results.every(({ processing }) => processing === 'CANCELLED') ? 'CANCELLED' : 'REJECTED';
}

function salesOf(orders: readonly OrderRecord[]): TrueSales[] {
  const rows = new Map<string, { unitsSold: number; unitsReturned: number; orderCount: number; grossMinor: number }>();
  for (const order of orders) {
    for (const [index, item] of order.items.entries()) {
      if (sold(item) === 0) continue;
      const sku = skuOf(item.product);
      const row = rows.get(sku) ?? { unitsSold: 0, unitsReturned: 0, orderCount: 0, grossMinor: 0 };
      row.unitsSold += sold(item);
      row.unitsReturned += returnedUnits(order, index);
      // no two items of an order are the same product
      row.orderCount++;
      row.grossMinor += soldMinor(item);
      rows.set(sku, row);
    }
  }
  return [...rows].map(([sku, row]) => ({ sku, ...row })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
