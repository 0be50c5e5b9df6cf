import type { Cursor, Derived, MarketplaceCode, StrategyCode, StreamName, TimeSpan } from '../commerce/marketplace.js';
import type { Order } from '../commerce/order.js';
import type { Return } from '../commerce/return.js';
import type { Shipment } from '../commerce/shipment.js';
import { dataLost } from '../commerce/shop-alerts.js';
import { StaleWorker } from '../errors.js';
import { raiseAlert } from './alerts.js';
import type { Database, Executor } from './database.js';
import { writeOrders } from './orders.js';
import { addRawRecords } from './raw.js';
import { putRejects, type RejectWrite, rejectKeyOf, settleRejects } from './rejects.js';
import { writeReturns } from './returns.js';
import { writeShipments } from './shipments.js';
import { place, type StoredNoun, touchSummaries } from './sift.js';
import { stockBeginsLock } from './stock-changes.js';

/*
 * The way in: one transaction per page, which holds the shop's row. So there is one writer per shop, whatever happens:
 * old rows can be read and compared without a race, and sales can be kept by difference.
 */

export interface ShopRef {
  readonly id: string;
  readonly marketplace: MarketplaceCode;
  /** IANA time zone of the marketplace's business day. */
  readonly zone: string;
  /** Raised by every worker that takes the shop. */
  readonly epoch: string;
  /** What the marketplace's orders do not tell: taken from the shop's shipments and returns. */
  readonly derived: readonly Derived[];
}

export interface Mapped<Noun> {
  readonly noun: Noun;
  /** JSON text, as the source sent it. */
  readonly payload: string;
  readonly contentHash: Buffer;
  /** Of what the list said, where the list is only a summary. */
  readonly summaryHash: Buffer | null;
  /** When the source was asked for it; absent: it was not, its stored payload was mapped again. */
  readonly readAt?: Date;
  /** Of a record that is mapped again: where its payload is stored already. */
  readonly rawId?: string;
  /** Of a reject that maps now: its key, where that is not the external id. */
  readonly rejectKey?: string;
}

type AnyNoun = Order | Shipment | Return;

export interface PageWrite {
  readonly shop: ShopRef;
  readonly runId: string;
  readonly stream: StreamName;
  readonly records: readonly Mapped<AnyNoun>[];
  readonly rejects: readonly RejectWrite[];
  readonly mappingVersion: number;
  /** Records on the page, and how many of them the engine skipped because their hash was known. */
  readonly fetched: number;
  readonly unchanged: number;
  readonly meter: { readonly requests: number; readonly retries: number; readonly throttledMs: number };
  readonly cursor: Cursor;
  readonly done: boolean;
  /** How the stream finds out what changed; absent: as it did on the page before. */
  readonly strategy?: StrategyCode;
  /** What changed in this time can no longer be asked for. */
  readonly lost?: TimeSpan | null;
  /** The answer in the inbox that is stored as records with this page, to its end. */
  readonly received?: string;
  /** After the last page: when the schedule reads the stream whole again, if it was read whole now. */
  readonly fullAgainInMs?: number;
}

/** Stored records that were mapped again: no run, no cursor. */
export interface RemapWrite {
  readonly shop: ShopRef;
  readonly stream: StreamName;
  readonly records: readonly Mapped<AnyNoun>[];
  readonly rejects: readonly RejectWrite[];
  readonly mappingVersion: number;
}

export interface Written {
  readonly created: number;
  readonly updated: number;
  /** Nothing to do: known already, or older than what is stored. */
  readonly unchanged: number;
  readonly rejected: number;
}

/** How the records of a stream are stored. A stream's name says which noun its records are, so one cast suffices. */
const storedAs: { readonly [Name in StreamName]: StoredNoun<AnyNoun> } = {
  ORDERS: { table: 'orders', hasChangedAt: true, write: writeOrders } as StoredNoun<Order> as StoredNoun<AnyNoun>,
  SHIPMENTS: {
    table: 'shipments',
    hasChangedAt: false,
    write: writeShipments,
  } as StoredNoun<Shipment> as StoredNoun<AnyNoun>,
  RETURNS: { table: 'returns', hasChangedAt: true, write: writeReturns } as StoredNoun<Return> as StoredNoun<AnyNoun>,
};

