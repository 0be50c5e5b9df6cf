// What marketplaces sell takes own stock: once, whatever the order of events, and never what they send themselves.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import { type PageWrite, writePage } from '../../src/store/pages.js';
import { removeShop } from '../../src/store/shops.js';
import { changeStock, type StockChange } from '../../src/store/stock-changes.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from './agreement.js';
import { addShop, line, mapped, order, pageOf, type TestShop } from './shop.js';

let fresh: Fresh;
let shop: TestShop;
beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 8 });
});
afterAll(() => fresh.close());

beforeEach(async () => {
  await fresh.db.run({ text: 'truncate shops, products, alerts cascade' });
  shop = await addShop(fresh.db);
  await fresh.db.run({
    text: `insert into products (sku, title, price_minor, currency, stock_since)
      select sku, 'Thing', 100, 'EUR', '2020-01-01Z' from unnest(array['A', 'B']) sku`,
  });
});

const stock = (...changes: StockChange[]) => fresh.db.transaction((tx) => changeStock(tx, changes, null));
const set = (sku: string, quantity: number) => stock({ sku, quantity, from: null });
const quantity = (ordered: number, more: Partial<OrderLine['quantity']> = {}) => ({
  ...{ ordered, shipped: 0, cancelled: 0, returned: 0, pending: 0 },
  ...more,
});
const shippedAt = new Date('2025-06-01T10:00:00Z');

/** A page of orders of the shop, each later than the one before. */
let changes = 0;
function write(orders: readonly Partial<Order>[], more: Partial<PageWrite> = {}, to: TestShop = shop) {
  const changedAt = new Date(Date.parse('2025-05-01T11:00:00Z') + ++changes * 1000);
  return writePage(
    fresh.db,
    pageOf(
      to,
      orders.map((one) => mapped(order({ changedAt, ...one }))),
      more,
    ),
  );
}
const stockOf = async (sku: string) => {
  const [row] = await fresh.db.run({
    text: `select on_hand as "onHand", reserved, (select coalesce(sum(short + owed), 0)::int from stock_claims c
      where c.product_id = p.id) as short from products p where sku = $1`,
    values: [sku],
  });
  return row;
};
const incidents = () =>
  fresh.db.run({
    text: `select shortfall, shortfall_max as max, resolved_at is null as open from oversell_incidents order by id`,
  });
const alerts = () => fresh.db.run({ text: `select kind, subject, state from alerts order by id` });

