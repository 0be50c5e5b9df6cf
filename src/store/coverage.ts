import type { CoverageState, CoverageUnit } from '../commerce/coverage.js';
import type { Json } from '../commerce/json.js';
import type { StreamName } from '../commerce/marketplace.js';
import type { FulfilledBy } from '../commerce/order.js';
import type { Executor, Statement } from './database.js';
import type { Fence } from './runs.js';

/*
 * The engine's side of `coverage_checks` and `coverage_days`. Every write is fenced by the shop's epoch, as pages are, and
 * by the check being unfinished: one that somebody cancelled writes nothing more.
 */

/** A shop's check under way. There is at most one. */
export interface OpenCheck {
  readonly id: string;
  readonly streams: readonly StreamName[];
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  /** Failures in a row. */
  readonly failures: number;
  /** It failed a moment ago and must not go on yet. */
  readonly waiting: boolean;
  /** Where a day that is counted half stands. */
  readonly progress: Json;
  /** Streams of the shop that are switched on. */
  readonly enabled: readonly StreamName[];
}

/** One stream, day and fulfillment method. */
export interface DayKey {
  readonly stream: StreamName;
  readonly day: string;
  readonly fulfilledBy: FulfilledBy;
}

export interface Figures {
  readonly unit: CoverageUnit;
  readonly counted: number;
  readonly held: number;
  /** Set aside with a reason: known, so not missing. */
  readonly rejected: number;
}

export interface DayResult {
  readonly state: CoverageState;
  readonly reason: string | null;
  /** Null where nothing could be counted. */
  readonly figures: Figures | null;
  readonly missing: readonly string[];
}

/** A day that this check has found something of. */
export interface DoneDay extends DayKey, DayResult {
  /** Nothing is left to do about it. */
  readonly isSettled: boolean;
}

const now = "date_trunc('milliseconds', now())";
const open = "status in ('QUEUED', 'RUNNING')";
const held = '(select id from shops where id = $1 and epoch = $2 for no key update)';
/** The check, for a worker that holds its shop. */
const ours = `(select c.id, c.shop_id from coverage_checks c join ${held} as h on h.id = c.shop_id where c.id = $3 and c.${open})`;

async function wrote(db: Executor, statement: Statement): Promise<boolean> {
  return (await db.run(statement)).length > 0;
}

export async function openCheckOf(db: Executor, shopId: string): Promise<OpenCheck | null> {
  const [check] = await db.run<OpenCheck>({
    name: 'coverage-open',
    text: `select id, streams, from_day::text as "from", to_day::text as "to", failures, due_at > now() as waiting, progress,
        array(select name from streams t where t.shop_id = c.shop_id and t.enabled) as enabled
      from coverage_checks c where shop_id = $1 and ${open}`,
    values: [shopId],
  });
  return check ?? null;
}

/** Is the shop's check by schedule due? */
export async function isCoverageDue(db: Executor, shopId: string): Promise<boolean> {
  const rows = await db.run({
    name: 'coverage-due',
    text: 'select from shops where id = $1 and coverage_due_at <= now()',
    values: [shopId],
  });
  return rows.length > 0;
}

/**
 * Queues the check by schedule, over the days since the last one and at most `daysMax`, and says when the next is due.
 * Without streams to check, only that.
 */
export async function planCheck(
  db: Executor,
  fence: Fence,
  plan: { streams: readonly StreamName[]; yesterday: string; daysMax: number; againInMs: number },
): Promise<boolean> {
  return wrote(db, {
    name: 'coverage-plan',
    text: `with held as ${held},
      next as (update shops set coverage_due_at = ${now} + $6::float8 * interval '1 ms' from held where shops.id = held.id),
      names as (select array(select name from streams t, held
        where t.shop_id = held.id and t.enabled and t.name = any ($3) order by name) as names),
      since as (select least($4::date, greatest($4::date - $5::int + 1,
          coalesce((select max(to_day) + 1 from coverage_checks
            where shop_id = $1 and trigger = 'SCHEDULE' and status = 'SUCCEEDED'), $4::date))) as from_day),
      made as (insert into coverage_checks (shop_id, trigger, streams, from_day, to_day)
        select held.id, 'SCHEDULE', names, from_day, $4::date from held, names, since where cardinality(names) > 0
        on conflict (shop_id) where ${open} do nothing)
      select from held`,
    values: [fence.shopId, fence.epoch, plan.streams, plan.yesterday, plan.daysMax, plan.againInMs],
  });
}

export function beginCheck(db: Executor, fence: Fence, check: { id: string; stepsTotal: number }): Promise<boolean> {
  return wrote(db, {
    name: 'coverage-begin',
    text: `update coverage_checks c set status = 'RUNNING', started_at = coalesce(started_at, ${now}), steps_total = $4
      from ${ours} as o where c.id = o.id returning c.id`,
    values: [fence.shopId, fence.epoch, check.id, check.stepsTotal],
  });
}

/** What this check has found so far, without the days that it has not come to. */
export async function doneDays(db: Executor, shopId: string, checkId: string): Promise<DoneDay[]> {
  const rows = await db.run<DayKey & Figures & DayResult & { isSettled: boolean; unit: CoverageUnit | null }>({
    name: 'coverage-done',
    text: `select stream, day::text as day, fulfilled_by as "fulfilledBy", state, reason, unit, counted, held, rejected,
        case when is_settled then '{}' else missing end as missing, is_settled as "isSettled"
      from coverage_days where shop_id = $1 and check_id = $2`,
    values: [shopId, checkId],
  });
  return rows.map(({ unit, counted, held, rejected, ...row }) => ({
    ...row,
    figures: unit && { unit, counted, held, rejected },
  }));
}

