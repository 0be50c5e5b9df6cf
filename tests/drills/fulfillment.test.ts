// Who has to send an order: never the seller what lies in the marketplace's warehouse, always the seller what does not.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sync } from '../../src/invariants/calm.js';
import { draftOf } from '../../src/marketplaces/bol/sandbox/draft.js';
import { orderIndex } from '../../src/marketplaces/bol/sandbox/ids.js';
import { openUnits } from '../../src/marketplaces/bol/sandbox/records.js';
import { openStage, type Stage } from '../server/stage.js';
import { vault } from '../sync/shop.js';
import { bolActor, ended, expectTruth, openScene, type Scene } from './scene.js';

let scene: Scene<typeof bolActor.sandbox>;
let api: Stage;

beforeAll(async () => {
  // young, so that many orders are open
  scene = await openScene(bolActor, { orders: 200, historyDays: 6 });
  api = await openStage({ db: scene.db, vault, sandboxFor: () => true });
  await scene.engine();
  expect(await ended(scene.db)).toBe('SUCCEEDED');
});
afterAll(async () => {
  await api?.close();
  await scene?.close();
});

interface Line {
  readonly fulfilledBy: string;
  readonly quantity: { readonly ordered: number; readonly open: number };
}
interface Told {
  readonly externalId: string;
  readonly fulfillmentStatus: string;
  readonly lines: readonly Line[];
}

/** All orders of these states. */
async function inStatus(...statuses: readonly string[]): Promise<Told[]> {
  const all: Told[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { data } = await api.ask(
      `query InStatus($statuses: [FulfillmentStatus!], $after: String) {
        orders(first: 100, after: $after, where: { fulfillmentStatuses: $statuses }) {
          nodes { externalId fulfillmentStatus lines { fulfilledBy quantity { ordered open } } }
          pageInfo { hasNextPage endCursor } } }`,
      { statuses, after },
    );
    all.push(...data.orders.nodes);
    after = data.orders.pageInfo.endCursor;
    more = data.orders.pageInfo.hasNextPage;
  }
  return all;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const openBy = ({ lines }: Told, who: string) =>
  sum(lines.filter(({ fulfilledBy }) => fulfilledBy === who).map(({ quantity }) => quantity.open));

test('what bol sends is AWAITING_MARKETPLACE while open and never READY', async () => {
  const awaiting = await inStatus('AWAITING_MARKETPLACE');
  const truth = scene.sandbox.truth().orders.filter(({ status }) => status === 'AWAITING_MARKETPLACE');
  expect(truth.length).toBeGreaterThan(5);
  expect(awaiting.map(({ externalId }) => externalId).sort()).toEqual(truth.map(({ externalId }) => externalId).sort());
  for (const order of awaiting) {
    expect(openBy(order, 'SELLER')).toBe(0);
    expect(openBy(order, 'MARKETPLACE')).toBeGreaterThan(0);
  }
  const ready = await inStatus('READY');
  expect(ready.length).toBeGreaterThan(5);
  for (const order of ready) expect(openBy(order, 'SELLER')).toBeGreaterThan(0);
});

test('an order sent by bol’s label is the seller’s work', async () => {
  const { world } = scene.sandbox;
  const ready = new Map((await inStatus('READY')).map((order) => [order.externalId, order]));
  const labelled = world.orders.filter(
    (order) =>
      draftOf(world.seed, order.index).vvb &&
      order.items.every(({ method, shipped }) => method === 'FBR' && shipped === 0) &&
      order.items.some((item) => openUnits(item) > 0),
  );
  expect(labelled.length).toBeGreaterThan(2);
  const byIndex = new Map([...ready.keys()].map((id) => [orderIndex(world.seed, id), ready.get(id)]));
  for (const { index } of labelled) {
    expect(byIndex.get(index)?.lines.every(({ fulfilledBy }) => fulfilledBy === 'SELLER')).toBe(true);
  }
});

test('what bol sends counts in sales and shipments like everything else', async () => {
  await expectTruth(scene);
  const { shipments, sales } = scene.sandbox.truth();
  const { data } = await api.ask(
    `{ fromBol: shipments(first: 100, where: { fulfilledBy: MARKETPLACE }) { nodes { fulfilledBy } }
       productSales(first: 100) { nodes { sku unitsSold } } }`,
  );
  const byBol = shipments.filter(({ fulfilledBy }) => fulfilledBy === 'MARKETPLACE').length;
  expect(byBol).toBeGreaterThan(10);
  expect(data.fromBol.nodes).toHaveLength(Math.min(100, byBol));
  const sold = Object.fromEntries(
    data.productSales.nodes.map((row: { sku: string; unitsSold: number }) => [row.sku, row.unitsSold]),
  );
  expect(sold).toEqual(Object.fromEntries(sales.map(({ sku, unitsSold }) => [sku, unitsSold])));
  // of products that lie at bol as well
  for (const sku of ['BOEK-TUIN', 'KABEL-USBC-2M']) expect(sold[sku]).toBeGreaterThan(0);
});

test('orders that bol sent before anybody saw them open are there, and so is what it sends meanwhile', async () => {
  const { world } = scene.sandbox;
  // placed and sent between two syncs
  const placed = Array.from({ length: 40 }, () => world.place());
  scene.sandbox.advance(3 * 86_400_000);
  const sent = placed.filter(({ items }) => items.every((item) => item.method === 'FBB' && openUnits(item) === 0));
  expect(sent.length).toBeGreaterThan(3);
  // an answer tells the engine what bol's clock says
  expect(await sync(scene, 'INCREMENTAL')).toBe('SUCCEEDED');
  expect(await sync(scene, 'INCREMENTAL')).toBe('SUCCEEDED');
  await expectTruth(scene);
  for (const order of await inStatus('READY')) expect(openBy(order, 'SELLER')).toBeGreaterThan(0);
});
