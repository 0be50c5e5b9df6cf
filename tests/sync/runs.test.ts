import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DueShop, dueShops } from '../../src/store/due.js';
import { releaseShop, takeShop } from '../../src/store/leases.js';
import { refuseShop } from '../../src/store/refusals.js';
import {
  backOffShop,
  beginStream,
  cancelRun,
  type Fence,
  failStream,
  openRun,
  planDueStreams,
  runFigures,
  settleRun,
} from '../../src/store/runs.js';
import { queueRun, requestCancel } from '../../src/store/sync-requests.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop } from './shop.js';

let fresh: Fresh;
let shopId: string;
let fence: Fence;
let accounts = 0;

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());
beforeEach(async () => {
  await fresh.db.run({ text: 'delete from shops' });
  shopId = await newShop(fresh.db, { account: `runs-${accounts++}`, streams: ['ORDERS', 'SHIPMENTS'] });
  // its records are of the current mapping
  await fresh.db.run({ text: 'update streams set mapping_version = 1' });
  const shop = await takeShop(fresh.db, shopId, 'test', 60_000);
  fence = { shopId, epoch: shop?.epoch ?? '' };
});

const release = () => releaseShop(fresh.db, fence.shopId, fence.epoch, null);
const due = async (): Promise<string[]> => {
  const shops: DueShop[] = await dueShops(fresh.db, { codes: ['OTTO'], versions: [1] });
  return shops.map((shop) => shop.id);
};
const stream = async (name: string) => {
  const rows = await fresh.db.run<{ failures: number; last_error: string; due_in: number }>({
    text: 'select *, extract(epoch from due_at - now())::float8 as due_in from streams where shop_id = $1 and name = $2',
    values: [shopId, name],
  });
  return rows[0];
};
const begun = async () => {
  await planDueStreams(fresh.db, fence, ['ORDERS', 'SHIPMENTS']);
  const run = await openRun(fresh.db, shopId);
  if (!run) throw new Error('no run');
  for (const part of run.streams) {
    await beginStream(fresh.db, fence, { runId: run.id, stream: part.name, dueInMs: 60_000 });
  }
  return run.id;
};
const finish = (runId: string) =>
  fresh.db.run({ text: "update stream_runs set status = 'SUCCEEDED' where run_id = $1", values: [runId] });

test('a new shop is due, a held one is not, and its run ends with its streams', async () => {
  expect(await due()).toEqual([]);
  await release();
  expect(await due()).toEqual([shopId]);

  const runId = await begun();
  expect(await openRun(fresh.db, shopId)).toMatchObject({
    id: runId,
    mode: 'INCREMENTAL',
    trigger: 'SCHEDULE',
    cancelRequested: false,
    streams: expect.arrayContaining(
      [{ name: 'ORDERS', status: 'RUNNING', runCursor: null, cursor: null, failures: 0, waiting: false }].map((part) =>
        expect.objectContaining(part),
      ),
    ),
  });
  expect(await settleRun(fresh.db, fence, runId)).toBeNull();
  expect(await due()).toEqual([shopId]);
  await finish(runId);
  expect(await settleRun(fresh.db, fence, runId)).toBe('SUCCEEDED');
  expect((await runFigures(fresh.db, runId)).requests).toBe(0);
  expect(await openRun(fresh.db, shopId)).toBeNull();
  expect(await due()).toEqual([]);
  expect((await stream('ORDERS'))?.due_in).toBeGreaterThan(50);
});

test('a stream that failed waits, the shop with it, until its back-off is over', async () => {
  const runId = await begun();
  await release();
  const failure = { runId, stream: 'ORDERS', code: 'MARKETPLACE_UNAVAILABLE', error: 'no answer' } as const;
  expect(await failStream(fresh.db, fence, { ...failure, failures: 1, final: false, delayMs: 60_000 })).toBe(true);
  await fresh.db.run({ text: "update stream_runs set status = 'SUCCEEDED' where stream = 'SHIPMENTS'" });
  expect(await due()).toEqual([]);
  const run = await openRun(fresh.db, shopId);
  expect(run?.streams.find(({ name }) => name === 'ORDERS')).toMatchObject({ waiting: true, failures: 1 });

  await fresh.db.run({ text: 'update streams set due_at = now()' });
  expect(await due()).toEqual([shopId]);
  await failStream(fresh.db, fence, { ...failure, failures: 2, final: true, delayMs: 1000 });
  expect(await settleRun(fresh.db, fence, runId)).toBe('FAILED');
  const [row] = await fresh.db.run({ text: 'select error_code, error from sync_runs where id = $1', values: [runId] });
  expect(row).toEqual({ error_code: 'MARKETPLACE_UNAVAILABLE', error: 'ORDERS: no answer' });
  expect(await stream('ORDERS')).toMatchObject({ failures: 2, last_error: 'no answer' });
});

