import type { Cursor, StreamName, SyncMode } from '../commerce/marketplace.js';
import type { Executor, Statement } from './database.js';

/*
 * The engine's side of `sync_runs` and `stream_runs`. Every write here is fenced by the shop's epoch, as pages are: the
 * common table expression `held` locks the shop's row, and is empty for a worker that lost the shop.
 */

export type RunStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Whose write it is. */
export interface Fence {
  readonly shopId: string;
  readonly epoch: string;
}

/** A shop's run under way. There is at most one. */
export interface OpenRun {
  readonly id: string;
  readonly mode: SyncMode;
  readonly trigger: 'SCHEDULE' | 'MANUAL';
  readonly cancelRequested: boolean;
  readonly streams: readonly OpenStream[];
}

export interface OpenStream {
  readonly name: StreamName;
  readonly status: RunStatus;
  /** The run's own, except for a stream that joined a FULL run only because it was due. */
  readonly mode: SyncMode;
  /** Where this run stands; null before its first page. */
  readonly runCursor: Cursor | null;
  /** Where the last run through this stream ended; null: never read. */
  readonly cursor: Cursor | null;
  readonly everyMs: number | null;
  readonly overlapMs: number | null;
  readonly windowMs: number | null;
  /** Failures in a row. */
  readonly failures: number;
  /** It failed a moment ago and must not be tried again yet. */
  readonly waiting: boolean;
}

/** Why a shop stands still until its owner acts: the credentials must be replaced, or the shop resumed. */
export type RefusalCode = 'CREDENTIALS_REFUSED' | 'BLOCKED';

/** Why a run or stream failed: stable words for programs. */
export type RunErrorCode =
  | RefusalCode
  | 'RATE_LIMITED'
  | 'MARKETPLACE_UNAVAILABLE'
  | 'REQUEST_REFUSED'
  | 'ANSWER_BROKEN'
  | 'INTERNAL';

const now = "date_trunc('milliseconds', now())";
const held = '(select id from shops where id = $1 and epoch = $2 for no key update)';
const announce = `pg_notify('lading_progress', run.id::text)`;

/** Runs a fenced statement that answers `held`: false when the worker has lost the shop. */
async function fenced(db: Executor, statement: Statement): Promise<boolean> {
  const [row] = await db.run<{ held: boolean }>(statement);
  return row?.held === true;
}

export async function openRun(db: Executor, shopId: string): Promise<OpenRun | null> {
  type Row = Omit<OpenRun, 'streams'> & OpenStream & { name: StreamName | null; partMode: SyncMode };
  const rows = await db.run<Row>({
    name: 'run-open',
    text: `select r.id, r.mode, r.trigger, r.cancel_requested_at is not null as "cancelRequested",
        p.stream as name, p.status, coalesce(p.mode, r.mode) as "partMode", p.cursor as "runCursor", t.cursor, t.every_ms::float8 as "everyMs",
        t.overlap_ms::float8 as "overlapMs", t.window_ms::float8 as "windowMs", coalesce(t.failures, 0) as failures,
        p.status = 'RUNNING' and t.failures > 0 and t.due_at > now() as waiting
      from sync_runs r
      left join stream_runs p on p.run_id = r.id
      left join streams t on t.shop_id = r.shop_id and t.name = p.stream
      where r.shop_id = $1 and r.status in ('QUEUED', 'RUNNING')`,
    values: [shopId],
  });
  const [first] = rows;
  if (!first) return null;
  const { id, mode, trigger, cancelRequested } = first;
  const streams = rows.filter((row) => row.name !== null).map((row) => ({ ...row, mode: row.partMode }));
  return { id, mode, trigger, cancelRequested, streams };
}

/** A run that takes longer than this is joined by what is due, also if somebody asked for it. */
export const longRun = "interval '1 minute'";

/**
 * Puts the streams that are due into the shop's scheduled run, which it opens if there is none. A stream whose part in
 * the run has ended gets another turn in it: the run may take hours because of another stream (every shipment of a large
 * shop is a request), and orders must not wait for that. A stream whose full reading is due is read whole.
 */
