// What a user sees after `npm start`: the demo shops' figures equal the truth of the pretend marketplaces' worlds, which is
// computed from those worlds and not by our mappings. The same questions are answered over all marketplaces at once.
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoBegan } from '../../src/demo.js';
import type { RunningSandbox, Truth } from '../../src/sandbox/marketplace.js';
import {
  type Client,
  createClient,
  FulfilledOrdersDocument,
  OrdersReadyToShipDocument,
  ProductSalesDocument,
  ShopsDocument,
  SyncRunDocument,
  SyncStartDocument,
} from '../../src/sdk/index.js';
import { everyActor as actors } from '../drills/scene.js';
import { type ServerProcess, startServer, temporaryFolder } from './process.js';

const dataDir = temporaryFolder();
const patienceMs = 90_000;
const codes = actors.map(({ marketplace }) => marketplace.code);
let server: ServerProcess;
const sandboxes: RunningSandbox[] = [];
let truths: Truth[];
let lading: Client;

interface Connection<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** Every row of a list, page after page. */
async function all<Row>(page: (after: string | null) => Promise<Connection<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Connection<Row> = await page(after);
    rows.push(...nodes);
    after = pageInfo.endCursor ?? null;
    more = pageInfo.hasNextPage;
  }
  return rows;
}

interface OrderRow {
  readonly externalId: string;
  readonly fulfillmentStatus: string;
}

async function statuses(): Promise<Record<string, string>> {
  const rows = await all<OrderRow>(async (after) => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `query All($after: String) { orders(first: 100, after: $after) {
          nodes { externalId fulfillmentStatus } pageInfo { hasNextPage endCursor } } }`,
        variables: { after },
      }),
    });
    return ((await answer.json()) as { data: { orders: Connection<OrderRow> } }).data.orders;
  });
  return Object.fromEntries(rows.map((order) => [order.externalId, order.fulfillmentStatus]));
}

