import type { MarketplaceCode, StreamName } from '../commerce/marketplace.js';
import type { Executor } from './database.js';
import type { RefusalCode } from './runs.js';

/** What a connector says of a stream, for shops that have no setting of their own. */
export interface StreamDefault {
  readonly marketplace: MarketplaceCode;
  readonly stream: StreamName;
  readonly everyMs: number;
  /** How far back the source can be asked; null: everything it has. */
  readonly windowMs: number | null;
}

export type HealthState =
  /** Read in time. */
  | 'OK'
  /** Overdue by more than a whole period. */
  | 'LATE'
  /** The last attempts failed. */
  | 'FAILING'
  /** More than half of the source's window has passed since the last complete read. */
  | 'AT_RISK'
  /** The window has passed: what changed before it began can no longer be asked for. */
  | 'LOST';

export interface StreamHealth {
  readonly shopId: string;
  readonly stream: StreamName;
  readonly state: HealthState;
  /** Age of what we hold: everything that changed before this long ago is here. Null before the first complete read. */
  readonly lagMs: number | null;
  /** How long the stream has been due; 0 when it is not. */
  readonly lateMs: number;
  /** When the first change that we do not hold leaves the source's window; null when the source keeps everything. */
  readonly dataAtRiskAt: Date | null;
  /** Until then everything is held: when the last complete read began, or the shop was added. */
  readonly heldUntil: Date;
  /** When the last complete read began; null before the first. */
  readonly lastSuccessAt: Date | null;
  readonly lastError: string | null;
  /**
   * Nobody reads it though somebody should: it is overdue by more than a period, or has failed for two. Not while its shop
   * is at work and its turn in the run comes or is under way, which may take hours; nor while the shop rests.
   */
  readonly isLate: boolean;
}

/**
 * Lateness and data at risk of every enabled stream, or of one shop's. A new shop's window begins when it was added:
 * what lies further back was never promised. A shop that is paused or waits for credentials grows late all the same.
 */
export function streamHealth(
  db: Executor,
  defaults: readonly StreamDefault[],
  shopId: string | null = null,
): Promise<StreamHealth[]> {
  return db.run<StreamHealth>({
    name: 'stream-health',
    text: `with health as (
        select s.id, t.name, t.failures, t.last_success_at, t.last_error, s.status = 'ACTIVE' as is_active,
          t.failures = 0 and s.leased_until > now() - interval '5 minutes' and exists (
            select from sync_runs r join stream_runs p on p.run_id = r.id
            where r.shop_id = s.id and r.status in ('QUEUED', 'RUNNING')
              and p.stream = t.name and p.status in ('QUEUED', 'RUNNING')) as is_worked,
          extract(epoch from now() - t.last_success_at)::float8 * 1000 as lag_ms,
          greatest(0, extract(epoch from now() - t.due_at)::float8 * 1000) as late_ms,
          coalesce(t.every_ms, d.every_ms) as every_ms,
          coalesce(t.last_success_at, s.created_at) as held_until,
          coalesce(t.window_ms, d.window_ms) * interval '1 ms' as span
        from shops s
        join streams t on t.shop_id = s.id and t.enabled
        join unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) as d (marketplace, stream, every_ms, window_ms)
          on d.marketplace = s.marketplace and d.stream = t.name
        where $5::bigint is null or s.id = $5)
      select id as "shopId", name as stream, lag_ms as "lagMs", late_ms as "lateMs", held_until + span as "dataAtRiskAt",
        case when now() > held_until + span then 'LOST'
          when now() > held_until + span / 2 then 'AT_RISK'
          when failures > 0 then 'FAILING'
          when late_ms > greatest(every_ms, 60000) then 'LATE'
          else 'OK' end as state,
        held_until as "heldUntil", last_success_at as "lastSuccessAt", last_error as "lastError",
        is_active and is_worked is not true and (late_ms > greatest(every_ms, 60000)
          or failures > 0 and now() > held_until + 2 * greatest(every_ms, 60000) * interval '1 ms') as "isLate"
      from health order by id, name`,
    values: [
      defaults.map((one) => one.marketplace),
      defaults.map((one) => one.stream),
      defaults.map((one) => one.everyMs),
      defaults.map((one) => one.windowMs),
      shopId,
    ],
  });
}

/** A shop with what is wrong with itself, not with its streams. */
export interface ShopStanding {
  readonly id: string;
  readonly marketplace: MarketplaceCode;
  readonly sandbox: boolean;
  /** Why the marketplace refuses it, in its words; null while it does not. */
  readonly refusal: { readonly code: RefusalCode; readonly reason: string } | null;
}

/** Every shop. One that was paused after its credentials were refused is refused still. */
export function shopStandings(db: Executor): Promise<ShopStanding[]> {
  return db.run<ShopStanding>({
    name: 'shop-standings',
    text: `select id, marketplace, sandbox, case when status_reason is not null then json_build_object('reason', status_reason,
        'code', case when blocked_at is null then 'CREDENTIALS_REFUSED' else 'BLOCKED' end) end as refusal
      from shops order by id`,
  });
}

/** One number for all of our processes: who writes down what it found of the shops' health holds this lock. */
const healthLock = 727_004;

/** Waits until no other process writes alerts of shops; until the transaction ends, none does. */
export async function lockHealth(tx: Executor): Promise<void> {
  await tx.run({ name: 'health-lock', text: 'select pg_advisory_xact_lock($1)', values: [healthLock] });
}
