import type { RemoteCart, Taking } from '../commerce/inventory-service.js';
import { InventoryUnavailable } from '../errors.js';
import {
  addReturns,
  endStep,
  finishSaga,
  giveUpSaga,
  resetSteps,
  type Saga,
  type Step,
  stepsOf,
} from '../store/order-sagas.js';
import { cancelRemoteOrder, confirmRemoteOrder } from '../store/remote-order.js';
import { holdCart, openCart, orderCart, settleCart } from './cart-step.js';
import type { Room } from './room.js';
import { type Moved, moveStep, settleAsked } from './steps.js';

/** Takes what a new saga says, several SKUs at a time; when one of them fails, no other is begun, and what was taken goes back. */
export async function takeAll(room: Room, saga: Saga, signal: AbortSignal, cart?: RemoteCart): Promise<Taking> {
  const steps = await stepsOf(room.db, saga.id);
  const takes = steps.filter(({ kind }) => kind === 'TAKE');
  const take = () => firstFailure(room, saga, takes, signal);
  const step = steps.find(({ kind }) => kind === 'ORDER_CART');
  const failed = await (step && cart ? withCart(room, saga, step, cart, take, signal) : take());
  if (failed) {
    await giveUp(room, saga, textOf(failed));
    return failed;
  }
  if (saga.kind === 'PLACE') await confirm(room, saga);
  return { state: 'TAKEN' };
}

type Failed = Exclude<Taking, { state: 'TAKEN' }>;

/** Holds the cart, so that nobody else orders it, while its lines are taken, and says then that it is ordered. */
async function withCart(
  room: Room,
  saga: Saga,
  step: Step,
  seen: RemoteCart,
  take: () => Promise<Failed | null>,
  signal: AbortSignal,
): Promise<Failed | null> {
  try {
    const cart = await holdCart(room, saga, step, seen, signal);
    if (!cart) return { state: 'CART_CHANGED' };
    const failed = await take();
    if (failed) await endStep(room.db, saga, step, 'SKIPPED', 'not ordered');
    else if (!(await orderCart(room, saga, step, cart, signal))) return { state: 'CART_CHANGED' };
    return failed;
  } catch (error) {
    if (error instanceof InventoryUnavailable) return { state: 'UNAVAILABLE', reason: error.message };
    throw error;
  }
}

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

function textOf(failed: Failed): string {
  if (failed.state === 'UNAVAILABLE') return failed.reason;
  if (failed.state === 'CART_CHANGED') return 'the cart was changed or ordered meanwhile';
  return `${failed.sku}: ${failed.requested} wanted, ${failed.available} available`;
}

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
    if (step.state !== 'ASKED') continue;
    if (step.kind === 'TAKE') await settleAsked(room, saga, step, false, signal);
    if (step.kind === 'ORDER_CART') await settleCart(room, saga, step, false, signal);
  }
  return stepsOf(room.db, saga.id);
}

/** A SKU that is in trouble does not keep the others from going back. */
async function giveBack(room: Room, saga: Saga, signal: AbortSignal): Promise<void> {
  let failure: InventoryUnavailable | null = null;
  for (const step of await stepsOf(room.db, saga.id)) {
    if (step.kind !== 'GIVE' && step.kind !== 'OPEN_CART') continue;
    try {
      if (step.kind === 'OPEN_CART') await openCart(room, saga, step, signal);
      else if (step.state === 'ASKED') await settleAsked(room, saga, step, true, signal);
      else if (step.state === 'PENDING') await moveStep(room, saga, step, signal);
    } catch (error) {
      if (!(error instanceof InventoryUnavailable)) throw error;
      failure = error;
    }
  }
  if (failure) throw failure;
}