async function until<T>(problem: string, read: () => Promise<T | null>): Promise<T> {
  for (const started = Date.now(); Date.now() - started < patienceMs; ) {
    const found = await read();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${problem}:\n${server.output()}`);
}

beforeAll(async () => {
  server = await startServer({ DATA_DIR: dataDir });
  const base = await demoBegan(dataDir);
  for (const { sandbox } of actors) sandboxes.push(await sandbox.startSandbox({ base }));
  truths = sandboxes.map((sandbox) => sandbox.truth());
  lading = createClient({ url: server.url });
  await until('the demo shops were not synced', async () => {
    const { nodes } = (await lading.request(ShopsDocument, {})).shops;
    // what is sold through the API itself is a shop as well
    const shops = nodes.filter(({ marketplace }) => codes.includes(marketplace));
    const streams = shops.flatMap((shop) => shop.streams);
    return shops.length === actors.length && streams.every((stream) => stream.lastSuccessAt) ? shops : null;
  });
});

afterAll(async () => {
  await server?.end('SIGTERM');
  for (const sandbox of sandboxes) await sandbox.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

const trueOrders = () => truths.flatMap(({ orders }) => orders);

describe('the demo', () => {
  it('has every order of each world in its true status', async () => {
    expect(truths.map(({ orders }) => orders.length)[0]).toBe(16);
    expect(truths.map(({ shipments }) => shipments.length)[1]).toBe(1_000);
    expect(await statuses()).toEqual(Object.fromEntries(trueOrders().map((order) => [order.externalId, order.status])));
  });

  it('shows the last days', async () => {
    expect(Date.now() - (await demoBegan(dataDir)).getTime()).toBeLessThan(patienceMs);
    const answer = await lading.request(OrdersReadyToShipDocument, { first: 100 });
    const ages = answer.orders.nodes.map(({ orderedAt }) => Date.now() - new Date(orderedAt).getTime());
    expect(Math.min(...ages)).toBeLessThan(3 * 86_400_000);
  });

  it('lists what is to be packed, of all shops together', async () => {
    const orders = await all(async (after) => (await lading.request(OrdersReadyToShipDocument, { after })).orders);
    const numbers = new Set(orders.map((order) => order.orderNumber));
    const inState = (...states: string[]) => trueOrders().filter((order) => states.includes(order.status));
    expect(inState('READY').filter((order) => !numbers.has(order.orderNumber))).toEqual([]);
    const wrong = inState('PENDING', 'AWAITING_MARKETPLACE', 'FULFILLED', 'CANCELLED');
    expect(wrong.filter((order) => numbers.has(order.orderNumber))).toEqual([]);
    // of those that are partly shipped, some wait for the marketplace only
    expect(orders.length).toBeGreaterThan(inState('READY').length);
    expect(orders.length).toBeLessThanOrEqual(inState('READY', 'PARTIALLY_FULFILLED').length);
    const times = orders.map((order) => order.orderedAt);
    expect(times).toEqual([...times].sort());
    expect(new Set(orders.map(({ shop }) => shop.name)).size).toBe(actors.length);
    // what the marketplace itself sends is not to be packed
    for (const { lines } of orders) {
      expect(lines.some(({ fulfilledBy, quantity }) => fulfilledBy === 'SELLER' && quantity.open > 0)).toBe(true);
    }
  });

  it('tells when each fulfilled order was shipped', async () => {
    const orders = await all(async (after) => (await lading.request(FulfilledOrdersDocument, { after })).orders);
    const fulfilled = trueOrders().filter((order) => order.status === 'FULFILLED');
    expect(Object.fromEntries(orders.map((order) => [order.orderNumber, order.fulfilledAt]))).toEqual(
      Object.fromEntries(fulfilled.map((order) => [order.orderNumber, order.shippedAt])),
    );
    // Skubana's orders tell their parcels themselves
    const others = orders.filter(({ orderNumber }) => !/^EX-/.test(orderNumber));
    expect(others.every((order) => order.shipments.length > 0)).toBe(true);
  });

  it.each(codes.map((code, at) => [code, at] as const))(
    '%s: counts how often each product sold and what it grossed',
    async (code, at) => {
      const where = { marketplaces: [code as 'OTTO' | 'BOL' | 'SKUBANA' | 'FEED'] };
      const sold = await all(
        async (after) => (await lading.request(ProductSalesDocument, { where, after })).productSales,
      );
      const rows = sold.map((row) => [
        ...[row.sku, row.unitsSold, row.unitsReturned, row.orderCount],
        row.grossRevenue.amount,
      ]);
      const truth = truths[at]?.sales.map((row) => [
        ...[row.sku, row.unitsSold, row.unitsReturned, row.orderCount],
        (row.grossMinor / 100).toFixed(2),
      ]);
      expect(rows.sort()).toEqual(truth?.sort());
    },
  );

  it.each(codes)('%s: changes nothing in a second sync', async (code) => {
    const { nodes } = (await lading.request(ShopsDocument, {})).shops;
    const shopId = nodes.find((shop) => shop.marketplace === code)?.id ?? '';
    // the schedule may be at work
    const started = await until('no run could be started', async () => {
      const { syncStart } = await lading.request(SyncStartDocument, { input: { shopId, mode: 'FULL' } });
      return syncStart.syncRun;
    });
    const run = await until('the run did not succeed', async () => {
      const { syncRun } = await lading.request(SyncRunDocument, { id: started.id });
      return syncRun?.status === 'SUCCEEDED' ? syncRun : null;
    });
    for (const stream of run.streams) expect(stream).toMatchObject({ created: 0, updated: 0, rejected: 0 });
    const drains = actors[codes.indexOf(code)]?.marketplace.streams.some((stream) => stream.drains);
    // what was handed out once does not come again
    if (drains) return;
    const orders = run.streams.find(({ stream }) => stream === 'ORDERS');
    const held = truths[codes.indexOf(code)]?.orders.length ?? 0;
    expect(orders?.unchanged).toBeGreaterThanOrEqual(held);
  });
});
