import type { StreamName, SyncMode } from '../commerce/marketplace.js';
import type { Executor } from './database.js';

/*
 * What people ask the engine for. A request is a row and a word on `lading_due`, in one transaction.
 */

export interface OpenRun {
  readonly id: string;
  readonly mode: SyncMode;
  readonly status: 'QUEUED' | 'RUNNING';
  readonly streams: readonly StreamName[];
}

/** The shop's unfinished run, of which there is at most one; it stays as it is until the transaction ends. */
export async function openRunOf(tx: Executor, shopId: string): Promise<OpenRun | null> {
  const [run] = await tx.run<OpenRun>({
    name: 'sync-open-run',
    text: `select id, mode, status,
        array(select stream from stream_runs where run_id = id order by stream) as streams
      from sync_runs where shop_id = $1 and status in ('QUEUED', 'RUNNING') for no key update`,
    values: [shopId],
  });
  return run ?? null;
}

/** Which streams the shop has, by name, with whether they are enabled. */
export async function streamsOf(tx: Executor, shopId: string): Promise<Map<StreamName, boolean>> {
  const rows = await tx.run<{ name: StreamName; enabled: boolean }>({
    name: 'sync-streams-of',
    text: 'select name, enabled from streams where shop_id = $1 order by name',
    values: [shopId],
  });
  return new Map(rows.map(({ name, enabled }) => [name, enabled]));
}

/** Queues a run of these streams; null when the shop has an unfinished one (a schedule was quicker). */
export async function queueRun(
  tx: Executor,
  request: {
    shopId: string;
    mode: SyncMode;
    streams: readonly StreamName[];
    idempotency: { readonly operation: string; readonly key: string; readonly fingerprint: Buffer } | null;
  },
): Promise<string | null> {
  const { shopId, mode, streams, idempotency } = request;
  const [run] = await tx.run<{ id: string }>({
    name: 'sync-queue-run',
    text: `with queued as (
        insert into sync_runs (shop_id, mode, trigger) values ($1, $2, 'MANUAL')
        on conflict (shop_id) where status in ('QUEUED', 'RUNNING') do nothing returning id),
      its_streams as (insert into stream_runs (run_id, stream) select id, unnest($3::text[]) from queued),
      remembered as (
        insert into idempotency_keys (operation, key, input_digest, result_id)
        select $4, $5, $6, id from queued where $5::text is not null)
      select id, pg_notify('lading_due', $1::text), pg_notify('lading_progress', id::text) from queued`,
    values: [
      shopId,
      mode,
      streams,
      idempotency?.operation ?? null,
      idempotency?.key ?? null,
      idempotency?.fingerprint ?? null,
    ],
  });
  return run?.id ?? null;
}

/** Asks the engine to end a run, which it does after the page under way. False when it has ended; null: unknown. */
export async function requestCancel(db: Executor, runId: string): Promise<boolean | null> {
  const [run] = await db.run<{ requested: boolean }>({
    name: 'sync-cancel',
    text: `with asked as (
        update sync_runs set cancel_requested_at = coalesce(cancel_requested_at, date_trunc('milliseconds', now()))
        where id = $1 and status in ('QUEUED', 'RUNNING') returning shop_id)
      select exists (select from asked) as requested, (select pg_notify('lading_due', shop_id::text) from asked)
      from sync_runs where id = $1`,
    values: [runId],
  });
  return run ? run.requested : null;
}

/** Marks rejects to be mapped again. Returns the ids that exist. */
export async function retryRejects(db: Executor, ids: readonly string[]): Promise<string[]> {
  const rows = await db.run<{ id: string }>({
    name: 'reject-retry-ids',
    text: `with marked as (
        update rejects set retry_requested_at = date_trunc('milliseconds', now())
        where id = any($1::bigint[]) returning id, shop_id),
      told as (select pg_notify('lading_due', shop_id::text) from (select distinct shop_id from marked) s)
      select id from marked where (select count(*) from told) >= 0 order by id`,
    values: [ids],
  });
  return rows.map(({ id }) => id);
}

/** Marks every reject of a shop, or of one of its streams. Returns how many; null when there is no such shop. */
export async function retryRejectsOf(db: Executor, shopId: string, stream: StreamName | null): Promise<number | null> {
  const [row] = await db.run<{ marked: number }>({
    name: 'reject-retry-shop',
    text: `with marked as (
        update rejects set retry_requested_at = date_trunc('milliseconds', now())
        where shop_id = $1 and ($2::text is null or stream = $2) returning id)
      select (select count(*)::int from marked) as marked, pg_notify('lading_due', id::text)
      from shops where id = $1`,
    values: [shopId, stream],
  });
  return row ? row.marked : null;
}

/** The shop of a run; null when it is gone. */
export async function shopOfRun(db: Executor, runId: string): Promise<string | null> {
  const [run] = await db.run<{ shopId: string }>({
    name: 'sync-shop-of-run',
    text: 'select shop_id as "shopId" from sync_runs where id = $1',
    values: [runId],
  });
  return run?.shopId ?? null;
}

/** Unfinished runs, of one shop or of all. */
export async function openRuns(db: Executor, shopId: string | null): Promise<{ id: string; shopId: string }[]> {
  return db.run({
    name: 'sync-open-runs',
    text: `select id, shop_id as "shopId" from sync_runs
      where status in ('QUEUED', 'RUNNING') and ($1::bigint is null or shop_id = $1) order by id limit 1000`,
    values: [shopId],
  });
}

/** Does the database answer, and has it our tables? */
export async function answers(db: Executor): Promise<void> {
  await db.run({ name: 'ready', text: 'select from shops limit 1' });
}
