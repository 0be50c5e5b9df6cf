// How OTTO's lists are read to their end: orders and shipments. Returns have a file of their own.

import { parseInstant } from '../../commerce/instant.js';
import type { Json } from '../../commerce/json.js';
import type { Cursor, Page, PlainHttp, PullFrom, RawRecord, Session } from '../../commerce/marketplace.js';
import { HttpFailure } from '../../errors.js';
import { getOrder, getShipment, type Listed, listOrders, listShipments } from './client.js';
import { shipmentsBeginning } from './guesses.js';

/**
 * A stream's place. A *pass* reads a list from its first page to its last; the watermark moves when a pass is through.
 * As long as one is not, its place is kept, so that stopping after any page loses nothing: the next pull goes on there,
 * or, should OTTO no longer know the page cursor, begins the same pass anew.
 */
type Place = {
  /** Everything that had changed (orders) or was created (shipments) by then has been read. Null: nothing yet. */
  readonly watermark: string | null;
  readonly pass: Pass | null;
};

type Pass = {
  /** The list's lower bound; null: everything. */
  readonly from: string | null;
  /** By our clock, which decides nothing but what dates to believe: see `credible`. */
  readonly startedAt: string;
  /** The newest date that was seen in this pass and is believed. */
  readonly newest: string | null;
  /** OTTO's page cursor; null: the first page. */
  readonly next: string | null;
  /** How often in a row the page's link led back to the page itself. */
  readonly stuck: number;
  /** An earlier run began it: another pass follows, for what came in behind it. */
  readonly old: boolean;
};

/** So often a page whose link leads back to itself is read again before that counts as the list's end. */
const stuckMax = 3;

/** What tells one list from the other. */
interface List {
  readonly limit: number;
  readonly read: (http: PlainHttp, pass: Pass, signal: AbortSignal) => Promise<Listed>;
  /** The next page's cursor, by its name in the link. */
  readonly cursorNames: readonly string[];
  readonly record: (http: PlainHttp, payload: Json) => RawRecord;
  readonly dateOf: (payload: Json) => string | null;
  /** Does the list run from old to new, as far as this page's dates tell? */
  readonly oldestFirst: (dates: readonly string[]) => boolean;
}

/**
 * Orders by change date, oldest first: an order that changes meanwhile moves to the end and comes again, which harms
 * nothing. The watermark follows `lifecycleChangeDate`, the order of the list and never newer than `lastModifiedDate`:
 * by whichever of the two `fromDate` selects, nothing unread lies before it. It is never an order date: an order becomes
 * PROCESSABLE half an hour or ten days after it was placed.
 */
const orders: List = {
  // documented in 2025-04 as the most, in 2025-07 as the default of at most 256: both accept it
  limit: 128,
  read: (http, { from, next }, signal) =>
    listOrders(http, next === null ? { fromDate: from } : { cursor: next }, orders.limit, signal),
  cursorNames: ['nextcursor', 'nextCursor'],
  record: (_, payload) => ({ externalId: keyOf(payload, 'salesOrderId'), payload }),
  dateOf: (payload) => instantOf(memberOf(memberOf(payload, 'orderLifecycleInformation'), 'lifecycleChangeDate')),
  oldestFirst: () => true,
};

const shipments: List = {
  // OTTO's maximum
  limit: 100,
  read: (http, { from, next }, signal) =>
    listShipments(http, { datefrom: (from ?? shipmentsBeginning).slice(0, 10), next }, shipments.limit, signal),
  cursorNames: ['next'],
  record: (http, payload) => {
    const externalId = keyOf(payload, 'shipmentId');
    if (externalId === null) return { externalId, payload };
    const load = async (signal: AbortSignal) => merged(payload, await getShipment(http, externalId, signal));
    return { externalId, payload, load };
  },
  dateOf: (payload) => instantOf(memberOf(payload, 'creationDate')),
  // not documented; OTTO's own test data have the newer one first
  oldestFirst: (dates) => dates.every((date, index) => index === 0 || date >= (dates[index - 1] as string)),
};

export function pullOrders(session: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  return pull(orders, session, from, signal);
}

export function pullShipments(session: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  return pull(shipments, session, from, signal);
}

/** An order that is known by its id only. */
export function orderByKey({ http }: Session, externalId: string): RawRecord {
  return { externalId, payload: null, load: (signal) => getOrder(http, externalId, signal) };
}

/** A shipment that is known by its id only. */
export function shipmentByKey({ http }: Session, externalId: string): RawRecord {
  return { externalId, payload: null, load: (signal) => getShipment(http, externalId, signal) };
}

