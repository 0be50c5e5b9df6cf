// A catalog that is away: quick answers, an alert, and writes whose fate nobody knows at first.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { codes, expectAgreement, hasty, mutate, openScene, place, product, type Scene, settled } from './scene.js';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ ...hasty, timeoutMs: 150 });
});
afterAll(() => scene?.close());
beforeEach(async () => {
  const { stage, catalog } = scene;
  catalog.faults.clear();
  catalog.setEtags(true);
  await stage.db.run({ text: 'truncate orders, order_sagas, sales_daily, idempotency_keys, alerts cascade' });
  for (const sku of ['LAMP', 'TABLE']) catalog.put(product(sku, 10));
  // what a test before left of the breaker
  await vi.waitFor(async () => expect(codes(await place(stage, { LAMP: 1 }))).toEqual([]), 10_000);
  await stage.db.run({ text: 'truncate orders, order_sagas, sales_daily, idempotency_keys, alerts cascade' });
  catalog.put(product('LAMP', 10));
});

const alerts = async () => {
  const { data } = await scene.stage.ask('{ alerts { nodes { kind subject severity state message } } }');
  return data.alerts.nodes;
};

it('answers INVENTORY_UNAVAILABLE, takes nothing, and raises an alert that ends by itself', async () => {
  scene.catalog.faults.add({ kind: 'SERVER_ERROR', status: 503 });
  for (let at = 0; at < 5; at++)
    expect(codes(await place(scene.stage, { LAMP: 1 }))).toEqual(['INVENTORY_UNAVAILABLE']);
  await vi.waitFor(async () =>
    expect(await alerts()).toMatchObject([
      {
        ...{ kind: 'INVENTORY_UNAVAILABLE', subject: 'inventory:catalog', severity: 'CRITICAL', state: 'OPEN' },
        message: expect.stringMatching(/^The catalog service answered 503\. No order can be placed/),
      },
    ]),
  );
  // the breaker saw to it that not every order asked
  expect(await scene.stage.db.run({ text: 'select from orders' })).toEqual([]);
  scene.catalog.faults.clear();
  // nobody orders: the worker finds out
  await vi.waitFor(async () => expect(await alerts()).toMatchObject([{ state: 'RESOLVED' }]), 10_000);
  await vi.waitFor(async () => expect(codes(await place(scene.stage, { LAMP: 1 }))).toEqual([]), 5_000);
  await expectAgreement(scene.stage, scene.catalog, { LAMP: 10 });
});

it('raises one alert while only writes fail, which ends with a write', async () => {
  scene.catalog.faults.add({ kind: 'SERVER_ERROR', match: /PUT/ });
  for (let at = 0; at < 4; at++) await place(scene.stage, { LAMP: 1 });
  const found = [{ subject: 'inventory:catalog:writes', state: 'OPEN', message: expect.stringMatching(/no writes/) }];
  await vi.waitFor(async () => expect(await alerts()).toMatchObject(found), 5_000);
  // it can be read all the time: the worker's look, and its probe, change nothing
  await sleep(2_500);
  expect(await alerts()).toMatchObject(found);
  scene.catalog.faults.clear();
  await settled(scene.stage.db, scene.worker);
  await vi.waitFor(async () => expect(codes(await place(scene.stage, { LAMP: 1 }))).toEqual([]), 5_000);
  await vi.waitFor(async () => expect(await alerts()).toMatchObject([{ state: 'RESOLVED' }]), 5_000);
});

it('tells people of stock that waits too long, though the service answers', async () => {
  const { order } = await place(scene.stage, { LAMP: 3 });
  await scene.stage.db.run({ text: `update order_sagas set created_at = created_at - interval '1 hour'` });
  scene.catalog.faults.add({ kind: 'UNPROCESSABLE', match: /PUT/, times: 12 });
  await mutate(scene.stage, 'orderCancel', { orderId: order.id });
  await scene.stage.db.run({ text: `update order_sagas set created_at = created_at - interval '1 hour'` });
  const found = async () => (await alerts()).filter(({ kind }: { kind: string }) => kind === 'INVENTORY_UNSETTLED');
  await vi.waitFor(
    async () =>
      expect(await found()).toMatchObject([
        {
          ...{ subject: 'inventory:orders', severity: 'WARNING', state: 'OPEN' },
          message: expect.stringMatching(
            /^The stock of 1 order is not settled .* Last answer for LAMP: the write was refused\.$/,
          ),
        },
      ]),
    5_000,
  );
  await settled(scene.stage.db, scene.worker);
  await vi.waitFor(async () => expect(await found()).toMatchObject([{ state: 'RESOLVED' }]), 5_000);
  await expectAgreement(scene.stage, scene.catalog, { LAMP: 10 });
});

