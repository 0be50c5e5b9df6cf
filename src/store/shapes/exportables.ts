/*
 * What can be exported: the whole of it, the reports in a file of their own. One more is an entry here and a line in `graph/export-reads.ts`. A column is its
 * name in the file and the field of a shape that it shows, so it cannot say anything else than the API.
 */
import { alertDeliveryShape, alertShape } from './alert.js';
import type { Compiler } from './compile.js';
import { coverageDayShape } from './coverage.js';
import { customerShape } from './customer.js';
import type { Exportable, Source } from './export-rows.js';
import { reportExportables } from './exportable-reports.js';
import type { Where } from './list.js';
import { orderLineShape, orderShape } from './order.js';
import { oversellIncidentShape, productShape, stockMovementShape } from './product.js';
import { rejectShape } from './reject.js';
import { returnLineShape, returnShape } from './return.js';
import { streamRunShape, syncRunShape } from './run.js';
import type { SalesQuestion } from './sales-sums.js';
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
  PRODUCTS: {
    about: 'A line per product of the own stock, by SKU; filtered by `where.products`.',
    source: listed('products p', { p: productShape }, 'p'),
    orderBy: 'p.sku, p.id',
    columns: {
      ...{ id: 'p.id', sku: 'p.sku', title: 'p.title', ean: 'p.ean', price: 'p.price.amount' },
      ...{ currency: 'p.price.currency', vatRate: 'p.vatRate', isActive: 'p.isActive', onHand: 'p.onHand' },
      ...{ reserved: 'p.reserved', safetyBuffer: 'p.safetyBuffer', available: 'p.available' },
      ...{ stockSince: 'p.stockSince', createdAt: 'p.createdAt', changedAt: 'p.changedAt', version: 'p.version' },
    },
  },
  STOCK_MOVEMENTS: {
    about: 'A line per entry of the ledger of stock, latest first; filtered by `where.stockMovements`.',
    source: listed(
      'stock_movements m join products p on p.id = m.product_id left join orders o on o.id = m.order_id',
      { m: stockMovementShape, p: productShape, o: orderShape },
      'm',
      ['o'],
    ),
    orderBy: 'm.id desc',
    columns: {
      ...{ id: 'm.id', at: 'm.at', reason: 'm.reason', productId: 'p.id', sku: 'p.sku', onHandDelta: 'm.onHandDelta' },
      ...{ reservedDelta: 'm.reservedDelta', onHand: 'm.onHand', reserved: 'm.reserved', orderId: 'o.id' },
      ...{ orderNumber: 'o.orderNumber', note: 'm.note' },
    },
  },
  OVERSELL_INCIDENTS: {
    about:
      'A line per product of which more was sold than there is, latest first; filtered by `where.oversellIncidents`.',
    source: listed(
      'oversell_incidents i join products p on p.id = i.product_id',
      { i: oversellIncidentShape, p: productShape },
      'i',
    ),
    orderBy: 'i.noticed_at desc, i.id desc',
    columns: {
      ...{ id: 'i.id', productId: 'p.id', sku: 'p.sku', shortfall: 'i.shortfall', shortfallMax: 'i.shortfallMax' },
      ...{ noticedAt: 'i.noticedAt', resolvedAt: 'i.resolvedAt' },
    },
  },
  CUSTOMERS: {
    about: 'A line per customer of direct sales, the newest first; filtered by `where.customers`.',
    source: listed('customers c', { c: customerShape() }, 'c'),
    orderBy: 'c.id desc',
    columns: {
      ...{ id: 'c.id', reference: 'c.reference', name: 'c.name', email: 'c.email', createdAt: 'c.createdAt' },
      version: 'c.version',
    },
  },
  ALERTS: {
    about: 'A line per alert, latest first, the resolved ones too; filtered by `where.alerts`.',
    source: listed('alerts a left join shops s on s.id = a.shop_id', { a: alertShape, s: shopShape }, 'a', ['s']),
    orderBy: 'a.raised_at desc, a.id desc',
    columns: {
      ...{ id: 'a.id', kind: 'a.kind', subject: 'a.subject', ...shop, severity: 'a.severity', state: 'a.state' },
      ...{ message: 'a.message', raisedAt: 'a.raisedAt', lastSeenAt: 'a.lastSeenAt' },
      ...{ acknowledgedAt: 'a.acknowledgedAt', resolvedAt: 'a.resolvedAt', facts: 'a.facts', version: 'a.version' },
    },
  },
  ALERT_DELIVERIES: {
    about: 'A line per event that the webhook is told, latest first; filtered by `where.alertDeliveries`.',
    source: listed(
      'alert_deliveries d join alerts a on a.id = d.alert_id',
      { d: alertDeliveryShape, a: alertShape },
      'd',
    ),
    orderBy: 'd.created_at desc, d.id desc',
    columns: {
      ...{ id: 'd.id', alertId: 'a.id', event: 'd.event', eventId: 'd.eventId', state: 'd.state' },
      ...{ attempts: 'd.attempts', nextAttemptAt: 'd.nextAttemptAt', lastStatus: 'd.lastStatus' },
      ...{ lastError: 'd.lastError', createdAt: 'd.createdAt', deliveredAt: 'd.deliveredAt', payload: 'd.payload' },
    },
  },
  ...reportExportables,
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
  COVERAGE_DAYS: {
    about:
      'A line per shop, stream, day and fulfillment method that was counted a second time, as `syncCoverage` tells it, newest days first; filtered by `where.coverage`.',
    source: listed('coverage_days d join shops s on s.id = d.shop_id', { d: coverageDayShape, s: shopShape }, 'd'),
    orderBy: `s.id, d.stream = 'RETURNS', d.stream, d.day desc, d.fulfilled_by desc`,
    columns: {
      ...{ ...shop, stream: 'd.stream', day: 'd.day', fulfilledBy: 'd.fulfilledBy', state: 'd.state' },
      ...{ reason: 'd.reason', unit: 'd.unit', counted: 'd.counted', held: 'd.held', rejected: 'd.rejected' },
      ...{ missing: 'd.missing', missingCount: 'd.missingCount', fetchedCount: 'd.fetchedCount' },
      ...{ heldAfter: 'd.heldAfter', repairedAt: 'd.repairedAt', checkedAt: 'd.checkedAt' },
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
