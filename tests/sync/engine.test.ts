import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { SyncMode } from '../../src/commerce/marketplace.js';
import { createLog } from '../../src/log.js';
import { queueRun, requestCancel, retryRejectsOf } from '../../src/store/sync-requests.js';
import { createVault } from '../../src/store/vault.js';
import { type Engine, type EngineOptions, startEngine } from '../../src/sync/engine.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { type Market, openMarket } from './market.js';
import { newShop, vault } from './shop.js';

const log = createLog({ level: 'error', format: 'pretty' });
let fresh: Fresh;
let market: Market;
let shopId: string;
const engines: Engine[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());
beforeEach(async () => {
  await fresh.db.run({ text: 'truncate shops, raw_records cascade' });
  market = await openMarket();
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await market.close();
});

async function start(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await startEngine({
    db: fresh.db,
    marketplaces: [market.marketplace],
    vault,
    originOf: () => ({ origin: market.origin }),
    rateScale: 1,
    workers: 4,
    queue: { databaseUrl: fresh.url },
    log,
    ...options,
    timing: {
      backOff: { firstMs: 50, maxMs: 200, awayMaxMs: 200, failuresMax: 3 },
      patience: { attemptsMax: 2, backOffMs: 5 },
      ...options.timing,
    },
  });
  engines.push(engine);
  return engine;
}

interface RunRow {
  id: string;
  status: string;
  mode: string;
  trigger: string;
  error_code: string | null;
  error: string | null;
}

const runs = () => fresh.db.run<RunRow>({ text: 'select * from sync_runs order by id' });
const lastRun = async () => (await runs()).at(-1);
const parts = async (stream = 'ORDERS') =>
  (await fresh.db.run({ text: 'select * from stream_runs where stream = $1 order by run_id', values: [stream] })).at(
    -1,
  );
const count = async (table: string) =>
  (await fresh.db.run<{ count: number }>({ text: `select count(*)::int as count from ${table}` }))[0]?.count;
const ended = (runCount: number) =>
  vi.waitFor(
    async () => {
      // what waits for its back-off need not wait for the next tick as well
      for (const engine of engines) await engine.tick();
      const all = await runs();
      expect(all).toHaveLength(runCount);
      expect(all.at(-1)?.status).toMatch(/SUCCEEDED|FAILED|CANCELLED/);
      return all.at(-1) as RunRow;
    },
    { timeout: 20_000, interval: 30 },
  );
const sync = async (mode: SyncMode = 'INCREMENTAL', streams: readonly ('ORDERS' | 'SHIPMENTS')[] = ['ORDERS']) => {
  const before = (await runs()).length;
  await queueRun(fresh.db, { shopId, mode, streams, idempotency: null });
  return ended(before + 1);
};
const requestsOf = (name: string) => market.requests.filter((request) => request.startsWith(name)).length;

test('a new shop is verified and synced at once; the next run asks for what changed only, and changes nothing else', async () => {
  market.put(1, 35);
  shopId = await newShop(fresh.db);
  await start();
  expect(await ended(1)).toMatchObject({ status: 'SUCCEEDED', mode: 'INCREMENTAL', trigger: 'SCHEDULE', error: null });
  expect(await parts()).toMatchObject({ pages: 4, fetched: 35, created: 35, updated: 0, requests: 4, retries: 0 });
  expect(market.requests.slice(0, 3)).toEqual(['POST /token', 'GET /orders', 'GET /orders']);
  expect(await count('orders')).toBe(35);

  const before = await fresh.db.run({ text: 'select xmin, id, version from orders order by id' });
  expect(await sync()).toMatchObject({ status: 'SUCCEEDED', trigger: 'MANUAL' });
  expect(await parts()).toMatchObject({ pages: 1, fetched: 0, requests: 1 });
  expect(await sync('FULL')).toMatchObject({ status: 'SUCCEEDED', mode: 'FULL' });
  expect(await parts()).toMatchObject({ pages: 4, fetched: 35, unchanged: 35, created: 0, updated: 0 });
  expect(await fresh.db.run({ text: 'select xmin, id, version from orders order by id' })).toEqual(before);
  expect(requestsOf('POST /token')).toBe(1);

  market.put(3, 4, { quantity: 5 });
  await sync();
  expect(await parts()).toMatchObject({ fetched: 2, updated: 2, created: 0 });
  expect(await fresh.db.run({ text: 'select sum(units_sold)::int as sold from sales_daily' })).toEqual([{ sold: 43 }]);
});

