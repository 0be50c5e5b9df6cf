// Carts, holds, orders, counts of the shelf and marketplaces' sales by many at once: no deadlock, and everything agrees.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseExpiredHolds, releaseHolds } from '../../src/store/cart-holds.js';
import {
  cartLines,
  closeCart,
  holdCart,
  type LockedCart,
  lockCart,
  openCart,
  orderOfCart,
  putCartLine,
} from '../../src/store/carts.js';
import type { Executor } from '../../src/store/database.js';
import { directShop } from '../../src/store/direct-shop.js';
import { placeOrder } from '../../src/store/order-place.js';
import { writePage } from '../../src/store/pages.js';
import { productsToSell } from '../../src/store/products.js';
import { InsufficientStock } from '../../src/store/stock.js';
import { changeStock, type StockChange } from '../../src/store/stock-changes.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from './agreement.js';
import { addShop, line, mapped, order, pageOf, type TestShop } from './shop.js';

const skus = ['S1', 'S2', 'S3', 'S4'];
let fresh: Fresh;
let shopId: string;
let market: TestShop;
let customers: string[];

beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 8 });
  shopId = await directShop(fresh.db);
  market = await addShop(fresh.db);
  const { db } = fresh;
  await db.run({
    text: `insert into products (sku, title, price_minor, currency, safety_buffer)
      select 'S' || n, 'Thing', n * 100, 'EUR', n - 1 from generate_series(1, 4) n`,
  });
  for (const sku of skus) await count({ sku, quantity: 40, from: null });
  const rows = await db.run<{ id: string }>({
    text: `insert into customers (reference) select 'c' || n from generate_series(1, 6) n returning id`,
  });
  customers = rows.map(({ id }) => id);
});
afterAll(() => fresh.close());

/** Undone when it is refused. */
async function attempt(work: (tx: Executor) => Promise<unknown>): Promise<void> {
  await fresh.db.transaction(work).catch((error) => {
    if (!(error instanceof InsufficientStock || error === refused)) throw error;
  });
}
const refused = new Error('refused');
const count = (change: StockChange) =>
  attempt(async (tx) => {
    if ((await changeStock(tx, [change], null)).length) throw refused;
  });

const put = (customerId: string, sku: string, quantity: number) =>
  attempt(async (tx) => {
    const cart = (await openCart(tx, customerId)) as LockedCart;
    const [product] = await productsToSell(tx, [sku]);
    if (!product) throw refused;
    const known = (await cartLines(tx, cart.id)).find((one) => one.sku === sku);
    if (!known && quantity === 0) throw refused;
    const bare = { productId: product.id, sku, quantity: 0, held: 0, isActive: true, currency: product.currency };
    await putCartLine(tx, cart, known ?? bare, quantity);
  });

const withCart = (customerId: string, work: (tx: Executor, cart: LockedCart) => Promise<unknown>) =>
  attempt(async (tx) => {
    const cart = await lockCart(tx, { customerId });
    if (cart) await work(tx, cart);
  });

const checkOut = (customerId: string, acceptAvailable: boolean) =>
  withCart(customerId, async (tx, cart) => {
    const lines = await cartLines(tx, cart.id);
    const { orderId } = await placeOrder(tx, {
      ...{ shopId, customerId, cartId: cart.id, lines, acceptAvailable, note: null },
      ...{ shippingAddress: null, billingAddress: null, idempotency: null },
    });
    if (orderId === null) throw refused;
    await closeCart(tx, cart.id, orderId);
  });

/** A marketplace sells, changes or ships what it wants. */
const sell = (key: number, at: number, ordered: number, shipped: number) => {
  const quantity = { ordered, shipped, cancelled: 0, returned: 0, pending: 0 };
  const lines = [0, 1].map((no) =>
    line({ externalIds: [`${key}-${no}`], sku: skus[(key + no) % 4] as string, fulfilledBy: 'SELLER', quantity }),
  );
  return writePage(
    fresh.db,
    pageOf(market, [mapped(order({ externalId: `m${key}`, changedAt: new Date(Date.UTC(2026, 2, 1) + at), lines }))]),
  );
};

it.each([3, 11])('agree after random work by eight at a time, seed %i', async (seed) => {
  let state = seed;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const turn = async (at: number): Promise<unknown> => {
    const customer = customers[roll(customers.length)] as string;
    const sku = skus[roll(4)] as string;
    const units = roll(6);
    switch (roll(10)) {
      case 0:
      case 1:
      case 2:
        return put(customer, sku, units);
      case 3:
      case 4:
        return withCart(customer, async (tx, cart) => holdCart(tx, cart, await cartLines(tx, cart.id), 10));
      case 5:
        return withCart(customer, (tx, cart) => releaseHolds(tx, [cart.id]));
      case 6:
        return checkOut(customer, units > 3);
      case 7: {
        await fresh.db.run({
          text: `update carts set held_until = now() - interval '1 second' where held_until is not null and id % 2 = $1::int`,
          values: [units % 2],
        });
        return releaseExpiredHolds(fresh.db);
      }
      case 8:
        return units < 3
          ? count({ sku, quantity: 10 + roll(60), from: null })
          : count({ sku, delta: units + (units === 0 ? 1 : 0) });
      default:
        return sell(roll(5), at, 1 + units, roll(units + 2));
    }
  };
  for (let round = 0; round < 60; round++) {
    await Promise.all(Array.from({ length: 8 }, (_, at) => turn(round * 8 + at)));
    if (round % 20 === 19) await expectAgreement(fresh.db, { countedDown: true });
  }
  const [told] = await fresh.db.run<{ held: number; released: number; ordered: number }>({
    text: `select count(*) filter (where reason = 'CART_HELD')::int as held, count(*) filter (where reason = 'CART_RELEASED')::int as released,
      (select count(*)::int from carts where status = 'ORDERED') as ordered from stock_movements`,
  });
  expect(told?.held).toBeGreaterThan(10);
  expect(told?.released).toBeGreaterThan(10);
  expect(told?.ordered).toBeGreaterThan(3);
  await fresh.db.run({ text: 'select pg_stat_force_next_flush()' });
  const [stats] = await fresh.db.run({
    text: 'select deadlocks::int from pg_stat_database where datname = current_database()',
  });
  expect(stats).toEqual({ deadlocks: 0 });
});

it('says what a cart became', async () => {
  const { db } = fresh;
  const customerId = customers[0] as string;
  await count({ sku: 'S1', delta: 500 });
  await put(customerId, 'S1', 2);
  const [cart] = await db.run<{ id: string }>({
    text: `select id from carts where customer_id = $1 and status = 'OPEN'`,
    values: [customerId],
  });
  const cartId = cart?.id as string;
  expect(await orderOfCart(db, cartId)).toBeNull();
  await checkOut(customerId, true);
  expect((await orderOfCart(db, cartId))?.orderId).toMatch(/^\d+$/);
  await expectAgreement(db, { countedDown: true });
});
