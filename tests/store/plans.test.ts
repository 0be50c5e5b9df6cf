import { expect, test } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { writePage } from '../../src/store/pages.js';
import { unchangedOf } from '../../src/store/sift.js';
import { sampleOrder } from '../bench/orders.js';
import { freshDatabase } from '../setup/fresh.js';
import { addShop, pageOf } from './shop.js';

/** Rows that were read, from tables and through indexes, since the database was made. */
async function rowsRead(db: Database): Promise<number> {
  await db.run({ text: 'select pg_stat_force_next_flush()' });
  const [row] = await db.run<{ read: number }>({
    text: 'select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::float8 as read from pg_stat_user_tables',
  });
  return row?.read ?? 0;
}

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
