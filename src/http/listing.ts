// Lists that are read by page number, as a declaration: what a connector says of them, and the one reader that serves all.
import { createHash } from 'node:crypto';
import type { Json } from '../commerce/json.js';
import type {
  Cursor,
  Page,
  PullFrom,
  Query,
  RawRecord,
  Session,
  Strategy,
  StrategyCode,
  Stream,
  TimeSpan,
} from '../commerce/marketplace.js';
import { strategyFor } from '../commerce/strategy.js';
import { HttpFailure } from '../errors.js';

/** How a stream's lists are read. */
export interface Listing {
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly strategies: readonly [Strategy, ...Strategy[]];
  /** The lists of one sweep, one after the other. The same span gives the same passes. */
  readonly passes: (strategy: StrategyCode, span: Span) => readonly Pass[];
  /** Path of a whole record, where the lists are summaries. */
  readonly detail?: (externalId: string) => string;
}

/** What a sweep must cover, by the marketplace's clock. */
export interface Span {
  /**
   * Everything that changed before is held, the overlap taken off already, or is not wanted, as the shop's window is
   * narrower than the source's; null: whatever there is.
   */
  readonly from: Date | null;
  readonly to: Date;
}

/** One list, from its first page to its last. */
export interface Pass {
  /** Tells it from the sweep's other passes, also in a later request: `FBR`, `day 2026-11-16`. */
  readonly name: string;
  readonly path: string;
  /** `page` is added, from 1 on. */
  readonly query: Query;
  /** The member that holds the page's records; null: the answer itself is the list. Missing or empty: past the last page. */
  readonly member: string | null;
  readonly keyOf: (record: Json) => string | null;
  /** The list only names the records: each is loaded where nothing is held of it. */
  readonly isHint?: boolean;
  /** The list runs from new to old by this date: it ends at the first page of which every record lies before the span. */
  readonly dateOf?: (record: Json) => Date | null;
  /**
   * Records leave the list while it is read, and others move up to a page that was read already. So a list of several pages
   * is read again until two readings in a row show the same records.
   */
  readonly shrinks?: boolean;
}

/** A stream's place: everything before `held` is here, and a sweep may be under way. */
type Place = { readonly held: string | null; readonly sweep: Sweep | null };

type Sweep = {
  readonly strategy: StrategyCode;
  readonly from: string | null;
  /** When it is through, everything that changed before this is held. */
  readonly began: string;
  /** The pass under way; null: the first. */
  readonly pass: string | null;
  /** The page to be read next, and when the one before was. */
  readonly page: number;
  readonly readAt: string;
  /** Digests of the keys on the page before. */
  readonly tail: readonly string[];
  /** Sum of the digests of all keys that this reading of the list showed, and the reading before; null: there was none. */
  readonly sum: string;
  readonly sumBefore: string | null;
  /** How often the list was read anew. */
  readonly again: number;
  /** How many pages in a row showed nothing but what the page before them did. */
  readonly stuck: number;
  /** An earlier run began it: another sweep follows, for what came in behind it. */
  readonly old: boolean;
};

/** A list that does not stand still is read so often; what is still missed then, the next sweep finds. */
const againMax = 4;
/**
 * A page like the one before it is asked for again, as a source may answer wrongly; then the next one is, as a whole page
 * of new records may have come in above. Where nothing helps, it does not heed the page that we ask for.
 */
const rereadMax = 2;
const stuckMax = 6;
/** After a longer pause a list that shrinks is begun anew, for too much may have moved; but not for ever. */
const pauseMaxMs = 2 * 60_000;

/** The `pull` of a stream that is declared as lists. */
export function pullOf(listing: Listing): Stream['pull'] {
  return (session, from, signal) => pull(listing, session, from, signal);
}

/** The `byKey` of a stream whose records can be asked for one by one. */
export function byKeyOf(
  listing: Listing & Required<Pick<Listing, 'detail'>>,
): (session: Session, externalId: string) => RawRecord {
  return (session, externalId) => ({ externalId, payload: null, load: loadOf(listing, session, externalId) });
}

