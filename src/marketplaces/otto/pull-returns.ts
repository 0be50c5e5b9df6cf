// How OTTO's returns are read: four lists by status, newest change first, in pages by number.
import type { Json } from '../../commerce/json.js';
import type { Cursor, Page, PullFrom, RawRecord, Session } from '../../commerce/marketplace.js';
import { HttpFailure } from '../../errors.js';
import { listReturns } from './client.js';
import { returnsLeavingMax } from './guesses.js';
import { credible, instantOf, keyOf, latest, memberOf, minus, textOf } from './pull.js';
import type { WireReturnStatus } from './wire.js';

/** OTTO's maximum. */
export const returnsPerPage = 50;

/** ANNOUNCED first: what leaves it while we read appears at the head of a list that is still to be read. */
const statuses: readonly WireReturnStatus[] = ['ANNOUNCED', 'MISDIRECTED', 'REJECTED', 'ACCEPTED'];

/** Per list, since each is read at another time: what one shows at its head says nothing of what entered another. */
type Watermarks = { readonly [Status in WireReturnStatus]?: string };

type Place = {
  /** Every return that entered a list by then has been read. Missing: nothing of it yet. */
  readonly watermarks: Watermarks;
  readonly pass: Pass | null;
};

type Pass = {
  /** By our clock: dates beyond are not believed. */
  readonly startedAt: string;
  /** The newest change that was seen in the list. */
  readonly newest: string | null;
  /** The list being read. */
  readonly status: WireReturnStatus;
  /** How many of its returns have been read. */
  readonly read: number;
  /** The last of them. */
  readonly tail: readonly string[];
  /** How often this list was begun again. */
  readonly restarts: number;
  /** An earlier run began it: another pass follows, for what came into the lists that it has read. */
  readonly old: boolean;
};

/** A list that changes faster than it can be read is given up for now. */
const restartsMax = 5;

/**
 * A return that enters a list pushes the others to later pages: they come twice, which harms nothing. One that leaves it
 * (ANNOUNCED, then ACCEPTED) pulls them forward, over a page's edge that we have already read past. Therefore each page is
 * asked for so that it overlaps the one before; if it then contains none of that one's last returns, too many have left,
 * and the list is read from its head again.
 */
export async function* pullReturns({ http }: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  const place = placeOf(from.cursor, from.runBegins ?? false);
  let { watermarks } = place;
  let pass = place.pass ?? newPass(from);
  for (;;) {
    const watermark = watermarks[pass.status] ?? null;
    // older changes are known
    const known = watermark && minus(watermark, from.overlapMs);
    const window = pageAt(Math.max(0, pass.read - returnsLeavingMax));
    const query = { status: pass.status, page: window.page, limit: window.limit };
    const { records, next } = await listReturns(http, query, signal);
    const dates = records.map((record) => instantOf(memberOf(record, 'occurredTime')));
    const newest = latest(pass.newest, ...credible(dates, pass.startedAt));
    const newestHere = latest(...dates);
    const isKnown = known !== null && newestHere !== null && newestHere < known;
    const ids = records.map((record) => keyOf(record, 'positionItemId')).filter((id) => id !== null);
    const ended = records.length === 0 || (next === null && records.length < window.limit);
    const gap = pass.tail.length > 0 && !pass.tail.some((id) => ids.includes(id));
    const following = statuses[statuses.indexOf(pass.status) + 1];

    const listDone = !gap && (ended || isKnown);
    if (listDone) watermarks = { ...watermarks, ...marked(pass.status, latest(watermark, newest)) };
    if (gap) pass = restarted({ ...pass, newest });
    else if (!listDone) {
      const read = window.start + Math.min(records.length, window.limit);
      pass = { ...pass, newest, read: Math.max(read, pass.read + 1), tail: ids.slice(-returnsLeavingMax) };
    } else if (following) pass = { ...pass, newest: null, status: following, read: 0, tail: [], restarts: 0 };
    const through = listDone && !following;
    const done = through && !pass.old;
    if (through) pass = newPass(from);
    const cursor: Place = { watermarks, pass: done ? null : pass };
    yield { records: records.map(recordOf), cursor, done };
    if (done) return;
  }
}

function recordOf(payload: Json): RawRecord {
  return { externalId: keyOf(payload, 'positionItemId'), payload };
}

/**
 * The page that begins at or shortly before the `start`-th return and reaches furthest beyond it. OTTO counts pages by
 * whole limits, so the limit is varied: to begin at 40, page 2 of limit 40.
 */
export function pageAt(start: number): { page: number; limit: number; start: number } {
  let best = { page: 1, limit: returnsPerPage, start: 0 };
  for (let limit = returnsPerPage; start > 0 && limit > returnsPerPage / 2; limit--) {
    const before = Math.floor(start / limit);
    if ((before + 1) * limit > best.start + best.limit) best = { page: before + 1, limit, start: before * limit };
  }
  return best;
}

function restarted(pass: Pass): Pass {
  if (pass.restarts >= restartsMax) {
    throw new HttpFailure(
      'RETRY_LATER',
      `GET /v3/returns: the list of ${pass.status} returns changes faster than it can be read`,
    );
  }
  return { ...pass, read: 0, tail: [], restarts: pass.restarts + 1 };
}

function newPass(from: PullFrom): Pass {
  return {
    startedAt: from.now.toISOString(),
    newest: null,
    status: 'ANNOUNCED',
    read: 0,
    tail: [],
    restarts: 0,
    old: false,
  };
}

function marked(status: WireReturnStatus, watermark: string | null): Watermarks {
  return watermark === null ? {} : { [status]: watermark };
}

/** The cursor as we wrote it; anything else counts as none, and everything is read again. */
function placeOf(cursor: Cursor | null, runBegins: boolean): Place {
  const stored = cursor?.watermarks ?? null;
  const watermarks = Object.assign({}, ...statuses.map((status) => marked(status, textOf(memberOf(stored, status)))));
  const pass = cursor?.pass ?? null;
  const startedAt = textOf(memberOf(pass, 'startedAt'));
  const status = statuses.find((one) => one === memberOf(pass, 'status'));
  const read = memberOf(pass, 'read');
  const tail = memberOf(pass, 'tail');
  if (startedAt === null || !status || typeof read !== 'number') return { watermarks, pass: null };
  return {
    watermarks,
    pass: {
      startedAt,
      newest: textOf(memberOf(pass, 'newest')),
      status,
      read,
      restarts: 0,
      old: runBegins || memberOf(pass, 'old') === true,
      tail: Array.isArray(tail) ? tail.filter((id) => typeof id === 'string') : [],
    },
  };
}
