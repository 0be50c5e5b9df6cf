import { orderMinorMax, remoteLinesMax } from '../commerce/direct-order.js';
import type { InventoryService, RemoteCart, RemoteProduct, Taking, Units } from '../commerce/inventory-service.js';
import { InventoryUnavailable } from '../errors.js';
import { retryContended } from '../store/contention.js';
import { directShop } from '../store/direct-shop.js';
import type { HeldLine } from '../store/order-change.js';
import type { CheckedLine, Placement } from '../store/order-place.js';
import { placementOf } from '../store/order-sagas.js';
import { placeRemoteOrder } from '../store/remote-order.js';
import type { Context } from './context.js';
import {
  again,
  type LineFields,
  orderLineFields,
  type Placing,
  placementErrors,
  type Wish,
} from './direct-order-answer.js';
import { type Outcome, refused } from './outcome.js';
import { insufficientStock, type UserError, userError } from './user-error.js';

export const unavailable = (reason: string): UserError =>
  userError('INVENTORY_UNAVAILABLE', `The order cannot be made now: ${reason}.`);

export function remotePlacing(context: Context, inventory: InventoryService, wish: Wish): Placing {
  const signal = AbortSignal.timeout(inventory.answerWithinMs);
  return {
    place: (idempotency) => place(context, inventory, wish, idempotency, signal),
    again: (orderId) => placedBefore(context, orderId, signal),
  };
}

/** `cart`: what it comes from, and becomes ordered with it. */
export async function place(
  { db }: Context,
  inventory: InventoryService,
  wish: Wish,
  idempotency: Placement['idempotency'],
  signal: AbortSignal,
  { fields = orderLineFields, cart }: { readonly fields?: LineFields; readonly cart?: RemoteCart } = {},
): Promise<Outcome> {
  if (wish.lines.length > remoteLinesMax) {
    const message = `An order of the catalog service has up to ${remoteLinesMax} lines, not ${wish.lines.length}.`;
    return refused(userError('INVALID', message, ...fields.lines));
  }
  const products = await askProducts(
    inventory,
    wish.lines.map(({ sku }) => sku),
    signal,
  );
  if ('code' in products) return refused(products);
  const checked = wish.lines.map((line) => checkedLine(line, products));
  const lines = checked.flatMap(({ sku, requested, available }) => {
    const product = products.get(sku);
    const units = wish.acceptAvailable ? Math.min(requested, available) : requested;
    return product && units > 0 ? [{ ...product, units }] : [];
  });
  const isTooDear = lines.reduce((sum, { units, priceMinor }) => sum + units * priceMinor, 0) > orderMinorMax;
  const errors = placementErrors({ lines: checked, isTooDear }, fields);
  const isShort = errors.every(({ code }) => code === 'INSUFFICIENT_STOCK');
  if (errors.length && !(wish.acceptAvailable && isShort && lines.length)) return refused(...errors);
  const placed = await retryContended(async () =>
    placeRemoteOrder(db, {
      ...wish,
      ...{ lines, idempotency, shopId: await directShop(db) },
      shortages: checked
        .filter(({ requested, available }) => requested > available)
        .map(({ sku, requested, available }) => ({ sku, requested, available })),
      cartOf: cart?.customerId ?? null,
      leaseMs: inventory.leaseMs,
    }),
  );
  const taking = await inventory.take(placed.sagaId, signal, cart);
  return taking.state === 'TAKEN' ? { key: placed.orderId, userErrors: errors } : refused(failureOf(taking));
}

export async function askProducts(
  inventory: InventoryService,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RemoteProduct> | UserError> {
  try {
    return await inventory.products(skus, signal);
  } catch (error) {
    if (error instanceof InventoryUnavailable) return unavailable(error.message);
    throw error;
  }
}

function checkedLine(line: Units, products: ReadonlyMap<string, RemoteProduct>): CheckedLine {
  const product = products.get(line.sku);
  const { currency = null, quantity: available = 0 } = product ?? {};
  return { sku: line.sku, requested: line.quantity, available, currency };
}

/** Why the stock was not taken. */
export function failureOf(taking: Exclude<Taking, { state: 'TAKEN' }>): UserError {
  if (taking.state === 'SHORT') return insufficientStock(taking, 'input');
  if (taking.state === 'UNAVAILABLE') return unavailable(taking.reason);
  return userError('STALE_VERSION', 'The cart was changed or ordered meanwhile: read it again.', 'input');
}

const lookAgainMs = 50;

/** An order of this key was written before: by a request that is still at it, or one that is over. */
export async function placedBefore(context: Context, orderId: string, signal: AbortSignal): Promise<Outcome> {
  for (;;) {
    const state = await placementOf(context.db, orderId);
    // null: placed while products and stock were kept here
    if (state === null || state === 'DONE') return again(context, orderId);
    if (state !== 'TAKING') return refused(unavailable('the order under this key was given up; send it again'));
    if (signal.aborted) return refused(unavailable('the catalog has not confirmed the order under this key yet'));
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

/** What lines want more or less of each SKU than before: `more` must be taken first, `less` goes back. */
export function difference(before: readonly HeldLine[], after: readonly HeldLine[]): { more: Units[]; less: Units[] } {
  const sums = new Map<string, number>();
  const add = (lines: readonly HeldLine[], sign: 1 | -1) => {
    for (const { line } of lines) {
      if (line.sku === null) continue;
      const units = line.quantity.ordered - line.quantity.cancelled;
      sums.set(line.sku, (sums.get(line.sku) ?? 0) + sign * units);
    }
  };
  add(after, 1);
  add(before, -1);
  const all = [...sums].map(([sku, quantity]) => ({ sku, quantity }));
  return {
    more: all.filter(({ quantity }) => quantity > 0),
    less: all.filter(({ quantity }) => quantity < 0).map(({ sku, quantity }) => ({ sku, quantity: -quantity })),
  };
}