test('a stream that becomes due joins the scheduled run, but not one by hand', async () => {
  await fresh.db.run({ text: "update streams set due_at = now() + interval '1 hour' where name = 'SHIPMENTS'" });
  const runId = await begun();
  expect((await openRun(fresh.db, shopId))?.streams).toHaveLength(1);
  await fresh.db.run({ text: 'update streams set due_at = now()' });
  await planDueStreams(fresh.db, fence, ['ORDERS', 'SHIPMENTS']);
  const joined = await openRun(fresh.db, shopId);
  expect(joined?.id).toBe(runId);
  expect(joined?.streams).toHaveLength(2);
  await finish(runId);
  await settleRun(fresh.db, fence, runId);

  await queueRun(fresh.db, { shopId, mode: 'FULL', streams: ['ORDERS'], idempotency: null });
  await fresh.db.run({ text: 'update streams set due_at = now()' });
  await planDueStreams(fresh.db, fence, ['ORDERS', 'SHIPMENTS']);
  expect(await openRun(fresh.db, shopId)).toMatchObject({
    mode: 'FULL',
    trigger: 'MANUAL',
    streams: [{ name: 'ORDERS' }],
  });
});

test('a run that takes long is joined by what is due, whoever asked for it; an ended stream gets another turn', async () => {
  await queueRun(fresh.db, { shopId, mode: 'FULL', streams: ['SHIPMENTS'], idempotency: null });
  await fresh.db.run({ text: "update sync_runs set status = 'RUNNING', started_at = now() - interval '2 minutes'" });
  await fresh.db.run({ text: `update streams set cursor = '{"at": 7}', due_at = now() + interval '1 hour'` });
  const orders = async (text: string) => {
    await fresh.db.run({ text: "update streams set due_at = now() where name = 'ORDERS'" });
    await planDueStreams(fresh.db, fence, ['ORDERS', 'SHIPMENTS']);
    const run = await openRun(fresh.db, shopId);
    await fresh.db.run({ text });
    return run?.streams.find(({ name }) => name === 'ORDERS');
  };
  // in its own mode: only shipments were to be read whole
  const done = "update stream_runs set status = 'SUCCEEDED', cursor = '{}' where stream = 'ORDERS'";
  expect(await orders(done)).toMatchObject({
    status: 'QUEUED',
    mode: 'INCREMENTAL',
    runCursor: null,
    cursor: { at: 7 },
  });
  expect(await orders(done)).toMatchObject({ status: 'QUEUED', mode: 'INCREMENTAL', runCursor: null });
  const failed = "update stream_runs set status = 'FAILED' where stream = 'ORDERS'";
  expect(await orders(failed)).toMatchObject({ status: 'QUEUED' });
  expect(await orders("update stream_runs set status = 'SUCCEEDED'")).toMatchObject({ status: 'QUEUED' });
  const [run] = await fresh.db.run<{ id: string }>({
    text: "update sync_runs set error_code = 'INTERNAL' returning id",
  });
  // what failed in between is not forgotten
  expect(await settleRun(fresh.db, fence, run?.id ?? '')).toBe('FAILED');
});

test('what waits for its back-off does not keep other streams of the run from being due', async () => {
  const runId = await begun();
  await release();
  const failure = { runId, stream: 'SHIPMENTS', code: 'MARKETPLACE_UNAVAILABLE', error: 'no answer' } as const;
  await failStream(fresh.db, fence, { ...failure, failures: 1, final: false, delayMs: 600_000 });
  await fresh.db.run({ text: "update stream_runs set status = 'SUCCEEDED' where stream = 'ORDERS'" });
  expect(await due()).toEqual([]);
  await fresh.db.run({ text: "update streams set due_at = now() where name = 'ORDERS'" });
  expect(await due()).toEqual([shopId]);
});

test('a stream whose full reading is due is read whole by the schedule, the others as always', async () => {
  await fresh.db.run({ text: "update streams set full_due_at = now() where name = 'SHIPMENTS'" });
  await planDueStreams(fresh.db, fence, ['ORDERS', 'SHIPMENTS']);
  const run = await openRun(fresh.db, shopId);
  expect(run).toMatchObject({ mode: 'FULL', trigger: 'SCHEDULE' });
  expect(run?.streams.map(({ name, mode }) => `${name} ${mode}`).sort()).toEqual([
    'ORDERS INCREMENTAL',
    'SHIPMENTS FULL',
  ]);
  const dueIn = (['ORDERS', 'SHIPMENTS'] as const).map((name) => ({ stream: name, ms: 1 }));
  await cancelRun(fresh.db, fence, run?.id ?? '', dueIn);
  const [full] = await fresh.db.run<{ hours: number }>({
    text: "select extract(epoch from full_due_at - now())::int / 3600 as hours from streams where name = 'SHIPMENTS'",
  });
  expect(full?.hours).toBeGreaterThanOrEqual(23);
});