/** Writes down what was found of a day. With missing records it is not settled before `settleDay`. */
export function putDay(
  db: Executor,
  fence: Fence,
  found: { checkId: string; key: DayKey; result: DayResult },
): Promise<boolean> {
  const { key, result } = found;
  const { figures, missing } = result;
  return wrote(db, {
    name: 'coverage-put-day',
    text: `with ours as ${ours},
      day as (insert into coverage_days (shop_id, stream, day, fulfilled_by, check_id, state, reason, unit, counted, held,
          rejected, missing, is_settled)
        select shop_id, $4, $5::date, $6, id, $7, $8, $9, $10, $11, $12, $13, cardinality($13::text[]) = 0 from ours
        on conflict (shop_id, stream, day, fulfilled_by) do update set check_id = excluded.check_id,
          checked_at = excluded.checked_at, state = excluded.state, reason = excluded.reason, unit = excluded.unit,
          counted = excluded.counted, held = excluded.held, rejected = excluded.rejected, missing = excluded.missing,
          fetched = 0, held_after = null, repaired_at = null, is_settled = excluded.is_settled)
      update coverage_checks c set failures = 0, progress = null, steps_done = steps_done + 1 from ours where c.id = ours.id
      returning c.id`,
    values: [
      ...[fence.shopId, fence.epoch, found.checkId, key.stream, key.day, key.fulfilledBy, result.state, result.reason],
      ...[figures?.unit ?? null, figures?.counted ?? null, figures?.held ?? null, figures?.rejected ?? null, missing],
    ],
  });
}

/** Fetching what was missing has ended. `repaired`: how much of it is held now; null: it could not be asked for one by one. */
export function settleDay(
  db: Executor,
  fence: Fence,
  settled: {
    checkId: string;
    key: DayKey;
    repaired: { fetched: number; heldAfter: number } | null;
    reason: string | null;
  },
): Promise<boolean> {
  const { checkId, key, repaired, reason } = settled;
  return wrote(db, {
    name: 'coverage-settle-day',
    text: `with ours as ${ours}
      update coverage_days d set is_settled = true, fetched = coalesce($7, 0), held_after = $8,
        repaired_at = case when $7::int is not null then ${now} end, reason = coalesce($9, reason)
      from ours where d.shop_id = ours.shop_id and d.check_id = ours.id and d.stream = $4 and d.day = $5::date
        and d.fulfilled_by = $6
      returning d.day`,
    values: [
      ...[fence.shopId, fence.epoch, checkId, key.stream, key.day, key.fulfilledBy],
      ...[repaired?.fetched ?? null, repaired?.heldAfter ?? null, reason],
    ],
  });
}

/** Keeps how far a day is counted, for the next slice. */
export function keepProgress(db: Executor, fence: Fence, checkId: string, progress: Json): Promise<boolean> {
  return wrote(db, {
    name: 'coverage-progress',
    text: `update coverage_checks c set progress = $4 from ${ours} as o where c.id = o.id returning c.id`,
    values: [fence.shopId, fence.epoch, checkId, JSON.stringify(progress)],
  });
}

/** Writes down a failure: final, or to be tried again after `delayMs`. */
export function failCheck(
  db: Executor,
  fence: Fence,
  failure: { checkId: string; error: string; failures: number; final: boolean; delayMs: number },
): Promise<boolean> {
  return wrote(db, {
    name: 'coverage-fail',
    text: `update coverage_checks c set error = $4, failures = $5, due_at = ${now} + $7::float8 * interval '1 ms',
        status = case when $6 then 'FAILED' else status end, finished_at = case when $6 then ${now} end
      from ${ours} as o where c.id = o.id returning c.id`,
    values: [
      ...[fence.shopId, fence.epoch, failure.checkId],
      ...[failure.error, failure.failures, failure.final, failure.delayMs],
    ],
  });
}

export function finishCheck(db: Executor, fence: Fence, checkId: string): Promise<boolean> {
  return wrote(db, {
    name: 'coverage-finish',
    text: `update coverage_checks c set status = 'SUCCEEDED', finished_at = ${now}, error = null
      from ${ours} as o where c.id = o.id returning c.id`,
    values: [fence.shopId, fence.epoch, checkId],
  });
}

/** Adds requests that a check has sent. */
export async function addCheckRequests(db: Executor, fence: Fence, checkId: string, requests: number): Promise<void> {
  await db.run({
    name: 'coverage-requests',
    text: `update coverage_checks c set requests = requests + $4 from ${held} as h where c.id = $3 and c.shop_id = h.id`,
    values: [fence.shopId, fence.epoch, checkId, requests],
  });
}

/** Lets the schedule read a stream whole: for what is missing and cannot be asked for one by one. */
export async function readWhole(db: Executor, fence: Fence, stream: StreamName): Promise<void> {
  await db.run({
    name: 'coverage-read-whole',
    text: `update streams t set full_due_at = ${now}, due_at = least(due_at, ${now})
      from ${held} as h where t.shop_id = h.id and t.name = $3 and t.enabled`,
    values: [fence.shopId, fence.epoch, stream],
  });
}
