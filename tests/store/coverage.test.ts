// What the store does for checks of the coverage.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DayKey, DayResult } from '../../src/store/coverage.js';
import * as coverage from '../../src/store/coverage.js';
import { heldOf, shippedUnits, storedOrders } from '../../src/store/coverage-counts.js';
import { queueCheck } from '../../src/store/coverage-requests.js';
import { dueShops } from '../../src/store/due.js';
import { writeFetched, writePage } from '../../src/store/pages.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, line, mapped, order, pageOf, type TestShop } from './shop.js';

let fresh: Fresh;
let one: TestShop;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  await fresh.db.run({ text: 'truncate shops, raw_records restart identity cascade' });
  one = await addShop(fresh.db);
});

const changedAt = new Date('2025-05-01T11:00:00Z');
const later = new Date('2025-05-01T11:00:00.001Z');
const key: DayKey = { stream: 'ORDERS', day: '2025-05-01', fulfilledBy: 'SELLER' };
const gap: DayResult = {
  ...{ state: 'GAP', reason: null, missing: ['007', '7'] },
  figures: { unit: 'RECORDS', counted: 3, held: 1, rejected: 0 },
};
const rows = (text: string) => fresh.db.run<Record<string, unknown>>({ text });

async function newCheck(): Promise<string> {
  const span = { from: '2025-05-01', to: '2025-05-02' };
  const id = await queueCheck(fresh.db, { shopId: one.shop.id, streams: ['ORDERS'], ...span, idempotency: null });
  return id as string;
}

test('what is held is told by key and version, and what was set aside is not missing', async () => {
  const orders = ['007', '7', 'old'].map((externalId) => mapped(order({ externalId, changedAt })));
  const reject = { externalId: 'bad', recordKey: 'bad', reason: 'no sku', payload: '{}' };
  await writePage(fresh.db, pageOf(one, orders, { rejects: [reject] }));
  const counted = [
    { externalId: '007', changedAt },
    { externalId: '7', changedAt: null },
    { externalId: 'old', changedAt: later },
    { externalId: 'bad', changedAt },
    { externalId: '07', changedAt },
    { externalId: "o'x", changedAt: null },
  ];
  expect(await heldOf(fresh.db, one.shop.id, 'ORDERS', counted)).toEqual({
    ...{ held: 2, rejected: 1, missing: ['old', '07', "o'x"] },
  });
  const other = await addShop(fresh.db);
  expect((await heldOf(fresh.db, other.shop.id, 'ORDERS', counted)).held).toBe(0);
  for (const stream of ['SHIPMENTS', 'RETURNS'] as const) {
    expect((await heldOf(fresh.db, one.shop.id, stream, counted)).missing).toHaveLength(6);
  }
  expect(await heldOf(fresh.db, one.shop.id, 'ORDERS', [])).toEqual({ held: 0, rejected: 0, missing: [] });
  const many = Array.from({ length: 2_500 }, (_, at) => ({ externalId: at ? `m${at}` : '7', changedAt: null }));
  expect(await heldOf(fresh.db, one.shop.id, 'ORDERS', many)).toMatchObject({ held: 1, missing: { length: 2_499 } });
});

test('units shipped are counted per line, and one line’s surplus does not make up for another’s lack', async () => {
  const shippedAt = new Date('2025-05-01T22:30:00Z');
  const shipped = (id: string, units: number) =>
    line({
      externalIds: [id],
      quantity: { ordered: 5, shipped: units, cancelled: 0, returned: 0, pending: 0 },
      shippedAt,
    });
  const orders = [
    order({ externalId: 'o-1', orderNumber: '1', lines: [shipped('a', 2), shipped('b', 3)] }),
    order({ externalId: 'o-2', orderNumber: '2', lines: [shipped('c', 1)] }),
  ];
  await writePage(
    fresh.db,
    pageOf(
      one,
      orders.map((each) => mapped(each)),
    ),
  );
  const parcel = (externalId: string, item: string, quantity: number, of = 'o-1') =>
    mapped({
      ...{ externalId, shippedAt, fulfilledBy: 'SELLER' as const, carrier: null, trackingNumber: null, details: {} },
      lines: [{ orderExternalId: of, externalId: item, quantity }],
    });
  // the first line is split over two parcels and sent once too often, the second lacks one
  const parcels = [parcel('s-1', 'a', 1), parcel('s-2', 'a', 2), parcel('s-3', 'b', 2), parcel('s-4', 'c', 1, 'o-2')];
  await writePage(fresh.db, pageOf(one, parcels, { stream: 'SHIPMENTS' }));
  const on = (from: string, to: string, fulfilledBy: 'SELLER' | 'MARKETPLACE' = 'SELLER') =>
    shippedUnits(fresh.db, one.shop.id, { fulfilledBy, from: new Date(from), to: new Date(to) });
  expect(await on('2025-05-01T22:00:00Z', '2025-05-02T22:00:00Z')).toEqual({
    ...{ counted: 6, held: 5, differing: ['o-1'] },
  });
  for (const none of [
    await on('2025-05-01T22:30:00.001Z', '2025-05-02T22:00:00Z'),
    await on('2025-04-30T22:00:00Z', '2025-05-01T22:30:00Z'),
    await on('2025-05-01T22:00:00Z', '2025-05-02T22:00:00Z', 'MARKETPLACE'),
  ]) {
    expect(none).toEqual({ counted: 0, held: 0, differing: [] });
  }
  const [stored] = await storedOrders(fresh.db, one.shop.id, ['o-1', 'unknown']);
  expect(JSON.parse(stored?.payload ?? '')).toMatchObject({ externalId: 'o-1' });
});

