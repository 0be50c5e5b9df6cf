import type { Json } from '../commerce/json.js';
import type { Stream } from '../commerce/marketplace.js';
import { type RemapWrite, type Written, writeRemapped } from '../store/pages.js';
import { storedRecords } from '../store/raw.js';
import { rejectsToRetry } from '../store/rejects.js';
import { noteRemap, type RemapNeed, remapNeeds } from '../store/remap.js';
import { mapRecord } from './page.js';
import type { SliceEnd } from './queue.js';
import { type Slice, shopOf } from './slice.js';

/** Records of one transaction. */
const batch = 200;

/**
 * Maps stored payloads again, without a request: all of a stream whose mapping was changed, and rejects that somebody
 * wants to be tried again. A slice that ends in the middle goes on where it stopped.
 */
export async function remapShop(slice: Slice): Promise<SliceEnd> {
  const { room, hold, marketplace } = slice;
  for (const need of await remapNeeds(room.db, hold.shop.id, marketplace.mappingVersion)) {
    const stream = marketplace.streams.find(({ name }) => name === need.stream);
    if (!stream) continue;
    if (need.isBehind && (await remapRecords(slice, stream, need)) === 'MORE') return 'MORE';
    if ((await remapRejects(slice, stream)) === 'MORE') return 'MORE';
    if (need.isBehind) await note(slice, stream, null);
  }
  return 'DONE';
}

const note = ({ room, fence, marketplace }: Slice, { name }: Stream, after: string | null) =>
  noteRemap(room.db, fence, { stream: name, after, mappingVersion: marketplace.mappingVersion });

async function remapRecords(slice: Slice, stream: Stream, need: RemapNeed): Promise<SliceEnd> {
  const { room, hold, log } = slice;
  let { after } = need;
  let count = 0;
  for (;;) {
    hold.signal.throwIfAborted();
    const found = await storedRecords(room.db, hold.shop.id, stream.name, after, batch);
    const results = found.map(({ externalId, payload, rawId, summaryHash }) => {
      const result = mapRecord({ stream, log }, externalId, JSON.parse(payload) as Json, payload, summaryHash);
      return 'noun' in result ? { ...result, rawId } : result;
    });
    if (results.length > 0) await write(slice, stream, results);
    count += results.length;
    const last = found.at(-1);
    if (found.length < batch || !last) break;
    after = last.externalId;
    await note(slice, stream, after);
    if (slice.over()) return 'MORE';
  }
  if (count > 0) log.info('stored records mapped again', { stream: stream.name, records: count });
  return 'DONE';
}

async function remapRejects(slice: Slice, stream: Stream): Promise<SliceEnd> {
  const { room, hold, log, marketplace } = slice;
  const sums = { mapped: 0, rejected: 0 };
  for (;;) {
    hold.signal.throwIfAborted();
    const version = marketplace.mappingVersion;
    // what is rejected again is of this version then, so each round finds others
    const found = await rejectsToRetry(room.db, hold.shop.id, stream.name, version, batch);
    if (found.length === 0) break;
    const results = found.map(({ externalId, recordKey, payload }) => {
      const result = mapRecord({ stream, log }, externalId, JSON.parse(payload) as Json, payload, null);
      return 'noun' in result ? { ...result, rejectKey: recordKey } : { ...result, recordKey };
    });
    await write(slice, stream, results);
    const mapped = results.filter((result) => 'noun' in result).length;
    sums.mapped += mapped;
    sums.rejected += results.length - mapped;
    if (slice.over()) return 'MORE';
  }
  if (sums.mapped + sums.rejected > 0) log.info('rejects mapped again', { stream: stream.name, ...sums });
  return 'DONE';
}

function write(
  slice: Slice,
  stream: Stream,
  results: readonly (ReturnType<typeof mapRecord> & { rawId?: string })[],
): Promise<Written> {
  const page: RemapWrite = {
    shop: shopOf(slice),
    stream: stream.name,
    records: results.filter((result) => 'noun' in result),
    rejects: results.filter((result) => 'reason' in result),
    mappingVersion: slice.marketplace.mappingVersion,
  };
  return writeRemapped(slice.room.db, page);
}
