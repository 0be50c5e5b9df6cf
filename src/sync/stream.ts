import { setMaxListeners } from 'node:events';
import type { Inbox } from '../commerce/inbox.js';
import type { Page, Session, Stream } from '../commerce/marketplace.js';
import { StaleWorker } from '../errors.js';
import type { ShopSession } from '../http/client.js';
import { type Meter, newMeter } from '../http/meter.js';
import { type PageWrite, writePage } from '../store/pages.js';
import { addRequests, backOffShop, beginStream, failStream, type OpenRun, type OpenStream } from '../store/runs.js';
import { prepared } from './ahead.js';
import { backOffMs, jitter, judge, StoreFailure, type Verdict } from './failure.js';
import { Interrupted } from './hold.js';
import { type OpenInbox, openInbox } from './inbox.js';
import { type PreparedPage, preparePage } from './page.js';
import { everyMsOf, owned, ShopRefused, type Slice, shopOf } from './slice.js';

/** How a stream's part of a slice ended: the run may go on with the next one, in a later slice, or must stop. */
type StreamEnd = 'NEXT' | 'MORE' | 'STOP';

/**
 * Pages in work besides the one that is being written: memory is bounded by this. Where many shops are at work, their
 * pages fill the time that one would wait.
 */
const pagesAhead = (shopsAtWork: number) => (shopsAtWork > 8 ? 1 : 2);
/** How often a long run says where it is. */
const progressEveryMs = 10_000;

interface Pulling {
  readonly slice: Slice;
  /** Its requests are charged to `meter`. */
  readonly session: Session;
  readonly meter: Meter;
  readonly run: OpenRun;
  readonly part: OpenStream;
  readonly stream: Stream;
  readonly inbox: Inbox | undefined;
}

/** Pulls one stream of a run from where it stands. Its failures are written down here; what concerns the shop is thrown. */
export async function pullStream(
  slice: Slice,
  session: ShopSession,
  run: OpenRun,
  part: OpenStream,
): Promise<StreamEnd> {
  const { room, fence, hold, marketplace } = slice;
  const dueInMs = part.status === 'QUEUED' || part.failures > 0 ? jitter(everyMsOf(marketplace, part)) : null;
  owned(await beginStream(room.db, fence, { runId: run.id, stream: part.name, dueInMs }), hold);
  const stream = marketplace.streams.find(({ name }) => name === part.name);
  const progress = { pages: 0 };
  const meter = newMeter();
  let inbox: OpenInbox | undefined;
  try {
    if (!stream) throw new Error(`${marketplace.title} has no stream ${part.name}`);
    if (stream.drains) inbox = openInbox({ slice, session, meter, stream: part.name });
    const metered = session.metered(meter, slice.log);
    return await pullPages({ slice, session: metered, meter, run, part, stream, inbox }, progress);
  } catch (error) {
    hold.signal.throwIfAborted();
    if (error instanceof StaleWorker || error instanceof Interrupted) throw error;
    const verdict = judge(error);
    if (verdict.next === 'LEAVE') throw error;
    if (verdict.next === 'REFUSE') throw new ShopRefused(verdict.code, verdict.error);
    if (verdict.code === 'INTERNAL') slice.log.error('stream failed', { stream: part.name, error });
    return await writeFailure(slice, run, part, verdict, progress.pages > 0);
  } finally {
    inbox?.close();
    await countRest(slice, meter, run, part);
  }
}

/**
 * Several pages are in work at any time: while one is written, the next ones are asked for, get their details and are
 * mapped. Otherwise the rate limit would go unused while we write, and while the last details of a page are on their way.
 */
async function pullPages(pulling: Pulling, progress: { pages: number }): Promise<StreamEnd> {
  const { slice, session, part, stream } = pulling;
  const { room, hold } = slice;
  // ends what is under way when a part of it fails
  const failed = new AbortController();
  const signal = AbortSignal.any([hold.signal, failed.signal]);
  // one listener per request under way
  setMaxListeners(0, signal, hold.signal);
  const failing = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const from = {
    mode: part.mode,
    cursor: part.runCursor ?? (part.mode === 'FULL' ? null : part.cursor),
    overlapMs: part.overlapMs ?? stream.overlapMs,
    windowMs: part.windowMs ?? stream.windowMs,
    runBegins: part.runCursor === null,
    now: new Date(),
    inbox: pulling.inbox,
  };
  const { db, detailsAtOnce } = room;
  const preparation = {
    ...{ db, shopId: hold.shop.id, stream, mode: part.mode, detailsAtOnce, signal, log: slice.log },
    unread: room.unreadOf(hold.shop.id, stream.name),
  };
  const prepare = (page: Page) => preparePage(page, preparation).catch(failing);
  let saidAt = performance.now();
  let fetched = 0;
  let done = false;
  const pages = stream.pull(session, from, signal);
  for await (const page of prepared(pages, prepare, { ahead: pagesAhead(room.shopsAtWork()), enough: slice.over })) {
    await writePrepared(pulling, page).catch(failing);
    preparation.unread.clear();
    progress.pages += 1;
    fetched += page.fetched;
    done = page.done;
    if (performance.now() - saidAt > progressEveryMs) {
      saidAt = performance.now();
      slice.log.info('syncing', { stream: stream.name, pages: progress.pages, fetched });
    }
    if (hold.signal.aborted) failing(hold.signal.reason);
  }
  if (done) return 'NEXT';
  if (slice.over()) return 'MORE';
  throw new Error(`${stream.name} ended without a last page`);
}

