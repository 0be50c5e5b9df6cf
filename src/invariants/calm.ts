import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncMode } from '../commerce/marketplace.js';
import { endBackOff, endOfRun, fullReadingsDue, hurryFullReadings, lookNow, standingOf } from '../store/hurry.js';
import { queueRun } from '../store/sync-requests.js';
import type { Stage } from './stage.js';

const patienceMs = 90_000;
const pauseMs = 30;

/** The weather ends; whatever is under way comes to its end. Nobody waits for an hour because a fault said so. */
export async function calm(stage: Stage): Promise<void> {
  stage.sandbox.faults.clear();
  await endBackOff(stage.db, stage.shopId);
  await idle(stage);
}

/** Waits until the shop has no unfinished run. Throws when it does not come to rest. */
export async function idle({ db, shopId }: Stage): Promise<void> {
  await until(async () => {
    await lookNow(db, shopId);
    const { status, reason, openRun } = await standingOf(db, shopId);
    if (status !== 'ACTIVE') throw new Error(`the shop is ${status}: ${reason}`);
    return openRun === null ? null : `run ${openRun} does not end`;
  });
}

/** A run by hand, to its end; how it ended. */
export async function sync(stage: Stage, mode: SyncMode): Promise<string> {
  const run = await ask(stage, mode);
  await idle(stage);
  return (await endOfRun(stage.db, run)) ?? 'UNFINISHED';
}

/** Asks for a run of all streams, as soon as the shop has none. */
export async function ask({ db, shopId, marketplace }: Stage, mode: SyncMode): Promise<string> {
  const streams = marketplace.streams.map(({ name }) => name);
  let run: string | null = null;
  await until(async () => {
    run = await queueRun(db, { shopId, mode, streams, idempotency: null });
    return run === null ? 'the shop is never without a run' : null;
  });
  return run ?? '';
}

/** The schedule's own full readings, which are due now. */
export async function fullReading(stage: Stage): Promise<void> {
  await hurryFullReadings(stage.db, stage.shopId);
  await until(async () => {
    await idle(stage);
    const due = await fullReadingsDue(stage.db, stage.shopId);
    return due === 0 ? null : `full readings of ${due} streams do not come to an end`;
  });
}

/** `problem` says what is not yet so. */
async function until(problem: () => Promise<string | null>): Promise<void> {
  const started = performance.now();
  for (let what = await problem(); what !== null; what = await problem()) {
    if (performance.now() - started > patienceMs) throw new Error(`${what} (waited ${patienceMs / 1_000} s)`);
    await sleep(pauseMs);
  }
}