test('a record that is fetched twice is written once', async () => {
  const page = { shop: one.shop, stream: 'ORDERS' as const, rejects: [], mappingVersion: 1 };
  const records = [mapped(order())];
  expect(await writeFetched(fresh.db, { ...page, records })).toMatchObject({ created: 1 });
  expect(await writeFetched(fresh.db, { ...page, records })).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
  expect(await rows('select sum(units_sold)::int as sold from sales_daily')).toEqual([{ sold: 1 }]);
  expect(await rows('select from raw_records')).toHaveLength(1);
});

test('the steps of a check, and what a later one keeps of them', async () => {
  const fence = { shopId: one.shop.id, epoch: '0' };
  const checkId = await newCheck();
  expect(await coverage.openCheckOf(fresh.db, one.shop.id)).toMatchObject({
    ...{ id: checkId, streams: ['ORDERS'], from: '2025-05-01', to: '2025-05-02', waiting: false, progress: null },
    enabled: expect.arrayContaining(['ORDERS', 'SHIPMENTS', 'RETURNS']),
  });
  expect(await coverage.beginCheck(fresh.db, fence, { id: checkId, stepsTotal: 4 })).toBe(true);
  expect(await coverage.keepProgress(fresh.db, fence, checkId, { after: 2 })).toBe(true);
  expect(await coverage.putDay(fresh.db, fence, { checkId, key, result: gap })).toBe(true);
  expect(await rows('select steps_done, progress from coverage_checks')).toEqual([{ steps_done: 1, progress: null }]);
  expect(await coverage.doneDays(fresh.db, one.shop.id, checkId)).toEqual([{ ...key, ...gap, isSettled: false }]);
  const settled = { checkId, key, repaired: { fetched: 2, heldAfter: 3 }, reason: null };
  expect(await coverage.settleDay(fresh.db, fence, settled)).toBe(true);
  // what is settled need not name its records again
  expect(await coverage.doneDays(fresh.db, one.shop.id, checkId)).toEqual([
    { ...key, ...gap, missing: [], isSettled: true },
  ]);
  expect(await coverage.finishCheck(fresh.db, fence, checkId)).toBe(true);
  expect(await coverage.openCheckOf(fresh.db, one.shop.id)).toBeNull();

  const next = await newCheck();
  expect(await coverage.doneDays(fresh.db, one.shop.id, next)).toEqual([]);
  const matched: DayResult = { ...gap, state: 'MATCHED', missing: [] };
  await coverage.putDay(fresh.db, fence, { checkId: next, key, result: matched });
  expect(await rows('select state, fetched, held_after, repaired_at, missing, is_settled from coverage_days')).toEqual([
    { state: 'MATCHED', fetched: 0, held_after: null, repaired_at: null, missing: [], is_settled: true },
  ]);
});

test('nothing is written by a worker that lost the shop, nor of a check that has ended', async () => {
  const checkId = await newCheck();
  const stale = { shopId: one.shop.id, epoch: '7' };
  const fence = { shopId: one.shop.id, epoch: '0' };
  const attempts = (by: typeof fence) => [
    coverage.beginCheck(fresh.db, by, { id: checkId, stepsTotal: 1 }),
    coverage.putDay(fresh.db, by, { checkId, key, result: gap }),
    coverage.settleDay(fresh.db, by, { checkId, key, repaired: null, reason: 'x' }),
    coverage.keepProgress(fresh.db, by, checkId, {}),
    coverage.failCheck(fresh.db, by, { checkId, error: 'x', failures: 1, final: true, delayMs: 0 }),
    coverage.finishCheck(fresh.db, by, checkId),
  ];
  expect(new Set(await Promise.all(attempts(stale)))).toEqual(new Set([false]));
  await rows(`update coverage_checks set status = 'CANCELLED'`);
  expect(new Set(await Promise.all(attempts(fence)))).toEqual(new Set([false]));
  expect(await rows('select from coverage_days')).toEqual([]);
});

test('a shop is due for its check while no run is open and no back-off holds', async () => {
  await rows(`update streams set due_at = now() + interval '1 hour', mapping_version = 1`);
  const due = async () => (await dueShops(fresh.db, { codes: ['OTTO'], versions: [1] })).length;
  await newCheck();
  await rows(`update stream_runs set status = 'SUCCEEDED'`);
  await rows(`update sync_runs set status = 'SUCCEEDED'`);
  expect(await due()).toBe(1);
  await rows(`update coverage_checks set due_at = now() + interval '1 minute'`);
  expect(await due()).toBe(0);
  await rows(`update shops set coverage_due_at = now()`);
  expect(await due()).toBe(1);
  await rows(`update shops set coverage_due_at = null`);
  expect(await due()).toBe(0);
});
