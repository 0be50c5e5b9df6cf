import type { FulfillmentStatus } from '../../../../src/commerce/order.js';
import type { TrueOrder, TrueSales, Truth } from '../../../../src/sandbox/marketplace.js';
import { type LineRecord, type OrderRecord, statusOf, type ToyWorld } from './world.js';

const iso = (at: number) => new Date(at).toISOString();
const sum = <Row>(rows: readonly Row[], of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
const sold = ({ quantity, cancelled }: LineRecord) => quantity - cancelled;
const costs = (line: LineRecord) => sold(line) * line.product.priceMinor;

/** What is so in the pretend Toy Market, worked out from its own records and never through a mapping. */
export function truthOf(world: ToyWorld): Truth {
  return {
    orders: world.orders.map((order) => orderTruth(world, order)),
    shipments: world.shipments.map(({ id, order, at, items }) => ({
      externalId: id,
      fulfilledBy: order.sender === 'TOY' ? 'MARKETPLACE' : 'SELLER',
      shippedAt: iso(at),
      lines: items.map(({ lineId, quantity }) => ({ orderExternalId: order.id, externalId: lineId, quantity })),
    })),
    returns: world.returns.map((made) => ({
      externalId: made.id,
      status: statusOf(made),
      lines: [
        {
          orderExternalId: made.order.id,
          externalId: made.line.id,
          quantity: made.quantity,
          accepted: made.accepted ?? 0,
        },
      ],
    })),
    sales: salesOf(world),
  };
}

const returnedOf = ({ returns }: ToyWorld, line: LineRecord) =>
  sum(
    returns.filter((made) => made.line === line),
    ({ accepted }) => accepted ?? 0,
  );

function orderTruth(world: ToyWorld, order: OrderRecord): TrueOrder {
  const { lines } = order;
  const last = world.shipments.findLast((shipment) => shipment.order === order);
  return {
    externalId: order.id,
    orderNumber: order.id,
    status: fulfillmentOf(order),
    orderedAt: iso(order.placedAt),
    shippedAt: last ? iso(last.at) : null,
    country: lines.every((line) => sold(line) === 0) ? null : order.buyer.country,
    ordered: sum(lines, ({ quantity }) => quantity),
    pending: 0,
    shipped: sum(lines, ({ shipped }) => shipped),
    cancelled: sum(lines, ({ cancelled }) => cancelled),
    returned: sum(lines, (line) => returnedOf(world, line)),
    totalMinor: sum(lines, costs),
  };
}

function fulfillmentOf({ lines, sender }: OrderRecord): FulfillmentStatus {
  if (lines.every((line) => sold(line) === 0)) return 'CANCELLED';
  if (lines.every((line) => sold(line) === line.shipped)) return 'FULFILLED';
  if (lines.some(({ shipped }) => shipped > 0)) return 'PARTIALLY_FULFILLED';
  return sender === 'TOY' ? 'AWAITING_MARKETPLACE' : 'READY';
}

/** No two lines of an order are the same product. */
function salesOf(world: ToyWorld): TrueSales[] {
  const lines = world.orders.flatMap((order) => order.lines).filter((line) => sold(line) > 0);
  const skus = [...new Set(lines.map(({ product }) => product.sku))].sort();
  return skus.map((sku) => {
    const own = lines.filter(({ product }) => product.sku === sku);
    return {
      sku,
      unitsSold: sum(own, sold),
      unitsReturned: sum(own, (line) => returnedOf(world, line)),
      orderCount: own.length,
      grossMinor: sum(own, costs),
    };
  });
}
