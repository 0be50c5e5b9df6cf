import pg from 'pg';
import type { Executor, Statement } from './database.js';
import { patiently, session, valueTypes } from './pool.js';

/** The database as it was at one moment, for reading what is too large to be held. */
export interface Snapshot {
  run<Row>(statement: Statement): Promise<Row[]>;
  /** The first column of each row, `size` rows at a time. One portion is read ahead while another is worked on, no more. */
  column(statement: Statement, size: number): AsyncGenerator<readonly string[]>;
  /** May be called at any time, and more than once: what runs is stopped. */
  close(): Promise<void>;
}

interface SnapshotOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly signal: AbortSignal;
  /** On another connection. */
  readonly run: Executor['run'];
}

/**
 * Before the first row a large result may be sorted, so a statement has more time than elsewhere; and a transaction waits
 * while a client is slow. Who reads bounds that by its own clock; these bounds are for a process that froze. A cursor is
 * planned for its first tenth, which is right here: in the order of an index rows come at once, and nothing is sorted on disk.
 */
const begin = `${session}; set statement_timeout = '10min'; set idle_in_transaction_session_timeout = '5min';
  begin isolation level repeatable read read only`;

/**
 * Opens a connection beside the pool: a slow reader must not take one away from the API. When the signal is aborted, the
 * connection is cut and the statement that it runs is cancelled: the server would notice the cut only when it sends.
 */
export async function openSnapshot({ url, applicationName, signal, run }: SnapshotOptions): Promise<Snapshot> {
  signal.throwIfAborted();
  const client = await patiently(async () => {
    const made = new pg.Client({
      connectionString: url,
      application_name: `${applicationName} snapshot`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      types: valueTypes,
    });
    // an error that nobody listens to ends the process; whoever waits for an answer hears of it anyway
    made.on('error', () => {});
    try {
      await made.connect();
      return made;
    } catch (error) {
      await made.end().catch(() => {});
      throw error;
    }
  });
  let busy = false;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    const pid = busy ? (client as unknown as { processID: number }).processID : null;
    await client.end().catch(() => {});
    if (pid === null) return;
    await run({ name: 'snapshot-cancel', text: 'select pg_terminate_backend($1)', values: [pid] }).catch(() => {});
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  const onAbort = () => void closeOnce();
  signal.addEventListener('abort', onAbort, { once: true });
  const send = async (query: pg.QueryConfig & { rowMode?: 'array' }): Promise<unknown[]> => {
    busy = true;
    try {
      return (await client.query(query)).rows;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      busy = false;
    }
  };
  const asConfig = ({ text, values }: Statement) => ({ text, values: values as unknown[] | undefined });
  try {
    signal.throwIfAborted();
    await send({ text: begin });
  } catch (error) {
    await closeOnce();
    throw error;
  }
  return {
    run: async <Row>(statement: Statement) => (await send(asConfig(statement))) as Row[],
    async *column(statement, size) {
      await send({ ...asConfig(statement), text: `declare lines no scroll cursor for ${statement.text}` });
      const fetch = () => send({ text: `fetch ${size} from lines`, rowMode: 'array' }) as Promise<[string][]>;
      for (let next: Promise<[string][]> | null = fetch(); next; ) {
        const rows: [string][] = await next;
        next = rows.length < size ? null : fetch();
        // told where it is awaited, if it ever is
        next?.catch(() => {});
        if (rows.length) yield rows.map(([value]) => value);
      }
      await send({ text: 'close lines' });
    },
    close: closeOnce,
  };
}
