import type { CountedRecord } from '../commerce/coverage.js';
import type { Failure, Stream } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { type DayKey, type DayResult, readWhole, settleDay } from '../store/coverage.js';
import { heldOf } from '../store/coverage-counts.js';
import { writeFetched } from '../store/pages.js';
import { atOnce } from './ahead.js';
import { unitsOf } from './coverage-count.js';
import { type Covering, keepProgress, progressOf, stillOurs } from './coverage-step.js';
import { mapRecord } from './page.js';
import type { SliceEnd } from './queue.js';
import { shopOf } from './slice.js';

/** Records of one transaction. */
const batch = 50;

/**
 * Fetches what a day misses, one record after the other, and stores it as a page would: rejects, sales and raw records
 * included. Where a slice ends or the process dies, the next one asks for what is then still missing.
 */
export async function fetchMissing(
  covering: Covering,
  stream: Stream,
  key: DayKey,
  result: DayResult,
): Promise<SliceEnd> {
  const { slice, check } = covering;
  const { room, hold, fence, log } = slice;
  const { missing } = result;
  if (!stream.byKey) {
    await readWhole(room.db, fence, stream.name);
    const reason = `${slice.marketplace.title} cannot be asked for single ${stream.name}: the stream is read whole instead.`;
    stillOurs(await settleDay(room.db, fence, { checkId: check.id, key, repaired: null, reason }));
    return 'DONE';
  }
  const unread = new Map<string, string>();
  const begin = Number(progressOf(covering, key)?.fetched ?? 0);
  for (let at = begin; at < missing.length; at += batch) {
    hold.signal.throwIfAborted();
    if (at > begin && slice.over()) {
      await keepProgress(covering, key, { fetched: at });
      return 'MORE';
    }
    await fetchBatch(covering, stream, missing.slice(at, at + batch), unread);
  }
  const now = await known(covering, key, missing);
  const heldAfter =
    result.figures?.unit === 'UNITS' ? (await unitsOf(covering, key)).held : (result.figures?.held ?? 0) + now.held;
  const repaired = { fetched: now.held, heldAfter };
  const reason = reasonOf(now.rejected, unread, result.reason);
  stillOurs(await settleDay(room.db, fence, { checkId: check.id, key, repaired, reason }));
  log.info('missing records were fetched', { ...key, missing: missing.length, held: now.held, rejected: now.rejected });
  return 'DONE';
}

/** What became of records that were missing. Versions do not matter: a fetched one is the newest there is. */
function known({ slice }: Covering, { stream }: DayKey, missing: readonly string[]) {
  const records = missing.map((externalId): CountedRecord => ({ externalId, changedAt: null }));
  return heldOf(slice.room.db, slice.hold.shop.id, stream, records);
}

function reasonOf(rejected: number, unread: ReadonlyMap<string, string>, before: string | null): string | null {
  const [first] = unread;
  const parts = [
    before,
    rejected > 0 ? `${rejected} of the missing could not be stored: see the rejects.` : null,
    first ? `${unread.size} of the missing could not be read, ${first[0]} for one: ${first[1]}` : null,
  ];
  return parts.filter((part) => part !== null).join(' ') || null;
}

/** What fails for one record may work for the others. What concerns the account does not. */
const ofOneRecord: readonly Failure[] = ['GONE', 'OUR_REQUEST', 'THEIR_ANSWER', 'RETRY_LATER'];
/** More than these that the source fails at are no odd records, but a source in trouble. */
const leftOutMax = 3;

async function fetchBatch(
  { slice, session }: Covering,
  stream: Stream,
  ids: readonly string[],
  unread: Map<string, string>,
): Promise<void> {
  const { room, hold, log } = slice;
  let troubles = 0;
  const results = await atOnce(ids, room.detailsAtOnce, async (externalId) => {
    const record = stream.byKey?.(session, externalId);
    if (!record) return [];
    const readAt = new Date();
    try {
      const payload = record.load ? await record.load(hold.signal) : record.payload;
      return [mapRecord({ stream, log }, externalId, payload, JSON.stringify(payload), null, readAt)];
    } catch (error) {
      if (!(error instanceof HttpFailure) || hold.signal.aborted || !ofOneRecord.includes(error.failure)) throw error;
      if (error.failure === 'RETRY_LATER' && ++troubles > leftOutMax) throw error;
      unread.set(externalId, error.message);
      return [];
    }
  });
  const found = results.flat();
  if (found.length === 0) return;
  await writeFetched(room.db, {
    shop: shopOf(slice),
    stream: stream.name,
    records: found.filter((result) => 'noun' in result),
    rejects: found.filter((result) => 'reason' in result),
    mappingVersion: slice.marketplace.mappingVersion,
  });
}
