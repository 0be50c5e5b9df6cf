import type { StreamName } from '../commerce/marketplace.js';
import type { Executor } from './database.js';

/*
 * What people ask of the engine about coverage: a row and a word on `lading_due`, in one transaction.
 */

export interface CheckWish {
  readonly streams: readonly StreamName[];
  /** Days of the marketplace's time zone, both included. */
  readonly from: string;
  readonly to: string;
}

export interface UnfinishedCheck extends CheckWish {
  readonly id: string;
  readonly status: 'QUEUED' | 'RUNNING';
}

/** The shop's unfinished check, of which there is at most one; it stays as it is until the transaction ends. */
export async function unfinishedCheckOf(tx: Executor, shopId: string): Promise<UnfinishedCheck | null> {
  const [check] = await tx.run<UnfinishedCheck>({
    name: 'coverage-unfinished',
    text: `select id, status, streams, from_day::text as "from", to_day::text as "to" from coverage_checks
      where shop_id = $1 and status in ('QUEUED', 'RUNNING') for no key update`,
    values: [shopId],
  });
  return check ?? null;
}

/** Queues a check; null when the shop has an unfinished one (a schedule was quicker). */
export async function queueCheck(
  tx: Executor,
  request: CheckWish & {
    readonly shopId: string;
    readonly idempotency: { readonly operation: string; readonly key: string; readonly fingerprint: Buffer } | null;
  },
): Promise<string | null> {
  const { shopId, streams, from, to, idempotency } = request;
  const [check] = await tx.run<{ id: string }>({
    name: 'coverage-queue',
    text: `with queued as (
        insert into coverage_checks (shop_id, trigger, streams, from_day, to_day)
        values ($1, 'MANUAL', $2, $3::date, $4::date)
        on conflict (shop_id) where status in ('QUEUED', 'RUNNING') do nothing returning id),
      remembered as (
        insert into idempotency_keys (operation, key, input_digest, result_id)
        select $5, $6, $7, id from queued where $6::text is not null)
      select id, pg_notify('lading_due', $1::text) from queued`,
    values: [
      ...[shopId, streams, from, to],
      ...[idempotency?.operation ?? null, idempotency?.key ?? null, idempotency?.fingerprint ?? null],
    ],
  });
  return check?.id ?? null;
}