async function* pull(list: List, { http }: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  const place = placeOf(from.cursor, from.runBegins ?? false);
  let { watermark } = place;
  let pass = place.pass ?? newPass(watermark, from);
  for (;;) {
    const answer = await readOrRestart(list, http, pass, signal);
    pass = answer.pass;
    const { records, next } = answer.listed;
    const dates = records.map(list.dateOf).filter((date) => date !== null);
    const newest = latest(pass.newest, ...credible(dates, pass.startedAt));
    const following = records.length > 0 && next ? firstOf(next, list.cursorNames) : null;
    pass =
      following !== null && following === pass.next
        ? unstuck({ ...pass, newest }, list.oldestFirst(dates), records.length >= list.limit)
        : { ...pass, newest, next: following, stuck: 0 };
    const through = pass.next === null && pass.from === answer.pass.from;
    const done = through && !pass.old;
    if (through) {
      watermark = latest(watermark, pass.newest);
      pass = newPass(watermark, from);
    }
    const cursor: Place = { watermark, pass: done ? null : pass };
    yield { records: records.map((payload) => list.record(http, payload)), cursor, done };
    if (done) return;
  }
}

function newPass(watermark: string | null, from: PullFrom): Pass {
  const startedAt = from.now.toISOString();
  const lowerBound = watermark && minus(watermark, from.overlapMs);
  return { from: lowerBound, startedAt, newest: null, next: null, stuck: 0, old: false };
}

/** A page cursor that OTTO refuses is given up: the pass begins anew, and what comes again is recognised as unchanged. */
async function readOrRestart(
  list: List,
  http: PlainHttp,
  pass: Pass,
  signal: AbortSignal,
): Promise<{ pass: Pass; listed: Listed }> {
  try {
    return { pass, listed: await list.read(http, pass, signal) };
  } catch (error) {
    const refused = error instanceof HttpFailure && (error.failure === 'OUR_REQUEST' || error.failure === 'GONE');
    if (!refused || pass.next === null) throw error;
    const anew: Pass = { ...pass, newest: null, next: null, stuck: 0 };
    return { pass: anew, listed: await list.read(http, anew, signal) };
  }
}

/**
 * A link that leads back to its own page has been seen on last pages, and may happen on others. A list that runs from old
 * to new is then asked for again from the newest date seen; any other, if the page was full, is asked for that page a few
 * times more. Where that brings us no further, it was the end.
 */
function unstuck(pass: Pass, oldestFirst: boolean, full: boolean): Pass {
  if (!oldestFirst) {
    const again = full && pass.stuck < stuckMax;
    return again ? { ...pass, stuck: pass.stuck + 1 } : { ...pass, next: null };
  }
  const moved = pass.newest !== null && (pass.from === null || pass.newest > pass.from);
  return { ...pass, from: moved ? pass.newest : pass.from, next: null };
}

/**
 * Watermarks are dates of the source, so it does not matter by how much its clock and ours differ. Ours only tells what
 * cannot be true: one record that is dated years ahead would otherwise hide everything that changes until then. Should
 * our clock be the one that is wrong, the watermark moves late and more is read again; nothing is passed over.
 */
export function credible(dates: readonly (string | null)[], startedAt: string): (string | null)[] {
  return dates.filter((date) => date !== null && date <= startedAt);
}

/** The cursor as we wrote it; anything else counts as none, and everything is read again. */
function placeOf(cursor: Cursor | null, runBegins: boolean): Place {
  const watermark = textOf(cursor?.watermark);
  const pass = cursor?.pass ?? null;
  const startedAt = textOf(memberOf(pass, 'startedAt'));
  if (startedAt === null) return { watermark, pass: null };
  const [from, newest, next] = ['from', 'newest', 'next'].map((name) => textOf(memberOf(pass, name)));
  const old = runBegins || memberOf(pass, 'old') === true;
  const kept = { from: from ?? null, startedAt, newest: newest ?? null, next: next ?? null, stuck: 0, old };
  return { watermark, pass: kept };
}

function merged(summary: Json, detail: Json): Json {
  return { ...(summary as Record<string, Json>), ...(detail as Record<string, Json>) };
}

/** The latest of instants written by `toISOString`, which sort as text. */
export function latest(...instants: readonly (string | null)[]): string | null {
  return instants.reduce((newest, one) => (one !== null && (newest === null || one > newest) ? one : newest), null);
}

export function minus(instant: string, ms: number): string {
  return new Date(Date.parse(instant) - ms).toISOString();
}

export function memberOf(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as Readonly<Record<string, Json>>)[name] ?? null;
}

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A key that can be stored; null makes the record a reject. */
export function keyOf(payload: Json, name: string): string | null {
  const key = textOf(memberOf(payload, name));
  return key?.trim() ? key : null;
}

export function instantOf(value: Json): string | null {
  return parseInstant(textOf(value) ?? '')?.toISOString() ?? null;
}

function firstOf(query: URLSearchParams, names: readonly string[]): string | null {
  return names.map((name) => query.get(name)).find((value) => value) ?? null;
}
