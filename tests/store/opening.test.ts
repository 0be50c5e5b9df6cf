import pg from 'pg';
import { DataSource } from 'typeorm';
import { expect, inject, test, vi } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import { openDatabase } from '../../src/store/database.js';
import { connect } from '../../src/store/opening.js';
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
    const warn = vi.fn();
    const log = { warn } as unknown as Logger;
    await expect(openDatabase({ url: closed.href, patienceMs: 300, log })).rejects.toThrow(
      `The PostgreSQL at 127.0.0.1:1${at.pathname} cannot be used: connect ECONNREFUSED`,
    );
    expect(warn.mock.calls).toEqual([[expect.stringContaining('waiting for the PostgreSQL'), { seconds: 0.3 }]]);
    closed.hostname = 'localhost';
    await expect(openDatabase({ url: closed.href, patienceMs: 0 })).rejects.toThrow(/used: connect ECONNREFUSED/);
    at.password = 'wrong';
    const began = Date.now();
    const refused = openDatabase({ url: at.href });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow('password authentication failed');
    expect(Date.now() - began).toBeLessThan(5000);
  } finally {
    await close();
  }
});

test('a user without the right to make tables is told so in one line', async () => {
  const url = new URL(await emptyDatabase(`test_${process.pid}_rights`));
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  try {
    await admin.query(`create role reader_${process.pid} login password 'reader'`);
    url.username = `reader_${process.pid}`;
    url.password = 'reader';
    const refused = openDatabase({ url: url.href, poolSize: 2 });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow('permission denied');
  } finally {
    await admin.query(`drop role reader_${process.pid}`);
    await admin.end();
  }
});

test('a PostgreSQL that is too old is refused', async () => {
  const source = new DataSource({ type: 'postgres', url: inject('databaseUrl') });
  await source.initialize();
  source.query = (async () => [{ server_version_num: '140011' }]) as typeof source.query;
  await expect(connect('postgres://u:p@old.example/lading', async () => source, 0, undefined)).rejects.toThrow(
    'The PostgreSQL at old.example:5432/lading cannot be used: it is version 14, and 15 is the oldest that will do',
  );
  expect(source.isInitialized).toBe(false);
});