async function writePrepared({ slice, meter, run, stream }: Pulling, page: PreparedPage): Promise<void> {
  const { room, marketplace, log } = slice;
  const { records, rejects, fetched, unchanged, cursor, done, lost, received } = page;
  const strategy = page.strategy ?? stream.strategies[0].code;
  const write: PageWrite = {
    shop: shopOf(slice),
    runId: run.id,
    stream: stream.name,
    records,
    rejects,
    mappingVersion: marketplace.mappingVersion,
    fetched,
    unchanged,
    meter: take(meter),
    cursor,
    done,
    strategy,
    lost,
    received,
    ...(stream.fullEveryMs && { fullAgainInMs: jitter(stream.fullEveryMs) }),
  };
  const result = await writePage(room.db, write).catch((error) => {
    throw error instanceof StaleWorker ? error : new StoreFailure(error);
  });
  if (lost) {
    const span = { from: lost.from.toISOString(), to: lost.to.toISOString() };
    log.error('the source no longer answers for a time that was not read', { stream: stream.name, ...span });
  }
  if (result.rejected > 0) log.warn('records rejected', { stream: stream.name, rejected: result.rejected });
  for (const reject of rejects.slice(0, 3)) {
    log.debug('record rejected', { stream: stream.name, record: reject.recordKey, reason: reject.reason });
  }
  const { cancelRequested, ...counts } = result;
  const throttledMs = Math.round(write.meter.throttledMs);
  log.debug('page committed', { stream: stream.name, fetched, ...counts, throttledMs, done, strategy });
  if (cancelRequested && !done) throw new Interrupted('CANCELLED');
}

/** Failures in a row are counted from the last committed page on. A run is given up after a bounded number of them. */
async function writeFailure(
  slice: Slice,
  run: OpenRun,
  part: OpenStream,
  verdict: Exclude<Verdict, { next: 'LEAVE' | 'REFUSE' }>,
  progressed: boolean,
): Promise<StreamEnd> {
  const { room, fence, hold, log } = slice;
  const failures = progressed ? 1 : part.failures + 1;
  const awayMs = verdict.next === 'RETRY' ? Math.min(verdict.awayMs ?? 0, room.backOff.awayMaxMs) : 0;
  // limits are counted per account, whatever was asked for; any other trouble may be one stream's own
  const isForShop = awayMs > 0 && verdict.code === 'RATE_LIMITED';
  const final = verdict.next === 'FAIL' || failures >= room.backOff.failuresMax;
  // a new run of a stream that failed for good is not worth as much haste as going on with one
  const pauseMs = backOffMs(failures, room.backOff);
  const delayMs = Math.max(final ? Math.min(pauseMs * 12, room.backOff.maxMs) : pauseMs, awayMs);
  const { code, error } = verdict;
  const failure = { runId: run.id, stream: part.name, code, error, failures, final, delayMs };
  owned(await failStream(room.db, fence, failure), hold);
  if (isForShop) await backOffShop(room.db, fence, awayMs);
  log.warn(final ? 'stream failed' : 'stream will be tried again', {
    stream: part.name,
    code,
    reason: error,
    failures,
    nextInSeconds: Math.round(delayMs / 1000),
  });
  return isForShop ? 'STOP' : 'NEXT';
}

/** Reads the meter and sets it to zero. */
function take(meter: Meter): Meter {
  const taken = { ...meter };
  Object.assign(meter, newMeter());
  return taken;
}

/** Requests since the last committed page: they were sent, so they count. */
async function countRest(slice: Slice, meter: Meter, run: OpenRun, part: OpenStream): Promise<void> {
  const rest = take(meter);
  if (rest.requests === 0) return;
  await addRequests(slice.room.db, slice.fence, { runId: run.id, stream: part.name, ...rest }).catch((error) =>
    slice.log.debug('requests not counted', { error }),
  );
}
