import { setTimeout } from 'node:timers/promises';
import type { StreamName } from '../commerce/marketplace.js';
import { StaleWorker } from '../errors.js';
import type { ShopSession } from '../http/client.js';
import { refuseShop } from '../store/refusals.js';
import { cancelRun, type OpenRun, openRun, planDueStreams, runFigures, settleRun } from '../store/runs.js';
import { VaultError } from '../store/vault.js';
import { coverShop } from './coverage.js';
import { isPassing, judge, StoreFailure } from './failure.js';
import { type Hold, Interrupted } from './hold.js';
import type { SliceEnd } from './queue.js';
import { remapShop } from './remap.js';
import type { EngineRoom } from './room.js';
import { everyMsOf, owned, ShopRefused, type Slice } from './slice.js';
import { pullStream } from './stream.js';

/** A limit per hour or day is not worth waiting for: the source says when it is used up. */
const longestWaitMs = 60_000;
const shortWindowMs = 2_000;

/** Orders first: shipments and returns then find what they name. */
const streamOrder: readonly StreamName[] = ['ORDERS', 'SHIPMENTS', 'RETURNS'];

/**
 * Works a held shop until nothing is left, its time is over, or something stops it. Whatever happens, the shop's tables
 * stand at the last committed page, and the next slice goes on from there.
 */
export async function workShop(room: EngineRoom, hold: Hold): Promise<SliceEnd> {
  const { shop } = hold;
  const log = room.log.child({ shop: shop.id, marketplace: shop.marketplace });
  const marketplace = room.marketplaces.get(shop.marketplace);
  // the job came from a process that can
  if (!marketplace || !room.sessions.reaches(shop)) return 'DONE';
  const until = performance.now() + room.sliceMs;
  const fence = { shopId: shop.id, epoch: shop.epoch };
  const slice: Slice = { room, hold, fence, marketplace, log, over: () => performance.now() > until };
  try {
    return await workSlice(slice);
  } catch (error) {
    return await endEarly(slice, error);
  }
}

async function workSlice(slice: Slice): Promise<SliceEnd> {
  const { room, hold, fence, marketplace } = slice;
  const found = await openRun(room.db, hold.shop.id);
  if (found?.cancelRequested) {
    await cancel(slice, found);
    return 'MORE';
  }
  if (hold.shop.status !== 'ACTIVE') return 'DONE';
  if ((await remapShop(slice)) === 'MORE') return 'MORE';
  const names = marketplace.streams.map((stream) => stream.name);
  owned(await planDueStreams(room.db, fence, names), hold);
  const run = await openRun(room.db, hold.shop.id);
  if (!run) return coverShop(slice, () => signIn(slice));
  const running = { ...slice, log: slice.log.child({ run: run.id }) };
  // here, so that what ended a run is logged with its id
  return workRun(running, run).catch((error) => endEarly(running, error));
}

async function workRun(slice: Slice, run: OpenRun): Promise<SliceEnd> {
  const { room, hold, log } = slice;
  const fresh = run.streams.every((part) => part.status === 'QUEUED');
  const about = { epoch: hold.shop.epoch, mode: run.mode, streams: run.streams.map((part) => part.name) };
  if (fresh) log.info('run started', about);
  else log.debug('run goes on', about);
  const session = await signIn(slice);
  if (run.streams.every((part) => part.cursor === null && part.runCursor === null)) await verify(slice, session);

  const inOrder = [...run.streams].sort((a, b) => streamOrder.indexOf(a.name) - streamOrder.indexOf(b.name));
  for (const part of inOrder) {
    if (part.waiting || (part.status !== 'QUEUED' && part.status !== 'RUNNING')) continue;
    const end = await pullStream(slice, session, run, part);
    if (end === 'MORE') return 'MORE';
    if (end === 'STOP') break;
  }
  const status = await settleRun(room.db, slice.fence, run.id);
  if (status) {
    const figures = await runFigures(room.db, run.id);
    log[status === 'FAILED' ? 'warn' : 'info'](`run ${status.toLowerCase()}`, { ...figures });
  }
  hold.signal.throwIfAborted();
  return 'DONE';
}

