// Nobody syncs for a while, and the world lives on: how it is caught up with, what is here then, and what is named as lost.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StreamName } from '../../src/commerce/marketplace.js';
import { compare } from '../../src/invariants/compare.js';
import { streamHealth } from '../../src/store/health.js';
import { holdingsOf } from '../../src/store/holdings.js';
import { queueRun } from '../../src/store/sync-requests.js';
import { streamDefaults } from '../../src/sync/health.js';
import { openStage, type Stage } from '../server/stage.js';
import { vault } from '../sync/shop.js';
import { bolActor, ended, expectRollUp, expectTruth, openScene, type Scene } from './scene.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** bol: three months, at least. */
const window = 89 * day;

type BolScene = Scene<typeof bolActor.sandbox>;
let scene: BolScene;
let api: Stage;
let runs = 0;

/** All outages together: at the end of the last one it is now, at bol and here. */
const outages = [
  ['30 minutes', 30 * minute, 'INTERVAL_POLL', 'OK'],
  ['5 hours', 5 * hour, 'DAY_SWEEP', 'OK'],
  ['50 hours', 50 * hour, 'DAY_SWEEP', 'OK'],
  ['100 days', 100 * day, 'SHIPMENT_SWEEP', 'LOST'],
] as const;
const whole = outages.reduce((sum, [, ms]) => sum + ms, 0);

beforeAll(async () => {
  scene = await openScene(bolActor, { base: new Date(Date.now() - whole), ordersPerHour: 0.2 });
  api = await openStage({ db: scene.db, vault, sandboxFor: () => true });
  await catchUp();
});
afterAll(async () => {
  await api?.close();
  await scene?.close();
});

/** One incremental run by an engine that knows nothing of what was before. */
async function catchUp(): Promise<void> {
  const streams = scene.marketplace.streams.map(({ name }) => name);
  // the schedule keeps still: its full readings would see more than this run
  await scene.db.run({ text: `update streams set due_at = now() + interval '1 day'` });
  await queueRun(scene.db, { shopId: scene.shopId, mode: 'INCREMENTAL', streams, idempotency: null });
  const engine = await scene.engine();
  expect(await ended(scene.db, ++runs)).toBe('SUCCEEDED');
  await engine.stop();
}

/** Time goes by: at bol its world lives on, and what is noted here grows old. */
async function pass(ms: number): Promise<void> {
  scene.sandbox.change(20);
  scene.sandbox.advance(ms);
  scene.sandbox.change(10);
  const ago = `interval '${ms} ms'`;
  await scene.db.run({
    text: `update streams set last_success_at = last_success_at - ${ago}, last_started_at = last_started_at - ${ago}`,
  });
}

interface StreamTold {
  readonly name: StreamName;
  readonly lag: number;
  readonly strategy: string;
  readonly strategies: readonly { readonly code: string; readonly description: string }[];
  readonly lastSuccessAt: string;
  readonly dataAtRiskAt: string | null;
  readonly lostSpans: readonly { readonly from: string; readonly to: string }[];
}

async function told(): Promise<Record<StreamName, StreamTold>> {
  const { data } = await api.ask(
    `query Streams { shops { nodes { streams {
      name lag strategy strategies { code description } lastSuccessAt dataAtRiskAt lostSpans { from to } } } } }`,
  );
  const streams = data.shops.nodes[0].streams as StreamTold[];
  return Object.fromEntries(streams.map((stream) => [stream.name, stream])) as Record<StreamName, StreamTold>;
}

const strategyOf = async (stream: StreamName) => {
  const [row] = await scene.db.run<{ strategy: string }>({
    text: 'select strategy from stream_runs where stream = $1 order by run_id desc limit 1',
    values: [stream],
  });
  return row?.strategy;
};

test.each(outages)('%s away', { timeout: 120_000 }, async (_, ms, strategy, state) => {
  const { world } = scene.sandbox;
  const heldAt = world.clock.now();
  await pass(ms);

  const before = await told();
  for (const { lag, lastSuccessAt, dataAtRiskAt, name } of Object.values(before)) {
    // the run itself took some seconds of real time
    expect(Math.abs(lag * 1_000 - ms)).toBeLessThan(minute);
    // returns are kept for ever
    const atRisk = name === 'RETURNS' ? null : new Date(Date.parse(lastSuccessAt) + window).toISOString();
    expect(dataAtRiskAt).toBe(atRisk);
  }
  // what the API foretells is what the run does
  const foretold = before.ORDERS.strategies.find(({ description }) => description === before.ORDERS.strategy);
  expect(foretold?.code).toBe(strategy);
  const health = await streamHealth(scene.db, streamDefaults([scene.marketplace]), scene.shopId);
  expect(health.find(({ stream }) => stream === 'ORDERS')?.state).toBe(state);

  await catchUp();
  expect(await strategyOf('ORDERS')).toBe(strategy);
  expect(await strategyOf('SHIPMENTS')).toBe('LIST_BACK');
  expect(scene.sandbox.counters.tooMany).toBe(0);
  await expectRollUp(scene);
  const { ORDERS, SHIPMENTS, RETURNS } = await told();
  expect(RETURNS.lostSpans).toEqual([]);

  const isLossy = ms > window;
  if (!isLossy) {
    await expectTruth(scene);
    expect([...ORDERS.lostSpans, ...SHIPMENTS.lostSpans]).toEqual([]);
    return;
  }
  for (const { lostSpans } of [ORDERS, SHIPMENTS]) {
    const [span] = lostSpans;
    expect(lostSpans).toHaveLength(1);
    expect(Math.abs(Date.parse(span?.from ?? '') - heldAt)).toBeLessThan(minute);
    expect(Math.abs(Date.parse(span?.to ?? '') - (world.clock.now() - window))).toBeLessThan(minute);
  }
  await expectOnlyLostIsMissing(ORDERS.lostSpans[0], SHIPMENTS.lostSpans[0]);
});

type Span = { readonly from: string; readonly to: string };

/** What bol still answers for is here as it is; what is not, changed for the last time within the span that is named. */
async function expectOnlyLostIsMissing(ofOrders?: Span, ofShipments?: Span): Promise<void> {
  const { world } = scene.sandbox;
  const reachable = scene.sandbox.reachable();
  const canBeAsked = new Set(
    [...reachable.orders, ...reachable.shipments, ...reachable.returns].map(({ externalId }) => externalId),
  );
  const differences = compare(await holdingsOf(scene.db, scene.shopId), scene.sandbox.truth());
  const records = differences.filter(({ noun }) => noun !== 'sales');
  expect(records.filter(({ key }) => canBeAsked.has(key))).toEqual([]);
  // otherwise this drill drills nothing
  expect(records.length).toBeGreaterThan(20);
  for (const { noun, key } of records) {
    const changes =
      noun === 'orders'
        ? (world.order(key)?.items ?? []).map(({ changedAt }) => changedAt)
        : [world.shipment(key)?.at ?? Number.NaN];
    const span = noun === 'orders' ? ofOrders : ofShipments;
    // bol counts in whole days: up to one more of them is gone
    const inside = changes.some(
      (at) => at >= Date.parse(span?.from ?? '') - minute && at < Date.parse(span?.to ?? '') + day,
    );
    expect(inside, `${noun} ${key}`).toBe(true);
  }
  expect(new Set(reachable.shipments.map(({ fulfilledBy }) => fulfilledBy)).size).toBe(2);
  expect(reachable.returns.length).toBeGreaterThan(10);
}
