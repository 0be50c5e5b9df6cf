import type { Taking } from '../commerce/inventory-service.js';
import { InventoryUnavailable } from '../errors.js';
import { addReturns, finishSaga, giveUpSaga, resetSteps, type Saga, type Step, stepsOf } from '../store/order-sagas.js';
import { cancelRemoteOrder, confirmRemoteOrder } from '../store/remote-order.js';
import type { Room } from './room.js';
import { type Moved, moveStep, settleAsked } from './steps.js';

/** Takes what a new saga says, several SKUs at a time; when one of them fails, no other is begun, and what was taken goes back. */
export async function takeAll(room: Room, saga: Saga, signal: AbortSignal): Promise<Taking> {
  const steps = await stepsOf(room.db, saga.id);
  const failed = await firstFailure(room, saga, steps, signal);
  if (failed) {
    await giveUp(room, saga, failed.state === 'UNAVAILABLE' ? failed.reason : shortText(failed));
    return failed;
  }
  if (saga.kind === 'PLACE') await confirm(room, saga);
  return { state: 'TAKEN' };
}

type Failed = Exclude<Taking, { state: 'TAKEN' }>;

async function firstFailure(
  room: Room,
  saga: Saga,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<Failed | null> {
  const waiting = [...steps];
  let failed: Failed | null = null;
  let broken: unknown = null;
  const work = async () => {
    for (let step = waiting.shift(); step && !failed && !broken; step = waiting.shift()) {
      try {
        const failure = failureOf(step, await moveStep(room, saga, step, signal));
        failed ??= failure;
      } catch (error) {
        if (error instanceof InventoryUnavailable) failed ??= { state: 'UNAVAILABLE', reason: error.message };
        else broken ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: room.timing.atOnce }, work));
  if (broken) throw broken;
  return failed;
}

function failureOf({ sku, quantity: requested }: Step, moved: Moved): Failed | null {
  if (moved.state === 'DONE') return null;
  return { state: 'SHORT', sku, requested, available: moved.state === 'SHORT' ? moved.available : 0 };
}

const shortText = ({ sku, requested, available }: Extract<Failed, { state: 'SHORT' }>) =>
  `${sku}: ${requested} wanted, ${available} available`;

function confirm({ db }: Room, saga: Saga): Promise<void> {
  return db.transaction(async (tx) => {
    await finishSaga(tx, saga, 'DONE');
    await confirmRemoteOrder(tx, saga.orderId);
  });
}

/** Where nothing was taken, it is over at once; else a worker gives it back, so that the answer need not wait for that. */
async function giveUp({ db }: Room, saga: Saga, reason: string): Promise<void> {
  const steps = await stepsOf(db, saga.id);
  const isOver = steps.every(({ state }) => state === 'PENDING' || state === 'SKIPPED');
  await db.transaction(async (tx) => {
    const given = await giveUpSaga(tx, saga, reason, isOver);
    if (!isOver) return;
    await resetSteps(tx, given);
    await finishSaga(tx, given, 'UNDONE');
    if (given.kind === 'PLACE') await cancelRemoteOrder(tx, given.orderId, reason);
  });
}

/**
 * Brings a saga to its end that nobody works any more, wherever it was left. One that was taking ends DONE when all of it
 * turns out to be taken; else everything goes back. Throws `InventoryUnavailable` when the service must answer first.
 */
export async function bringToEnd(room: Room, claimed: Saga, signal: AbortSignal): Promise<void> {
  const { db } = room;
  let saga = claimed;
  await resetSteps(db, saga);
  if (saga.state === 'TAKING') {
    const steps = await settleTakes(room, saga, signal);
    if (saga.kind === 'PLACE' && steps.every(({ state }) => state === 'DONE')) return confirm(room, saga);
    saga = await db.transaction((tx) => giveUpSaga(tx, saga, 'the process that placed it ended', true));
    await resetSteps(db, saga);
  }
  await settleTakes(room, saga, signal);
  await addReturns(db, saga);
  await giveBack(room, saga, signal);
  await db.transaction(async (tx) => {
    await finishSaga(tx, saga, saga.kind === 'RETURN' ? 'DONE' : 'UNDONE');
    if (saga.kind === 'PLACE') await cancelRemoteOrder(tx, saga.orderId, saga.reason ?? 'given up');
  });
}

/** Finds out what was taken; returns the steps as they are then. */
async function settleTakes(room: Room, saga: Saga, signal: AbortSignal): Promise<Step[]> {
  for (const step of await stepsOf(room.db, saga.id)) {
    if (step.kind === 'TAKE' && step.state === 'ASKED') await settleAsked(room, saga, step, false, signal);
  }
  return stepsOf(room.db, saga.id);
}

/** A SKU that is in trouble does not keep the others from going back. */
async function giveBack(room: Room, saga: Saga, signal: AbortSignal): Promise<void> {
  let failure: InventoryUnavailable | null = null;
  for (const step of await stepsOf(room.db, saga.id)) {
    if (step.kind !== 'GIVE') continue;
    try {
      if (step.state === 'ASKED') await settleAsked(room, saga, step, true, signal);
      else if (step.state === 'PENDING') await moveStep(room, saga, step, signal);
    } catch (error) {
      if (!(error instanceof InventoryUnavailable)) throw error;
      failure = error;
    }
  }
  if (failure) throw failure;
}
