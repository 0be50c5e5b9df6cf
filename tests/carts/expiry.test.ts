// Holds that end by themselves: by two processes at once, for who waits, and with a database that goes away.
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type HoldExpiry, startHoldExpiry } from '../../src/carts/expiry.js';
import { createLog } from '../../src/log.js';
import { cartLines, holdCart, type LockedCart, lockCart, openCart, putCartLine } from '../../src/store/carts.js';
import { openDatabase } from '../../src/store/database.js';
import { writePage } from '../../src/store/pages.js';
import { changeStock } from '../../src/store/stock-changes.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from '../store/agreement.js';
import { addShop, line, mapped, order, pageOf } from '../store/shop.js';

let fresh: Fresh;
const lines: string[] = [];
const log = createLog({
  level: 'debug',
  format: 'json',
  stream: new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  }),
});
beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 10 });
});
afterAll(() => fresh.close());
beforeEach(async () => {
  lines.length = 0;
  await fresh.db.run({ text: 'truncate orders, products, customers, carts, sales_daily cascade' });
  await fresh.db.run({
    text: `insert into products (sku, title, price_minor, currency) select 'S' || n, 'Thing', n * 100, 'EUR' from generate_series(1, 5) n`,
  });
  for (let at = 1; at <= 5; at++) {
    await fresh.db.transaction((tx) => changeStock(tx, [{ sku: `S${at}`, quantity: 1_000, from: null }], null));
  }
});

/** A cart that holds units of S1 and of another product, for so many minutes; then its time may be said to be over. */
async function heldCart(units: number, reference: string, seconds: number): Promise<string> {
  const [customer] = await fresh.db.run<{ id: string }>({
    text: 'insert into customers (reference) values ($1) returning id',
    values: [reference],
  });
  return fresh.db.transaction(async (tx) => {
    const cart = (await openCart(tx, customer?.id as string)) as LockedCart;
    const products = await tx.run<{ productId: string; sku: string }>({
      text: `select id as "productId", sku from products where sku in ('S1', 'S' || (2 + $1::bigint % 4)) order by id desc`,
      values: [cart.id],
    });
    for (const product of products) {
      const bare = { ...product, quantity: 0, held: 0, isActive: true, currency: 'EUR' };
      await putCartLine(tx, cart, bare, units);
    }
    await holdCart(tx, cart, await cartLines(tx, cart.id), 10);
    await tx.run({
      text: `update carts set held_until = now() + $2 * interval '1 second' where id = $1`,
      values: [cart.id, seconds],
    });
    return cart.id;
  });
}
const reserved = async () =>
  (await fresh.db.run<{ units: number }>({ text: 'select sum(reserved)::int as units from products' }))[0]?.units;

it('ends holds by itself within seconds, each once, with two processes that look', async () => {
  for (let at = 0; at < 120; at++) await heldCart(2, `c${at}`, at < 60 ? 1 : 3_600);
  expect(await reserved()).toBe(480);
  const other = await openDatabase({ url: fresh.url, poolSize: 2 });
  const sweeps = [startHoldExpiry({ db: fresh.db, log }), startHoldExpiry({ db: other, log })];
  try {
    await expect.poll(reserved, { timeout: 15_000, interval: 200 }).toBe(240);
    await expectAgreement(fresh.db);
    const [told] = await fresh.db.run<{ released: number }>({
      text: `select count(*)::int as released from stock_movements where reason = 'CART_RELEASED'`,
    });
    expect(told?.released).toBe(120);
    const counted = lines.flatMap((text) => (text.includes('have ended') ? [JSON.parse(text).carts as number] : []));
    expect(counted.reduce((sum, carts) => sum + carts, 0)).toBe(60);
  } finally {
    for (const sweep of sweeps) await sweep.stop();
    await other.close();
  }
});

it('gives what becomes free to a marketplace’s order that is short of it', async () => {
  await fresh.db.transaction((tx) => changeStock(tx, [{ sku: 'S1', quantity: 5, from: null }], null));
  await heldCart(5, 'ada', 1);
  const shop = await addShop(fresh.db);
  const quantity = { ordered: 3, shipped: 0, cancelled: 0, returned: 0, pending: 0 };
  const sale = order({ externalId: 'm1', lines: [line({ sku: 'S1', fulfilledBy: 'SELLER', quantity })] });
  await writePage(fresh.db, pageOf(shop, [mapped(sale)]));
  const stock = async () =>
    (
      await fresh.db.run({
        text: `select p.on_hand as "onHand", p.reserved, (select sum(short)::int from stock_claims c where c.product_id = p.id) as short,
          (select count(*)::int from oversell_incidents i where i.product_id = p.id and resolved_at is null) as oversold
          from products p where sku = 'S1'`,
      })
    )[0];
  expect(await stock()).toEqual({ onHand: 5, reserved: 5, short: 3, oversold: 1 });
  const sweep = startHoldExpiry({ db: fresh.db, log });
  try {
    await expect.poll(stock, { timeout: 15_000 }).toEqual({ onHand: 5, reserved: 3, short: 0, oversold: 0 });
  } finally {
    await sweep.stop();
  }
  await expectAgreement(fresh.db);
});

it('leaves a cart alone that somebody is changing, and looks again', async () => {
  const cartId = await heldCart(2, 'ada', -1);
  let sweep: HoldExpiry | undefined;
  try {
    await fresh.db.transaction(async (tx) => {
      await lockCart(tx, { cartId });
      sweep = startHoldExpiry({ db: fresh.db, log });
      await sweep.look();
      expect(await reserved()).toBe(4);
    });
    await expect.poll(reserved, { timeout: 15_000 }).toBe(0);
  } finally {
    await sweep?.stop();
  }
});

it('says that the database is away, and does not fall', async () => {
  await heldCart(2, 'ada', 3_600);
  const gone = await openDatabase({ url: fresh.url, poolSize: 1 });
  const sweep = startHoldExpiry({ db: gone, log });
  await sweep.look();
  await gone.close();
  await sweep.look();
  expect(lines.join('')).toContain('could not release the holds of carts');
  await sweep.stop();
});
