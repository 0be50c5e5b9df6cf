import { expect, test } from 'vitest';
import type { Order } from '../../src/commerce/order.js';
import type { Return } from '../../src/commerce/return.js';
import type { Shipment } from '../../src/commerce/shipment.js';
import type { Database } from '../../src/store/database.js';
import { writePage } from '../../src/store/pages.js';
import { unchangedOf } from '../../src/store/sift.js';
import { sampleOrder } from '../bench/orders.js';
import { freshDatabase } from '../setup/fresh.js';
import { addShop, line, mapped, order, pageOf, type TestShop } from './shop.js';

/** Rows that were read, from tables and through indexes, since the database was made. */
async function rowsRead(db: Database): Promise<number> {
  await db.run({ text: 'select pg_stat_force_next_flush()' });
  const [row] = await db.run<{ read: number }>({
    text: 'select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::float8 as read from pg_stat_user_tables',
  });
  return row?.read ?? 0;
}

test('what orders do not tell is found by keys as well, with plans made while the tables were empty', async () => {
  const { db, close } = await freshDatabase({ poolSize: 1 });
  try {
    const tables = ['orders', 'order_lines', 'shipments', 'shipment_lines', 'returns', 'return_lines', 'sales_daily'];
    for (const table of tables) await db.run({ text: `alter table ${table} set (autovacuum_enabled = false)` });
    const added = await addShop(db);
    const at: TestShop = { ...added, shop: { ...added.shop, derived: ['SHIPPED_AT', 'RETURNED'] } };
    const made = (orders: number, on: number) => {
      const keys = Array.from({ length: orders }, (_, n) => `o-${n}`);
      const quantity = { ordered: 1, shipped: 1, cancelled: 0, returned: 0, pending: 0 };
      const part = (key: string) => ({ orderExternalId: key, externalId: key, ean: null, reason: null, quantity: 1 });
      return {
        ORDERS: keys.map((key) => order({ externalId: key, lines: [line({ externalIds: [key], quantity })] })),
        SHIPMENTS: keys.map((key) => ({
          ...{ externalId: key, shippedAt: new Date(on), fulfilledBy: 'SELLER' as const, carrier: null },
          ...{ trackingNumber: null, lines: [part(key)], details: {} },
        })),
        RETURNS: keys.map((key) => ({
          ...{ externalId: key, status: 'ACCEPTED' as const, changedAt: new Date(on), carrier: null, details: {} },
          ...{ trackingNumbers: [], lines: [{ ...part(key), accepted: on % 2 }] },
        })),
      };
    };
    const streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const;
    const write = (nouns: ReturnType<typeof made>, stream: (typeof streams)[number], from: number, to: number) =>
      writePage(
        db,
        pageOf(
          at,
          nouns[stream].slice(from, to).map((noun) => mapped<Order | Shipment | Return>(noun)),
          { stream },
        ),
      );
    for (let round = 0; round < 10; round++) {
      for (const stream of streams) await write(made(2, round + 1), stream, 0, 2);
      for (const table of ['orders', 'shipments', 'returns', 'sales_daily']) {
        await db.run({ text: `delete from ${table}` });
      }
    }
    const all = made(2000, 101);
    for (const stream of streams)
      for (let from = 0; from < 2000; from += 100) await write(all, stream, from, from + 100);
    const changed = made(2000, 202);
    for (const stream of ['SHIPMENTS', 'RETURNS'] as const) {
      const before = await rowsRead(db);
      expect(await write(changed, stream, 1000, 1050)).toMatchObject({ updated: 50 });
      // 50 records with a line each, their orders and lines: each is read a few times by its key
      expect((await rowsRead(db)) - before).toBeLessThan(1500);
    }
    const [row] = await db.run({
      text: `select count(*)::int as lines from order_lines where returned = 0 and shipped_at = $1`,
      values: [new Date(202)],
    });
    expect(row).toEqual({ lines: 50 });
  } finally {
    await close();
  }
});

test('plans made while the tables were empty stay good when they are full', async () => {
  // one connection, so that its prepared statements keep the plans that they got at first
  const { db, close } = await freshDatabase({ poolSize: 1 });
  try {
    // what refreshes plans in time must not come to help
    for (const table of ['orders', 'order_lines', 'sales_daily', 'raw_records', 'rejects']) {
      await db.run({ text: `alter table ${table} set (autovacuum_enabled = false)` });
    }
    const at = await addShop(db);
    const orders = Array.from({ length: 3000 }, (_, index) => sampleOrder(index, 3000));
    const later = (record: (typeof orders)[number]) => ({
      ...record,
      noun: { ...record.noun, changedAt: new Date(record.noun.changedAt.getTime() + 1000) },
      contentHash: Buffer.from(record.noun.externalId),
    });
    // more than five times: the sixth time the server decides to keep a plan
    for (let round = 0; round < 10; round++) {
      await writePage(db, pageOf(at, orders.slice(0, 2).map(later)));
      await unchangedOf(db, at.shop.id, 'ORDERS', new Map([['x', Buffer.from('x')]]), 'content');
      await db.run({ text: 'delete from orders' });
      await db.run({ text: 'delete from sales_daily' });
    }
    for (let from = 0; from < 3000; from += 100) await writePage(db, pageOf(at, orders.slice(from, from + 100)));

    const page = orders.slice(1000, 1100);
    const before = await rowsRead(db);
    const hashes = new Map(page.map((record) => [record.noun.externalId, record.contentHash] as const));
    expect((await unchangedOf(db, at.shop.id, 'ORDERS', hashes, 'content')).size).toBe(100);
    const looked = await rowsRead(db);
    expect(looked - before).toBeLessThan(200);
    expect(await writePage(db, pageOf(at, page.map(later)))).toMatchObject({ updated: 100 });
    // 100 orders with 250 lines and their sales: each is read a few times by its key, no table as a whole
    expect((await rowsRead(db)) - looked).toBeLessThan(4000);
  } finally {
    await close();
  }
});