it('asks no more than the breaker lets through, however many order', async () => {
  scene.catalog.faults.add({ kind: 'SERVER_ERROR' });
  const before = scene.catalog.counters.total;
  for (let at = 0; at < 4; at++) await place(scene.stage, { LAMP: 1 });
  const all = await Promise.all(Array.from({ length: 40 }, () => place(scene.stage, { LAMP: 1 })));
  expect(new Set(all.flatMap(codes))).toEqual(new Set(['INVENTORY_UNAVAILABLE']));
  // each of them alone would have asked three times
  expect(scene.catalog.counters.total - before).toBeLessThan(44);
});

it('forgets the key of an order that it gave up: the same wish can be sent again', async () => {
  scene.catalog.faults.add({ kind: 'SERVER_ERROR', match: /PUT/ });
  const wish = () => place(scene.stage, { LAMP: 1 }, { idempotencyKey: 'k' });
  expect(codes(await wish())).toEqual(['INVENTORY_UNAVAILABLE']);
  scene.catalog.faults.clear();
  await settled(scene.stage.db, scene.worker);
  await vi.waitFor(async () => expect(codes(await wish())).toEqual([]), 5_000);
  await expectAgreement(scene.stage, scene.catalog, { LAMP: 10 });
});

it('makes a lost write void that the service would carry out long after the order was given up', async () => {
  // the write arrives at 1.5 s, and is the only request that is not answered at once after half a second
  scene.catalog.faults.add({ kind: 'LATE', match: /PUT/, times: 1, ms: 1_500 });
  const away = scene.catalog.faults.add({ kind: 'SERVER_ERROR', after: 2 });
  expect(codes(await place(scene.stage, { LAMP: 3 }))).toEqual(['INVENTORY_UNAVAILABLE']);
  away();
  await settled(scene.stage.db, scene.worker);
  expect(scene.catalog.product('LAMP')?.quantity).toBe(10);
  const late = () =>
    scene.catalog.counters.log.filter(({ method, status }) => method === 'PUT' && status === 412).length;
  await vi.waitFor(() => expect(late()).toBe(1), 5_000);
  await sleep(20);
  await expectAgreement(scene.stage, scene.catalog, { LAMP: 10 });
});

it.each([true, false])(
  'says so where others wrote while an answer was lost, and never sells a unit twice, ETags %s',
  async (etags) => {
    scene.catalog.setEtags(etags);
    scene.catalog.faults.add({ kind: 'HANG_AFTER', match: /PUT/, times: 1 });
    const away = scene.catalog.faults.add({ kind: 'SERVER_ERROR', after: 2 });
    expect(codes(await place(scene.stage, { LAMP: 3 }))).toEqual(['INVENTORY_UNAVAILABLE']);
    scene.catalog.put(product('LAMP', 5));
    away();
    await settled(scene.stage.db, scene.worker);
    const { data } = await scene.stage.ask(
      '{ orders { nodes { fulfillmentStatus ... on DirectOrder { events { kind message } } } } }',
    );
    expect(data.orders.nodes).toMatchObject([
      {
        fulfillmentStatus: 'CANCELLED',
        events: [
          { kind: 'PLACED' },
          { kind: 'CHANGED', message: 'Nobody can tell whether 3 of LAMP was taken from the catalog: count it there.' },
          { kind: 'CANCELLED' },
        ],
      },
    ]);
    // what the other client wrote stands
    expect(scene.catalog.product('LAMP')?.quantity).toBe(5);
  },
);
