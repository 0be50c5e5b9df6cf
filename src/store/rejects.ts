import { createHash } from 'node:crypto';
import type { StreamName } from '../commerce/marketplace.js';
import type { Executor } from './database.js';

/** A record that cannot be mapped, with the reason. */
export interface RejectWrite {
  readonly externalId: string | null;
  /** The external id, or the payload's digest where it has none. */
  readonly recordKey: string;
  readonly reason: string;
  /** JSON text, as the source sent it. */
  readonly payload: string;
}

/** A stored reject whose payload is to be mapped again. */
export interface StoredReject {
  readonly id: string;
  readonly stream: StreamName;
  readonly externalId: string | null;
  readonly recordKey: string;
  readonly payload: string;
}

/** An id that is longer is none, and would not fit an index. */
const keyMax = 500;

/** What a reject is known by: its external id, or the payload's digest where it has none that can be used. */
export function rejectKeyOf(externalId: string | null, payload: string): string {
  if (externalId !== null && externalId.length <= keyMax) return externalId;
  return `sha256:${createHash('sha256').update(payload).digest('hex')}`;
}

/** Keeps rejects with their payload; the one that is known already is counted and renewed. */
export async function putRejects(
  tx: Executor,
  shopId: string,
  stream: StreamName,
  rejects: readonly RejectWrite[],
  mappingVersion: number,
): Promise<void> {
  if (rejects.length === 0) return;
  // a page may show a record twice, and one statement may not touch a row twice
  const last = [...new Map(rejects.map((reject) => [reject.recordKey, reject])).values()];
  await tx.run({
    name: 'page-rejects',
    text: `insert into rejects as r (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
      select $1, $2, external_id, record_key, reason, payload, $3
      from rows from (unnest($4::text[], $5::text[], $6::text[]), json_array_elements($7::json))
        as n (external_id, record_key, reason, payload)
      on conflict (shop_id, stream, record_key) do update set external_id = excluded.external_id,
        reason = excluded.reason, payload = excluded.payload, mapping_version = excluded.mapping_version,
        attempts = r.attempts + 1, retry_requested_at = null, last_seen_at = excluded.last_seen_at`,
    values: [
      shopId,
      stream,
      mappingVersion,
      last.map((reject) => reject.externalId),
      last.map((reject) => reject.recordKey),
      last.map((reject) => reject.reason),
      `[${last.map((reject) => reject.payload).join(',')}]`,
    ],
  });
}

/** Removes the rejects of records that map now. */
export async function settleRejects(
  tx: Executor,
  shopId: string,
  stream: StreamName,
  recordKeys: readonly string[],
): Promise<void> {
  if (recordKeys.length === 0) return;
  await tx.run({
    name: 'page-settle-rejects',
    text: 'delete from rejects where shop_id = $1 and stream = $2 and record_key = any ($3)',
    values: [shopId, stream, recordKeys],
  });
}

/** Rejects that somebody wants to be tried again, or that an older mapping refused; the oldest first. */
export function rejectsToRetry(
  db: Executor,
  shopId: string,
  stream: StreamName,
  mappingVersion: number,
  limit: number,
): Promise<StoredReject[]> {
  return db.run<StoredReject>({
    name: 'rejects-to-retry',
    text: `select id, stream, external_id as "externalId", record_key as "recordKey", payload::text as payload
      from rejects
      where shop_id = $1 and stream = $2 and (retry_requested_at is not null or mapping_version < $3)
      order by id limit $4`,
    values: [shopId, stream, mappingVersion, limit],
  });
}