it('reserves what is open, and takes it off the shelf when it is shipped; a replay changes nothing', async () => {
  await set('A', 5);
  const open = { lines: [line({ quantity: quantity(2) })] };
  await write([open]);
  expect(await stockOf('A')).toEqual({ onHand: 5, reserved: 2, short: 0 });
  const shipped = { lines: [line({ quantity: quantity(2, { shipped: 2 }), shippedAt })] };
  for (let times = 0; times < 3; times++) await write([shipped]);
  expect(await stockOf('A')).toEqual({ onHand: 3, reserved: 0, short: 0 });
  await write([{ lines: [line({ quantity: quantity(2, { shipped: 1, cancelled: 1 }), shippedAt })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 4, reserved: 0, short: 0 });
  await expectAgreement(fresh.db);
});

it('takes what comes in shipped already, and follows a line to another product', async () => {
  await stock({ sku: 'A', quantity: 5, from: null }, { sku: 'B', quantity: 5, from: null });
  await write([{ lines: [line({ quantity: quantity(2, { shipped: 2 }), shippedAt })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 3, reserved: 0, short: 0 });
  await write([{ lines: [line({ sku: 'B', quantity: quantity(2, { shipped: 1 }), shippedAt })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 5, reserved: 0, short: 0 });
  expect(await stockOf('B')).toEqual({ onHand: 4, reserved: 1, short: 0 });
  await write([{ lines: [line({ sku: 'unknown' })] }]);
  expect(await stockOf('B')).toEqual({ onHand: 5, reserved: 0, short: 0 });
  await expectAgreement(fresh.db);
});

it('never takes what the marketplace sends itself', async () => {
  await set('A', 5);
  await write([{ lines: [line({ fulfilledBy: 'MARKETPLACE', quantity: quantity(3, { shipped: 1 }), shippedAt })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 5, reserved: 0, short: 0 });
});

it('keeps what was told of who sends a line, once it is told no more', async () => {
  await set('A', 9);
  const guessed = { isFulfillerGuessed: true } as const;
  const shipped = { quantity: quantity(2, { shipped: 2 }), shippedAt, ...guessed };
  const sentBy = async () => {
    const rows = await fresh.db.run<{ by: string }>({
      text: 'select fulfilled_by as by from order_lines order by order_id',
    });
    return rows.map(({ by }) => by);
  };
  // the marketplace's stays the marketplace's: held, and shipped
  await write([{ lines: [line({ fulfilledBy: 'MARKETPLACE', quantity: quantity(2) })] }]);
  await write([{ lines: [line({ quantity: quantity(2, { pending: 2 }), ...guessed })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 9, reserved: 0, short: 0 });
  await write([{ lines: [line(shipped)] }]);
  expect(await stockOf('A')).toEqual({ onHand: 9, reserved: 0, short: 0 });
  // what was open here is ours; and a replay changes nothing
  await write([{ externalId: 'o-2', lines: [line({ quantity: quantity(2) })] }]);
  for (let times = 0; times < 2; times++) await write([{ externalId: 'o-2', lines: [line(shipped)] }]);
  expect(await stockOf('A')).toEqual({ onHand: 7, reserved: 0, short: 0 });
  // nobody saw it before it was shipped
  for (let times = 0; times < 2; times++) await write([{ externalId: 'o-3', lines: [line(shipped)] }]);
  expect(await stockOf('A')).toEqual({ onHand: 7, reserved: 0, short: 0 });
  expect(await sentBy()).toEqual(['MARKETPLACE', 'SELLER', 'SELLER']);
  // it is told again, otherwise
  await write([{ lines: [line({ quantity: quantity(2) })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 7, reserved: 2, short: 0 });
});

it('gives back what a shipment tells to have left before the stock was kept', async () => {
  const deriving: TestShop = { ...shop, shop: { ...shop.shop, derived: ['SHIPPED_AT'] } };
  await set('A', 9);
  await write([{ lines: [line({ quantity: quantity(3, { shipped: 2 }) })] }], {}, deriving);
  expect(await stockOf('A')).toEqual({ onHand: 7, reserved: 1, short: 0 });
  const ship = (at: string) => {
    const lines = [{ orderExternalId: 'o-1', externalId: 'item-1', quantity: 2 }];
    const told = {
      externalId: 's-1',
      fulfilledBy: 'SELLER',
      carrier: null,
      trackingNumber: null,
      details: {},
      lines,
    } as const;
    return writePage(
      fresh.db,
      pageOf(deriving, [mapped({ ...told, shippedAt: new Date(at) })], { stream: 'SHIPMENTS' }),
    );
  };
  await ship('2025-05-02T10:00:00Z');
  expect(await stockOf('A')).toEqual({ onHand: 7, reserved: 1, short: 0 });
  await ship('2019-12-31T10:00:00Z');
  expect(await stockOf('A')).toEqual({ onHand: 9, reserved: 1, short: 0 });
  await write([{ lines: [line({ quantity: quantity(3, { shipped: 2 }) })] }], {}, deriving);
  expect(await stockOf('A')).toEqual({ onHand: 9, reserved: 1, short: 0 });
});

it('tells of an oversell, serves the oldest order first when stock comes in, and says when it is over', async () => {
  await set('A', 1);
  await write(['1', '2', '3'].map((externalId) => ({ externalId, lines: [line({ quantity: quantity(1) })] })));
  expect(await stockOf('A')).toEqual({ onHand: 1, reserved: 1, short: 2 });
  expect(await incidents()).toEqual([{ shortfall: 2, max: 2, open: true }]);
  expect(await alerts()).toEqual([{ kind: 'OVERSELL', subject: 'sku:A', state: 'OPEN' }]);
  await stock({ sku: 'A', delta: 1 });
  expect(await incidents()).toEqual([{ shortfall: 1, max: 2, open: true }]);
  await write([{ externalId: '1', lines: [line({ quantity: quantity(1, { cancelled: 1 }) })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 2, reserved: 2, short: 0 });
  expect(await incidents()).toEqual([{ shortfall: 0, max: 2, open: false }]);
  expect(await alerts()).toEqual([{ kind: 'OVERSELL', subject: 'sku:A', state: 'RESOLVED' }]);
  await write([{ externalId: '4', lines: [line({ quantity: quantity(1) })] }]);
  expect((await incidents()).map(({ open }) => open)).toEqual([false, true]);
  await expectAgreement(fresh.db);
});

it('begins to keep stock with what is open reserved, and leaves alone what was shipped before', async () => {
  await fresh.db.run({ text: 'update products set stock_since = null' });
  await write([
    { externalId: '1', lines: [line({ quantity: quantity(3, { shipped: 1 }), shippedAt })] },
    { externalId: '2', lines: [line({ quantity: quantity(1, { shipped: 1 }), shippedAt })] },
  ]);
  await set('A', 10);
  expect(await stockOf('A')).toEqual({ onHand: 10, reserved: 2, short: 0 });
  await write([{ externalId: '1', lines: [line({ quantity: quantity(3, { shipped: 3 }), shippedAt: new Date() })] }]);
  await write([{ externalId: '3', lines: [line({ quantity: quantity(4, { shipped: 4 }), shippedAt })] }]);
  expect(await stockOf('A')).toEqual({ onHand: 8, reserved: 0, short: 0 });
  await expectAgreement(fresh.db);
});

it('counts less than is promised: the newest orders become short', async () => {
  await set('A', 5);
  await write(['1', '2'].map((externalId) => ({ externalId, lines: [line({ quantity: quantity(2) })] })));
  await set('A', 3);
  expect(await stockOf('A')).toEqual({ onHand: 3, reserved: 3, short: 1 });
  const claims = await fresh.db.run({ text: 'select reserved, short from stock_claims order by order_id' });
  expect(claims).toEqual([
    { reserved: 2, short: 0 },
    { reserved: 1, short: 1 },
  ]);
  await expectAgreement(fresh.db);
});

it('gives back what a removed shop reserved', async () => {
  await set('A', 5);
  await write([{ lines: [line({ quantity: quantity(3, { shipped: 1 }), shippedAt })] }]);
  const other = await addShop(fresh.db);
  await write([{ lines: [line({ quantity: quantity(4) })] }], {}, other);
  expect(await stockOf('A')).toEqual({ onHand: 4, reserved: 4, short: 2 });
  await fresh.db.transaction((tx) => removeShop(tx, shop.shop.id));
  expect(await stockOf('A')).toEqual({ onHand: 4, reserved: 4, short: 0 });
  await expectAgreement(fresh.db);
});

it.each([11, 12, 13])(
  'agrees whatever the order of events, while stock is changed and two shops are read, seed %i',
  async (seed) => {
    const other = await addShop(fresh.db);
    await fresh.db.run({ text: 'update products set stock_since = null' });
    let state = seed;
    const roll = (sides: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
    const turn = async (to: TestShop) => {
      const orders = Array.from({ length: 1 + roll(3) }, (): Partial<Order> => {
        const lines = Array.from({ length: 1 + roll(2) }, () => {
          const ordered = 1 + roll(4);
          const shipped = roll(ordered + 1);
          const more = { shipped, cancelled: roll(ordered - shipped + 1) };
          const at = shipped ? new Date() : null;
          return line({ sku: roll(2) ? 'A' : 'B', quantity: quantity(ordered, more), shippedAt: at });
        });
        return { externalId: String(roll(6)), lines };
      });
      await write(orders, {}, to);
    };
    for (let round = 0; round < 60; round++) {
      const sku = roll(2) ? 'A' : 'B';
      const work = round === 20 || roll(3) === 0 ? set(sku, roll(15)) : stock({ sku, delta: 1 + roll(3) });
      await Promise.all([turn(shop), turn(other), work]);
    }
    await expectAgreement(fresh.db);
    const wrong = await fresh.db.run({
      text: `select l.sku, l.ordered, l.shipped, l.cancelled, c.* from order_lines l join stock_claims c using (order_id, line_no)
      join products p on p.id = c.product_id
      where p.sku = l.sku and (c.reserved + c.short, c.consumed + c.owed) is distinct from
        (l.ordered - l.shipped - l.cancelled, greatest(0, l.shipped - c.past))
      union all select l.sku, l.ordered, l.shipped, l.cancelled, c.* from order_lines l left join stock_claims c using (order_id, line_no)
      where c.order_id is null and l.ordered > l.shipped + l.cancelled`,
    });
    expect(wrong).toEqual([]);
  },
);
