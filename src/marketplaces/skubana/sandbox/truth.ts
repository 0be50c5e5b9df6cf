import type { FulfillmentStatus } from '../../../commerce/order.js';
import type { TrueOrder, TrueSales, Truth } from '../../../sandbox/marketplace.js';
import { type LineRecord, listingSkuOf, type OrderRecord, packedOf, type SkubanaWorld } from './world.js';

const iso = (at: number) => new Date(at).toISOString();
const sum = <Row>(rows: readonly Row[], of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);

/** What is so in the pretend Skubana, worked out from its own records and never through a mapping. */
export function truthOf({ orders }: SkubanaWorld): Truth {
  return { orders: orders.map(orderTruth), shipments: [], returns: [], sales: salesOf(orders) };
}

const isSent = ({ status }: OrderRecord) => status === 'SHIPPED' || status === 'PROCESSED_OUTSIDE_OF_SKUBANA';
const shipped = (order: OrderRecord, line: LineRecord) => (isSent(order) ? line.quantity : packedOf(order, line));
const cancelled = (order: OrderRecord, line: LineRecord) =>
  order.status === 'CANCELLED' ? line.quantity - shipped(order, line) : 0;
const sold = (order: OrderRecord, line: LineRecord) => line.quantity - cancelled(order, line);

/** Tax is paid on top, and the discount is taken off; units share both. */
const grossMinor = (order: OrderRecord, line: LineRecord) => {
  const whole = line.quantity * line.product.priceMinor + line.taxMinor - line.discountMinor;
  return Math.round((whole * sold(order, line)) / line.quantity);
};

const held = ['UNRESOLVED', 'SKU_UNPROCESSED', 'AWAITING_PAYMENT', 'ON_HOLD'];

function orderTruth(order: OrderRecord): TrueOrder {
  const { lines } = order;
  const units = (of: (order: OrderRecord, line: LineRecord) => number) => sum(lines, (line) => of(order, line));
  return {
    externalId: String(order.id),
    orderNumber: order.number,
    status: statusOf(order, units(shipped), units(sold)),
    orderedAt: iso(order.placedAt),
    shippedAt: units(shipped) > 0 && order.shippedAt !== null ? iso(order.shippedAt) : null,
    country: order.buyer.country,
    ordered: sum(lines, ({ quantity }) => quantity),
    pending: held.includes(order.status) ? units(sold) - units(shipped) : 0,
    shipped: units(shipped),
    cancelled: units(cancelled),
    returned: 0,
    totalMinor: units(grossMinor),
  };
}

function statusOf(order: OrderRecord, unitsShipped: number, unitsSold: number): FulfillmentStatus {
  if (unitsSold === 0) return 'CANCELLED';
  if (unitsShipped === unitsSold) return 'FULFILLED';
  if (unitsShipped > 0) return 'PARTIALLY_FULFILLED';
  if (held.includes(order.status)) return 'PENDING';
  return order.isTheirs ? 'AWAITING_MARKETPLACE' : 'READY';
}

/** No two lines of an order are the same product. */
function salesOf(orders: readonly OrderRecord[]): TrueSales[] {
  const skuOf = (line: LineRecord) => (line.isMatched ? line.product.sku : listingSkuOf(line));
  const all = orders.flatMap((order) => order.lines.map((line) => ({ order, line, sku: skuOf(line) })));
  const some = all.filter(({ order, line }) => sold(order, line) > 0);
  return [...new Set(some.map(({ sku }) => sku))].sort().map((sku) => {
    const own = some.filter((one) => one.sku === sku);
    return {
      sku,
      unitsSold: sum(own, ({ order, line }) => sold(order, line)),
      unitsReturned: 0,
      orderCount: own.length,
      grossMinor: sum(own, ({ order, line }) => grossMinor(order, line)),
    };
  });
}
