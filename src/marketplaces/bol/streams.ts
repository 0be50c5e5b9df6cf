// What is read of bol and how: one entry per stream. http/listing.ts reads what is declared here.
import { dayAfter, dayIn } from '../../commerce/day.js';
import { parseInstant } from '../../commerce/instant.js';
import type { Json } from '../../commerce/json.js';
import type { OrderStream, Query, ReturnStream, ShipmentStream } from '../../commerce/marketplace.js';
import { byKeyOf, type Listing, type Pass, pullOf, type Span } from '../../http/listing.js';
import { headers, paths } from './client.js';
import { orderCoverage, returnCoverage, shipmentCoverage } from './coverage.js';
import { changeLatenessMs, historyMs, intervalSlackMs, returnHandlingMs, shipmentLatenessMs, zone } from './guesses.js';
import { mapOrder, mapReturn, mapShipment } from './mapping.js';
import type { WireFulfilmentMethod } from './wire.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** bol's maximum of `change-interval-minute`. */
const intervalMinutesMax = 60;

/** Shipments and returns know no ALL, and without the parameter they show FBR only. */
const methods: readonly WireFulfilmentMethod[] = ['FBR', 'FBB'];

const orderLists: Listing & Required<Pick<Listing, 'detail'>> = {
  headers,
  strategies: [
    {
      code: 'INTERVAL_POLL',
      text: 'Every order of which an item changed in the last minutes, of both fulfillment methods and in any state.',
      reachMs: intervalMinutesMax * minute - intervalSlackMs,
    },
    {
      code: 'DAY_SWEEP',
      text: 'The orders changed on each day since the last read, one day after the other, then all that are open or were handled in the last 48 hours.',
      reachMs: historyMs,
    },
    {
      code: 'SHIPMENT_SWEEP',
      text: 'All that are open or were handled in the last 48 hours, the orders changed on each of the last 89 days, and the orders that shipments name and nobody has seen yet.',
      reachMs: historyMs,
    },
  ],
  passes(strategy, span) {
    if (strategy === 'INTERVAL_POLL') return [changedLately(span)];
    if (strategy === 'DAY_SWEEP') return [...daysOf(span).map(changedOn), current];
    const days = daysOf(span);
    return [current, ...days.reverse().map(changedOn), open, ...methods.map(namedByShipments)];
  },
  detail: (orderId) => `${paths.orders}/${encodeURIComponent(orderId)}`,
};

export const orders: OrderStream = {
  name: 'ORDERS',
  strategies: orderLists.strategies,
  everyMs: 5 * minute,
  fullEveryMs: day,
  overlapMs: changeLatenessMs,
  windowMs: historyMs,
  pull: pullOf(orderLists),
  byKey: byKeyOf(orderLists),
  map: mapOrder,
  coverage: orderCoverage,
};

const shipmentLists: Listing & Required<Pick<Listing, 'detail'>> = {
  headers,
  strategies: [
    {
      code: 'LIST_BACK',
      text: 'The shipments of each fulfillment method, newest first, back to the last read; overlapping by days. bol has no filter by change: events on the way of a known parcel are seen by full readings.',
      reachMs: historyMs,
    },
  ],
  passes: () =>
    methods.map((method) => ({
      ...shipmentList(method),
      keyOf: (shipment) => idOf(shipment, 'shipmentId'),
      dateOf: (shipment) => instantOf(shipment, 'shipmentDateTime'),
    })),
  detail: (shipmentId) => `${paths.shipments}/${encodeURIComponent(shipmentId)}`,
};

export const shipments: ShipmentStream = {
  name: 'SHIPMENTS',
  strategies: shipmentLists.strategies,
  everyMs: 15 * minute,
  fullEveryMs: 7 * day,
  overlapMs: shipmentLatenessMs,
  windowMs: historyMs,
  pull: pullOf(shipmentLists),
  byKey: byKeyOf(shipmentLists),
  map: mapShipment,
  coverage: shipmentCoverage,
};

const returnLists: Listing & Required<Pick<Listing, 'detail'>> = {
  headers,
  strategies: [
    {
      code: 'LIST_BACK',
      text: 'All unhandled returns of each fulfillment method, then the handled ones, newest first, back to weeks before the last read.',
      reachMs: null,
    },
  ],
  // what is handled meanwhile leaves a list that is read first for one that is read later
  passes: () => [...methods.map(unhandledReturns), ...methods.map(handledReturns)],
  detail: (returnId) => `${paths.returns}/${encodeURIComponent(returnId)}`,
};

