import type { TrueOrder, TrueSales, Truth } from '../../../sandbox/marketplace.js';
import type { WireOrder } from '../wire.js';
import type { FeedWorld } from './world.js';

const units = ({ orderItems }: WireOrder) => orderItems.reduce((sum, { quantity }) => sum + quantity, 0);

/** What can be known of the feed: what left it whole, and what waits. Of an order that came twice the later form. */
export function truthOf({ batches, waiting }: FeedWorld): Truth {
  const told = [...batches.flatMap(({ orders, whole }) => orders.filter((_, at) => whole[at])), ...waiting];
  const orders = [...new Map(told.map((order) => [order.orderNumber, order])).values()];
  return { orders: orders.map(orderTruth), shipments: [], returns: [], sales: salesOf(orders) };
}

function orderTruth(order: WireOrder): TrueOrder {
  const { orderNumber, shipToAddress } = order;
  return {
    externalId: orderNumber,
    orderNumber,
    status: 'READY',
    shippedAt: null,
    country: shipToAddress?.country ?? null,
    ordered: units(order),
    pending: 0,
    shipped: 0,
    cancelled: 0,
    returned: 0,
    totalMinor: 0,
  };
}

function salesOf(orders: readonly WireOrder[]): TrueSales[] {
  const skus = [...new Set(orders.flatMap(({ orderItems }) => orderItems.map(({ sku }) => sku)))].sort();
  return skus.map((sku) => {
    const own = orders.filter(({ orderItems }) => orderItems.some((item) => item.sku === sku));
    const items = own.flatMap(({ orderItems }) => orderItems.filter((item) => item.sku === sku));
    const unitsSold = items.reduce((sum, { quantity }) => sum + quantity, 0);
    return { sku, unitsSold, unitsReturned: 0, orderCount: own.length, grossMinor: 0 };
  });
}