/**
 * Stores a page: raw records, canonical rows, sales, rejects, figures and cursor, all or nothing. Writing a page twice
 * changes nothing the second time. Throws `StaleWorker`, and writes nothing, when another worker has taken the shop.
 */
export function writePage(db: Database, page: PageWrite): Promise<Written & { cancelRequested: boolean }> {
  return transactCarefully(db, async (tx, write) => {
    await holdShop(tx, page.shop);
    const written = await write(tx, page, false);
    const figures = { ...written, unchanged: written.unchanged + page.unchanged };
    if (page.lost) await raiseAlert(tx, dataLost(page.shop.id, page.stream, page.lost));
    return { ...figures, cancelRequested: await closePage(tx, page, figures) };
  });
}

/** Stores records that were mapped again from their stored payloads, also those whose payload is the same. */
export function writeRemapped(db: Database, page: RemapWrite): Promise<Written> {
  return transactCarefully(db, async (tx, write) => {
    await holdShop(tx, page.shop);
    return write(tx, page, true);
  });
}

/** Stores records that were asked for one by one, outside of any run. */
export function writeFetched(db: Database, page: RemapWrite): Promise<Written> {
  return transactCarefully(db, async (tx, write) => {
    await holdShop(tx, page.shop);
    return write(tx, page, false);
  });
}

/**
 * Locks the shop for this transaction, and settles how the transaction works:
 * - A commit need not wait for the disk. When the machine loses power the last moments are undone, cursor included, and
 *   are read again from the source; nothing can be lost in part.
 * - The stock of a product does not begin to be kept while its orders are being written.
 * - Every statement of a page finds its rows by key. Left alone, the server keeps the plan that it made while a table
 *   was empty, which reads the table whole, for every page.
 */
async function holdShop(tx: Executor, shop: ShopRef): Promise<void> {
  const rows = await tx.run({
    name: 'page-hold-shop',
    text: `select set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true),
        set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
        pg_advisory_xact_lock_shared(${stockBeginsLock})
      from shops where id = $1 and epoch = $2 for no key update`,
    values: [shop.id, shop.epoch],
  });
  if (rows.length === 0) throw new StaleWorker(shop.id);
}

type WriteRecords = (tx: Executor, page: PageWrite | RemapWrite, again: boolean) => Promise<Written>;

/**
 * A record that the database refuses (a quantity beyond 2^31, a NUL in a text) must not stop its stream for ever: the
 * transaction is then done once more, record by record, and what is refused is set aside with the reason.
 */
async function transactCarefully<T>(db: Database, work: (tx: Executor, write: WriteRecords) => Promise<T>): Promise<T> {
  try {
    return await db.transaction((tx) => work(tx, writeRecords));
  } catch (error) {
    if (!isRefusedValue(error)) throw error;
    return db.transaction((tx) => work(tx, writeOneByOne));
  }
}

/**
 * Data exceptions (class 22), violated checks, not-nulls and uniques (23) and what exceeds a limit, an index entry's size
 * say (54): the record's fault, not the server's.
 */
function isRefusedValue(error: unknown): boolean {
  return /^(22|23|54)/.test((error as { code?: string }).code ?? '');
}

async function writeOneByOne(tx: Executor, page: PageWrite | RemapWrite, again: boolean): Promise<Written> {
  const sum = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
  const refused: RejectWrite[] = [];
  for (const record of page.records) {
    await tx.run({ text: 'savepoint record' });
    try {
      const written = await writeRecords(tx, { ...page, records: [record], rejects: [] }, again);
      for (const key of ['created', 'updated', 'unchanged'] as const) sum[key] += written[key];
      await tx.run({ text: 'release savepoint record' });
    } catch (error) {
      if (!isRefusedValue(error)) throw error;
      await tx.run({ text: 'rollback to savepoint record' });
      const { externalId } = record.noun;
      const recordKey = record.rejectKey ?? rejectKeyOf(externalId, record.payload);
      const reason = `cannot be stored: ${(error as Error).message}`;
      refused.push({ externalId, recordKey, reason, payload: record.payload });
    }
  }
  const { rejected } = await writeRecords(tx, { ...page, records: [], rejects: [...page.rejects, ...refused] }, again);
  return { ...sum, rejected };
}