test('details are asked for what is new or looks otherwise; what is gone meanwhile is set aside', async () => {
  for (let at = 1; at <= 40; at++) market.shipments.set(`s${at}`, { id: `s${at}`, order: `o${at}`, state: 'SENT' });
  market.script = (request) => (request === 'GET /shipments/s7' ? { status: 404 } : undefined);
  shopId = await newShop(fresh.db, { streams: ['SHIPMENTS'] });
  await start();
  await ended(1);
  expect(await parts('SHIPMENTS')).toMatchObject({ fetched: 40, created: 39, rejected: 1, requests: 41 });
  expect(await count('rejects')).toBe(1);

  market.script = () => undefined;
  market.shipments.set('s9', { id: 's9', order: 'o9', state: 'DELIVERED' });
  await sync('INCREMENTAL', ['SHIPMENTS']);
  expect(await parts('SHIPMENTS')).toMatchObject({ fetched: 40, created: 1, updated: 1, unchanged: 38, requests: 3 });
  expect(await count('rejects')).toBe(0);
  await sync('FULL', ['SHIPMENTS']);
  expect(await parts('SHIPMENTS')).toMatchObject({ unchanged: 40, requests: 41 });
});

test('a bad record among good ones is set aside with its reason, once, and retried on request and by a new mapping', async () => {
  market.put(1, 12);
  market.put(5, 5, { sku: null });
  shopId = await newShop(fresh.db);
  const engine = await start();
  await ended(1);
  expect(await parts()).toMatchObject({ created: 11, rejected: 1 });
  const rejects = () => fresh.db.run({ text: 'select external_id, reason, attempts, payload from rejects' });
  expect(await rejects()).toMatchObject([
    { external_id: 'o5', reason: 'sku: is missing', attempts: 1, payload: { id: 'o5' } },
  ]);
  await sync('FULL');
  expect(await rejects()).toMatchObject([{ attempts: 2 }]);
  expect(await retryRejectsOf(fresh.db, shopId, null)).toBe(1);
  await vi.waitFor(async () => expect(await rejects()).toMatchObject([{ attempts: 3 }]), 10_000);
  await engine.stop();

  const requests = market.requests.length;
  const [orders, shipments] = market.marketplace.streams;
  const lenient = {
    ...market.marketplace,
    mappingVersion: 2,
    streams: [
      {
        ...orders,
        map: (payload: { sku: string | null; cents: number }) =>
          orders?.map({ ...payload, sku: payload.sku ?? 'none', cents: payload.cents * 2 }),
      },
      shipments,
    ],
  } as unknown as Market['marketplace'];
  await start({ marketplaces: [lenient] });
  await vi.waitFor(async () => expect(await count('orders')).toBe(12), 10_000);
  expect(await rejects()).toEqual([]);
  expect(await fresh.db.run({ text: 'select sum(gross_minor)::int as gross from sales_daily' })).toEqual([
    { gross: 2 * [...market.orders.values()].reduce((sum, order) => sum + order.cents, 0) },
  ]);
  expect(await fresh.db.run({ text: 'select mapping_version, remap_after from streams' })).toEqual([
    { mapping_version: 2, remap_after: null },
  ]);
  expect(market.requests.length).toBe(requests);
  expect(await count('sync_runs')).toBe(2);
});

