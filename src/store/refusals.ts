import { credentialsRefused, shutOut } from '../commerce/shop-alerts.js';
import { raiseAlert } from './alerts.js';
import type { Database, Executor } from './database.js';
import type { Fence, RefusalCode } from './runs.js';

const now = "date_trunc('milliseconds', now())";

/** That a marketplace refuses a shop. */
export interface Refusal {
  /** The run in which it did; null: outside of any. */
  readonly runId: string | null;
  /** Of the shop when it was taken. */
  readonly version: number;
  readonly code: RefusalCode;
  /** In the marketplace's words. */
  readonly reason: string;
}

/**
 * The marketplace refused the credentials: the run fails and the shop is left alone until they are replaced. Or it shuts
 * us out: the shop is paused until somebody resumes it. Nothing happens when the shop was changed meanwhile (`version`):
 * the next slice tries again.
 */
export function refuseShop(db: Database, fence: Fence, refusal: Refusal): Promise<boolean> {
  const raised = (refusal.code === 'BLOCKED' ? shutOut : credentialsRefused)(fence.shopId, refusal.reason);
  return db.transaction(async (tx) => {
    const refused = await standStill(tx, fence, refusal);
    if (refused) await raiseAlert(tx, raised);
    return refused;
  });
}

async function standStill(tx: Executor, fence: Fence, refusal: Refusal): Promise<boolean> {
  const [row] = await tx.run<{ refused: boolean }>({
    name: 'run-refuse-shop',
    text: `with held as (select id from shops where id = $1 and epoch = $2 and version = $4 for no key update),
      shop as (update shops set status_reason = $5,
          blocked_at = case when $6 = 'BLOCKED' then ${now} end,
          status = case when status <> 'ACTIVE' then status when $6 = 'BLOCKED' then 'PAUSED' else 'NEEDS_CREDENTIALS' end
        from held where shops.id = held.id),
      run as (update sync_runs set status = 'FAILED', started_at = coalesce(started_at, ${now}), finished_at = ${now},
          error_code = $6, error = $5
        from held where sync_runs.id = $3 and shop_id = held.id and sync_runs.status in ('QUEUED', 'RUNNING')
        returning sync_runs.id),
      parts as (update stream_runs set status = 'FAILED', finished_at = ${now}, error = $5
        from run where run_id = run.id and stream_runs.status in ('QUEUED', 'RUNNING'))
      select exists (select from held) as refused, (select pg_notify('lading_progress', run.id::text) from run) as told`,
    values: [fence.shopId, fence.epoch, refusal.runId, refusal.version, refusal.reason, refusal.code],
  });
  return row?.refused === true;
}
