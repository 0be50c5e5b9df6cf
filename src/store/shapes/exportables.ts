/*
 * What can be exported: the whole of it. One more is an entry here and a line in `graph/export-reads.ts`. A column is its
 * name in the file and the field of a shape that it shows, so it cannot say anything else than the API.
 */
import type { Compiler } from './compile.js';
import type { Exportable, Source } from './export-rows.js';
import type { Where } from './list.js';
import { orderLineShape, orderShape } from './order.js';
import { rejectShape } from './reject.js';
import { returnLineShape, returnShape } from './return.js';
import { streamRunShape, syncRunShape } from './run.js';
import { salesShape } from './sales.js';
import { type SalesQuestion, sums } from './sales-sums.js';
import type { Shape } from './shape.js';
import { shipmentLineShape, shipmentShape } from './shipment.js';
import { shopShape } from './shop.js';

/** Rows of tables under fixed aliases; the conditions are about `filtered`. */
function listed(from: string, rows: Readonly<Record<string, Shape>>, filtered: string, absent?: readonly string[]) {
  return (compiler: Compiler, asked: readonly Where[]): Source => {
    const where = asked.map((one) => one(filtered, compiler.values)).join(' and ');
    return { from: where ? `${from} where ${where}` : from, rows, absent };
  };
}

const shop = { shopId: 's.id', shop: 's.name' };

const order = { orderId: 'o.id', orderNumber: 'o.orderNumber', orderExternalId: 'o.externalId' };

const addressMembers = ['name', 'company', 'lines', 'postalCode', 'city', 'stateOrProvince', 'country'];

/** `shippingName`, `shippingCompany`, … */
function address(prefix: string, field: string): Record<string, string> {
  return Object.fromEntries(
    addressMembers.map((member) => [
      `${prefix}${member.charAt(0).toUpperCase()}${member.slice(1)}`,
      `${field}.${member}${member === 'lines' ? '.*' : ''}`,
    ]),
  );
}

/** The order line that a shipment's or return's line is of: neither need be known yet. */
const orderLineBy = (line: string, condition: string) => `left join orders o on o.shop_id = ${line}.shop_id
    and o.external_id = ${line}.order_external_id
  left join lateral (select l.*, o.currency from order_lines l where l.order_id = o.id and (${condition})
    order by ${line}.external_id = any(l.external_ids) desc, l.line_no limit 1) l on true`;

