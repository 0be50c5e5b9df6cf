import { retryContended } from './contention.js';
import type { Database, Executor } from './database.js';
import {
  accountOf,
  type Book,
  InsufficientStock,
  lockProductsById,
  type Shortage,
  waitingClaims,
  writeBooks,
} from './stock.js';

/*
 * What carts hold of the stock. The rows of the carts are locked before; then products, by their ids. A hold is counted in
 * `products.reserved` until somebody releases it: when its time is over, a sweep does, or whoever lacks the units.
 */

/** What a cart shall hold of a product. */
export interface HeldUnits {
  readonly cartId: string;
  readonly productId: string;
  /** What it holds now. */
  readonly held: number;
  /** What it shall hold. */
  readonly units: number;
}

/** Brings holds to what they shall be. Throws `InsufficientStock` where more is wanted than is available. */
export async function settleHolds(tx: Executor, wanted: readonly HeldUnits[]): Promise<void> {
  const changes = wanted.filter(({ held, units }) => held !== units);
  if (changes.length === 0) return;
  const products = await lockProductsById(tx, [...new Set(changes.map(({ productId }) => productId))]);
  const waiting = await waitingClaims(tx, products);
  const shortages: Shortage[] = [];
  const books = products.map((product): Book => {
    const had = waiting.filter(({ productId }) => productId === product.id);
    const account = accountOf(product, had);
    for (const { productId, cartId, held, units } of changes) {
      if (productId !== product.id) continue;
      const more = units - held;
      if (more < 0) account.release(cartId, -more);
      else if (more > product.available || !account.hold(cartId, more)) {
        shortages.push({ sku: product.sku, requested: units, available: product.available + held });
      }
    }
    return { product, account, had };
  });
  if (shortages.length) throw new InsufficientStock(shortages);
  await writeBooks(tx, books);
  await putHeld(tx, changes);
}

async function putHeld(tx: Executor, holds: readonly HeldUnits[]): Promise<void> {
  await tx.run({
    name: 'cart-lines-held',
    text: `update cart_lines l set held = n.units
      from unnest($1::bigint[], $2::bigint[], $3::int[]) as n (cart_id, product_id, units)
      where l.cart_id = n.cart_id and l.product_id = n.product_id`,
    values: [
      holds.map(({ cartId }) => cartId),
      holds.map(({ productId }) => productId),
      holds.map(({ units }) => units),
    ],
  });
}

/** Locked carts hold nothing any more; what becomes free goes to who waits for it. That is no change of the cart itself. */
export async function releaseHolds(tx: Executor, cartIds: readonly string[]): Promise<void> {
  const held = await tx.run<Omit<HeldUnits, 'units'>>({
    name: 'carts-held-lines',
    text: `select cart_id as "cartId", product_id as "productId", held from cart_lines where cart_id = any($1) and held > 0`,
    values: [cartIds],
  });
  await settleHolds(
    tx,
    held.map((one) => ({ ...one, units: 0 })),
  );
  await tx.run({
    name: 'carts-release',
    text: 'update carts set held_until = null where id = any($1)',
    values: [cartIds],
  });
}

/** Carts that are released in one transaction. */
const cartsAtOnce = 50;

/**
 * Releases the holds whose time is over by the database's clock, and says of how many carts. Any number of processes may do
 * so at the same time: a cart that somebody is changing is left alone, and whoever changes it sees that its time is over.
 */
export async function releaseExpiredHolds(db: Database): Promise<number> {
  let released = 0;
  for (;;) {
    const carts = await retryContended(() => db.transaction(releaseSome));
    released += carts;
    if (carts < cartsAtOnce) return released;
  }
}

async function releaseSome(tx: Executor): Promise<number> {
  const carts = await tx.run<{ id: string }>({
    name: 'carts-expired',
    text: `select id from carts where held_until <= now() order by held_until limit ${cartsAtOnce}
      for no key update skip locked`,
  });
  if (carts.length) {
    await releaseHolds(
      tx,
      carts.map(({ id }) => id),
    );
  }
  return carts.length;
}
