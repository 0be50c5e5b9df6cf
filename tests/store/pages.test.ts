import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StaleWorker } from '../../src/errors.js';
import type { Database } from '../../src/store/database.js';
import { writePage, writeRemapped } from '../../src/store/pages.js';
import { storedRecords } from '../../src/store/raw.js';
import { rejectsToRetry } from '../../src/store/rejects.js';
import { removeShop } from '../../src/store/shops.js';
import { unchangedOf } from '../../src/store/sift.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { address, addShop, importedTables, line, mapped, order, pageOf, rowsOf, type TestShop } from './shop.js';

let fresh: Fresh;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());

const ordersOf = (at: TestShop) =>
  db.run<Record<string, unknown>>({
    text: `select external_id, version, total_minor, fulfillment_status, country, details,
        (select count(*)::int from order_lines l where l.order_id = o.id) as lines
      from orders o where shop_id = $1 order by external_id`,
    values: [at.shop.id],
  });
const partOf = async (at: TestShop, stream = 'ORDERS') => {
  const [row] = await db.run<Record<string, unknown>>({
    text: `select p.status, p.cursor, p.pages, p.fetched, p.created, p.updated, p.unchanged, p.rejected, p.requests,
        s.cursor as "streamCursor", s.last_success_at as "lastSuccessAt", s.failures
      from stream_runs p join streams s on s.shop_id = $2 and s.name = p.stream where p.run_id = $1 and p.stream = $3`,
    values: [at.runId, at.shop.id, stream],
  });
  return row;
};

