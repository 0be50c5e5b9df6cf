import type { StreamName } from '../commerce/marketplace.js';
import type { Executor } from './database.js';
import type { Fence } from './runs.js';

/** A stream with stored payloads that are to be mapped again. */
export interface RemapNeed {
  readonly stream: StreamName;
  /** Its records were mapped by an older mapping. */
  readonly isBehind: boolean;
  /** The last record that was mapped again; null at the start. */
  readonly after: string | null;
}

/** Streams of a shop whose mapping is older than this one, or that have rejects which somebody wants to be tried again. */
export function remapNeeds(db: Executor, shopId: string, mappingVersion: number): Promise<RemapNeed[]> {
  return db.run<RemapNeed>({
    name: 'remap-needs',
    text: `select name as stream, mapping_version < $2 as "isBehind", remap_after as after from streams t
      where shop_id = $1 and (mapping_version < $2 or exists (select from rejects j
        where j.shop_id = $1 and j.stream = t.name and j.retry_requested_at is not null))
      order by name`,
    values: [shopId, mappingVersion],
  });
}

/** Notes how far a re-mapping is. `after` null: it is through, and the stream is of this mapping from now on. */
export async function noteRemap(
  db: Executor,
  fence: Fence,
  at: { stream: StreamName; after: string | null; mappingVersion: number },
): Promise<void> {
  await db.run({
    name: 'remap-note',
    text: `update streams set remap_after = $4,
        mapping_version = case when $4::text is null then $5 else mapping_version end
      where name = $3 and shop_id = (select id from shops where id = $1 and epoch = $2 for no key update)`,
    values: [fence.shopId, fence.epoch, at.stream, at.after, at.mappingVersion],
  });
}