test('a cancelled run ends where it stands, and its streams are not due at once', async () => {
  const runId = await begun();
  await requestCancel(fresh.db, runId);
  expect((await openRun(fresh.db, shopId))?.cancelRequested).toBe(true);
  await fresh.db.run({ text: "update shops set status = 'PAUSED'" });
  await release();
  expect(await due()).toEqual([shopId]);
  await cancelRun(fresh.db, fence, runId, [
    { stream: 'ORDERS', ms: 100_000 },
    { stream: 'SHIPMENTS', ms: 100_000 },
  ]);
  expect(await due()).toEqual([]);
  const rows = await fresh.db.run({
    text: 'select distinct r.status, p.status as part from sync_runs r, stream_runs p',
  });
  expect(rows).toEqual([{ status: 'CANCELLED', part: 'CANCELLED' }]);
  expect((await stream('SHIPMENTS'))?.due_in).toBeGreaterThan(90);
});

test('refused credentials stop the shop, unless they were replaced meanwhile', async () => {
  const runId = await begun();
  await release();
  expect(
    await refuseShop(fresh.db, fence, { runId, version: 7, code: 'CREDENTIALS_REFUSED', reason: 'wrong secret' }),
  ).toBe(false);
  expect(
    await refuseShop(fresh.db, fence, { runId, version: 1, code: 'CREDENTIALS_REFUSED', reason: 'wrong secret' }),
  ).toBe(true);
  const [row] = await fresh.db.run({
    text: `select s.status, s.status_reason, r.status as run, r.error_code, r.error
    from shops s join sync_runs r on r.shop_id = s.id`,
  });
  expect(row).toEqual({
    status: 'NEEDS_CREDENTIALS',
    status_reason: 'wrong secret',
    run: 'FAILED',
    error_code: 'CREDENTIALS_REFUSED',
    error: 'wrong secret',
  });
  expect(await due()).toEqual([]);
});

test('a shop that was told to stay away is left alone', async () => {
  await release();
  await backOffShop(fresh.db, fence, 60_000);
  expect(await due()).toEqual([]);
  await backOffShop(fresh.db, fence, -1);
  expect(await due()).toEqual([shopId]);
});

test('an older mapping and a reject to be retried are work; another marketplace is not ours', async () => {
  await fresh.db.run({ text: "update streams set due_at = now() + interval '1 hour'" });
  await release();
  expect(await due()).toEqual([]);
  expect(await dueShops(fresh.db, { codes: ['OTTO'], versions: [2] })).toHaveLength(1);
  expect(await dueShops(fresh.db, { codes: ['BOL'], versions: [2] })).toHaveLength(0);
  await fresh.db.run({
    text: `insert into rejects (shop_id, stream, record_key, reason, payload, mapping_version, retry_requested_at)
      values ($1, 'ORDERS', 'x', 'r', '{}', 1, now())`,
    values: [shopId],
  });
  expect(await due()).toEqual([shopId]);
});

test('a worker that lost the shop writes nothing', async () => {
  const runId = await begun();
  const before = await fresh.db.run({ text: 'select r.*, p.* from sync_runs r, stream_runs p' });
  const lost = { shopId, epoch: '0' };
  const failure = {
    runId,
    stream: 'ORDERS',
    code: 'INTERNAL',
    error: 'e',
    failures: 1,
    final: true,
    delayMs: 1,
  } as const;
  expect(await planDueStreams(fresh.db, lost, ['ORDERS'])).toBe(false);
  expect(await beginStream(fresh.db, lost, { runId, stream: 'ORDERS', dueInMs: 1 })).toBe(false);
  expect(await failStream(fresh.db, lost, failure)).toBe(false);
  expect(await cancelRun(fresh.db, lost, runId, [])).toBe(false);
  expect(await refuseShop(fresh.db, lost, { runId, version: 1, code: 'BLOCKED', reason: 'r' })).toBe(false);
  expect(await settleRun(fresh.db, lost, runId)).toBeNull();
  expect(await fresh.db.run({ text: 'select r.*, p.* from sync_runs r, stream_runs p' })).toEqual(before);
});