async function writeRecords(tx: Executor, page: PageWrite | RemapWrite, again: boolean): Promise<Written> {
  const { shop, stream, records } = page;
  const noun = storedAs[stream];
  const { writes, touched } = await place(tx, noun, shop.id, records, again);
  if (writes.length) {
    await addRawRecords(tx, shop.id, stream, writes);
    await noun.write(tx, shop, writes);
  }
  await touchSummaries(tx, noun, touched);
  await putRejects(tx, shop.id, stream, page.rejects, page.mappingVersion);
  await settleRejects(
    tx,
    shop.id,
    stream,
    records.flatMap(({ noun, rejectKey }) => (rejectKey ? [noun.externalId, rejectKey] : [noun.externalId])),
  );
  const created = writes.filter((write) => write.isNew).length;
  return {
    created,
    updated: writes.length - created,
    unchanged: records.length - writes.length,
    rejected: page.rejects.length,
  };
}

/**
 * Figures and cursor of the run, and the stream's own cursor: after every page of an INCREMENTAL run, so that one that
 * is abandoned loses and repeats nothing; of a FULL run only at its end. Says whether the run shall be cancelled.
 *
 * A page was read, so failures are no longer "in a row". And should a process with an older mapping have written it,
 * while a newer one is being installed, then the newer one must map it again.
 */
async function closePage(tx: Executor, page: PageWrite, figures: Written): Promise<boolean> {
  const { meter } = page;
  const [row] = await tx.run<{ cancelRequested: boolean }>({
    name: 'page-close',
    text: `with part as (
        update stream_runs set cursor = $4, pages = pages + 1, requests = requests + $6, retries = retries + $7,
          strategy = coalesce($16, strategy), throttled_ms = throttled_ms + $8, fetched = fetched + $9, created = created + $10, updated = updated + $11,
          unchanged = unchanged + $12, rejected = rejected + $13,
          status = case when $5 then 'SUCCEEDED' else status end, error = case when $5 then null else error end,
          finished_at = case when $5 then date_trunc('milliseconds', clock_timestamp()) else finished_at end
        where run_id = $1 and stream = $2
        returning mode, coalesce(started_at, date_trunc('milliseconds', now())) as started_at),
      whole as (select mode, cancel_requested_at from sync_runs where id = $1),
      stream as (
        update streams set failures = 0, remap_after = null, mapping_version = least(mapping_version, $14),
          cursor = case when $5 or coalesce(part.mode, whole.mode) = 'INCREMENTAL' then $4 else cursor end,
          last_success_at = case when $5 then part.started_at else last_success_at end,
          last_error = case when $5 then null else last_error end,
          full_due_at = case when $5 and (full_due_at is null or coalesce(part.mode, whole.mode) = 'FULL')
            then date_trunc('milliseconds', now()) + $15::float8 * interval '1 ms' else full_due_at end
        from part, whole
        where shop_id = $3 and name = $2),
      lost as (
        insert into lost_spans as l (shop_id, stream, from_at, to_at)
        select $3, $2, $17::timestamptz, $18::timestamptz where $17::timestamptz is not null
        on conflict (shop_id, stream, from_at) do update set to_at = excluded.to_at where l.to_at < excluded.to_at),
      received as (
        update inbox set stored_at = date_trunc('milliseconds', clock_timestamp()) where id = $19::uuid and shop_id = $3)
      select cancel_requested_at is not null as "cancelRequested", pg_notify('lading_progress', $1::text) from whole`,
    values: [
      page.runId,
      page.stream,
      page.shop.id,
      JSON.stringify(page.cursor),
      page.done,
      ...[meter.requests, meter.retries, Math.round(meter.throttledMs)],
      ...[page.fetched, figures.created, figures.updated, figures.unchanged, figures.rejected],
      ...[page.mappingVersion, page.fullAgainInMs ?? null, page.strategy ?? null],
      ...[page.lost?.from.toISOString() ?? null, page.lost?.to.toISOString() ?? null],
      page.received ?? null,
    ],
  });
  return row?.cancelRequested ?? false;
}
