import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';

export interface Fresh {
  readonly url: string;
  readonly db: Database;
  /** Closes `db` and drops the database, whoever is still connected. */
  close(): Promise<void>;
}

/** A migrated, empty database of its own: call it in `beforeAll`, and `close()` in `afterAll`. */
export async function freshDatabase(options: { poolSize?: number } = {}): Promise<Fresh> {
  const admin = inject('databaseUrl');
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await onServer(admin, `create database ${name} template ${inject('databaseTemplate')}`);
  const at = new URL(admin);
  at.pathname = `/${name}`;
  const db = await openDatabase({ url: at.href, poolSize: options.poolSize ?? 5 });
  return {
    url: at.href,
    db,
    close: async () => {
      await db.close();
      await onServer(admin, `drop database if exists ${name} with (force)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
