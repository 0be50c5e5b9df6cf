import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { freshDatabase } from '../setup/fresh.js';

/** An empty database, without our tables. */
async function emptyDatabase(name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const at = new URL(inject('databaseUrl'));
  at.pathname = `/${name}`;
  return at.href;
}

test('several processes may migrate at once', async () => {
  const url = await emptyDatabase(`test_${process.pid}_migration`);
  const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ url, poolSize: 2 })));
  const [first] = opened;
  expect(await first?.run({ text: 'select count(*)::int as orders from orders' })).toEqual([{ orders: 0 }]);
  const applied = await first?.run({ text: 'select name, count(*)::int as times from migrations group by 1' });
  expect(applied?.every((migration) => migration.times === 1)).toBe(true);
  for (const db of opened) await db.close();
});

test('connections that are cut, idle or in use, are replaced', async () => {
  const { db, url, close } = await freshDatabase({ poolSize: 3 });
  const other = new pg.Client({ connectionString: url });
  try {
    await other.connect();
    await Promise.all([1, 2, 3].map(() => db.run({ text: 'select pg_sleep(0.05)' })));
    const cut = () =>
      other.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    await cut();
    await expect.poll(() => db.run({ text: 'select 1 as a' }).catch((error) => error)).toEqual([{ a: 1 }]);

    const working = db.transaction(async (tx) => {
      await tx.run({ text: 'create table half (a int)' });
      await cut();
      await tx.run({ text: 'select 1' });
    });
    await expect(working).rejects.toThrow();
    await expect
      .poll(() => db.run({ text: `select to_regclass('half') as found` }).catch((error) => error))
      .toEqual([{ found: null }]);
    // what the server refuses costs no connection
    const before = await db.run({ text: 'select pg_backend_pid() as pid' });
    await expect(db.run({ text: 'select 1 / 0' })).rejects.toThrow('division by zero');
    expect(await db.run({ text: 'select pg_backend_pid() as pid' })).toEqual(before);
  } finally {
    await other.end();
    await close();
  }
});

test('a start waits for a server that is not there yet', async () => {
  const { url, close } = await freshDatabase({ poolSize: 1 });
  try {
    const at = new URL(url);
    const closed = new URL(url);
    closed.port = '1';
    await expect(openDatabase({ url: closed.href, patienceMs: 300 })).rejects.toThrow('ECONNREFUSED');
    at.password = 'wrong';
    const began = Date.now();
    await expect(openDatabase({ url: at.href })).rejects.toThrow('password authentication failed');
    expect(Date.now() - began).toBeLessThan(5000);
  } finally {
    await close();
  }
});
