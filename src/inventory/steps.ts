import { setTimeout as sleep } from 'node:timers/promises';
import { InventoryUnavailable } from '../errors.js';
import { askStep, beginStep, endStep, refuseStep, releaseStep, type Saga, type Step } from '../store/order-sagas.js';
import { tellDoubt } from '../store/remote-order.js';
import { getProduct, putQuantity, type ReadProduct, type Written } from './catalog.js';
import type { Service } from './client.js';
import type { Room } from './room.js';

/*
 * One write to a product of the catalog. Only one step at a time deals with a SKU, over all processes: the database sees to it.
 * What is about to be written is recorded first. A write whose answer is lost is resolved by reading back: the version of
 * before says that nothing was written, the quantity that was asked for that it was.
 */

export type Moved =
  | { readonly state: 'DONE' }
  | { readonly state: 'SHORT'; readonly available: number }
  /** The service does not know the SKU. */
  | { readonly state: 'UNKNOWN' };

/** Others who write to a product keep changing it: so often is it read again. */
const rereadsMax = 20;
/** So often, over some minutes, the service may refuse what goes back or was begun; then it is left to people. */
export const refusalsMax = 20;
/** Between two looks whether a SKU is free. */
const turnMs = 25;

const deltaOf = ({ kind, quantity }: Step) => (kind === 'TAKE' ? -quantity : quantity);

/** Does a step that is not begun. Throws `InventoryUnavailable`; the step is then as before, or ASKED where that is not known. */
export async function moveStep(room: Room, saga: Saga, step: Step, signal: AbortSignal): Promise<Moved> {
  await beginInTurn(room, room.catalog, saga, step, signal);
  for (let tries = 1; tries <= rereadsMax; tries++) {
    const product = await readFor(room, saga, step, signal);
    if (!product) {
      // units that go back have nowhere to go, for the moment or for good
      if (step.kind === 'GIVE') return refused(room, saga, step, 'the catalog does not know the SKU');
      await endStep(room.db, saga, step, 'SKIPPED', 'the catalog does not know the SKU');
      return { state: 'UNKNOWN' };
    }
    const after = product.quantity + deltaOf(step);
    if (after < 0) {
      await endStep(room.db, saga, step, 'SKIPPED', `only ${product.quantity} there`);
      return { state: 'SHORT', available: product.quantity };
    }
    const written = await write(room, saga, step, product, after, signal);
    if (written === 'DONE') return { state: 'DONE' };
    if (written !== 'CHANGED') return refused(room, saga, step, textOf(written));
  }
  await releaseStep(room.db, saga, step, 'changed all the time');
  throw new InventoryUnavailable(`the catalog service's ${step.sku} is changed all the time`);
}

/** Waits until no other step deals with the SKU, or the cart. */
export async function beginInTurn(
  { db }: Room,
  service: Service,
  saga: Saga,
  step: Step,
  signal: AbortSignal,
): Promise<void> {
  while (!(await beginStep(db, saga, step))) {
    await sleep(turnMs * (0.5 + Math.random()));
    if (signal.aborted || service.state === 'OPEN')
      throw new InventoryUnavailable(`other orders are still waiting for ${step.sku}`);
  }
}

/** Nothing was asked yet, so a failure lets go of the SKU. */
async function readFor(
  { db, catalog }: Room,
  saga: Saga,
  step: Step,
  signal: AbortSignal,
): Promise<ReadProduct | null> {
  try {
    return await getProduct(catalog, step.sku, signal);
  } catch (error) {
    if (error instanceof InventoryUnavailable) await releaseStep(db, saga, step, error.message);
    throw error;
  }
}

/** Writes once. The step is over where that is DONE, else still ASKED. */
async function write(
  room: Room,
  saga: Saga,
  step: Step,
  product: ReadProduct,
  after: number,
  signal: AbortSignal,
): Promise<Written> {
  const ask = { quantityBefore: product.quantity, quantityAfter: after, etag: product.etag };
  await askStep(room.db, saga, step, ask);
  try {
    const written = await putQuantity(room.catalog, product, after, product.etag, signal);
    if (written === 'DONE') await endStep(room.db, saga, step, 'DONE', `${ask.quantityBefore} → ${after}`);
    return written;
  } catch (error) {
    if (!(error instanceof InventoryUnavailable)) throw error;
    if (!error.mayBeDone) {
      await releaseStep(room.db, saga, step, error.message);
      throw error;
    }
    const asked = { ...step, ...ask, state: 'ASKED' } as const;
    if ((await settleAsked(room, saga, asked, true, signal)) === 'DONE') return 'DONE';
    throw error;
  }
}

const textOf = (written: 'UNKNOWN' | 'REFUSED') =>
  written === 'UNKNOWN' ? 'the SKU was gone' : 'the write was refused';

