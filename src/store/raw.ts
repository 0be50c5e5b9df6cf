import type { StreamName } from '../commerce/marketplace.js';
import type { Executor } from './database.js';
import type { Placed } from './sift.js';

/** A stored record, to be mapped again. */
export interface StoredRecord {
  readonly externalId: string;
  readonly rawId: string;
  /** JSON text, as the source sent it. */
  readonly payload: string;
  readonly contentHash: Buffer;
  readonly summaryHash: Buffer | null;
}

export const tableOf = { ORDERS: 'orders', SHIPMENTS: 'shipments', RETURNS: 'returns' } as const;

/**
 * Stores the payloads that are new. They travel as one JSON array: as an array of texts every quote in them would be
 * escaped here and unescaped there, and every payload parsed once more.
 */
export async function addRawRecords(
  tx: Executor,
  shopId: string,
  stream: StreamName,
  writes: readonly Placed<{ readonly externalId: string }>[],
): Promise<void> {
  const fresh = writes.filter((write) => write.hasNewPayload);
  if (fresh.length === 0) return;
  await tx.run({
    name: 'page-raw',
    text: `insert into raw_records (id, shop_id, stream, external_id, payload) overriding system value
      select id, $1, $2, external_id, payload
      from rows from (unnest($3::bigint[], $4::text[]), json_array_elements($5::json)) as r (id, external_id, payload)`,
    values: [
      shopId,
      stream,
      fresh.map((write) => write.rawId),
      fresh.map((write) => write.noun.externalId),
      `[${fresh.map((write) => write.payload).join(',')}]`,
    ],
  });
}

/** A slice of a stream's stored records, by external id: the next one begins after the last one's. */
export function storedRecords(
  db: Executor,
  shopId: string,
  stream: StreamName,
  afterExternalId: string | null,
  limit: number,
): Promise<StoredRecord[]> {
  const table = tableOf[stream];
  return db.run<StoredRecord>({
    name: `raw-stored-${table}`,
    text: `select t.external_id as "externalId", t.raw_id as "rawId", r.payload::text as payload,
        t.content_hash as "contentHash", t.summary_hash as "summaryHash"
      from ${table} t join raw_records r on r.id = t.raw_id
      where t.shop_id = $1 and t.external_id > $2
      order by t.external_id limit $3`,
    values: [shopId, afterExternalId ?? '', limit],
  });
}
