import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../src/log.js';
import { configureLimit } from '../../src/store/rate-limits.js';
import { queueRun } from '../../src/store/sync-requests.js';
import { type Engine, startEngine } from '../../src/sync/engine.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { type Market, openMarket } from './market.js';
import { newShop, vault } from './shop.js';

// what a process knows of a shop's rate limits goes with the shop from hand to hand

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
  shopId = await newShop(fresh.db);
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await market.close();
});

async function start(requests: number, windowMs: number): Promise<Engine> {
  const lane = { name: 'all', pattern: /./, requests, windowMs, queueMax: 1_000, source: 'test' };
  const rateHeaders = { limit: 'x-limit', remaining: 'x-remaining', reset: 'x-reset' };
  const engine = await startEngine({
    db: fresh.db,
    marketplaces: [{ ...market.marketplace, lanes: [lane], rateHeaders }],
    vault,
    originOf: () => ({ origin: market.origin }),
    rateScale: 1,
    workers: 2,
    queue: { databaseUrl: fresh.url },
    log: createLog({ level: 'error', format: 'pretty' }),
    timing: { patience: { attemptsMax: 2, backOffMs: 5 } },
  });
  engines.push(engine);
  return engine;
}

/** Ends the newest run, and says how long that took in ms. */
async function ended(engine: Engine): Promise<number> {
  const start = performance.now();
  await vi.waitFor(
    async () => {
      await engine.tick();
      const [run] = await fresh.db.run<{ status: string }>({
        text: 'select status from sync_runs order by id desc limit 1',
      });
      expect(run?.status).toBe('SUCCEEDED');
    },
    { timeout: 30_000, interval: 20 },
  );
  return performance.now() - start;
}

async function runAgain(engine: Engine): Promise<number> {
  await queueRun(fresh.db, { shopId, streams: ['ORDERS'], mode: 'INCREMENTAL', idempotency: null });
  return ended(engine);
}

const shop = async () =>
  (await fresh.db.run<Record<string, unknown>>({ text: 'select * from shops where id = $1', values: [shopId] }))[0] ??
  {};

test('a second process goes on at once, and keeps the window that the first one began', async () => {
  market.put(1, 5);
  const first = await start(30, 60_000);
  await ended(first);
  await first.stop();
  const sent = market.requests.length;
  const { lane_use: use } = await shop();
  const passed = (use as { all: { passed: [number, number][] } }).all.passed;
  expect(passed.reduce((sum, [, count]) => sum + count, 0)).toBe(sent);

  // it does not wait for a minute because another one had the shop
  expect(await runAgain(await start(30, 60_000))).toBeLessThan(10_000);
  const third = await start(sent, 60_000);
  await engines[1]?.stop();
  await queueRun(fresh.db, { shopId, streams: ['ORDERS'], mode: 'INCREMENTAL', idempotency: null });
  const before = market.requests.length;
  await third.tick();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  // its window is full with what the others sent
  expect(market.requests.length).toBe(before);
});

test('of a process that died nobody knows what it sent: a window passes first', async () => {
  const first = await start(30, 3_000);
  await ended(first);
  await first.stop();
  // as a process leaves it that gave nothing back
  await fresh.db.run({
    text: 'update shops set epoch = epoch + 1, leased_until = now() where id = $1',
    values: [shopId],
  });
  const second = await start(30, 3_000);
  expect(await runAgain(second)).toBeGreaterThan(2_000);
});

test('what the source tells of its limit is kept and shown, and a limit that is set holds from then on', async () => {
  const headers = { 'x-limit': '77', 'x-remaining': '70', 'x-reset': '1' };
  market.script = (request) =>
    request === 'GET /orders' ? { status: 200, body: { orders: [], more: false, last: 0 }, headers } : undefined;
  const first = await start(500, 1_000);
  await ended(first);
  await vi.waitFor(async () => expect(await shop()).toMatchObject({ observed_limits: { all: { requests: 77 } } }));

  await fresh.db.transaction((tx) => configureLimit(tx, shopId, 'all', { requests: 1, windowMs: 2_000 }));
  expect(await runAgain(first)).toBeGreaterThan(1_000);
  await fresh.db.transaction((tx) => configureLimit(tx, shopId, 'all', null));
  await runAgain(first);
  expect(await runAgain(first)).toBeLessThan(1_000);
});