async function* pull(
  listing: Listing,
  session: Session,
  from: PullFrom,
  signal: AbortSignal,
): AsyncGenerator<Page, void> {
  const { held: heldBefore, sweep: left } = placeOf(from.cursor);
  const now = await session.now(signal);
  let held = heldBefore;
  let sweep = left && resumed(listing, left, from, now);
  for (;;) {
    let lost = sweep ? null : lostSince(held, from.windowMs, await session.now(signal));
    const begun: Sweep = sweep ?? newSweep(listing, held, from, await session.now(signal));
    for await (const { records, next } of read(listing, session, begun, signal)) {
      sweep = next;
      const done = next === null && !begun.old;
      if (next === null) held = begun.began;
      yield {
        records,
        cursor: { held, sweep: next } satisfies Place,
        done,
        strategy: begun.strategy,
        ...(lost && { lost }),
      };
      // said once, with the first page
      lost = null;
      if (done) return;
    }
  }
}

function newSweep(listing: Listing, held: string | null, { overlapMs, windowMs }: PullFrom, now: Date): Sweep {
  const since = held === null ? null : new Date(Date.parse(held) - overlapMs);
  const { code, reachMs } = strategyFor(listing.strategies, since && now.getTime() - since.getTime());
  const isNarrower = windowMs !== null && (reachMs === null || windowMs < reachMs);
  const from = since ?? (isNarrower ? new Date(now.getTime() - windowMs) : null);
  return {
    strategy: code,
    from: from?.toISOString() ?? null,
    began: now.toISOString(),
    ...atPass(null, now),
    old: false,
  };
}

const atPass = (pass: string | null, now: Date) => ({
  ...{ pass, page: 1, readAt: now.toISOString(), tail: [], sum: '0', sumBefore: null, again: 0, stuck: 0 },
});

/**
 * What an earlier pull left, unless its strategy no longer reaches back far enough and another one does: after an outage
 * beyond them all, the widest one's sweep must come to an end all the same. A list that shrinks from its first page.
 */
function resumed(listing: Listing, left: Sweep, { runBegins }: PullFrom, now: Date): Sweep | null {
  const strategy = listing.strategies.find(({ code }) => code === left.strategy);
  const gapMs = left.from === null ? 0 : now.getTime() - Date.parse(left.from);
  const isTooShort = strategy !== listing.strategies.at(-1) && gapMs > (strategy?.reachMs ?? Number.POSITIVE_INFINITY);
  if (!strategy || isTooShort) return null;
  const sweep = { ...left, old: left.old || (runBegins ?? false) };
  const pass = passesOf(listing, sweep, now).find(({ name }) => name === left.pass);
  if (left.pass !== null && !pass) return { ...sweep, ...atPass(null, now) };
  const longAgo = now.getTime() - Date.parse(left.readAt) > pauseMaxMs;
  const isAnew = longAgo && pass?.shrinks && left.again < againMax;
  return isAnew ? { ...sweep, ...atPass(left.pass, now), again: left.again + 1 } : sweep;
}

function passesOf(listing: Listing, sweep: Sweep, now: Date): readonly Pass[] {
  return listing.passes(sweep.strategy, { from: sweep.from === null ? null : new Date(sweep.from), to: now });
}

/** What changed in the time that the source no longer answers for. */
function lostSince(held: string | null, windowMs: number | null, now: Date): TimeSpan | null {
  if (held === null || windowMs === null) return null;
  const [from, to] = [new Date(held), new Date(now.getTime() - windowMs)];
  return from < to ? { from, to } : null;
}

/** Reads a sweep from where it stands to its end, page by page. `next` is where it stands after the page; null: it is through. */
async function* read(
  listing: Listing,
  session: Session,
  sweep: Sweep,
  signal: AbortSignal,
): AsyncGenerator<{ records: RawRecord[]; next: Sweep | null }, void> {
  const passes = passesOf(listing, sweep, await session.now(signal));
  let at: Sweep | null = sweep;
  while (at) {
    const here: Sweep = at;
    const index = Math.max(
      0,
      passes.findIndex(({ name }) => name === here.pass),
    );
    const pass = passes[index];
    if (!pass) throw new Error(`${here.strategy} has no list to read`);
    const found = await readPage(listing, session, pass, here.page, signal);
    const now = await session.now(signal);
    const after = afterPage(pass, here, found);
    const nextPass = passes[index + 1];
    if (after) at = { ...after, pass: pass.name, readAt: now.toISOString() };
    else at = nextPass ? { ...here, ...atPass(nextPass.name, now) } : null;
    yield { records: recordsOf(listing, session, pass, found), next: at };
  }
}