export const exportables = {
  ORDERS: {
    about: 'A line per order, newest first; filtered by `where.orders`.',
    source: listed('orders o join shops s on s.id = o.shop_id', { o: orderShape, s: shopShape }, 'o'),
    orderBy: 'o.ordered_at desc, o.id desc',
    columns: {
      ...{
        id: 'o.id',
        ...shop,
        marketplace: 'o.marketplace',
        externalId: 'o.externalId',
        orderNumber: 'o.orderNumber',
      },
      ...{ orderedAt: 'o.orderedAt', changedAt: 'o.changedAt', importedAt: 'o.importedAt', shipBy: 'o.shipBy' },
      ...{ fulfillmentStatus: 'o.fulfillmentStatus', fulfilledAt: 'o.fulfilledAt', unitCount: 'o.unitCount' },
      ...{ totalGross: 'o.totalGross.amount', currency: 'o.totalGross.currency' },
      ...address('shipping', 'o.shippingAddress'),
      ...address('billing', 'o.billingAddress'),
      version: 'o.version',
    },
  },
  ORDER_LINES: {
    about: 'A line per line of an order, newest orders first; the lines of the orders that `where.orders` finds.',
    source: listed(
      `orders o join shops s on s.id = o.shop_id
        join lateral (select l.*, o.currency from order_lines l where l.order_id = o.id) l on true`,
      { o: orderShape, l: orderLineShape, s: shopShape },
      'o',
    ),
    orderBy: 'o.ordered_at desc, o.id desc, l.line_no',
    columns: {
      ...{ id: 'l.id', ...order, ...shop, marketplace: 'o.marketplace', orderedAt: 'o.orderedAt' },
      ...{ fulfillmentStatus: 'o.fulfillmentStatus', country: 'o.shippingAddress.country', sku: 'l.sku', ean: 'l.ean' },
      ...{
        title: 'l.title',
        fulfilledBy: 'l.fulfilledBy',
        ordered: 'l.quantity.ordered',
        shipped: 'l.quantity.shipped',
      },
      ...{ cancelled: 'l.quantity.cancelled', returned: 'l.quantity.returned', open: 'l.quantity.open' },
      ...{
        pending: 'l.quantity.pending',
        unitPriceGross: 'l.unitPriceGross.amount',
        totalGross: 'l.totalGross.amount',
      },
      ...{
        currency: 'l.totalGross.currency',
        vatRate: 'l.vatRate',
        shippedAt: 'l.shippedAt',
        externalIds: 'l.externalIds',
      },
    },
  },
  SHIPMENTS: {
    about: 'A line per shipment, newest first; filtered by `where.shipments`.',
    source: listed('shipments p join shops s on s.id = p.shop_id', { p: shipmentShape, s: shopShape }, 'p'),
    orderBy: 'p.shipped_at desc, p.id desc',
    columns: {
      ...{ id: 'p.id', ...shop, marketplace: 'p.marketplace', externalId: 'p.externalId', shippedAt: 'p.shippedAt' },
      ...{ importedAt: 'p.importedAt', fulfilledBy: 'p.fulfilledBy', carrier: 'p.carrier' },
      ...{ trackingNumber: 'p.trackingNumber' },
    },
  },
  SHIPMENT_LINES: {
    about: 'A line per line of a shipment, with its order; the lines of the shipments that `where.shipments` finds.',
    source: listed(
      `shipments p join shops s on s.id = p.shop_id join shipment_lines k on k.shipment_id = p.id
        ${orderLineBy('k', 'k.external_id = any(l.external_ids)')}`,
      { p: shipmentShape, s: shopShape, k: shipmentLineShape, o: orderShape, l: orderLineShape },
      'p',
      ['o', 'l'],
    ),
    orderBy: 'p.shipped_at desc, p.id desc, k.line_no',
    columns: {
      ...{ id: 'k.id', shipmentId: 'p.id', shipmentExternalId: 'p.externalId', ...shop, marketplace: 'p.marketplace' },
      ...{ shippedAt: 'p.shippedAt', fulfilledBy: 'p.fulfilledBy', carrier: 'p.carrier' },
      ...{ trackingNumber: 'p.trackingNumber', orderId: 'o.id', orderNumber: 'o.orderNumber' },
      ...{ orderExternalId: 'k.orderExternalId', externalId: 'k.externalId', sku: 'l.sku', ean: 'l.ean' },
      ...{ title: 'l.title', quantity: 'k.quantity' },
    },
  },
  RETURNS: {
    about: 'A line per return, last changed first; filtered by `where.returns`.',
    source: listed('returns r join shops s on s.id = r.shop_id', { r: returnShape, s: shopShape }, 'r'),
    orderBy: 'r.changed_at desc, r.id desc',
    columns: {
      ...{ id: 'r.id', ...shop, marketplace: 'r.marketplace', externalId: 'r.externalId', status: 'r.status' },
      ...{ changedAt: 'r.changedAt', importedAt: 'r.importedAt', carrier: 'r.carrier' },
      ...{ trackingNumbers: 'r.trackingNumbers' },
    },
  },
  RETURN_LINES: {
    about: 'A line per line of a return, with its order; the lines of the returns that `where.returns` finds.',
    source: listed(
      `returns r join shops s on s.id = r.shop_id join return_lines k on k.return_id = r.id
        ${orderLineBy('k', 'k.external_id = any(l.external_ids) or l.ean = k.ean')}`,
      { r: returnShape, s: shopShape, k: returnLineShape, o: orderShape, l: orderLineShape },
      'r',
      ['o', 'l'],
    ),
    orderBy: 'r.changed_at desc, r.id desc, k.line_no',
    columns: {
      ...{ id: 'k.id', returnId: 'r.id', returnExternalId: 'r.externalId', ...shop, marketplace: 'r.marketplace' },
      ...{ status: 'r.status', changedAt: 'r.changedAt', orderId: 'o.id', orderNumber: 'o.orderNumber' },
      ...{ orderExternalId: 'k.orderExternalId', externalId: 'k.externalId', ean: 'k.ean', sku: 'l.sku' },
      ...{ title: 'l.title', quantity: 'k.quantity', acceptedQuantity: 'k.acceptedQuantity', reason: 'k.reason' },
    },
  },
  PRODUCT_SALES: {
    about:
      'A line per product, currency and what `groupBy` names, as `productSales` tells them; by SKU; filtered by `where.productSales`.',
    source: (compiler: Compiler, question: SalesQuestion): Source => ({
      from: `(${sums(compiler, question)}) p left join shops s on s.id = p.shop_id`,
      rows: { p: salesShape(question), s: shopShape },
      absent: ['s'],
    }),
    orderBy: 'p.sku collate "C", p.currency, p.day, p.month, p.marketplace, p.shop_id, p.country',
    columns: {
      ...{ sku: 'p.sku', title: 'p.title', marketplace: 'p.marketplace', ...shop, country: 'p.country', day: 'p.day' },
      ...{ month: 'p.month', unitsSold: 'p.unitsSold', unitsReturned: 'p.unitsReturned', orderCount: 'p.orderCount' },
      ...{ grossRevenue: 'p.grossRevenue.amount', currency: 'p.grossRevenue.currency' },
    },
  },
  REJECTS: {
    about: 'A line per record that could not be mapped, latest first, with its payload; filtered by `where.rejects`.',
    source: listed('rejects r join shops s on s.id = r.shop_id', { r: rejectShape, s: shopShape }, 'r'),
    orderBy: 'r.first_seen_at desc, r.id desc',
    columns: {
      ...{ id: 'r.id', ...shop, stream: 'r.stream', externalId: 'r.externalId', reason: 'r.reason' },
      ...{ attempts: 'r.attempts', firstSeenAt: 'r.firstSeenAt', lastSeenAt: 'r.lastSeenAt' },
      ...{ retryRequestedAt: 'r.retryRequestedAt', payload: 'r.payload' },
    },
    // a payload is a whole record of a marketplace
    rowsPerFetch: 50,
  },
  SYNC_RUNS: {
    about: 'A line per stream of a sync run, latest first, with its figures; filtered by `where.syncRuns`.',
    source: listed(
      'sync_runs r join shops s on s.id = r.shop_id join stream_runs p on p.run_id = r.id',
      { r: syncRunShape, s: shopShape, p: streamRunShape },
      'r',
    ),
    orderBy: `r.queued_at desc, r.id desc, p.stream = 'RETURNS', p.stream`,
    columns: {
      ...{ id: 'r.id', ...shop, mode: 'r.mode', trigger: 'r.trigger', queuedAt: 'r.queuedAt', stream: 'p.stream' },
      ...{ status: 'p.status', startedAt: 'p.startedAt', finishedAt: 'p.finishedAt', strategy: 'p.strategy' },
      ...{ requests: 'p.requests', retries: 'p.retries', throttledMs: 'p.throttledMs', pages: 'p.pages' },
      ...{ fetched: 'p.fetched', created: 'p.created', updated: 'p.updated', unchanged: 'p.unchanged' },
      ...{ rejected: 'p.rejected', error: 'p.error' },
    },
  },
  SHOPS: {
    about: 'A line per shop, oldest first, without credentials; filtered by `where.shops`.',
    source: listed('shops s', { s: shopShape }, 's'),
    orderBy: 's.created_at, s.id',
    columns: {
      ...{ id: 's.id', name: 's.name', marketplace: 's.marketplace', status: 's.status' },
      ...{ statusReason: 's.statusReason', sandbox: 's.sandbox', createdAt: 's.createdAt', version: 's.version' },
    },
  },
} as const satisfies Record<string, Exportable<readonly Where[]> | Exportable<SalesQuestion>>;

export type Exportables = typeof exportables;
export type ExportKind = keyof Exportables;
/** What narrows an export of this kind. */
export type AskedOf<Kind extends ExportKind> = Parameters<Exportables[Kind]['source']>[1];
