import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncMode } from '../commerce/marketplace.js';
import type { Chance } from '../sandbox/random.js';
import { minuteMs } from '../sandbox/world.js';
import { forgetHolder, hurryStreams, standingOf } from '../store/hurry.js';
import { queueRun, requestCancel } from '../store/sync-requests.js';
import type { EngineOptions } from '../sync/engine.js';
import type { Stage } from './stage.js';
import { places, timingOf, weather } from './weather.js';

/** How long a round may wait for requests. */
const roundMaxMs = 500;

const windowWorthWaitingMs = 5_000;

/** An engine that comes and goes. */
export interface Worker {
  /** In order. */
  stop(): Promise<void>;
  /** Without a word, where it is a process of its own; else as `stop`. */
  kill(): Promise<void>;
}

export type StartWorker = (stage: Stage, timing: NonNullable<EngineOptions['timing']>) => Promise<Worker>;

/** Engines in this process. */
export const workHere: StartWorker = async (stage, timing) => {
  const engine = await stage.engine({ timing });
  const stop = () => engine.stop();
  return { stop, kill: stop };
};

export interface StormOptions {
  readonly rounds: number;
  readonly startWorker: StartWorker;
  readonly onRound?: (round: number) => void;
}

/**
 * Bad weather, round by round: faults begin and end, tokens are revoked, engines come and go, people press buttons, and the
 * world goes on. The same chance gives the same weather. At the end nobody works the shop.
 */
export async function storm(stage: Stage, by: Chance, { rounds, startWorker, onRound }: StormOptions): Promise<void> {
  const { sandbox, db, shopId } = stage;
  let worker: Worker | null = await startWorker(stage, timingOf(by));
  for (let round = 1; round <= rounds; round++) {
    if (by.is(0.2)) sandbox.faults.clear();
    for (let more = by.int(1, 3); more > 0; more--) {
      sandbox.faults.add({ match: by.pick(places), ...by.pick(weather)(by) });
    }
    if (by.is(0.2)) sandbox.revokeTokens();
    await meanwhile(sandbox, by.int(2, 40));
    sandbox.change(by.int(1, 15));
    if (by.is(0.5)) sandbox.advance(by.int(1, 120) * minuteMs);
    if (by.is(0.3)) {
      await (by.is(0.5) ? worker?.kill() : worker?.stop());
      await spareWindows(stage);
      const timing = timingOf(by);
      // now and then nobody is there for a round or two
      worker = worker && by.is(0.3) ? null : await startWorker(stage, timing);
    }
    await pressButtons(stage, by);
    await hurryStreams(db, shopId);
    onRound?.(round);
  }
  await worker?.stop();
  await spareWindows(stage);
}

/** Until so many requests came, whatever became of them; not for long, as there may be nobody to send any. */
async function meanwhile({ counters }: Stage['sandbox'], requests: number): Promise<void> {
  const [started, before] = [performance.now(), counters.total];
  while (counters.total - before < requests && performance.now() - started < roundMaxMs) await sleep(10);
}

/**
 * Limits per minute are let pass for a minute when a worker was killed, and held for as long when a fault said so: a storm
 * would be a standstill. At the rates of a proof they are never reached.
 */
async function spareWindows({ db, shopId, marketplace }: Stage): Promise<void> {
  if (marketplace.lanes.some(({ windowMs }) => windowMs > windowWorthWaitingMs)) await forgetHolder(db, shopId);
}

async function pressButtons({ db, shopId, marketplace }: Stage, by: Chance): Promise<void> {
  const streams = marketplace.streams.map(({ name }) => name);
  if (by.is(0.4)) {
    const mode = by.pick<SyncMode>(['FULL', 'INCREMENTAL']);
    await queueRun(db, {
      shopId,
      mode,
      streams: by.pick([streams, streams.slice(0, 1), streams.slice(1)]),
      idempotency: null,
    });
  }
  if (by.is(0.1)) {
    const { openRun } = await standingOf(db, shopId);
    if (openRun) await requestCancel(db, openRun);
  }
}
