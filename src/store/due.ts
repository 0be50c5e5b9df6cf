import type { MarketplaceCode } from '../commerce/marketplace.js';
import type { Executor } from './database.js';
import { longRun } from './runs.js';

/** A shop that has something to do, by the database's clock. */
export interface DueShop {
  readonly id: string;
  readonly marketplace: MarketplaceCode;
  readonly sandbox: boolean;
}

/** What this process can work: which marketplaces, and the version of their mappings. */
export interface Mappings {
  readonly codes: readonly MarketplaceCode[];
  readonly versions: readonly number[];
}

/**
 * Shops that nobody holds and that have work: an open run that can go on, a stream that is due, rejects to be retried,
 * records of an older mapping, a run to be cancelled, or, while there is no run, a check of the coverage. A stream that waits for its back-off is not work, and a shop
 * that was told to stay away is none before that time.
 */
export function dueShops(db: Executor, mappings: Mappings, limit = 1000): Promise<DueShop[]> {
  return db.run<DueShop>({
    name: 'due-shops',
    text: `select s.id, s.marketplace, s.sandbox
      from shops s
      join unnest($1::text[], $2::int[]) as m (code, version) on m.code = s.marketplace
      left join sync_runs r on r.shop_id = s.id and r.status in ('QUEUED', 'RUNNING')
      where (s.leased_until is null or s.leased_until <= now())
        and (r.cancel_requested_at is not null
          or s.status = 'ACTIVE' and (s.backoff_until is null or s.backoff_until <= now()) and (
            exists (select from stream_runs p left join streams t on t.shop_id = s.id and t.name = p.stream
              where p.run_id = r.id and (p.status = 'QUEUED'
                or p.status = 'RUNNING' and (t.name is null or t.failures = 0 or t.due_at <= now())))
            or r.id is not null and not exists (select from stream_runs p
              where p.run_id = r.id and p.status in ('QUEUED', 'RUNNING'))
            or exists (select from streams t where t.shop_id = s.id and t.enabled and t.due_at <= now()
              and (r.id is null or (r.trigger = 'SCHEDULE' or r.started_at < now() - ${longRun})
                and not exists (select from stream_runs p
                  where p.run_id = r.id and p.stream = t.name and p.status in ('QUEUED', 'RUNNING'))))
            or exists (select from streams t where t.shop_id = s.id and t.mapping_version < m.version)
            or exists (select from rejects j where j.shop_id = s.id and j.retry_requested_at is not null)
            or r.id is null and (s.coverage_due_at <= now() or exists (select from coverage_checks c
              where c.shop_id = s.id and c.status in ('QUEUED', 'RUNNING') and c.due_at <= now()))))
      order by (r.trigger = 'MANUAL') is not true, s.id
      limit $3`,
    values: [mappings.codes, mappings.versions, limit],
  });
}