test('refused credentials stop the shop until they are replaced', async () => {
  market.put(1, 3);
  shopId = await newShop(fresh.db, { secret: 'wrong' });
  const engine = await start();
  expect(await ended(1)).toMatchObject({ status: 'FAILED', error_code: 'CREDENTIALS_REFUSED' });
  const [shop] = await fresh.db.run({ text: 'select status, status_reason from shops' });
  expect(shop).toMatchObject({ status: 'NEEDS_CREDENTIALS', status_reason: expect.stringContaining('refused') });
  const requests = market.requests.length;
  await engine.tick();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(market.requests.length).toBe(requests);

  const row = vault.seal(
    { marketplace: 'OTTO', sandbox: true, account: 'tests' },
    { clientId: 'tests', clientSecret: 'secret' },
  );
  await fresh.db.run({
    text: `update shops set credentials = $1, status = 'ACTIVE', status_reason = null, version = version + 1`,
    values: [row.sealed],
  });
  await fresh.db.run({ text: 'update streams set due_at = now()' });
  await fresh.db.run({ text: `select pg_notify('lading_due', $1)`, values: [shopId] });
  expect(await ended(2)).toMatchObject({ status: 'SUCCEEDED' });
});

test('the log tells a run from "due" to "page committed", and how it ended, under its id', async () => {
  interface Line {
    message: string;
    shop?: string;
    shops?: string[];
    run?: string;
    epoch?: string;
  }
  const lines: Line[] = [];
  const stream = new Writable({ write: (chunk, _, done) => done(void lines.push(JSON.parse(String(chunk)))) });
  const following = createLog({ level: 'debug', format: 'json', stream });
  market.put(1, 3);
  shopId = await newShop(fresh.db);
  const engine = await start({ log: following });
  const first = await ended(1);
  await vi.waitFor(() => expect(lines.map((line) => line.message)).toContain('run succeeded'));
  const told = lines.filter((line) => line.shop === shopId || line.shops?.includes(shopId));
  const steps = ['due', 'shop taken', 'run started', 'credentials verified', 'page committed', 'run succeeded'];
  const places = steps.map((step) => told.findIndex((line) => line.message === step));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  for (const step of steps.slice(2)) expect(told.find((line) => line.message === step)?.run).toBe(first?.id);
  // the run is tied to the job by the epoch
  const [taken, started] = [told[places[1] as number], told[places[2] as number]];
  expect(taken?.epoch).toBe(started?.epoch);
  await engine.stop();

  await fresh.db.run({ text: 'truncate shops, raw_records cascade' });
  shopId = await newShop(fresh.db, { secret: 'wrong' });
  await start({ log: following });
  const refused = await ended(1);
  await vi.waitFor(() => {
    const line = lines.find((one) => one.message.startsWith('credentials refused'));
    expect(line).toMatchObject({ shop: shopId, run: refused?.id });
  });
});

test('a stream in trouble is tried again from its last page, does not block others, and is given up after bounded failures', async () => {
  market.put(1, 30);
  market.shipments.set('s1', { id: 's1', order: 'o1', state: 'SENT' });
  let lists = 0;
  market.script = (request) => {
    if (request !== 'GET /orders') return undefined;
    lists += 1;
    return lists > 3 ? { status: 503 } : undefined;
  };
  shopId = await newShop(fresh.db, { streams: ['ORDERS', 'SHIPMENTS'] });
  await start();
  const run = await ended(1);
  expect(run).toMatchObject({ status: 'FAILED', error_code: 'MARKETPLACE_UNAVAILABLE' });
  expect(run.error).toMatch(/^ORDERS: GET \/orders answered 503/);
  expect(await count('orders')).toBe(20);
  expect(await count('shipments')).toBe(1);
  expect(
    await fresh.db.run({ text: 'select name, failures, last_error is null as fine from streams order by name' }),
  ).toEqual([
    { name: 'ORDERS', failures: 3, fine: false },
    { name: 'SHIPMENTS', failures: 0, fine: true },
  ]);

  market.script = () => undefined;
  const before = requestsOf('GET /orders');
  const next = await ended(2);
  expect(next).toMatchObject({ status: 'SUCCEEDED', trigger: 'SCHEDULE' });
  expect(await count('orders')).toBe(30);
  expect(requestsOf('GET /orders') - before).toBe(1);
  expect(await fresh.db.run({ text: "select failures, last_error from streams where name = 'ORDERS'" })).toEqual([
    { failures: 0, last_error: null },
  ]);
});

