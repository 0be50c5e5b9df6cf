import { dayAfter, dayIn, daysBetween } from '../commerce/day.js';
import type { Session, Stream, StreamName } from '../commerce/marketplace.js';
import type { FulfilledBy } from '../commerce/order.js';
import { HttpFailure, StaleWorker } from '../errors.js';
import type { ShopSession } from '../http/client.js';
import { type Meter, newMeter } from '../http/meter.js';
import {
  addCheckRequests,
  beginCheck,
  type DayKey,
  type DayResult,
  type DoneDay,
  doneDays,
  failCheck,
  finishCheck,
  isCoverageDue,
  type OpenCheck,
  openCheckOf,
  planCheck,
  putDay,
} from '../store/coverage.js';
import { backOffShop } from '../store/runs.js';
import { countDay } from './coverage-count.js';
import { fetchMissing } from './coverage-fetch.js';
import { type Covering, keyText, stillOurs } from './coverage-step.js';
import { backOffMs, jitter, judge, StoreFailure } from './failure.js';
import { Interrupted } from './hold.js';
import type { SliceEnd } from './queue.js';
import { ShopRefused, type Slice } from './slice.js';

/*
 * Checks what is held against a second way of counting: step by step, a step being one stream, day and fulfillment
 * method. What a step found is committed, then what is missing is fetched; a crash anywhere leaves the last committed
 * step, and the next slice goes on there. A shop's runs come first: a check goes on while none is open.
 */

const dayMs = 86_400_000;
/** Days that a check by schedule makes up for, after an outage. */
const dailyDaysMax = 30;
/** Until the check by schedule is planned again, where the marketplace does not answer. */
const notPlannedMs = 600_000;
/** Of streams of which nothing is declared. */
const sellersOnly: readonly FulfilledBy[] = ['SELLER'];

/** Goes on with the shop's check, or plans the one that is due by schedule. */
export async function coverShop(slice: Slice, signIn: () => Promise<ShopSession>): Promise<SliceEnd> {
  const { room, hold } = slice;
  const found = await openCheckOf(room.db, hold.shop.id);
  if (found?.waiting || (!found && !(await isCoverageDue(room.db, hold.shop.id)))) return 'DONE';
  const session = await signIn();
  const meter = newMeter();
  const check = found ?? (await planDaily(slice, session.metered(meter)));
  if (!check) return 'DONE';
  const progress = { steps: 0 };
  // before the end of the check is told, so that its figures are complete then
  const count = () => countRequests(slice, check, meter);
  try {
    const today = dayIn(slice.marketplace.zone, await session.metered(meter).now(hold.signal));
    const end = await workCheck({ slice, session: session.metered(meter), check, today }, progress);
    await count();
    if (end === 'DONE') await finish(slice, check);
    return end;
  } catch (error) {
    await count();
    hold.signal.throwIfAborted();
    if (error instanceof StaleWorker || error instanceof Interrupted) throw error;
    await writeFailure(slice, check, error, progress.steps > 0);
    return 'DONE';
  }
}

async function finish({ room, fence, log }: Slice, { id, streams, from, to }: OpenCheck): Promise<void> {
  stillOurs(await finishCheck(room.db, fence, id));
  log.info('coverage checked', { check: id, streams, from, to });
}

/** The check by schedule: all that declare it, up to yesterday. */
async function planDaily(slice: Slice, session: Session): Promise<OpenCheck | null> {
  const { room, hold, fence, marketplace, log } = slice;
  const streams = marketplace.streams.flatMap(({ name, coverage }) =>
    coverage && coverage.by !== 'NOTHING' && coverage.daily ? [name] : [],
  );
  const plan = {
    streams,
    yesterday: dayIn(marketplace.zone, new Date()),
    daysMax: dailyDaysMax,
    againInMs: jitter(dayMs, 0.05),
  };
  try {
    // without any stream the day does not matter, and is not worth a request
    if (streams.length > 0) {
      const now = await session.now(hold.signal);
      plan.yesterday = dayIn(marketplace.zone, new Date(now.getTime() - dayMs));
    }
  } catch (error) {
    hold.signal.throwIfAborted();
    const verdict = judge(error);
    if (verdict.next === 'REFUSE') throw new ShopRefused(verdict.code, verdict.error);
    log.warn('coverage check could not be planned yet', { error: String(error) });
    Object.assign(plan, { streams: [], againInMs: notPlannedMs });
  }
  stillOurs(await planCheck(room.db, fence, plan));
  return openCheckOf(room.db, hold.shop.id);
}

