// What is read of Toy Market and how: one entry per stream. http/listing.ts reads what is declared here.
import { parseInstant } from '../../../src/commerce/instant.js';
import type { Json } from '../../../src/commerce/json.js';
import type { OrderStream, ReturnStream, ShipmentStream } from '../../../src/commerce/marketplace.js';
import { byKeyOf, type Listing, type Pass, pullOf } from '../../../src/http/listing.js';
import { paths } from './client.js';
import { changeLatenessMs, changesKeptMs } from './guesses.js';
import { mapOrder, mapReturn, mapShipment } from './mapping.js';

const minute = 60_000;
const day = 24 * 60 * minute;

const orderLists: Listing & Required<Pick<Listing, 'detail'>> = {
  strategies: [
    {
      code: 'CHANGE_FEED',
      text: 'The orders that changed since the last read, in any state, the newest change first.',
      reachMs: changesKeptMs,
    },
    { code: 'LIST_BACK', text: 'All orders, the newest change first.', reachMs: null },
  ],
  passes: (strategy, { from }) => [
    strategy === 'CHANGE_FEED' && from
      ? { ...list('changed', 'orders'), query: { changedSince: from.toISOString() } }
      : list('all', 'orders'),
  ],
  detail: (id) => `${paths.orders}/${encodeURIComponent(id)}`,
};

export const orders: OrderStream = {
  name: 'ORDERS',
  strategies: orderLists.strategies,
  everyMs: 5 * minute,
  overlapMs: changeLatenessMs,
  windowMs: null,
  pull: pullOf(orderLists),
  byKey: byKeyOf(orderLists),
  map: mapOrder,
};

const shipmentLists: Listing & Required<Pick<Listing, 'detail'>> = {
  strategies: [{ code: 'LIST_BACK', text: 'All shipments, newest first, back to the last read.', reachMs: null }],
  passes: () => [{ ...list('all', 'shipments'), dateOf: (record) => instantOf(record, 'shippedAt') }],
  detail: (id) => `${paths.shipments}/${encodeURIComponent(id)}`,
};

export const shipments: ShipmentStream = {
  name: 'SHIPMENTS',
  strategies: shipmentLists.strategies,
  everyMs: 15 * minute,
  overlapMs: changeLatenessMs,
  windowMs: null,
  pull: pullOf(shipmentLists),
  byKey: byKeyOf(shipmentLists),
  map: mapShipment,
};

/** The list shows whole records: no detail, and no `byKey`. */
const returnLists: Listing = {
  strategies: [
    { code: 'LIST_BACK', text: 'All returns, the newest change first, back to the last read.', reachMs: null },
  ],
  passes: () => [{ ...list('all', 'returns'), dateOf: (record) => instantOf(record, 'changedAt') }],
};

export const returns: ReturnStream = {
  name: 'RETURNS',
  strategies: returnLists.strategies,
  everyMs: 15 * minute,
  fullEveryMs: 7 * day,
  overlapMs: changeLatenessMs,
  windowMs: null,
  pull: pullOf(returnLists),
  map: mapReturn,
};

/** Newest first, so what changes meanwhile moves to the top: records are seen twice rather than not at all. */
function list(name: string, member: 'orders' | 'shipments' | 'returns'): Pass {
  return { name, path: paths[member], query: {}, member, keyOf: (record) => textOf(record, 'id') };
}

/** Null for what is no text or says nothing: such a record becomes a reject. */
function textOf(record: Json, name: string): string | null {
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
  const value = (record as Readonly<Record<string, Json>>)[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function instantOf(record: Json, name: string): Date | null {
  const text = textOf(record, name);
  return text === null ? null : parseInstant(text);
}