export async function planDueStreams(db: Executor, fence: Fence, streams: readonly StreamName[]): Promise<boolean> {
  return fenced(db, {
    name: 'run-plan',
    text: `with held as ${held},
      due as (select t.name, case when t.full_due_at <= now() then 'FULL' else 'INCREMENTAL' end as mode
        from streams t, held where t.shop_id = held.id and t.enabled and t.due_at <= now() and t.name = any ($3)),
      made as (insert into sync_runs (shop_id, mode, trigger)
        select id, case when exists (select from due where mode = 'FULL') then 'FULL' else 'INCREMENTAL' end, 'SCHEDULE'
        from held where exists (select from due)
        on conflict (shop_id) where status in ('QUEUED', 'RUNNING') do nothing returning id),
      run as (select id from made union
        select r.id from sync_runs r, held where r.shop_id = held.id and r.status in ('QUEUED', 'RUNNING')
          and (r.trigger = 'SCHEDULE' or r.started_at < now() - ${longRun})),
      parts as (insert into stream_runs as p (run_id, stream, mode) select run.id, due.name, due.mode from run, due
        on conflict (run_id, stream) do update set status = 'QUEUED', mode = excluded.mode, cursor = null,
          started_at = null, finished_at = null
        where p.status in ('SUCCEEDED', 'FAILED'))
      select exists (select from held) as held`,
    values: [fence.shopId, fence.epoch, streams],
  });
}

/**
 * Marks a stream of a run as under way. `dueInMs` is when the next run of it is due, counted from now; null leaves that
 * as it is, for a stream that only goes on.
 */
export async function beginStream(
  db: Executor,
  fence: Fence,
  part: { runId: string; stream: StreamName; dueInMs: number | null },
): Promise<boolean> {
  return fenced(db, {
    name: 'run-begin-stream',
    text: `with held as ${held},
      run as (update sync_runs set status = 'RUNNING', started_at = coalesce(started_at, ${now})
        from held where sync_runs.id = $3 and shop_id = held.id and status in ('QUEUED', 'RUNNING')
        returning sync_runs.id),
      part as (update stream_runs set status = 'RUNNING', started_at = coalesce(started_at, ${now}), error = null
        from run where run_id = run.id and stream = $4 and status in ('QUEUED', 'RUNNING')),
      stream as (update streams set last_started_at = ${now}, due_at = ${now} + $5::float8 * interval '1 ms'
        from held where shop_id = held.id and name = $4 and $5::float8 is not null)
      select exists (select from held) as held, (select ${announce} from run) as told`,
    values: [fence.shopId, fence.epoch, part.runId, part.stream, part.dueInMs],
  });
}

/** Writes down a failure of a stream. `final` ends it in this run; otherwise it goes on after `delayMs`. */
export async function failStream(
  db: Executor,
  fence: Fence,
  failure: {
    runId: string;
    stream: StreamName;
    code: RunErrorCode;
    error: string;
    failures: number;
    final: boolean;
    delayMs: number;
  },
): Promise<boolean> {
  const { runId, stream, code, error, failures, final, delayMs } = failure;
  return fenced(db, {
    name: 'run-fail-stream',
    text: `with held as ${held},
      run as (update sync_runs set error_code = case when $7 then coalesce(error_code, $5) else error_code end,
          error = case when $7 and strpos(coalesce(error, ''), $4 || ': ' || $6) = 0
            then concat_ws('; ', error, $4 || ': ' || $6) else error end
        from held where sync_runs.id = $3 and shop_id = held.id returning sync_runs.id),
      part as (update stream_runs set error = $6, status = case when $7 then 'FAILED' else status end,
          finished_at = case when $7 then ${now} end
        from run where run_id = run.id and stream = $4 and status in ('QUEUED', 'RUNNING')),
      stream as (update streams set last_error = $6, failures = $8, due_at = ${now} + $9::float8 * interval '1 ms'
        from held where shop_id = held.id and name = $4)
      select exists (select from held) as held, (select ${announce} from run) as told`,
    values: [fence.shopId, fence.epoch, runId, stream, code, error, final, failures, delayMs],
  });
}

