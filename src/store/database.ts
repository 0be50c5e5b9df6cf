import 'reflect-metadata';
import type pg from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import type { Logger } from '../log.js';
import { Listener } from './listener.js';
import { connect, isRefusal, unusable } from './opening.js';
import { poolOptions, withClient } from './pool.js';
import { openSnapshot, type Snapshot } from './snapshot.js';
import { tables } from './tables/index.js';

/** One SQL statement. Under a name, the server keeps its plan for the life of the connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Executor {
  run<Row = Record<string, unknown>>(statement: Statement): Promise<Row[]>;
}

export interface Database extends Executor {
  /** TypeORM on the same connections. */
  readonly source: DataSource;
  /** Every statement that was sent since the start, TypeORM's too. Tests take differences. */
  readonly statements: { readonly count: number };
  /** All or nothing: what `work` throws undoes it. Nothing is tried twice. */
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>;
  /** A connection of its own that sees the database as it is now, until it is closed or the signal is aborted. */
  snapshot(signal: AbortSignal): Promise<Snapshot>;
  /** Hears NOTIFY, also after the server was away; what was said meanwhile is lost. Returns the way to stop. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** More connections do not make it faster: hot rows gave 363 orders/s with 10 and 124 with 64. */
  readonly poolSize?: number;
  readonly log?: Logger;
  readonly applicationName?: string;
  /** How long the start waits for a server that starts, recovers or is not reachable yet; a minute. */
  readonly patienceMs?: number;
}

/** One number for all of our processes: who migrates holds this lock. */
const migrationLock = 727_003;

/** Connects, waits while the server is starting, and brings the tables up to date; several processes may do so at once. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, poolSize = 10, log, applicationName = 'lading', patienceMs = 30_000 } = options;
  const statements = { count: 0 };
  const source = await connect(
    url,
    () =>
      new DataSource({
        type: 'postgres',
        url,
        poolSize,
        applicationName,
        entities: tables,
        migrations,
        // nothing of ours needs an extension
        installExtensions: false,
        extra: poolOptions(statements),
        // the pool has dropped the connection already, and the next statement gets another one
        poolErrorHandler: (error: Error) => log?.debug('database connection lost', { error }),
      }).initialize(),
    patienceMs,
    log,
  );
  await migrate(source, log).catch(async (error) => {
    await source.destroy();
    throw isRefusal(error) ? unusable(url, error) : error;
  });
  const pool = (source.driver as unknown as { master: pg.Pool }).master;
  const listener = new Listener(url, applicationName, (message) => log?.warn(message));
  const run: Executor['run'] = (statement) => withClient(pool, (client) => send(client, statement));
  return {
    source,
    statements,
    run,
    transaction: (work) => withClient(pool, (client) => transact(client, work)),
    snapshot: (signal) => openSnapshot({ url, applicationName, signal, run }),
    listen: (channel, onPayload) => listener.add(channel, onPayload),
    close: async () => {
      await listener.close();
      await source.destroy();
    },
  };
}

async function send<Row>(client: pg.PoolClient, { name, text, values }: Statement): Promise<Row[]> {
  const result = await client.query({ name, text, values: values as unknown[] | undefined });
  return result.rows as Row[];
}

async function transact<T>(client: pg.PoolClient, work: (tx: Executor) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work({ run: (statement) => send(client, statement) });
    await client.query('commit');
    return result;
  } catch (error) {
    // on a connection that is cut the server has rolled back by itself
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** TypeORM takes no lock of its own: of two that migrate at once, one would fail. */
async function migrate(source: DataSource, log: Logger | undefined): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    // the others wait here for as long as the migration takes
    await runner.query('set statement_timeout = 0');
    await runner.query('select pg_advisory_lock($1)', [migrationLock]);
    const done = await new MigrationExecutor(source, runner).executePendingMigrations();
    for (const { name } of done) log?.info('migrated', { migration: name });
    await runner.query('select pg_advisory_unlock($1)', [migrationLock]);
    await runner.query(`set statement_timeout = '60s'`);
  } finally {
    await runner.release();
  }
}
