// What a user sees after `npm start`: the demo shop's figures equal the truth of the pretend OTTO's world, which is
// computed from that world and not by our mapping.
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OttoSandbox, startSandbox } from '../../src/marketplaces/otto/sandbox.js';
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
import { type ServerProcess, startServer, temporaryFolder } from './process.js';

const dataDir = temporaryFolder();
let server: ServerProcess;
let sandbox: OttoSandbox;
let lading: Client;

/** Every order with its status, in one page: the demo's world is small. */
async function statuses(): Promise<Record<string, string>> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ orders(first: 100) { nodes { externalId fulfillmentStatus } } }' }),
  });
  const { data } = (await answer.json()) as {
    data: { orders: { nodes: { externalId: string; fulfillmentStatus: string }[] } };
  };
  return Object.fromEntries(data.orders.nodes.map((order) => [order.externalId, order.fulfillmentStatus]));
}

async function synced(): Promise<void> {
  for (const started = Date.now(); Date.now() - started < 30_000; ) {
    const { shops } = await lading.request(ShopsDocument, {});
    const streams = shops.nodes[0]?.streams ?? [];
    if (streams.length && streams.every((stream) => stream.lastSuccessAt)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the demo shop was not synced:\n${server.output()}`);
}

beforeAll(async () => {
  sandbox = await startSandbox();
  server = await startServer({ DATA_DIR: dataDir });
  lading = createClient({ url: server.url });
  await synced();
});

afterAll(async () => {
  await server?.end('SIGTERM');
  await sandbox?.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

describe('the demo', () => {
  it('has every order of the world in its true status', async () => {
    const truth = sandbox.truth();
    expect(truth.orders).toHaveLength(16);
    expect(await statuses()).toEqual(Object.fromEntries(truth.orders.map((order) => [order.externalId, order.status])));
  });

  it('lists what is to be packed', async () => {
    const { orders } = await lading.request(OrdersReadyToShipDocument, {});
    const open = sandbox.truth().orders.filter((o) => ['READY', 'PARTIALLY_FULFILLED'].includes(o.status));
    expect(orders.nodes.map((order) => order.orderNumber).sort()).toEqual(open.map((o) => o.orderNumber).sort());
    const times = orders.nodes.map((order) => order.orderedAt);
    expect(times).toEqual([...times].sort());
  });

  it('tells when each fulfilled order was shipped', async () => {
    const { orders } = await lading.request(FulfilledOrdersDocument, {});
    const fulfilled = sandbox.truth().orders.filter((order) => order.status === 'FULFILLED');
    expect(Object.fromEntries(orders.nodes.map((order) => [order.orderNumber, order.fulfilledAt]))).toEqual(
      Object.fromEntries(fulfilled.map((order) => [order.orderNumber, order.shippedAt])),
    );
    expect(orders.nodes.every((order) => order.shipments.length > 0)).toBe(true);
  });

  it('counts how often each product sold and what it grossed', async () => {
    const { productSales } = await lading.request(ProductSalesDocument, {});
    const rows = productSales.nodes.map((row) => [
      row.sku,
      row.unitsSold,
      row.unitsReturned,
      row.orderCount,
      row.grossRevenue.amount,
    ]);
    const truth = sandbox
      .sales()
      .filter((row) => row.unitsSold > 0 || row.unitsReturned > 0)
      .map((row) => [row.sku, row.unitsSold, row.unitsReturned, row.orderCount, (row.grossMinor / 100).toFixed(2)]);
    expect(rows.sort()).toEqual(truth.sort());
  });

  it('changes nothing in a second sync', async () => {
    const shop = (await lading.request(ShopsDocument, {})).shops.nodes[0];
    const { syncStart } = await lading.request(SyncStartDocument, { input: { shopId: shop?.id ?? '', mode: 'FULL' } });
    expect(syncStart.userErrors).toEqual([]);
    let run = (await lading.request(SyncRunDocument, { id: syncStart.syncRun?.id ?? '' })).syncRun;
    for (const started = Date.now(); run?.status !== 'SUCCEEDED' && Date.now() - started < 30_000; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      run = (await lading.request(SyncRunDocument, { id: syncStart.syncRun?.id ?? '' })).syncRun;
    }
    expect(run?.status).toBe('SUCCEEDED');
    const orders = run?.streams.find((stream) => stream.stream === 'ORDERS');
    expect(orders).toMatchObject({ fetched: 16, created: 0, updated: 0, unchanged: 16, rejected: 0 });
    for (const stream of run?.streams ?? []) expect(stream).toMatchObject({ created: 0, updated: 0, rejected: 0 });
  });
});
