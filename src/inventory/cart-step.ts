import type { RemoteCart } from '../commerce/inventory-service.js';
import { InventoryUnavailable } from '../errors.js';
import { askStep, endStep, refuseStep, releaseStep, type Saga, type Step } from '../store/order-sagas.js';
import { getCart, putCartStatus, type ReadCart } from './carts.js';
import type { Service } from './client.js';
import type { Room } from './room.js';
import { beginInTurn, leaveToPeople, refusalsMax } from './steps.js';

/*
 * The cart that an order comes from. It is held from before anything is taken until it is ORDERED, so that of two who order
 * it one does: over all processes of ours by the step, and with ETags whoever else may write it.
 */

const rereadsMax = 20;

function serviceOf({ carts }: Room): Service {
  if (!carts) throw new InventoryUnavailable('no cart service is set');
  return carts;
}

/** Null: it is not open any more, or has other lines than were seen. */
export async function holdCart(
  room: Room,
  saga: Saga,
  step: Step,
  seen: RemoteCart,
  signal: AbortSignal,
): Promise<ReadCart | null> {
  const carts = serviceOf(room);
  await beginInTurn(room, carts, saga, step, signal);
  const cart = await getCart(carts, step.sku, signal).catch(async (error: unknown) => {
    if (error instanceof InventoryUnavailable) await releaseStep(room.db, saga, step, error.message);
    throw error;
  });
  if (cart?.status === 'OPEN' && linesOf(cart) === linesOf(seen)) return cart;
  await endStep(room.db, saga, step, 'SKIPPED', 'the cart is another one by now');
  return null;
}

const linesOf = ({ lines }: RemoteCart) => JSON.stringify(lines.map(({ sku, quantity }) => [sku, quantity]).sort());

/** Says that the cart is ordered; false: it was changed meanwhile. Throws `InventoryUnavailable`. */
export async function orderCart(
  room: Room,
  saga: Saga,
  step: Step,
  cart: ReadCart,
  signal: AbortSignal,
): Promise<boolean> {
  const ask = { quantityBefore: 0, quantityAfter: 1, etag: cart.etag };
  await askStep(room.db, saga, step, ask);
  try {
    const written = await putCartStatus(serviceOf(room), cart, 'ORDERED', signal);
    await endStep(room.db, saga, step, written === 'DONE' ? 'DONE' : 'SKIPPED', written);
    return written === 'DONE';
  } catch (error) {
    if (!(error instanceof InventoryUnavailable)) throw error;
    if (error.mayBeDone) return (await settleCart(room, saga, { ...step, ...ask }, true, signal)) === 'DONE';
    await endStep(room.db, saga, step, 'SKIPPED', error.message);
    throw error;
  }
}

/**
 * What became of a cart that was to be ORDERED. One that is, was ours: nobody else of ours could. `wanted`: one that is not
 * is made so now; else it is made sure that it will not become so later. Throws `InventoryUnavailable`; the step stays ASKED.
 */
export async function settleCart(
  room: Room,
  saga: Saga,
  step: Step,
  wanted: boolean,
  signal: AbortSignal,
): Promise<'DONE' | 'SKIPPED'> {
  const end = async (state: 'DONE' | 'SKIPPED', answer: string) => {
    await endStep(room.db, saga, step, state, answer);
    return state;
  };
  for (let tries = 1; tries <= rereadsMax; tries++) {
    const cart = await getCart(serviceOf(room), step.sku, signal);
    if (cart?.status === 'ORDERED') return end('DONE', 'read back: ordered');
    const isSame = cart !== null && cart.etag === step.etag;
    if (!cart || !isSame || (!wanted && cart.etag === null)) return end('SKIPPED', 'read back: not ordered');
    const written = await putCartStatus(serviceOf(room), cart, wanted ? 'ORDERED' : 'OPEN', signal);
    if (written === 'DONE') return end(wanted ? 'DONE' : 'SKIPPED', 'read back: not ordered; settled');
    if (written === 'CHANGED') continue;
    await refused(room, saga, step, 'Nobody can tell whether the cart was ordered: look at it there.');
    return 'SKIPPED';
  }
  throw new InventoryUnavailable('the cart is changed all the time');
}

/** Its order came to nothing after all. Throws `InventoryUnavailable`; to be done again then. */
export async function openCart(room: Room, saga: Saga, step: Step, signal: AbortSignal): Promise<void> {
  const carts = serviceOf(room);
  if (step.state === 'DONE' || step.state === 'SKIPPED') return;
  if (step.state === 'PENDING') await beginInTurn(room, carts, saga, step, signal);
  for (let tries = 1; tries <= rereadsMax; tries++) {
    const cart = await getCart(carts, step.sku, signal);
    if (cart?.status !== 'ORDERED') return endStep(room.db, saga, step, 'DONE', 'open');
    await askStep(room.db, saga, step, { quantityBefore: 1, quantityAfter: 0, etag: cart.etag });
    const written = await putCartStatus(carts, cart, 'OPEN', signal);
    if (written === 'DONE') return endStep(room.db, saga, step, 'DONE', 'opened again');
    if (written !== 'CHANGED') return refused(room, saga, step, 'The cart could not be opened again: open it there.');
  }
  throw new InventoryUnavailable('the cart is changed all the time');
}

/** Throws, to be tried again; refused too often, it is left to people, and others may have the cart. */
async function refused(room: Room, saga: Saga, step: Step, message: string): Promise<void> {
  const answer = 'the write was refused';
  if (step.refusals + 1 >= refusalsMax) return leaveToPeople(room, saga, step, { state: 'SKIPPED', answer, message });
  await refuseStep(room.db, saga, step, 'ASKED', answer);
  throw new InventoryUnavailable('the cart service did not take a write');
}
