// Odd and broken records of bol, from its answers to our API: stored as they are meant or set aside with the reason, and
// everything beside them goes on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globalId } from '../../src/commerce/id.js';
import { sync } from '../../src/invariants/calm.js';
import { orderId } from '../../src/marketplaces/bol/sandbox/ids.js';
import { holdingsOf } from '../../src/store/holdings.js';
import { openStage, type Stage } from '../server/stage.js';
import { vault } from '../sync/shop.js';
import { bolActor, ended, expectRollUp, expectTruth, openScene, type Scene } from './scene.js';

let scene: Scene<typeof bolActor.sandbox>;
let api: Stage;

beforeAll(async () => {
  scene = await openScene(bolActor, { orders: 60 });
  api = await openStage({ db: scene.db, vault, sandboxFor: () => true });
});
afterAll(async () => {
  await api?.close();
  await scene?.close();
});

/** By its number in the pretend world, which begins with one order of each odd kind. */
async function orderOf(index: number) {
  const { data } = await api.ask(
    `query Order($shopId: ID!, $externalId: String!) { orderByReference(shopId: $shopId, externalId: $externalId) {
      fulfillmentStatus billingAddress { postalCode } shippingAddress { postalCode country }
      lines { externalIds sku ean quantity { ordered shipped open } }
      shipments { externalId carrier lines { quantity externalId } ... on BolShipment { shipmentReference } } } }`,
    { shopId: globalId('Shop', scene.shopId), externalId: orderId(scene.sandbox.world.seed, index) },
  );
  return data.orderByReference;
}

describe('shipments first', () => {
  test('a shipment of an order never seen is stored, and finds its order when that comes', async () => {
    await scene.db.run({ text: `update streams set enabled = name = 'SHIPMENTS'` });
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    const { orders, shipments } = await holdingsOf(scene.db, scene.shopId);
    expect(orders).toEqual([]);
    expect(shipments).toHaveLength(scene.sandbox.truth().shipments.length);
    const alone = await api.ask(
      '{ shipments(first: 1) { nodes { orders { id } lines { orderExternalId order { id } } } } }',
    );
    const [shipment] = alone.data.shipments.nodes;
    expect(shipment.orders).toEqual([]);
    expect(shipment.lines[0].order).toBeNull();

    await scene.db.run({ text: 'update streams set enabled = true, due_at = now()' });
    expect(await sync(scene, 'INCREMENTAL')).toBe('SUCCEEDED');
    await expectTruth(scene);
    const joined = await api.ask(
      `{ shipments(first: 1) { nodes { orders { externalId } lines { orderExternalId order { externalId } } } } }`,
    );
    const [{ orders: named, lines }] = joined.data.shipments.nodes;
    expect(named).toEqual([{ externalId: lines[0].orderExternalId }]);
    expect(lines[0].order.externalId).toBe(shipment.lines[0].orderExternalId);
  });
});

describe('odd, but right', () => {
  test('an order without billingDetails, its shipment without shipmentReference', async () => {
    const order = await orderOf(4);
    expect(order.billingAddress).toBeNull();
    expect(order.shippingAddress.postalCode).toMatch(/\S/);
    expect(order.shipments.map((one: { shipmentReference: string | null }) => one.shipmentReference)).toEqual([null]);
  });

  test('an order line in two shipments', async () => {
    const { fulfillmentStatus, lines, shipments } = await orderOf(5);
    expect(fulfillmentStatus).toBe('FULFILLED');
    expect(lines).toMatchObject([{ quantity: { ordered: 3, shipped: 3, open: 0 } }]);
    expect(shipments).toHaveLength(2);
    const parts = shipments.flatMap((one: { lines: { quantity: number; externalId: string }[] }) => one.lines);
    expect(parts.reduce((sum: number, { quantity }: { quantity: number }) => sum + quantity, 0)).toBe(3);
    for (const { externalId } of parts) expect(lines[0].externalIds).toEqual([externalId]);
  });

  test('an EAN and a postal code keep their leading zeros', async () => {
    const order = await orderOf(11);
    expect(order.lines).toEqual(
      expect.arrayContaining([expect.objectContaining({ sku: 'FIETSBEL-KOP', ean: '0012345678905' })]),
    );
    expect(order.shippingAddress).toMatchObject({ country: 'BE', postalCode: expect.stringMatching(/^0/) });
  });

  test('a transporter that nobody knows', async () => {
    const { world } = scene.sandbox;
    const order = world.place();
    const lots = order.items.map(({ quantity }, item) => ({ item, quantity }));
    const [{ method }] = order.items as [(typeof order.items)[number]];
    world.ship(order, method, lots, { transporterCode: 'DUIF-04', trackAndTrace: '' });
    expect(await sync(scene, 'INCREMENTAL')).toBe('SUCCEEDED');
    const { shipments } = await orderOf(order.index);
    expect(shipments).toMatchObject([{ carrier: 'DUIF-04' }]);
  });
});

describe('broken', () => {
  const expected: readonly (readonly [stream: string, key: string, about: RegExp])[] = [
    ['ORDERS', 'B0AD000001', /quantity/],
    ['ORDERS', 'B0AD000002', /orderPlacedDateTime/],
    ['ORDERS', 'B0AD000003', /orderItems/],
    ['ORDERS', 'B0AD000004', /Price/],
    ['SHIPMENTS', '9990000001', /shipmentDateTime/],
    ['SHIPMENTS', '9990000002', /shipmentItems/],
    ['SHIPMENTS', '9990000003', /quantityShipped/],
    ['RETURNS', '99900001', /registrationDateTime/],
    ['RETURNS', '99900002', /expectedQuantity/],
  ];

  test('no quantity, an impossible date, no items: set aside with the reason, among neighbours that are all there', async () => {
    const calm = scene.sandbox.faults.add({ kind: 'MALFORMED_RECORDS' });
    scene.sandbox.change(10);
    expect(await sync(scene, 'FULL')).toBe('SUCCEEDED');
    calm();
    await expectTruth(scene);
    await expectRollUp(scene);
    const { data } = await api.ask('{ rejects(first: 100) { nodes { stream externalId reason payload } } }');
    type Reject = { stream: string; externalId: string | null; reason: string; payload: unknown };
    const rejects: Reject[] = data.rejects.nodes;
    for (const [stream, key, about] of expected) {
      const found = rejects.find((reject) => reject.stream === stream && reject.externalId === key);
      expect(found?.reason, `${stream} ${key}`).toMatch(about);
      expect(found?.payload).toBeTruthy();
    }
    // those without a key at all
    const nameless = rejects.filter(({ externalId }) => externalId === null);
    expect(new Set(nameless.map(({ stream }) => stream))).toEqual(new Set(['ORDERS', 'SHIPMENTS', 'RETURNS']));
    for (const { reason } of nameless) expect(reason).toMatch(/Id/);
    expect(rejects).toHaveLength(expected.length + nameless.length);
  });
});