export const returns: ReturnStream = {
  name: 'RETURNS',
  strategies: returnLists.strategies,
  everyMs: 15 * minute,
  fullEveryMs: day,
  overlapMs: returnHandlingMs,
  windowMs: null,
  pull: pullOf(returnLists),
  byKey: byKeyOf(returnLists),
  map: mapReturn,
  coverage: returnCoverage,
};

function orderList(name: string, query: Query): Pass {
  return {
    name,
    path: paths.orders,
    query: { 'fulfilment-method': 'ALL', ...query },
    member: 'orders',
    keyOf: (order) => idOf(order, 'orderId'),
    // an order that changes moves to another day's list, or out of this one
    shrinks: true,
  };
}

/** Without a date bol shows what is open, however old, and what was handled in the last 48 hours. */
const current = orderList('open or just handled', { status: 'ALL' });
const open = orderList('open', { status: 'OPEN' });

/** Exactly of that day, not since: each day is a list of its own. */
function changedOn(date: string): Pass {
  return orderList(`day ${date}`, { status: 'ALL', 'latest-change-date': date });
}

/** The interval ends at each request, so it is longer than the span. */
function changedLately({ from, to }: Span): Pass {
  const missingMs = from === null ? 0 : to.getTime() - from.getTime();
  const minutes = Math.min(intervalMinutesMax, Math.ceil((missingMs + intervalSlackMs) / minute));
  return orderList('interval', { status: 'ALL', 'change-interval-minute': Math.max(1, minutes) });
}

/** Orders that were shipped before anybody saw them open, as bol's own warehouse does. */
function namedByShipments(method: WireFulfilmentMethod): Pass {
  return {
    ...shipmentList(method),
    name: `orders of ${method} shipments`,
    keyOf: (shipment) => idOf(memberOf(shipment, 'order'), 'orderId'),
    isHint: true,
  };
}

function shipmentList(method: WireFulfilmentMethod) {
  return { name: method, path: paths.shipments, query: { 'fulfilment-method': method }, member: 'shipments' };
}

function returnList(method: WireFulfilmentMethod, handled: boolean): Pass {
  return {
    name: `${handled ? 'handled' : 'unhandled'} ${method}`,
    path: paths.returns,
    query: { 'fulfilment-method': method, handled: String(handled) },
    member: 'returns',
    keyOf: (made) => idOf(made, 'returnId'),
  };
}

/** Oldest first: they are read to their end. */
function unhandledReturns(method: WireFulfilmentMethod): Pass {
  return { ...returnList(method, false), shrinks: true };
}

/** Newest first. */
function handledReturns(method: WireFulfilmentMethod): Pass {
  return { ...returnList(method, true), dateOf: lastHandled };
}

/** The newest of registration and handling: by whichever of the two the list runs, nothing newer lies behind. */
function lastHandled(made: Json): Date | null {
  const items = listOf(memberOf(made, 'returnItems'));
  const results = items.flatMap((item) => listOf(memberOf(item, 'processingResults')));
  const dates = results.map((result) => instantOf(result, 'processingDateTime'));
  return [instantOf(made, 'registrationDateTime'), ...dates].reduce(
    (newest, one) => (one && (!newest || one > newest) ? one : newest),
    null,
  );
}

/** The days of a span by bol's calendar, the oldest first, as far back as bol answers. */
function daysOf({ from, to }: Span): string[] {
  const oldest = new Date(to.getTime() - historyMs);
  const days = [dayIn(zone, from && from > oldest ? from : oldest)];
  for (const last = dayIn(zone, to); (days.at(-1) as string) < last; ) days.push(dayAfter(days.at(-1) as string));
  return days;
}

function memberOf(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as Readonly<Record<string, Json>>)[name] ?? null;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Ids are text, always. One that is not, or says nothing, makes the record a reject. */
function idOf(record: Json, name: string): string | null {
  const id = memberOf(record, name);
  return typeof id === 'string' && id.trim() !== '' ? id : null;
}

function instantOf(record: Json, name: string): Date | null {
  const text = memberOf(record, name);
  return typeof text === 'string' ? parseInstant(text) : null;
}
