// The template at work: engine, PostgreSQL, GraphQL and the pretend Toy Market over HTTP. Nothing of it is in the product.
import 'reflect-metadata';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { createLog } from '../../src/log.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import type { RunningSandbox } from '../../src/sandbox/marketplace.js';
import { rowStamps } from '../../src/store/dump.js';
import { type Engine, startEngine } from '../../src/sync/engine.js';
import { workerName } from '../../src/sync/worker.js';
import { openStage, type Stage } from '../server/stage.js';
import { toy } from './toy/index.js';
import { startSandbox } from './toy/sandbox.js';

const hourMs = 3_600_000;
const rateScale = 100;

let sandbox: RunningSandbox;
let stage: Stage;
let engine: Engine;
/** The same for every engine: a stranger would let the windows of a minute pass first. */
const workerId = workerName();
let shopId: string;

const start = () =>
  startEngine({
    ...{ db: stage.db, vault: stage.vault, marketplaces: [toy], rateScale, workers: 1 },
    originOf: () => ({ origin: sandbox.origin }),
    queue: { databaseUrl: stage.url },
    log: createLog({ level: 'error', format: 'pretty' }),
    timing: {
      backOff: { firstMs: 50, maxMs: 200, awayMaxMs: 500, failuresMax: 20 },
      patience: { attemptsMax: 4, backOffMs: 10, backOffMaxMs: 100, timeoutMs: 2_000 },
    },
    workerId,
  });

/** A shop is added as a seller would, and read for the first time. */
beforeEach(async () => {
  sandbox = await startSandbox({ orders: 40, rateScale });
  stage = await openStage({ marketplaces: [toy], graph: await createExecutableGraph({ marketplaces: [toy] }) });
  engine = await start();
  const { data } = await stage.ask(
    `mutation ($toy: ToyCredentialsInput!) {
      shopAdd(input: { name: "Toys", credentials: { toy: $toy } }) { shop { id marketplace } userErrors { message } }
    }`,
    { toy: sandbox.credentials },
  );
  expect(data.shopAdd).toEqual({ shop: { id: expect.any(String), marketplace: 'TOY' }, userErrors: [] });
  shopId = data.shopAdd.shop.id;
});

afterEach(async () => {
  await engine.stop();
  await stage.close();
  await sandbox.stop();
});

interface Run {
  readonly status: string;
  readonly streams: readonly { readonly stream: string; readonly strategy: string; readonly retries: number }[];
}