/** Nothing was written, and the SKU is let go. Throws, unless it is units that go back and were refused too often. */
async function refused(room: Room, saga: Saga, step: Step, answer: string): Promise<Moved> {
  if (step.kind === 'GIVE' && step.refusals + 1 >= refusalsMax) {
    const message = `The catalog did not take ${step.quantity} of ${step.sku} back (${answer}): count it there.`;
    await leaveToPeople(room, saga, step, { state: 'SKIPPED', answer, message });
    return { state: 'UNKNOWN' };
  }
  await refuseStep(room.db, saga, step, 'PENDING', answer);
  throw new InventoryUnavailable(`the catalog service did not take a write of ${step.sku}: ${answer}`);
}

/**
 * What became of a write that was asked for. `wanted`: one that was not done is done now; else it is made sure that it will
 * not be done later either, by a write of the quantity as it is, after which the version of the lost one is too old. Throws
 * `InventoryUnavailable` when that cannot be found out now; the step stays ASKED.
 */
export async function settleAsked(
  room: Room,
  saga: Saga,
  asked: Step,
  wanted: boolean,
  signal: AbortSignal,
): Promise<'DONE' | 'SKIPPED'> {
  let step = asked;
  for (let tries = 1; tries <= rereadsMax; tries++) {
    const product = await getProduct(room.catalog, step.sku, signal);
    const verdict = verdictOf(step, product);
    if (!product || verdict === 'UNKNOWN') return doubt(room, saga, step, 'read back: changed by others');
    if (verdict === 'DONE') return end(room, saga, step, 'DONE', 'read back: done');
    const isSure = product.etag === null || product.etag !== step.etag;
    if (!wanted && isSure) return end(room, saga, step, 'SKIPPED', 'read back: not done');
    const after = wanted ? product.quantity + deltaOf(step) : product.quantity;
    if (wanted) {
      step = { ...step, quantityBefore: product.quantity, quantityAfter: after, etag: product.etag };
      await askStep(room.db, saga, step, {
        quantityBefore: product.quantity,
        quantityAfter: after,
        etag: product.etag,
      });
    }
    const written = await putQuantity(room.catalog, product, after, product.etag, signal);
    if (written === 'DONE') return end(room, saga, step, wanted ? 'DONE' : 'SKIPPED', 'read back: not done; settled');
    if (written !== 'CHANGED') return stillAsked(room, saga, step, textOf(written));
  }
  throw new InventoryUnavailable(`the catalog service's ${asked.sku} is changed all the time`);
}

/** What became of the first write is not known, and the one that would settle it was refused. */
async function stillAsked(room: Room, saga: Saga, step: Step, answer: string): Promise<'DONE' | 'SKIPPED'> {
  if (step.refusals + 1 >= refusalsMax) return doubt(room, saga, step, answer);
  await refuseStep(room.db, saga, step, 'ASKED', answer);
  throw new InventoryUnavailable(`the catalog service did not take a write of ${step.sku}: ${answer}`);
}

/**
 * The version of before is proof. Without one, or when others wrote too, the quantity tells; but not that units still have
 * to go back: ours may be among those that another has sold since, and given twice they would be sold twice.
 */
function verdictOf(step: Step, product: ReadProduct | null): 'DONE' | 'NOT_DONE' | 'UNKNOWN' {
  if (!product) return 'UNKNOWN';
  if (step.etag !== null && product.etag === step.etag) return 'NOT_DONE';
  if (product.quantity === step.quantityAfter) return 'DONE';
  if (product.quantity !== step.quantityBefore) return 'UNKNOWN';
  return step.kind === 'GIVE' && step.etag !== null ? 'UNKNOWN' : 'NOT_DONE';
}

async function end({ db }: Room, saga: Saga, step: Step, state: 'DONE' | 'SKIPPED', answer: string) {
  await endStep(db, saga, step, state, answer);
  return state;
}

/** Nobody can tell: it is booked so that the service may have too few units, but never sells one twice. */
async function doubt(room: Room, saga: Saga, step: Step, answer: string): Promise<'DONE' | 'SKIPPED'> {
  const state = step.kind === 'TAKE' ? 'SKIPPED' : 'DONE';
  const what = step.kind === 'TAKE' ? 'was taken from' : 'was given back to';
  const message = `Nobody can tell whether ${step.quantity} of ${step.sku} ${what} the catalog: count it there.`;
  await leaveToPeople(room, saga, step, { state, answer, message });
  return state;
}

/** Ends a step that cannot be settled from here, and says so to whoever reads the order. */
export async function leaveToPeople(
  { db, log }: Room,
  saga: Saga,
  step: Step,
  { state, answer, message }: { state: 'DONE' | 'SKIPPED'; answer: string; message: string },
): Promise<void> {
  // a cart's key is the customer's
  const isOfProduct = step.kind === 'TAKE' || step.kind === 'GIVE';
  const facts = { saga: saga.id, order: saga.orderId, kind: step.kind, ...(isOfProduct && { sku: step.sku }) };
  log.warn('a write to a service stays in doubt', { ...facts, answer });
  await db.transaction(async (tx) => {
    await endStep(tx, saga, step, state, answer, true);
    await tellDoubt(tx, saga.orderId, message);
  });
}