/** Where the pass stands after a page; null: it is through. */
function afterPage(pass: Pass, at: Sweep, found: readonly Json[]): Sweep | null {
  if (found.length === 0) {
    const stoodStill = !pass.shrinks || at.page <= 2 || at.sum === at.sumBefore || at.again >= againMax;
    return stoodStill ? null : { ...at, page: 1, tail: [], sum: '0', sumBefore: at.sum, again: at.again + 1 };
  }
  const tail = [...new Set(found.map((record) => digestOf(pass.keyOf(record))))].sort();
  // what moved down from the page before, as others came in above, was counted there
  const isNew = (digest: string) => !at.tail.includes(digest);
  if (!tail.some(isNew)) {
    if (at.stuck >= stuckMax) throw broken(pass, `page ${at.page} shows no other records than the page before it`);
    const page = at.stuck < rereadMax ? at.page : at.page + 1;
    return { ...at, page, stuck: at.stuck + 1 };
  }
  if (isBefore(pass, found, at.from)) return null;
  const sum = tail.filter(isNew).reduce((total, digest) => total + BigInt(`0x${digest}`), BigInt(at.sum));
  return { ...at, page: at.page + 1, tail, sum: String(sum), stuck: 0 };
}

/** Every record of the page is older than what must be covered. One without a date may be anything. */
function isBefore({ dateOf }: Pass, found: readonly Json[], from: string | null): boolean {
  if (!dateOf || from === null) return false;
  const bound = Date.parse(from);
  return found.every((record) => {
    const date = dateOf(record);
    return date !== null && date.getTime() < bound;
  });
}

async function readPage(
  { headers }: Listing,
  { http }: Session,
  pass: Pass,
  page: number,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const answer = await http.get(pass.path, { query: { ...pass.query, page }, headers: { ...headers }, signal });
  if (pass.member === null) return Array.isArray(answer) ? answer : fail(broken(pass, 'the answer is no list'));
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) {
    throw broken(pass, 'the answer is no object');
  }
  const records = (answer as Readonly<Record<string, Json>>)[pass.member] ?? [];
  return Array.isArray(records) ? records : fail(broken(pass, `${pass.member} is no list`));
}

function recordsOf(listing: Listing, session: Session, pass: Pass, found: readonly Json[]): RawRecord[] {
  const named = new Set<string>();
  return found.flatMap((payload): RawRecord[] => {
    const externalId = pass.keyOf(payload);
    if (pass.isHint) {
      if (externalId === null || named.has(externalId)) return [];
      named.add(externalId);
    }
    if (externalId === null || !listing.detail) return [{ externalId, payload }];
    const load = loadOf(listing, session, externalId);
    return [{ externalId, payload, load, ...(pass.isHint && { isHint: true }) }];
  });
}

function loadOf({ detail, headers }: Listing, { http }: Session, externalId: string) {
  return async (signal: AbortSignal): Promise<Json> => {
    const path = detail?.(externalId) ?? '';
    const answer = await http.get(path, { headers: { ...headers }, signal });
    const isRecord = answer !== null && typeof answer === 'object' && Object.keys(answer).length > 0;
    return isRecord ? answer : fail(new HttpFailure('THEIR_ANSWER', `GET ${path} answered without a record`, 200));
  };
}

function digestOf(key: string | null): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 12);
}

function broken(pass: Pass, problem: string): HttpFailure {
  return new HttpFailure('THEIR_ANSWER', `GET ${pass.path} (${pass.name}) cannot be read: ${problem}`, 200);
}

function fail(error: Error): never {
  throw error;
}

/** The cursor as we wrote it; anything else counts as none, and everything is read again. */
function placeOf(cursor: Cursor | null): Place {
  const { held = null, sweep = null } = (cursor ?? {}) as Partial<Place>;
  const isInstant = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));
  const isSweep =
    isInstant(sweep?.began) && isInstant(sweep?.readAt) && Number.isInteger(sweep?.page) && Array.isArray(sweep?.tail);
  return { held: isInstant(held) ? held : null, sweep: isSweep ? sweep : null };
}
