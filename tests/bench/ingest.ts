import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Order } from '../../src/commerce/order.js';
import { totalsOf } from '../../src/commerce/order.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { type Mapped, type ShopRef, writePage } from '../../src/store/pages.js';
import { unchangedOf } from '../../src/store/sift.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { sampleOrder } from './orders.js';
import { temporaryServer } from './tidy.js';

const pageSize = 100;
/** Orders that are made at a time, outside of the clock. */
const chunkSize = 5000;

interface Round {
  copyMs: number;
  firstMs: number;
  againMs: number;
}

/**
 * Writes the same orders, as pages of 100, the way the engine does (look up hashes, then one transaction per page with
 * raw records, canonical rows and sales) and by `COPY` into plain tables; then reads them all a second time, unchanged.
 * Both begin with the same records in memory, on the same server with durable settings, chunk by chunk in turn.
 */
export async function run({ orders = 200_000, rounds = 3, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const server = await temporaryServer('ingest');
  const results: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const result = await playRound(server.url, orders, round, log);
    results.push(result);
    log(
      `round ${round} of ${rounds}: COPY ${seconds(result.copyMs)}, first ${seconds(result.firstMs)}, unchanged ${seconds(result.againMs)}`,
    );
  }
  return summary(orders, results);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const round2 = (value: number) => Math.round(value * 100) / 100;

function summary(orders: number, results: readonly Round[]): BenchmarkResult {
  const ofCopy = median(results.map((round) => round.copyMs / round.firstMs));
  const again = median(results.map((round) => round.firstMs / round.againMs));
  return {
    name: 'ingest',
    figures: {
      orders,
      'orders/s first': Math.round((orders / median(results.map((round) => round.firstMs))) * 1000),
      'orders/s unchanged': Math.round((orders / median(results.map((round) => round.againMs))) * 1000),
      'orders/s COPY': Math.round((orders / median(results.map((round) => round.copyMs))) * 1000),
    },
    goals: [
      { name: 'ingest, of COPY', value: round2(ofCopy), goal: 0.35, better: 'more' },
      { name: 'unchanged re-sync, times as fast', value: round2(again), goal: 3, better: 'more' },
    ],
  };
}

/** One database per round, so that no round finds the tables of another. */
async function playRound(
  serverUrl: string,
  orders: number,
  round: number,
  log: (line: string) => void,
): Promise<Round> {
  const name = `round_${round}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const at = new URL(serverUrl);
  at.pathname = `/${name}`;
  const db = await openDatabase({ url: at.href, poolSize: 2 });
  const plain = new pg.Client({ connectionString: at.href });
  await plain.connect();
  try {
    await plain.query(plainTables);
    const { shop, runId } = await addShop(db);
    const result: Round = { copyMs: 0, firstMs: 0, againMs: 0 };
    const chunk = (from: number) =>
      Array.from({ length: Math.min(chunkSize, orders - from) }, (_, n) => sampleOrder(from + n, orders));
    for (let from = 0; from < orders; from += chunkSize) {
      const records = chunk(from);
      const copy = async () => {
        result.copyMs += await timed(() => copyChunk(plain, records, from));
      };
      const ingest = async () => {
        result.firstMs += await timed(() => ingestChunk(db, shop, runId, records));
      };
      // in turn, and each one first as often as the other
      for (const step of (from / chunkSize + round) % 2 ? [copy, ingest] : [ingest, copy]) await step();
      if ((from / chunkSize) % 10 === 9) log(`round ${round}: ${from + chunkSize} of ${orders} orders`);
    }
    for (let from = 0; from < orders; from += chunkSize) {
      const records = chunk(from);
      result.againMs += await timed(() => ingestChunk(db, shop, runId, records));
    }
    await check(db, orders);
    return result;
  } finally {
    await plain.end();
    await db.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function addShop(db: Database): Promise<{ shop: ShopRef; runId: string }> {
  const [row] = await db.run<{ id: string; runId: string }>({
    text: `with shop as (
        insert into shops (marketplace, name, account_digest, credentials, credentials_key_id)
        values ('OTTO', 'bench', '', '', '') returning id),
      stream as (insert into streams (shop_id, name) select id, 'ORDERS' from shop),
      run as (insert into sync_runs (shop_id, mode, trigger) select id, 'INCREMENTAL', 'MANUAL' from shop returning id, shop_id),
      part as (insert into stream_runs (run_id, stream) select id, 'ORDERS' from run)
      select shop_id as id, id as "runId" from run`,
  });
  if (!row) throw new Error('the shop was not added');
  return {
    shop: { id: row.id, marketplace: 'OTTO', zone: 'Europe/Berlin', epoch: '0', derived: [] },
    runId: row.runId,
  };
}

/** As the engine works: hash what came, drop what is known, write the rest. */
async function ingestChunk(db: Database, shop: ShopRef, runId: string, chunk: readonly Mapped<Order>[]): Promise<void> {
  for (let from = 0; from < chunk.length; from += pageSize) {
    const page = chunk.slice(from, from + pageSize).map((record) => ({
      ...record,
      contentHash: createHash('sha256').update(record.payload).digest(),
    }));
    const hashes = new Map(page.map((record) => [record.noun.externalId, record.contentHash] as const));
    const known = await unchangedOf(db, shop.id, 'ORDERS', hashes, 'content');
    const records = page.filter((record) => !known.has(record.noun.externalId));
    await writePage(db, {
      ...{ shop, runId, stream: 'ORDERS', records, rejects: [], mappingVersion: 1, done: false },
      ...{ fetched: page.length, unchanged: known.size, cursor: { next: from } },
      meter: { requests: 1, retries: 0, throttledMs: 0 },
    });
  }
}

/** The tables that somebody would make who only wants the rows in. */
const plainTables = `
  create table plain_orders (
    id bigint primary key, external_id text not null, order_number text not null, ordered_at timestamptz not null,
    changed_at timestamptz not null, ship_by timestamptz, country text, shipping_address jsonb, billing_address jsonb,
    currency char(3) not null, total_minor bigint not null, units_ordered int not null, units_shipped int not null,
    units_cancelled int not null, units_returned int not null, units_to_ship int not null, details jsonb not null,
    content_hash bytea not null);
  create table plain_lines (
    order_id bigint, line_no smallint, external_ids text[] not null, sku text, ean text, title text not null,
    fulfilled_by text not null, ordered int not null, shipped int not null, cancelled int not null,
    returned int not null, unit_price_minor bigint not null, total_minor bigint not null, vat_rate numeric, shipped_at timestamptz,
    primary key (order_id, line_no));
  create table plain_raw (id bigint primary key, external_id text not null, payload json not null)`;

async function copyChunk(client: pg.Client, chunk: readonly Mapped<Order>[], firstId: number): Promise<void> {
  await client.query('begin');
  await copyRows(
    client,
    'plain_orders',
    chunk.map(({ noun: order, contentHash }, at) => {
      const sum = totalsOf(order.lines);
      return [
        ...[firstId + at, order.externalId, order.orderNumber, order.orderedAt, order.changedAt, order.shipBy],
        ...[order.shippingAddress?.country ?? '', JSON.stringify(order.shippingAddress)],
        ...[JSON.stringify(order.billingAddress), order.currency, sum.totalMinor, sum.unitsOrdered, sum.unitsShipped],
        ...[sum.unitsCancelled, sum.unitsReturned, sum.unitsToShip, JSON.stringify(order.details)],
        `\\x${contentHash.toString('hex')}`,
      ];
    }),
  );
  await copyRows(
    client,
    'plain_lines',
    chunk.flatMap(({ noun }, at) =>
      noun.lines.map(({ quantity, ...line }, no) => [
        ...[firstId + at, no + 1, `{${line.externalIds.join(',')}}`, line.sku, line.ean, line.title, line.fulfilledBy],
        ...[quantity.ordered, quantity.shipped, quantity.cancelled, quantity.returned, line.unitPriceMinor],
        ...[line.totalMinor, line.vatRate, line.shippedAt],
      ]),
    ),
  );
  await copyRows(
    client,
    'plain_raw',
    chunk.map(({ noun, payload }, at) => [firstId + at, noun.externalId, payload]),
  );
  await client.query('commit');
}

const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

async function copyRows(client: pg.Client, table: string, rows: readonly (readonly unknown[])[]): Promise<void> {
  const text = (value: unknown) => {
    if (value === null) return '\\N';
    if (value instanceof Date) return value.toISOString();
    return String(value).replace(/[\\\n\r\t]/g, (character) => escapes[character] as string);
  };
  const slices: string[] = [];
  for (let from = 0; from < rows.length; from += 500) {
    const slice = rows.slice(from, from + 500);
    slices.push(`${slice.map((row) => row.map(text).join('\t')).join('\n')}\n`);
  }
  await pipeline(Readable.from(slices), client.query(copyFrom(`copy ${table} from stdin`)));
}

/** A fast path that loses rows is no fast path. */
async function check(db: Database, orders: number): Promise<void> {
  const [row] = await db.run<Record<string, unknown>>({
    text: `select (select count(*) from orders)::int as orders, (select count(*) from raw_records)::int as raw,
      (select sum(gross_minor) from sales_daily) = (select sum(total_minor) from orders) as "salesAgree",
      (select count(*) from orders o join plain_orders p using (external_id, total_minor))::int as same`,
  });
  const found = JSON.stringify(row);
  const wanted = JSON.stringify({ orders, raw: orders, salesAgree: true, same: orders });
  if (found !== wanted) throw new Error(`ingest lost something: ${found}, wanted ${wanted}`);
}