test('a source that asks for a long pause is left alone for that time, and the run goes on afterwards', async () => {
  market.put(1, 5);
  let asked = 0;
  market.script = (request) => {
    if (request !== 'GET /orders' || asked++ !== 1) return undefined;
    return { status: 429, headers: { 'retry-after': '3600' } };
  };
  shopId = await newShop(fresh.db);
  await start({ timing: { backOff: { firstMs: 50, maxMs: 200, awayMaxMs: 1500, failuresMax: 3 } } });
  await vi.waitFor(async () => {
    const [row] = await fresh.db.run({ text: 'select backoff_until > now() as away from shops' });
    expect(row).toEqual({ away: true });
  }, 5000);
  expect(await lastRun()).toMatchObject({ status: 'RUNNING' });
  expect(await ended(1)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await parts()).toMatchObject({ created: 5, requests: 2 });
});

test('after a failure, a long stream goes on slice by slice as before: it does not wait for its next schedule', async () => {
  market.put(1, 120);
  const lists = { count: 0 };
  market.script = (request) => {
    if (request !== 'GET /orders') return undefined;
    lists.count += 1;
    return lists.count === 3 || lists.count === 4 ? { status: 503 } : undefined;
  };
  shopId = await newShop(fresh.db);
  await start({ timing: { sliceMs: 1 } });
  expect(await ended(1)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await count('orders')).toBe(120);
});

test('a record whose details can never be read is set aside in the end; a source in trouble is not taken for that', async () => {
  for (let at = 1; at <= 20; at++) market.shipments.set(`s${at}`, { id: `s${at}`, order: `o${at}`, state: 'SENT' });
  const detail = { works: false };
  market.script = (request) => {
    if (detail.works ? request === 'GET /shipments/s7' : /^GET .shipments.s/.test(request)) return { status: 500 };
    return undefined;
  };
  shopId = await newShop(fresh.db, { streams: ['SHIPMENTS'] });
  await start({ timing: { backOff: { firstMs: 20, maxMs: 50, awayMaxMs: 200, failuresMax: 4 } } });
  expect(await ended(1)).toMatchObject({ status: 'FAILED', error_code: 'MARKETPLACE_UNAVAILABLE' });
  expect([await count('shipments'), await count('rejects')]).toEqual([0, 0]);

  detail.works = true;
  let failed = 1;
  while ((await ended(failed + 1)).status !== 'SUCCEEDED') failed += 1;
  expect(failed).toBeLessThanOrEqual(3);
  expect(await count('shipments')).toBe(19);
  expect(await fresh.db.run({ text: 'select record_key, reason from rejects' })).toEqual([
    { record_key: 's7', reason: expect.stringMatching(/^listed, but its details cannot be read: .* 500/) },
  ]);
  market.script = () => undefined;
  expect(await sync('INCREMENTAL', ['SHIPMENTS'])).toMatchObject({ status: 'SUCCEEDED' });
  expect([await count('shipments'), await count('rejects')]).toEqual([20, 0]);
});

test('a wrong request and a broken answer fail the stream at once, with a readable reason', async () => {
  market.script = (request) => (request === 'GET /orders' ? { status: 422, body: { title: 'bad date' } } : undefined);
  shopId = await newShop(fresh.db);
  const engine = await start();
  expect(await ended(1)).toMatchObject({ status: 'FAILED', error_code: 'REQUEST_REFUSED' });
  await engine.stop();
  market.script = (request) => (request === 'GET /orders' ? { status: 200, body: { orders: 7 } } : undefined);
  // it says so, at length
  log.silent = true;
  await fresh.db.run({ text: 'update streams set due_at = now()' });
  await start();
  expect(await ended(2)).toMatchObject({ status: 'FAILED', error_code: 'INTERNAL' });
  log.silent = false;
});