async function workCheck(covering: Covering, progress: { steps: number }): Promise<SliceEnd> {
  const { slice, check } = covering;
  const { room, hold, fence } = slice;
  const steps = stepsOf(covering);
  stillOurs(await beginCheck(room.db, fence, { id: check.id, stepsTotal: steps.length }));
  const done = new Map((await doneDays(room.db, hold.shop.id, check.id)).map((day) => [keyText(day), day]));
  for (const key of steps) {
    hold.signal.throwIfAborted();
    const before = done.get(keyText(key));
    if (before?.isSettled) continue;
    if (slice.over()) return 'MORE';
    if ((await takeStep(covering, key, before ?? null)) === 'MORE') return 'MORE';
    progress.steps += 1;
  }
  return 'DONE';
}

/** Counts a day and writes down what it found, then fetches what is missing. */
async function takeStep(covering: Covering, key: DayKey, before: DoneDay | null): Promise<SliceEnd> {
  const { slice, check } = covering;
  const { room, fence, log } = slice;
  const stream = streamOf(covering, key.stream);
  const result = before ?? (await countStep(covering, stream, key));
  if (!result) return 'MORE';
  if (!before) {
    stillOurs(await putDay(room.db, fence, { checkId: check.id, key, result }));
    if (result.state === 'GAP') log.warn('records are missing', { ...key, missing: result.missing.length });
  }
  if (result.missing.length === 0) return 'DONE';
  return fetchMissing(covering, stream, key, result);
}

/** A request that the marketplace refuses for good makes this day unverifiable, and no other. */
async function countStep(covering: Covering, stream: Stream, key: DayKey): Promise<DayResult | null> {
  try {
    return await countDay(covering, stream, key);
  } catch (error) {
    if (!(error instanceof HttpFailure) || covering.slice.hold.signal.aborted) throw error;
    if (!['OUR_REQUEST', 'GONE', 'THEIR_ANSWER'].includes(error.failure)) throw error;
    return { state: 'UNVERIFIABLE', reason: error.message, figures: null, missing: [] };
  }
}

/** Newest days first: they are the ones that somebody waits for. */
function stepsOf({ slice, check }: Covering): DayKey[] {
  const days: string[] = [];
  for (let day = check.from; days.length <= daysBetween(check.from, check.to); day = dayAfter(day)) days.unshift(day);
  return slice.marketplace.streams
    .filter(({ name }) => check.streams.includes(name))
    .flatMap(({ name, coverage }) =>
      days.flatMap((day) =>
        (coverage?.methods ?? sellersOnly).map((fulfilledBy) => ({ stream: name, day, fulfilledBy })),
      ),
    );
}

function streamOf({ slice }: Covering, name: StreamName): Stream {
  const stream = slice.marketplace.streams.find((one) => one.name === name);
  if (!stream) throw new Error(`${slice.marketplace.title} has no stream ${name}`);
  return stream;
}

/** As with streams: failures in a row are counted from the last committed step on, and a bounded number ends the check. */
async function writeFailure(slice: Slice, check: OpenCheck, error: unknown, progressed: boolean): Promise<void> {
  const { room, fence, log } = slice;
  const verdict = judge(error instanceof HttpFailure ? error : new StoreFailure(error));
  if (verdict.next === 'LEAVE') throw error;
  if (verdict.next === 'REFUSE') throw new ShopRefused(verdict.code, verdict.error);
  if (verdict.code === 'INTERNAL') log.error('coverage check failed', { check: check.id, error });
  const failures = progressed ? 1 : check.failures + 1;
  const awayMs = verdict.next === 'RETRY' ? Math.min(verdict.awayMs ?? 0, room.backOff.awayMaxMs) : 0;
  const final = verdict.next === 'FAIL' || failures >= room.backOff.failuresMax;
  const delayMs = Math.max(backOffMs(failures, room.backOff), awayMs);
  stillOurs(await failCheck(room.db, fence, { checkId: check.id, error: verdict.error, failures, final, delayMs }));
  if (awayMs > 0 && verdict.code === 'RATE_LIMITED') await backOffShop(room.db, fence, awayMs);
  log.warn(final ? 'coverage check failed' : 'coverage check will be tried again', {
    check: check.id,
    reason: verdict.error,
    failures,
  });
}

async function countRequests(slice: Slice, check: OpenCheck, meter: Meter): Promise<void> {
  const { requests } = meter;
  if (requests === 0) return;
  meter.requests = 0;
  await addCheckRequests(slice.room.db, slice.fence, check.id, requests).catch((error) =>
    slice.log.debug('requests not counted', { error }),
  );
}