/** Ends the run if no stream of it is left to work. Answers whether it ended, and how: a failure in it is not forgotten. */
export async function settleRun(db: Executor, fence: Fence, runId: string): Promise<RunStatus | null> {
  const [row] = await db.run<{ status: RunStatus }>({
    name: 'run-settle',
    text: `with held as ${held},
      run as (update sync_runs set finished_at = ${now}, started_at = coalesce(started_at, ${now}),
          status = case when error_code is not null
              or exists (select from stream_runs where run_id = $3 and status = 'FAILED')
            then 'FAILED' else 'SUCCEEDED' end
        from held where sync_runs.id = $3 and shop_id = held.id and status in ('QUEUED', 'RUNNING')
          and not exists (select from stream_runs where run_id = $3 and status in ('QUEUED', 'RUNNING'))
        returning sync_runs.id, sync_runs.status)
      select status, ${announce} from run`,
    values: [fence.shopId, fence.epoch, runId],
  });
  return row?.status ?? null;
}

/**
 * Ends a run as CANCELLED. What was committed stays. Its streams are next due as if they had run, so that a cancelled
 * schedule does not start over at the next look, nor a full reading of it within a day.
 */
export async function cancelRun(
  db: Executor,
  fence: Fence,
  runId: string,
  dueIn: readonly { stream: StreamName; ms: number }[],
): Promise<boolean> {
  return fenced(db, {
    name: 'run-cancel',
    text: `with held as ${held},
      run as (update sync_runs set status = 'CANCELLED', finished_at = ${now}
        from held where sync_runs.id = $3 and shop_id = held.id and status in ('QUEUED', 'RUNNING')
        returning sync_runs.id),
      parts as (update stream_runs set status = 'CANCELLED', finished_at = ${now}
        from run where run_id = run.id and status in ('QUEUED', 'RUNNING') returning stream, mode),
      stream as (update streams set due_at = greatest(due_at, ${now} + d.ms * interval '1 ms'),
          full_due_at = case when parts.mode = 'FULL' then greatest(full_due_at, ${now} + interval '1 day')
            else full_due_at end
        from held, parts, unnest($4::text[], $5::float8[]) as d (stream, ms)
        where shop_id = held.id and name = parts.stream and d.stream = parts.stream)
      select exists (select from held) as held, (select ${announce} from run) as told`,
    values: [fence.shopId, fence.epoch, runId, dueIn.map((due) => due.stream), dueIn.map((due) => due.ms)],
  });
}

/** Adds requests that led to no page: of a failure, or cut off by the end of a slice. */
export async function addRequests(
  db: Executor,
  fence: Fence,
  sent: { runId: string; stream: StreamName; requests: number; retries: number; throttledMs: number },
): Promise<void> {
  await db.run({
    name: 'run-add-requests',
    text: `with held as ${held}
      update stream_runs set requests = requests + $5, retries = retries + $6, throttled_ms = throttled_ms + $7
      from held where run_id = $3 and stream = $4`,
    values: [
      fence.shopId,
      fence.epoch,
      sent.runId,
      sent.stream,
      sent.requests,
      sent.retries,
      Math.round(sent.throttledMs),
    ],
  });
}

/** The source told us to stay away: no request for this long, whatever is due. */
export async function backOffShop(db: Executor, fence: Fence, ms: number): Promise<void> {
  await db.run({
    name: 'run-back-off',
    text: `update shops set backoff_until = ${now} + $3::float8 * interval '1 ms' where id = $1 and epoch = $2`,
    values: [fence.shopId, fence.epoch, ms],
  });
}

/** Figures of a run, for its last log line. */
export interface RunFigures {
  readonly requests: number;
  readonly retries: number;
  readonly throttledMs: number;
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly seconds: number;
}

export async function runFigures(db: Executor, runId: string): Promise<RunFigures> {
  const [row] = await db.run<RunFigures>({
    name: 'run-figures',
    text: `select coalesce(sum(requests), 0)::int as requests, coalesce(sum(retries), 0)::int as retries,
        coalesce(sum(throttled_ms), 0)::float8 as "throttledMs", coalesce(sum(pages), 0)::int as pages,
        coalesce(sum(fetched), 0)::int as fetched, coalesce(sum(created), 0)::int as created,
        coalesce(sum(updated), 0)::int as updated, coalesce(sum(unchanged), 0)::int as unchanged,
        coalesce(sum(rejected), 0)::int as rejected,
        (select round(extract(epoch from coalesce(finished_at, now()) - started_at)::numeric, 1)::float8
          from sync_runs where id = $1) as seconds
      from stream_runs where run_id = $1`,
    values: [runId],
  });
  if (!row) throw new Error(`run ${runId} has no figures`);
  return row;
}