/** Waits until nothing is under way, and tells how the last of so many runs ended. */
async function settled(runs = 1): Promise<Run> {
  return vi.waitFor(
    async () => {
      await engine.tick();
      const query = `query ($ids: [ID!]) { syncRuns(where: { shopIds: $ids }, first: 20) {
        nodes { status finishedAt streams { stream strategy retries } } } }`;
      const { nodes } = (await stage.ask(query, { ids: [shopId] })).data.syncRuns;
      expect(nodes.length).toBeGreaterThanOrEqual(runs);
      expect(nodes.every(({ finishedAt }: { finishedAt: string | null }) => finishedAt)).toBe(true);
      return nodes[0] as Run;
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function sync(mode: 'INCREMENTAL' | 'FULL', runs: number): Promise<Run> {
  const { data } = await stage.ask(
    `mutation ($input: SyncStartInput!) { syncStart(input: $input) { userErrors { message } } }`,
    { input: { shopId, mode } },
  );
  expect(data.syncStart.userErrors).toEqual([]);
  return settled(runs);
}

/** The API's answers are what is so in the pretend marketplace, in its own words. */
async function expectTruth(): Promise<void> {
  const { data, errors } = await stage.ask(`{
    orders(first: 100) { nodes {
      __typename marketplace externalId orderNumber fulfillmentStatus orderedAt shippingAddress { country }
      totalGross { amount } lines { shippedAt quantity { ordered pending shipped cancelled returned } }
      ... on ToyOrder { giftNote }
    } }
    shipments(first: 100) { nodes {
      __typename externalId fulfilledBy shippedAt lines { orderExternalId externalId quantity orderLine { sku } }
      ... on ToyShipment { box }
    } }
    returns(first: 100) { nodes {
      __typename externalId status lines { orderExternalId externalId quantity acceptedQuantity orderLine { sku } }
      ... on ToyReturn { comment }
    } }
    productSales(first: 100) { nodes { __typename sku unitsSold unitsReturned orderCount grossRevenue { amount } } }
  }`);
  expect(errors).toEqual([]);
  const truth = sandbox.truth();
  expect(data.orders.nodes.map(orderAnswered).sort(byKey)).toEqual([...truth.orders].sort(byKey));
  expect(data.shipments.nodes.map(shipmentAnswered).sort(byKey)).toEqual([...truth.shipments].sort(byKey));
  expect(data.returns.nodes.map(returnAnswered).sort(byKey)).toEqual([...truth.returns].sort(byKey));
  const sales = data.productSales.nodes.map(({ __typename, grossRevenue, ...row }: Answered) => {
    expect(__typename).toBe('ToyProductSales');
    return { ...row, grossMinor: minorOf(grossRevenue) };
  });
  expect(sales.sort((a: Answered, b: Answered) => (a.sku < b.sku ? -1 : 1))).toEqual(truth.sales);
}

// biome-ignore lint/suspicious/noExplicitAny: an answer, of which the test asked for what it reads
type Answered = any;
const byKey = (a: { externalId: string }, b: { externalId: string }) => (a.externalId < b.externalId ? -1 : 1);
const minorOf = ({ amount }: { amount: string }) => Math.round(Number(amount) * 100);

function orderAnswered({ __typename, marketplace, lines, totalGross, ...order }: Answered) {
  expect([__typename, marketplace]).toEqual(['ToyOrder', 'TOY']);
  const { giftNote, fulfillmentStatus: status, shippingAddress, ...same } = order;
  if (giftNote !== null) expect(giftNote).toMatch(/\S/);
  const sum = (name: string) => lines.reduce((total: number, { quantity }: Answered) => total + quantity[name], 0);
  const shipped = lines.map(({ shippedAt }: Answered) => shippedAt).filter((at: string | null) => at !== null);
  return {
    ...same,
    ...{ status, shippedAt: shipped.sort().at(-1) ?? null, country: shippingAddress?.country ?? null },
    ...{ ordered: sum('ordered'), pending: sum('pending'), shipped: sum('shipped') },
    ...{ cancelled: sum('cancelled'), returned: sum('returned'), totalMinor: minorOf(totalGross) },
  };
}

function shipmentAnswered({ __typename, box, lines, ...shipment }: Answered) {
  expect([__typename, box]).toEqual(['ToyShipment', 'M']);
  return { ...shipment, lines: lines.map(withoutOrderLine) };
}

function returnAnswered({ __typename, comment, lines, ...made }: Answered) {
  expect([__typename, comment]).toEqual(['ToyReturn', 'Ça ne va pas – zu klein']);
  const renamed = lines.map(({ acceptedQuantity: accepted, ...line }: Answered) => ({ ...line, accepted }));
  return { ...made, lines: renamed.map(withoutOrderLine) };
}

/** Every line of a shipment or return finds the line of its order. */
function withoutOrderLine({ orderLine, ...line }: Answered) {
  expect(orderLine?.sku).toMatch(/\S/);
  return line;
}

test('is read whole, told by the API as it is, and a second sync changes nothing', async () => {
  const first = await settled();
  expect(first.status).toBe('SUCCEEDED');
  expect(first.streams.map(({ strategy }) => strategy)).toEqual(['LIST_BACK', 'LIST_BACK', 'LIST_BACK']);
  await expectTruth();

  const before = await rowStamps(stage.db);
  const second = await sync('INCREMENTAL', 2);
  expect(second.status).toBe('SUCCEEDED');
  expect(second.streams.map(({ strategy }) => strategy)).toEqual(['CHANGE_FEED', 'LIST_BACK', 'LIST_BACK']);
  const loaded = sandbox.counters.routes['GET /shipments/{id}'];
  expect((await sync('FULL', 3)).status).toBe('SUCCEEDED');
  // a shipment never changes
  expect(sandbox.counters.routes['GET /shipments/{id}']).toBe(loaded);
  expect(await rowStamps(stage.db)).toEqual(before);
  expect(sandbox.counters).toMatchObject({ tooMany: 0, tokensIssued: 1, failures: [] });
});

test.each([
  ['by what changed, after an hour', 1, 'CHANGE_FEED'],
  ['by the whole list, after forty days', 40 * 24, 'LIST_BACK'],
])('finds what changed while nobody looked %s', async (_, hours, strategy) => {
  await settled();
  await engine.stop();
  sandbox.change(12);
  sandbox.advance(hours * hourMs);
  engine = await start();
  expect((await sync('INCREMENTAL', 2)).streams[0]).toMatchObject({ stream: 'ORDERS', strategy });
  await expectTruth();
});

const weather: readonly FaultRule[] = [
  { kind: 'SERVER_ERROR', times: 3 },
  { kind: 'TOO_MANY_REQUESTS', times: 2, after: 2 },
  { kind: 'TRUNCATED_JSON', times: 2, after: 4 },
  { kind: 'SHIFTED_PAGES', times: 2 },
  { kind: 'DUPLICATE_ENTRIES', times: 2 },
  { kind: 'STUCK_CURSOR', times: 1 },
];

test('bad weather and a dead token cost nothing; records that are none are rejected, with the reason', async () => {
  await settled();
  sandbox.change(30);
  sandbox.revokeTokens();
  for (const rule of weather) sandbox.faults.add({ match: /orders|shipments|returns/, ...rule });
  sandbox.faults.add({ kind: 'MALFORMED_RECORDS', match: /returns/, times: 1 });
  expect((await sync('FULL', 2)).status).toBe('SUCCEEDED');
  for (const { kind } of weather) expect(sandbox.faults.struck[kind]).toBeGreaterThan(0);
  const { nodes } = (await stage.ask('{ rejects { nodes { stream externalId reason } } }')).data.rejects;
  expect(nodes.map(({ reason }: Answered) => reason).sort()).toEqual([
    'id: is a number, not a text',
    'state: is missing',
  ]);

  sandbox.faults.clear();
  await sync('INCREMENTAL', 3);
  await expectTruth();
});

test('credentials that are refused stop the shop until there are others', async () => {
  await settled();
  sandbox.refuseCredentials();
  expect((await sync('INCREMENTAL', 2)).status).toBe('FAILED');
  const { data } = await stage.ask('query ($id: ID!) { node(id: $id) { ... on Shop { status statusReason } } }', {
    id: shopId,
  });
  expect(data.node).toEqual({ status: 'NEEDS_CREDENTIALS', statusReason: expect.stringContaining('refused') });
});