test('a cancelled run stops at a page; what was committed stays, and the next run goes on from there', async () => {
  market.put(1, 100);
  let stall = () => {};
  const stalled = new Promise<undefined>((resolve) => {
    stall = () => resolve(undefined);
  });
  let lists = 0;
  market.script = (request) => (request === 'GET /orders' && ++lists === 5 ? stalled : undefined);
  shopId = await newShop(fresh.db);
  await start();
  const run = await vi.waitFor(async () => {
    expect(await count('orders')).toBe(30);
    return lastRun();
  }, 10_000);
  await requestCancel(fresh.db, run?.id ?? '');
  expect(await ended(1)).toMatchObject({ status: 'CANCELLED' });
  stall();
  expect(await parts()).toMatchObject({ status: 'CANCELLED' });
  expect(await count('orders')).toBe(30);
  const before = requestsOf('GET /orders');
  await sync();
  expect(await count('orders')).toBe(100);
  expect(requestsOf('GET /orders') - before).toBe(7);
});

test('a long run is done in slices, and other shops get their turn', async () => {
  market.put(1, 60);
  market.secrets.set('other', 'secret');
  market.script = async (request) => {
    if (request === 'GET /orders') await new Promise((resolve) => setTimeout(resolve, 30));
    return undefined;
  };
  shopId = await newShop(fresh.db);
  await newShop(fresh.db, { account: 'other' });
  await start({ workers: 1, timing: { sliceMs: 60 } });
  await vi.waitFor(async () => {
    const rows = await fresh.db.run({ text: 'select status, count(*)::int from sync_runs group by 1' });
    expect(rows).toEqual([{ status: 'SUCCEEDED', count: 2 }]);
  }, 20_000);
  expect(await count('orders')).toBe(120);
  expect(await fresh.db.run({ text: 'select requests, pages from stream_runs' })).toEqual([
    { requests: 6, pages: 6 },
    { requests: 6, pages: 6 },
  ]);
  const [{ epoch } = { epoch: 0 }] = await fresh.db.run<{ epoch: number }>({
    text: 'select min(epoch)::int as epoch from shops',
  });
  expect(epoch).toBeGreaterThan(1);
});

test('stopping is quick, leaves the shop free, and the next start goes on at the last page', async () => {
  market.put(1, 50);
  let lists = 0;
  // the sixth page never comes
  market.script = (request) => (request === 'GET /orders' && ++lists === 5 ? new Promise(() => {}) : undefined);
  shopId = await newShop(fresh.db);
  const engine = await start();
  await vi.waitFor(async () => expect(await count('orders')).toBe(30), 10_000);
  const since = performance.now();
  await engine.stop();
  expect(performance.now() - since).toBeLessThan(1000);
  expect(await fresh.db.run({ text: 'select leased_until > now() as held from shops' })).toEqual([{ held: false }]);
  expect(await lastRun()).toMatchObject({ status: 'RUNNING' });

  market.script = () => undefined;
  const before = requestsOf('GET /orders');
  await start();
  expect(await ended(1)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await count('orders')).toBe(50);
  expect(requestsOf('GET /orders') - before).toBe(2);
});

test('a record that the tables refuse is set aside like one that cannot be mapped', async () => {
  market.put(1, 10);
  market.put(4, 4, { quantity: 3_000_000_000 });
  shopId = await newShop(fresh.db);
  await start();
  expect(await ended(1)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await count('orders')).toBe(9);
  expect(await fresh.db.run({ text: 'select record_key, reason from rejects' })).toEqual([
    { record_key: 'o4', reason: expect.stringMatching(/^cannot be stored: .*out of range/) },
  ]);
});

test('a shop that this process cannot reach is left alone; credentials that cannot be opened are asked for again', async () => {
  shopId = await newShop(fresh.db);
  const engine = await start({ originOf: () => null });
  await engine.tick();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await fresh.db.run({ text: 'select status, epoch from shops' })).toEqual([{ status: 'ACTIVE', epoch: '0' }]);
  await engine.stop();
  log.silent = true;
  await start({ vault: createVault([Buffer.alloc(32, 'another key')]) });
  await ended(1);
  log.silent = false;
  expect(await fresh.db.run({ text: 'select status, status_reason from shops' })).toEqual([
    { status: 'NEEDS_CREDENTIALS', status_reason: expect.stringContaining('enter them again') },
  ]);
  expect(market.requests).toEqual([]);
});
