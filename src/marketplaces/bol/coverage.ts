// How bol's streams can be counted a second time.
import type { CountedRecord, ListCoverage, NoCoverage, OrderCoverage } from '../../commerce/coverage.js';
import { parseInstant } from '../../commerce/instant.js';
import type { Json } from '../../commerce/json.js';
import type { Query, Session } from '../../commerce/marketplace.js';
import type { FulfilledBy } from '../../commerce/order.js';
import { HttpFailure } from '../../errors.js';
import { headers, paths } from './client.js';
import { historyMs } from './guesses.js';
import type { WireFulfilmentMethod } from './wire.js';

const methods: readonly FulfilledBy[] = ['SELLER', 'MARKETPLACE'];
const methodOf: Readonly<Record<FulfilledBy, WireFulfilmentMethod>> = { SELLER: 'FBR', MARKETPLACE: 'FBB' };
const reachDays = Math.floor(historyMs / 86_400_000);

/**
 * Orders are found by polling what changed in the last minutes; what a poll never showed, the list of the day shows. The
 * check asks it per method, which polls and sweeps never do.
 */
export const orderCoverage: ListCoverage = {
  by: 'LIST',
  text: 'The orders of which an item last changed on the day, listed per fulfillment method.',
  methods,
  reachDays,
  daily: true,
  async list(session, { day, fulfilledBy, after }, signal) {
    const page = typeof after === 'number' ? after : 1;
    const query = { status: 'ALL', 'fulfilment-method': methodOf[fulfilledBy], 'latest-change-date': day, page };
    const orders = await listed(session, paths.orders, query, 'orders', signal);
    // past the last page there is no order, and only that tells the end
    return { records: orders.flatMap(recordOf), after: orders.length > 0 ? page + 1 : null };
  },
};

/**
 * Shipments can be listed in one way only. But orders tell how many units of each item were shipped: where that is more
 * than the shipments hold, bol is asked for the order's shipments. Without a fulfillment method, which it forbids there.
 */
export const shipmentCoverage: OrderCoverage = {
  by: 'ORDERS',
  text: 'The units that the orders say were shipped, against those of the shipments; where they differ, the shipments of the order.',
  methods,
  reachDays,
  daily: true,
  async shipmentsOf(session, { externalId }, signal) {
    const found: string[] = [];
    for (let page = 1; page <= pagesOfOrderMax; page++) {
      const shipments = await listed(session, paths.shipments, { 'order-id': externalId, page }, 'shipments', signal);
      if (shipments.length === 0) break;
      found.push(...shipments.map((shipment) => textOf(shipment, 'shipmentId')).filter((id) => id !== null));
      if (shipments.length < pageSize) break;
    }
    return found;
  },
};

/** bol lists returns by state and method, without a date, and that is how they are read; orders do not tell them. */
export const returnCoverage: NoCoverage = {
  by: 'NOTHING',
  methods,
  reason: 'bol.com lists returns by state only, which is how they are read, and its orders do not tell them.',
};

/** bol: 50 rows a page, fixed. */
const pageSize = 50;
/** No order is sent in so many parcels: a list that does not end. */
const pagesOfOrderMax = 20;

async function listed(
  { http }: Session,
  path: string,
  query: Query,
  member: 'orders' | 'shipments',
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const answer = await http.get(path, { query, headers: { ...headers }, signal });
  const isObject = answer !== null && typeof answer === 'object' && !Array.isArray(answer);
  // past the last page the member is missing
  const records = isObject ? (memberOf(answer, member) ?? []) : null;
  if (Array.isArray(records)) return records;
  throw new HttpFailure('THEIR_ANSWER', `GET ${path} answered without a list of ${member}`, 200);
}

function recordOf(order: Json): CountedRecord[] {
  const externalId = textOf(order, 'orderId');
  if (externalId === null) return [];
  const items = memberOf(order, 'orderItems');
  const dates = (Array.isArray(items) ? items : [])
    .map((item) => textOf(item, 'latestChangedDateTime'))
    .map((text) => (text === null ? null : parseInstant(text)))
    .filter((date) => date !== null);
  return [{ externalId, changedAt: dates.length ? new Date(Math.max(...dates.map(Number))) : null }];
}

function memberOf(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as Readonly<Record<string, Json>>)[name] ?? null;
}

function textOf(value: Json, name: string): string | null {
  const text = memberOf(value, name);
  return typeof text === 'string' && text.trim() ? text : null;
}
