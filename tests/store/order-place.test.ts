// Placing orders against stock, by many at once, and changing what was placed.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OrderLine } from '../../src/commerce/order.js';
import { retryContended } from '../../src/store/contention.js';
import { directShop } from '../../src/store/direct-shop.js';
import { addParcel, changeOrder, type HeldLine, type HeldOrder, lockOrder } from '../../src/store/order-change.js';
import { type PlacedOrder, placeOrder, type WantedLine } from '../../src/store/order-place.js';
import { InsufficientStock } from '../../src/store/stock.js';
import { changeStock } from '../../src/store/stock-changes.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from './agreement.js';

let fresh: Fresh;
let shopId: string;

beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 10 });
  shopId = await directShop(fresh.db);
});
afterAll(() => fresh.close());

beforeEach(async () => {
  await fresh.db.run({ text: 'truncate orders, products cascade' });
  await fresh.db.run({ text: 'truncate sales_daily' });
  await fresh.db.run({
    text: `insert into products (sku, title, price_minor, currency) select 'S' || n, 'Thing', n * 100, 'EUR' from generate_series(1, 30) n`,
  });
});

const stock = (sku: string, quantity: number) =>
  fresh.db.transaction((tx) => changeStock(tx, [{ sku, quantity, from: null }], null));

function place(lines: readonly WantedLine[], acceptAvailable = false): Promise<PlacedOrder> {
  return placeOrder(fresh.db, {
    ...{ shopId, customerId: null, lines, acceptAvailable, shippingAddress: null, billingAddress: null },
    ...{ note: null, idempotency: null },
  });
}

const change = (id: string, work: (order: HeldOrder) => HeldLine[]) =>
  retryContended(() =>
    fresh.db.transaction(async (tx) => {
      const order = (await lockOrder(tx, id)) as HeldOrder;
      await changeOrder(tx, order, { lines: work(order), event: { kind: 'CHANGED', message: 'Changed.' } });
      return order;
    }),
  );

const withQuantity = (line: OrderLine, more: Partial<OrderLine['quantity']>): OrderLine => {
  const quantity = { ...line.quantity, ...more };
  return { ...line, quantity, totalMinor: (quantity.ordered - quantity.cancelled) * line.unitPriceMinor };
};

it('sells the last unit once, whoever asks at the same time', async () => {
  await stock('S1', 1);
  const placed = await Promise.all(Array.from({ length: 200 }, () => place([{ sku: 'S1', quantity: 1 }])));
  expect(placed.filter(({ orderId }) => orderId)).toHaveLength(1);
  await expectAgreement(fresh.db);
});

it('sells what there is of many products in opposing orders, all or nothing', async () => {
  const skus = Array.from({ length: 30 }, (_, at) => `S${at + 1}`);
  for (const sku of skus) await stock(sku, 20);
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  const placed = await Promise.all(Array.from({ length: 60 }, (_, at) => place(at % 2 ? lines : lines.toReversed())));
  expect(placed.filter(({ orderId }) => orderId)).toHaveLength(20);
  await expectAgreement(fresh.db);
});

it('sells what comes in while it waits for the product', async () => {
  await stock('S1', 0);
  let placed: Promise<PlacedOrder> | undefined;
  await fresh.db.transaction(async (tx) => {
    await changeStock(tx, [{ sku: 'S1', delta: 3 }], null);
    placed = place([{ sku: 'S1', quantity: 3 }]);
    const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const waiting = async () => (await fresh.db.run({ text })).length;
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
  });
  expect((await placed)?.orderId).not.toBeNull();
  await expectAgreement(fresh.db);
});

it('takes what is in stock when that is asked for, and says what was not', async () => {
  await stock('S1', 3);
  await stock('S2', 1);
  const lines = [...['S1', 'S2'].map((sku) => ({ sku, quantity: 2 }))];
  expect((await place(lines)).orderId).toBeNull();
  const placed = await place(lines, true);
  expect(placed.orderId).not.toBeNull();
  expect(placed.lines.map(({ available }) => available)).toEqual([3, 1]);
  await expectAgreement(fresh.db);
});

it('agrees with itself after random changes by four at a time', async () => {
  for (let at = 1; at <= 5; at++) await stock(`S${at}`, 100);
  const ids: string[] = [];
  for (let at = 0; at < 6; at++) {
    const lines = [1, 2, 3].map((no) => ({ sku: `S${((at + no) % 5) + 1}`, quantity: 3 }));
    ids.push((await place(at % 2 ? lines : lines.toReversed())).orderId as string);
  }
  let state = 7;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % sides;
  };
  const turn = async () => {
    const kind = roll(4);
    if (kind === 3) return void (await place([{ sku: `S${roll(5) + 1}`, quantity: 1 + roll(3) }]));
    const work = ({ lines }: HeldOrder) =>
      lines.map((held) => {
        const { ordered, shipped, cancelled } = held.line.quantity;
        const open = ordered - shipped - cancelled;
        const units = open ? 1 : 0;
        const more = [{ ordered: ordered + 1 }, { shipped: shipped + units }, { cancelled: cancelled + units }][kind];
        return { ...held, line: withQuantity(held.line, more ?? {}) };
      });
    await change(ids[roll(ids.length)] as string, work).catch((error) => {
      if (!(error instanceof InsufficientStock)) throw error;
    });
  };
  for (let round = 0; round < 40; round++) await Promise.all([turn(), turn(), turn(), turn()]);
  await expectAgreement(fresh.db);
});

it('numbers the parcels of an order', async () => {
  await stock('S1', 2);
  const { orderId } = await place([{ sku: 'S1', quantity: 2 }]);
  const parcel = { shippedAt: new Date(), carrier: 'DHL', trackingNumber: null, lines: [{ lineNo: 1, quantity: 1 }] };
  for (let at = 0; at < 2; at++) {
    await fresh.db.transaction(async (tx) => {
      const order = (await lockOrder(tx, orderId as string)) as HeldOrder;
      await addParcel(tx, order, parcel);
    });
  }
  const rows = await fresh.db.run<{ key: string }>({ text: 'select external_id as key from shipments order by id' });
  expect(rows.map(({ key }) => key.replace(/^D\d+/, 'D'))).toEqual(['D-1', 'D-2']);
});
