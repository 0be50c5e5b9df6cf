import { createHash } from 'node:crypto';
import type { Failure, Page, RawRecord, Stream, SyncMode, TimeSpan } from '../commerce/marketplace.js';
import type { Order } from '../commerce/order.js';
import type { Return } from '../commerce/return.js';
import type { Shipment } from '../commerce/shipment.js';
import { HttpFailure, MappingError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import type { Mapped, PageWrite } from '../store/pages.js';
import { rejectKeyOf } from '../store/rejects.js';
import { type Sameness, unchangedOf } from '../store/sift.js';
import { atOnce } from './ahead.js';
import { StoreFailure } from './failure.js';

type Noun = Order | Shipment | Return;
export type Reject = PageWrite['rejects'][number];

/** A page that is ready to be written. */
export interface PreparedPage {
  readonly records: readonly Mapped<Noun>[];
  readonly rejects: readonly Reject[];
  readonly fetched: number;
  readonly unchanged: number;
  readonly cursor: Page['cursor'];
  readonly done: boolean;
  readonly strategy: Page['strategy'];
  readonly lost: TimeSpan | null;
  readonly received: Page['received'];
}

export interface Preparation {
  readonly db: Database;
  readonly shopId: string;
  readonly stream: Stream;
  readonly mode: SyncMode;
  /** Detail requests under way at the same time. */
  readonly detailsAtOnce: number;
  /** How often the details of a record could not be read since the last page that was committed. */
  readonly unread: Map<string, number>;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

interface Hashed {
  readonly record: RawRecord;
  readonly text: string;
  readonly hash: Buffer;
}

/** So often the details of a record are tried before it is given up: by then the page has failed twice for its sake. */
const triesMax = 3;
/** More details on a page than these that cannot be read are no odd records, but a source in trouble. */
const leftOutMax = 3;

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Finds out what is new on a page, fetches the details of that, and maps it. A record that cannot be mapped, or that is
 * gone when its details are asked for, becomes a reject; any other failure of a request fails the page, and nothing of
 * it is written. Only a few records that failed again and again, while all others can be read, are given up rather than the
 * page: one whose details the source can never deliver must not hold up all others.
 */
export async function preparePage(page: Page, to: Preparation): Promise<PreparedPage> {
  const seen = page.records.map((record): Hashed => {
    const text = JSON.stringify(record.payload);
    return { record, text, hash: digest(text) };
  });
  const news = await onlyNews(seen, to);
  let leftOut = 0;
  const mayLeaveOut = (id: string) => {
    const tries = (to.unread.get(id) ?? 0) + 1;
    to.unread.set(id, tries);
    return tries >= triesMax && ++leftOut <= leftOutMax;
  };
  const results = await atOnce(news, to.detailsAtOnce, (one) => prepareRecord(one, to, mayLeaveOut));
  const records = results.filter((result) => 'noun' in result);
  const rejects = new Map(
    results.filter((result) => 'reason' in result).map((reject) => [reject.recordKey, reject] as const),
  );
  return {
    records,
    rejects: [...rejects.values()],
    fetched: seen.length,
    unchanged: seen.length - records.length - rejects.size,
    cursor: page.cursor,
    done: page.done,
    strategy: page.strategy,
    lost: page.lost ?? null,
    received: page.received,
  };
}

/**
 * Drops what the store holds in the same form. In a FULL run every detail is read again that may still change, whatever
 * its summary says. A hint is news only of a record that is neither stored nor on this page already.
 */
async function onlyNews(all: readonly Hashed[], to: Preparation): Promise<readonly Hashed[]> {
  const seen = withoutNeedlessHints(all);
  const sameness = ({ record }: Hashed): Sameness => {
    if (record.isHint) return 'key';
    if (!record.load) return 'content';
    return to.mode === 'FULL' ? 'settled' : 'summary';
  };
  const known = new Map<Sameness, Set<string>>();
  for (const by of new Set(seen.map(sameness))) {
    const those = seen.filter((one) => sameness(one) === by);
    known.set(by, await stored(to, those, by));
  }
  return seen.filter((one) => {
    const { externalId } = one.record;
    return externalId === null || !known.get(sameness(one))?.has(externalId);
  });
}

function withoutNeedlessHints(all: readonly Hashed[]): readonly Hashed[] {
  const there = new Set(all.filter(({ record }) => !record.isHint).map(({ record }) => record.externalId));
  return all.filter(({ record: { isHint, externalId } }) => {
    if (!isHint) return true;
    const isFirst = !there.has(externalId);
    there.add(externalId);
    return isFirst;
  });
}

async function stored(to: Preparation, records: readonly Hashed[], by: Sameness): Promise<Set<string>> {
  const hashes = new Map<string, Buffer>();
  // a page may show a record twice in two versions: then neither may be skipped on the word of the other
  const ambiguous = new Set<string>();
  for (const { record, hash } of records) {
    if (record.externalId === null) continue;
    const other = hashes.get(record.externalId);
    if (other && !other.equals(hash)) ambiguous.add(record.externalId);
    hashes.set(record.externalId, hash);
  }
  for (const id of ambiguous) hashes.delete(id);
  if (hashes.size === 0) return new Set();
  return unchangedOf(to.db, to.shopId, to.stream.name, hashes, by).catch((error) => {
    throw new StoreFailure(error);
  });
}

/** What fails for one record may work for another. What concerns the account does not. */
const ofOneRecord: readonly Failure[] = ['RETRY_LATER', 'OUR_REQUEST', 'THEIR_ANSWER'];

async function prepareRecord(
  one: Hashed,
  to: Preparation,
  mayLeaveOut: (externalId: string) => boolean,
): Promise<Mapped<Noun> | Reject> {
  const { record } = one;
  const readAt = new Date();
  if (!record.load) return mapRecord(to, record.externalId, record.payload, one.text, null, readAt);
  try {
    const payload = await record.load(to.signal);
    // what another list says of it is no summary: when its own list comes to it, it is news there
    const summaryHash = record.isHint ? null : one.hash;
    return mapRecord(to, record.externalId, payload, JSON.stringify(payload), summaryHash, readAt);
  } catch (error) {
    if (!(error instanceof HttpFailure) || to.signal.aborted) throw error;
    const isGone = error.failure === 'GONE';
    if (!isGone && !(ofOneRecord.includes(error.failure) && mayLeaveOut(record.externalId ?? ''))) throw error;
    const reason = isGone
      ? `listed, but gone when its details were asked for: ${error.message}`
      : `listed, but its details cannot be read: ${error.message}`;
    return {
      externalId: record.externalId,
      recordKey: rejectKeyOf(record.externalId, one.text),
      reason,
      payload: one.text,
    };
  }
}

/** Maps one payload: a record to be written, or a reject with the reason. Never throws. */
export function mapRecord(
  to: Pick<Preparation, 'stream' | 'log'>,
  externalId: string | null,
  payload: RawRecord['payload'],
  text: string,
  summaryHash: Buffer | null,
  readAt?: Date,
): Mapped<Noun> | Reject {
  try {
    const noun = to.stream.map(payload);
    return { noun, payload: text, contentHash: digest(text), summaryHash, ...(readAt && { readAt }) };
  } catch (error) {
    const known = error instanceof MappingError;
    if (!known) to.log.error('a mapping failed in a way it should not', { stream: to.stream.name, externalId, error });
    const reason = known ? error.message : 'the mapping failed on this record: the log has the details';
    return { externalId, recordKey: rejectKeyOf(externalId, text), reason, payload: text };
  }
}