test('a page is stored whole, and a second time changes no row', async () => {
  const at = await addShop(db);
  const sold = { ordered: 3, shipped: 1, cancelled: 1, returned: 1, pending: 0 };
  const records = [
    mapped(order({ lines: [line(), line({ sku: 'B, "x" \\ {}', quantity: sold, externalIds: ['1', '2', '3'] })] })),
    mapped(order({ externalId: 'o-2', shippingAddress: null })),
  ];
  const page = pageOf(at, records, { meter: { requests: 2, retries: 1, throttledMs: 3.7 } });
  expect(await writePage(db, page)).toEqual({
    ...{ created: 2, updated: 0, unchanged: 0, rejected: 0, cancelRequested: false },
  });
  expect(await ordersOf(at)).toEqual([
    {
      ...{ external_id: 'o-1', version: 1, total_minor: '3000', fulfillment_status: 'PARTIALLY_FULFILLED' },
      ...{ country: 'DE', details: { payment: 'RECHNUNG' }, lines: 2 },
    },
    expect.objectContaining({ external_id: 'o-2', country: '', fulfillment_status: 'READY' }),
  ]);
  const hashes = new Map(records.map((record) => [record.noun.externalId, record.contentHash] as const));
  expect(await unchangedOf(db, at.shop.id, 'ORDERS', hashes, 'content')).toEqual(new Set(['o-1', 'o-2']));

  const before = await rowsOf(db, ...importedTables);
  expect(await writePage(db, page)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  expect(await rowsOf(db, ...importedTables)).toEqual(before);
  expect(await partOf(at)).toMatchObject({ pages: 2, fetched: 4, created: 2, unchanged: 2, requests: 4 });
});

test('only what changed is written: version, lines that go, the raw record beside the old one', async () => {
  const at = await addShop(db);
  await writePage(db, pageOf(at, [mapped(order({ lines: [line(), line({ sku: 'B' })] }))]));
  const changedAt = new Date('2025-05-02T00:00:00Z');
  const changed = mapped(order({ changedAt, shippingAddress: address('AT'), lines: [line({ unitPriceMinor: 700 })] }));
  expect(await writePage(db, pageOf(at, [changed]))).toMatchObject({ created: 0, updated: 1 });
  expect(await ordersOf(at)).toEqual([
    expect.objectContaining({ version: 2, total_minor: '700', lines: 1, country: 'AT' }),
  ]);
  const sales = await db.run({
    text: 'select sku, country, units_sold, gross_minor, order_count from sales_daily where shop_id = $1',
    values: [at.shop.id],
  });
  expect(sales).toEqual([{ sku: 'A', country: 'AT', units_sold: 1, gross_minor: '700', order_count: 1 }]);
  const raw = await db.run({ text: 'select from raw_records where shop_id = $1', values: [at.shop.id] });
  expect(raw).toHaveLength(2);
});

test('an older version never overwrites a newer one; of two on a page the newer wins', async () => {
  const at = await addShop(db);
  const of = (hour: number, unitPriceMinor: number) =>
    mapped(order({ changedAt: new Date(Date.UTC(2025, 4, 1, hour)), lines: [line({ unitPriceMinor })] }));
  expect(await writePage(db, pageOf(at, [of(12, 1), of(14, 2), of(13, 3)]))).toMatchObject({
    ...{ created: 1, unchanged: 2 },
  });
  expect(await writePage(db, pageOf(at, [of(13, 4)]))).toMatchObject({ updated: 0, unchanged: 1 });
  expect(await ordersOf(at)).toEqual([expect.objectContaining({ total_minor: '2', version: 1 })]);
});

test('a worker that lost the shop writes nothing, and two at once never mix', async () => {
  const at = await addShop(db);
  await db.run({ text: 'update shops set epoch = epoch + 1 where id = $1', values: [at.shop.id] });
  await expect(writePage(db, pageOf(at, [mapped(order())]))).rejects.toThrow(StaleWorker);
  expect(await ordersOf(at)).toEqual([]);
  expect(await partOf(at)).toMatchObject({ pages: 0, cursor: null });

  const owner = { ...at, shop: { ...at.shop, epoch: '1' } };
  const versions = Array.from({ length: 8 }, (_, n) =>
    pageOf(owner, [
      mapped(order({ changedAt: new Date(1_750_000_000_000 + n), lines: [line({ unitPriceMinor: 100 + n })] })),
    ]),
  );
  const results = await Promise.all([...versions, pageOf(at, [])].map((page) => writePage(db, page).catch((e) => e)));
  expect(results.filter((result) => result instanceof StaleWorker)).toHaveLength(1);
  expect(await ordersOf(at)).toEqual([expect.objectContaining({ total_minor: '107' })]);
  const [sales] = await db.run({
    text: 'select gross_minor from sales_daily where shop_id = $1',
    values: [at.shop.id],
  });
  expect(sales).toEqual({ gross_minor: '107' });
});

test('a cut in mid-page leaves nothing', async () => {
  const at = await addShop(db);
  const before = await rowsOf(db, ...importedTables, 'stream_runs', 'streams', 'rejects');
  // the run is gone by the time the figures are written: the last statement of the page fails
  const page = pageOf(at, [mapped(order())], { runId: 'not a number' });
  await expect(writePage(db, page)).rejects.toThrow();
  expect(await rowsOf(db, ...importedTables, 'stream_runs', 'streams', 'rejects')).toEqual(before);
});

test('cursors: after every page of an INCREMENTAL run, of a FULL run only at its end; the end settles the stream', async () => {
  for (const mode of ['INCREMENTAL', 'FULL'] as const) {
    const at = await addShop(db, mode);
    await db.run({
      text: 'update streams set failures = 3, last_error = $2 where shop_id = $1',
      values: [at.shop.id, 'x'],
    });
    await writePage(db, pageOf(at, [], { cursor: { page: 1 } }));
    expect(await partOf(at)).toMatchObject({
      ...{ status: 'RUNNING', cursor: { page: 1 }, failures: 0, lastSuccessAt: null },
      streamCursor: mode === 'FULL' ? null : { page: 1 },
    });
    await writePage(db, pageOf(at, [], { cursor: { page: 2 }, done: true }));
    expect(await partOf(at)).toMatchObject({
      ...{ status: 'SUCCEEDED', cursor: { page: 2 }, streamCursor: { page: 2 }, failures: 0 },
      lastSuccessAt: new Date('2025-06-01T08:00:00Z'),
    });
  }
});

test('progress is told when the page is there, and a wish to cancel is answered', async () => {
  const at = await addShop(db);
  const told: string[] = [];
  const stop = await db.listen('lading_progress', (run) => told.push(run));
  await writePage(db, pageOf(at, [mapped(order())]));
  await expect.poll(() => told).toEqual([at.runId]);
  await stop();
  await db.run({ text: 'update sync_runs set cancel_requested_at = now() where id = $1', values: [at.runId] });
  expect(await writePage(db, pageOf(at, []))).toMatchObject({ cancelRequested: true });
});

test('a full reading says when the next one is due; an older mapping makes the newer one map again', async () => {
  const at = await addShop(db, 'FULL');
  const stream = async () =>
    (
      await db.run({
        text: `select round(extract(epoch from full_due_at - now()) / 60)::int as "fullInMinutes",
          mapping_version as version, remap_after as after from streams where shop_id = $1`,
        values: [at.shop.id],
      })
    )[0];
  await db.run({
    text: "update streams set mapping_version = 3, remap_after = 'x' where shop_id = $1",
    values: [at.shop.id],
  });
  await writePage(db, pageOf(at, [], { fullAgainInMs: 3_600_000, mappingVersion: 2 }));
  expect(await stream()).toEqual({ fullInMinutes: null, version: 2, after: null });
  await writePage(db, pageOf(at, [], { fullAgainInMs: 3_600_000, mappingVersion: 3, done: true }));
  expect(await stream()).toEqual({ fullInMinutes: 60, version: 2, after: null });
  await db.run({ text: "update stream_runs set mode = 'INCREMENTAL' where run_id = $1", values: [at.runId] });
  await writePage(db, pageOf(at, [], { fullAgainInMs: 7_200_000, done: true }));
  expect(await stream()).toMatchObject({ fullInMinutes: 60 });
});

test('a record that was stored, then refused, and is the old one again: news, so that its reject goes', async () => {
  const at = await addShop(db);
  const record = mapped(order());
  const { externalId } = record.noun;
  await writePage(db, pageOf(at, [record]));
  const known = () => unchangedOf(db, at.shop.id, 'ORDERS', new Map([[externalId, record.contentHash]]), 'content');
  expect(await known()).toEqual(new Set([externalId]));
  const reject = { externalId, recordKey: externalId, reason: 'no sku', payload: '{}' };
  await writePage(db, pageOf(at, [], { rejects: [reject] }));
  expect(await known()).toEqual(new Set());
  expect(await writePage(db, pageOf(at, [record]))).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
  expect(await known()).toEqual(new Set([externalId]));
});

test('a reject that maps now but cannot be stored stays a reject', async () => {
  const at = await addShop(db);
  const reject = { externalId: null, recordKey: 'sha256:7', reason: 'no sku', payload: '{}' };
  await writePage(db, pageOf(at, [], { rejects: [reject] }));
  const huge = {
    ...mapped(order({ lines: [line({ sku: randomBytes(9_000).toString('hex') })] })),
    rejectKey: 'sha256:7',
  };
  const remap = { shop: at.shop, stream: 'ORDERS' as const, rejects: [], mappingVersion: 2 };
  expect(await writeRemapped(db, { ...remap, records: [huge] })).toMatchObject({ created: 0, rejected: 1 });
  const rows = await db.run({
    text: 'select record_key, reason from rejects where shop_id = $1',
    values: [at.shop.id],
  });
  expect(rows).toEqual([{ record_key: 'sha256:7', reason: expect.stringMatching(/^cannot be stored: index row/) }]);
  await writeRemapped(db, { ...remap, records: [{ ...mapped(order()), rejectKey: 'sha256:7' }] });
  expect(await db.run({ text: 'select from rejects where shop_id = $1', values: [at.shop.id] })).toEqual([]);
});

test('rejects are kept once, counted, and go when the record maps', async () => {
  const at = await addShop(db);
  const reject = { externalId: 'o-1', recordKey: 'o-1', reason: 'no sku', payload: '{"a": 1}' };
  expect(await writePage(db, pageOf(at, [], { rejects: [reject, reject] }))).toMatchObject({ rejected: 2 });
  await writePage(db, pageOf(at, [], { rejects: [{ ...reject, payload: '{"a":  2}' }] }));
  const read = {
    text: 'select reason, attempts, payload::text as payload from rejects where shop_id = $1',
    values: [at.shop.id],
  };
  expect(await db.run(read)).toEqual([{ reason: 'no sku', attempts: 2, payload: '{"a":  2}' }]);
  expect(await rejectsToRetry(db, at.shop.id, 'ORDERS', 1, 10)).toEqual([]);
  expect(await rejectsToRetry(db, at.shop.id, 'ORDERS', 2, 10)).toMatchObject([{ recordKey: 'o-1' }]);
  await writePage(db, pageOf(at, [mapped(order())]));
  expect(await db.run(read)).toEqual([]);
});

test('a record that the database refuses is set aside; its page goes on', async () => {
  const at = await addShop(db);
  const tooMany = { ordered: 3_000_000_000, shipped: 0, cancelled: 0, returned: 0, pending: 0 };
  const page = pageOf(at, [
    mapped(order({ externalId: 'nul', details: { text: 'a\u0000b' } })),
    mapped(order({ externalId: 'huge', lines: [line({ quantity: tooMany })] })),
    mapped(order({ externalId: 'fine' })),
  ]);
  expect(await writePage(db, page)).toMatchObject({ created: 1, rejected: 2 });
  expect(await ordersOf(at)).toEqual([expect.objectContaining({ external_id: 'fine' })]);
  const rejects = await rejectsToRetry(db, at.shop.id, 'ORDERS', 2, 10);
  expect(rejects.map((reject) => reject.externalId)).toEqual(['nul', 'huge']);
});

test('a mapping change is a re-run over stored records', async () => {
  const at = await addShop(db);
  const records = ['a', 'b', 'c'].map((externalId) => mapped(order({ externalId })));
  await writePage(db, pageOf(at, records));
  const [first, second, ...none] = await storedRecords(db, at.shop.id, 'ORDERS', 'a', 2);
  expect([first?.externalId, second?.externalId, none]).toEqual(['b', 'c', []]);
  if (!first || !second) throw new Error('nothing stored');
  expect(first.payload).toBe(records[1]?.payload);
  const again = [first, second].map((stored, n) => ({
    ...stored,
    noun: order({ externalId: stored.externalId, details: n ? { payment: 'RECHNUNG' } : { better: true } }),
  }));
  const remap = {
    shop: at.shop,
    stream: 'ORDERS' as const,
    records: again,
    rejects: [],
    mappingVersion: 2,
  };
  await writeRemapped(db, remap);
  expect(await ordersOf(at)).toMatchObject([
    { external_id: 'a', version: 1 },
    { external_id: 'b', version: 2, details: { better: true } },
    { external_id: 'c', version: 1 },
  ]);
  const raw = await db.run({ text: 'select from raw_records where shop_id = $1', values: [at.shop.id] });
  expect(raw).toHaveLength(3);
});

test('shipments and returns: stored, replaced, and a summary that says it otherwise is kept', async () => {
  const at = await addShop(db);
  const item = { orderExternalId: 'o-1', externalId: 'item-1', quantity: 1 };
  const shipment = {
    ...{
      externalId: 's-1',
      shippedAt: new Date('2025-05-02T00:00:00Z'),
      fulfilledBy: 'SELLER' as const,
      carrier: 'DHL',
    },
    ...{ trackingNumber: 'T1', lines: [item, { ...item, externalId: 'item-2' }], details: {} },
  };
  const write = (record: ReturnType<typeof mapped<typeof shipment>>) =>
    writePage(db, pageOf(at, [record], { stream: 'SHIPMENTS' }));
  expect(await write(mapped(shipment, Buffer.from('1')))).toMatchObject({ created: 1 });
  expect(await write(mapped(shipment, Buffer.from('2')))).toMatchObject({ unchanged: 1 });
  const summary = new Map([['s-1', Buffer.from('2')]]);
  expect(await unchangedOf(db, at.shop.id, 'SHIPMENTS', summary, 'summary')).toEqual(new Set(['s-1']));
  expect(await write(mapped({ ...shipment, lines: [item] }))).toMatchObject({ updated: 1 });
  const goods = {
    ...{ externalId: 'r-1', status: 'ANNOUNCED' as const, changedAt: new Date('2025-05-03T00:00:00Z'), carrier: null },
    ...{
      trackingNumbers: ['1', '2'],
      lines: [{ ...item, ean: '0042', accepted: 1, reason: 'too "big"' }],
      details: {},
    },
  };
  await writePage(db, pageOf(at, [mapped(goods)], { stream: 'RETURNS' }));
  const [row] = await db.run({
    text: `select (select count(*)::int from shipment_lines where shop_id = $1) as lines, tracking_numbers, reason
      from returns r join return_lines l on l.return_id = r.id where r.shop_id = $1`,
    values: [at.shop.id],
  });
  expect(row).toEqual({ lines: 1, tracking_numbers: ['1', '2'], reason: 'too "big"' });

  await db.transaction((tx) => removeShop(tx, at.shop.id));
  for (const table of [...importedTables, 'streams', 'sync_runs', 'rejects']) {
    expect(await db.run({ text: `select from ${table} where shop_id = $1`, values: [at.shop.id] })).toEqual([]);
  }
});