/** The shop's session, once what others sent for it is forgotten. */
async function signIn(slice: Slice): Promise<ShopSession> {
  const session = openSession(slice);
  await letWindowsPass(slice);
  return session;
}

/**
 * Whoever gives a shop back tells what its lanes let through. Of one that died nobody knows what it sent a moment ago; and
 * within a window of a second it matters when a request arrives, not when it left, so that such a window is waited for.
 */
async function letWindowsPass({ room, hold, marketplace }: Slice): Promise<void> {
  const { strangerLeftMsAgo } = hold.shop;
  if (strangerLeftMsAgo === null) return;
  const longest = room.sessions.knowsUseOf(hold.shop) ? shortWindowMs : longestWaitMs;
  const windowsMs = marketplace.lanes.map((lane) => lane.windowMs).filter((ms) => ms <= longest);
  const restMs = Math.max(0, ...windowsMs) - strangerLeftMsAgo;
  if (restMs > 0) await setTimeout(restMs, undefined, { signal: hold.signal });
}

/** Credentials that cannot be opened are for their owner to replace, like ones that are refused. */
function openSession(slice: Slice): ShopSession {
  try {
    return slice.room.sessions.of(slice.hold.shop);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    slice.log.error('credentials cannot be opened', { error });
    throw new ShopRefused(
      'CREDENTIALS_REFUSED',
      'The stored credentials cannot be read with this installation’s key: enter them again.',
    );
  }
}

/** One cheap request before the first page ever. Only a refusal counts here: any other failure meets the first stream too. */
async function verify(slice: Slice, session: ShopSession): Promise<void> {
  const { hold, log, marketplace } = slice;
  try {
    await marketplace.verify(session, hold.signal);
    log.info('credentials verified');
  } catch (error) {
    hold.signal.throwIfAborted();
    const verdict = judge(error);
    if (verdict.next === 'REFUSE') throw new ShopRefused(verdict.code, verdict.error);
    log.warn('credentials could not be verified yet', { error: String(error) });
  }
}

/** What ends a slice before its work is done. Only a cancellation and a refusal write anything. */
async function endEarly(slice: Slice, error: unknown): Promise<SliceEnd> {
  const { room, hold, log } = slice;
  // an abort surfaces as whatever was under way: the reason stands in the signal
  const reason = hold.signal.aborted ? hold.signal.reason : error;
  if (reason instanceof StaleWorker) {
    log.warn('stopped: another worker has the shop');
    return 'DONE';
  }
  if (reason instanceof Interrupted) {
    log.info(`slice stopped: ${reason.why.toLowerCase().replaceAll('_', ' ')}`);
    if (reason.why === 'CANCELLED') {
      const run = await openRun(room.db, hold.shop.id);
      if (run) await cancel(slice, run);
    }
    return reason.why === 'STOPPING' || reason.why === 'LEASE_LOST' ? 'DONE' : 'MORE';
  }
  if (reason instanceof ShopRefused) {
    await refuse(slice, reason);
    return 'DONE';
  }
  const cause = reason instanceof StoreFailure ? reason.cause : reason;
  if (isPassing(cause)) log.warn('slice stopped: the database does not answer', { error: (cause as Error).message });
  else log.error('slice failed', { error: cause });
  return 'DONE';
}

async function refuse({ room, hold, fence, log }: Slice, { code, message: reason }: ShopRefused): Promise<void> {
  const run = await openRun(room.db, hold.shop.id);
  room.sessions.close(hold.shop.id);
  const refused = await refuseShop(room.db, fence, {
    runId: run?.id ?? null,
    version: hold.shop.version,
    code,
    reason,
  });
  const consequence =
    code === 'BLOCKED' ? 'shut out: the shop is paused' : 'credentials refused: the shop waits for new ones';
  log.warn(refused ? consequence : 'refused, but the shop was changed meanwhile', { reason });
}

async function cancel(slice: Slice, run: OpenRun): Promise<void> {
  const { room, fence, hold, marketplace, log } = slice;
  const dueIn = run.streams.map((part) => ({ stream: part.name, ms: everyMsOf(marketplace, part) }));
  owned(await cancelRun(room.db, fence, run.id, dueIn), hold);
  log.info('run cancelled', { run: run.id });
}
