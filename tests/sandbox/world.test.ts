import { expect, test } from 'vitest';
import { createWorld } from '../../src/marketplaces/otto/sandbox/life.js';
import { orderJson, shipmentJson } from '../../src/marketplaces/otto/sandbox/render.js';
import { salesOf, truthOf } from '../../src/marketplaces/otto/sandbox/truth.js';
import { startSandbox } from '../../src/marketplaces/otto/sandbox.js';
import { ask } from './ask.js';

const base = Date.parse('2026-11-16T08:00:00.000Z');
const alpha2: Record<string, string> = { DEU: 'DE', AUT: 'AT', CHE: 'CH', NLD: 'NL' };
const worldOf = (orders: number, seed = 7) => createWorld({ seed, base, changeDate: 'lastModifiedDate' }, orders);

test('the default world is the case study’s: 16 orders in all states, 6 shipments', async () => {
  const { otto, orders, shipments } = await ask();
  expect(await orders('/v4/orders')).toHaveLength(16);
  expect(await shipments('/v1/shipments?datefrom=2020-01-01')).toHaveLength(6);
  const truth = otto.truth();
  expect(truth.byStatus).toEqual({ PENDING: 2, READY: 4, PARTIALLY_FULFILLED: 1, FULFILLED: 6, CANCELLED: 3 });
  const mixtures = new Set(truth.orders.map(({ units }) => [...new Set(units.map(({ state }) => state))].join('+')));
  for (const mixture of [
    'ANNOUNCED',
    'ANNOUNCED+PROCESSABLE',
    'PROCESSABLE',
    'PROCESSABLE+CANCELLED_BY_PARTNER',
    'SENT+PROCESSABLE',
    'SENT',
    'SENT+CANCELLED_BY_MARKETPLACE',
    'RETURNED',
    'RETURNED+SENT',
    'CANCELLED_BY_PARTNER',
    'CANCELLED_BY_MARKETPLACE',
  ]) {
    expect(mixtures).toContain(mixture);
  }
  expect(truth.sales.map(({ sku }) => sku)).toContain('Sped-Kühl084-kombi');
  expect(new Set(truth.orders.map(({ country }) => country))).toEqual(new Set([null, 'DE', 'AT', 'CH']));
  const ordersOf = truth.shipments.map(({ lines }) => new Set(lines.map((line) => line.orderExternalId)));
  expect(ordersOf.some((set) => set.size > 1)).toBe(true);
  expect(truth.orders.some(({ externalId }) => ordersOf.filter((set) => set.has(externalId)).length > 1)).toBe(true);
  expect(new Set(truth.returns.map(({ status }) => status))).toEqual(new Set(['ANNOUNCED', 'ACCEPTED', 'REJECTED']));
});

test.each([0, 3, 16, 17, 800])('a world of %i orders is consistent', (size) => {
  for (const seed of [1, 7, 2_463_534_242]) {
    const world = worldOf(size, seed);
    const truth = truthOf(world);
    expect(truth.orders).toHaveLength(size);
    expect(new Set(truth.orders.map(({ externalId }) => externalId)).size).toBe(size);
    expect(new Set(truth.orders.map(({ orderNumber }) => orderNumber)).size).toBe(size);
    const shipped = truth.orders.flatMap(({ units }) =>
      units.filter(({ state }) => state === 'SENT' || state === 'RETURNED').map(({ positionItemId }) => positionItemId),
    );
    const inShipments = truth.shipments.flatMap(({ lines }) => lines.map(({ externalId }) => externalId));
    // each exactly once, and nothing else
    expect(inShipments.toSorted()).toEqual(shipped.toSorted());
    const returned = truth.orders.flatMap(({ units }) =>
      units.filter(({ state }) => state === 'RETURNED').map(({ positionItemId }) => positionItemId),
    );
    const accepted = truth.returns.filter(({ status }) => status === 'ACCEPTED');
    expect(accepted.map(({ externalId }) => externalId).toSorted()).toEqual(returned.toSorted());
    const trackingNumbers = truth.shipments.map(({ carrier, trackingNumber }) => `${carrier} ${trackingNumber}`);
    expect(new Set(trackingNumbers).size).toBe(trackingNumbers.length);
    const total = truth.orders.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
    expect(truth.sales.reduce((sum, { grossMinor }) => sum + grossMinor, 0)).toBe(total);
    for (const order of world.orders) {
      const json = orderJson(world, order);
      expect(Date.parse(json.lastModifiedDate ?? '')).toBeGreaterThanOrEqual(order.lifecycleAt);
      expect(order.modifiedAt).toBeLessThanOrEqual(base);
      expect(order.orderedAt).toBeLessThanOrEqual(order.lifecycleAt);
    }
  }
});

test('the same seed gives the same world, another one another', () => {
  const text = (seed: number) => {
    const world = worldOf(300, seed);
    return JSON.stringify([
      world.orders.map((order) => orderJson(world, order)),
      world.shipments.map((shipment) => shipmentJson(world, shipment)),
      truthOf(world),
    ]);
  };
  expect(text(5)).toBe(text(5));
  expect(text(5)).not.toBe(text(6));
});

test('sales by range and country are parts of the whole', () => {
  const world = worldOf(500);
  const middle = new Date(base - 20 * 86_400_000);
  const sum = (rows: ReturnType<typeof salesOf>) => rows.reduce((units, { unitsSold }) => units + unitsSold, 0);
  const all = sum(salesOf(world));
  expect(sum(salesOf(world, { to: middle })) + sum(salesOf(world, { from: middle }))).toBe(all);
  const countries = ['DE', 'AT', 'CH', 'NL'].map((country) => sum(salesOf(world, { country })));
  const hidden = truthOf(world)
    .orders.filter(({ country }) => country === null)
    .reduce((units, { ordered, cancelled }) => units + ordered - cancelled, 0);
  expect(countries.reduce((a, b) => a + b, 0) + hidden).toBe(all);
});

test('the world stands still until it is told to move; then orders change and the list finds them', async () => {
  const { otto, orders } = await ask({ orders: 200, arrivalsPerHour: 2 });
  const before = await orders('/v4/orders');
  expect(await orders('/v4/orders')).toEqual(before);

  const last = before.at(-1)?.lastModifiedDate ?? '';
  const changed = otto.change(25);
  expect(new Set(changed.map(({ salesOrderId }) => salesOrderId)).size).toBe(25);
  const since = await orders(`/v4/orders?fromDate=${encodeURIComponent(last)}&limit=5`);
  const found = new Set(since.map(({ salesOrderId }) => salesOrderId));
  const quiet = new Set(['RETURN_ANNOUNCED']); // seen in the returns only
  const rejected = new Set(
    otto
      .truth()
      .returns.filter(({ status }) => status !== 'ACCEPTED')
      .map(({ lines }) => lines[0]?.orderExternalId),
  );
  for (const { salesOrderId, step } of changed) {
    if (!quiet.has(step) && !rejected.has(salesOrderId)) expect(found, step).toContain(salesOrderId);
  }

  const { changed: moved } = otto.advance(10 * 86_400_000);
  expect(moved).toBeGreaterThan(400);
  const after = await orders('/v4/orders?limit=100');
  expect(after).toHaveLength(otto.truth().orders.length);
  expect(otto.truth().orders.length).toBeGreaterThan(650);
  expect(new Set(after.map(({ salesOrderId }) => salesOrderId)).size).toBe(after.length);
  const dates = after.map(({ lastModifiedDate }) => lastModifiedDate ?? '');
  expect(dates).toEqual(dates.toSorted());
});

test('the truth is what the wire says, after any amount of change', async () => {
  const { otto, orders, shipments } = await ask({ orders: 400, seed: 21, arrivalsPerHour: 1 });
  for (let round = 0; round < 3; round++) {
    const { orders: truth, shipments: parcels, sales } = otto.truth();
    const byId = new Map(truth.map((order) => [order.externalId, order]));
    const sold = new Map<string, number>();
    for (const { salesOrderId, positionItems, deliveryAddress, orderDate } of await orders('/v4/orders?limit=99')) {
      const cents = positionItems.map((item) => {
        if (item.fulfillmentStatus.startsWith('CANCELLED')) return 0;
        sold.set(item.product.sku, (sold.get(item.product.sku) ?? 0) + 1);
        return Math.round((item.itemValueReducedGrossPrice ?? item.itemValueGrossPrice).amount * 100);
      });
      expect(byId.get(salesOrderId)).toMatchObject({
        orderedAt: orderDate.replace('+0000', 'Z'),
        totalMinor: cents.reduce((sum, each) => sum + each, 0),
        country: alpha2[deliveryAddress?.countryCode ?? ''] ?? null,
        units: positionItems.map(({ positionItemId, fulfillmentStatus, sentDate }) => ({
          positionItemId,
          state: fulfillmentStatus,
          sentAt: sentDate?.replace('+0000', 'Z') ?? null,
        })),
      });
    }
    expect(Object.fromEntries(sold)).toEqual(Object.fromEntries(sales.map(({ sku, unitsSold }) => [sku, unitsSold])));
    const listed = await shipments('/v1/shipments?datefrom=2020-01-01&limit=77');
    expect(listed.map(({ shipmentId }) => shipmentId)).toEqual(
      parcels.map(({ externalId }) => externalId).toReversed(),
    );
    otto.change(30);
    otto.advance(2.5 * 86_400_000);
  }
});

test('100,000 orders: there in seconds, in bounded memory, and paged to the end', async () => {
  const memory = process.memoryUsage().heapUsed;
  const started = performance.now();
  const otto = await startSandbox({ orders: 100_000, rateScale: 1_000 });
  const startMs = performance.now() - started;
  await otto.stop();
  expect(startMs).toBeLessThan(20_000);
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(600_000_000);

  const seen = new Set<number>();
  let position: { at: number; index: number } | null = null;
  for (;;) {
    const page = [];
    for (const order of otto.world.changes.read('ASC', { from: null, after: position })) {
      page.push(order);
      if (page.length === 256) break;
    }
    const last = page.at(-1);
    if (!last) break;
    for (const order of page) seen.add(order.index);
    position = { at: otto.world.changes.timeOf(last), index: last.index };
  }
  expect(seen.size).toBe(100_000);
});

test('100,000 orders over HTTP: every page, each order once', async () => {
  const { get, otto } = await ask({ orders: 100_000 });
  const ids = new Set<string>();
  let [rows, path]: [number, string | undefined] = [0, '/v4/orders?limit=256'];
  while (path !== undefined) {
    const text: string = await (await get(path)).text();
    for (const [, id] of text.matchAll(/\{"salesOrderId":"([^"]+)"/g)) {
      rows++;
      ids.add(id as string);
    }
    path = /"links":\[\{"rel":"next","href":"([^"]+)"/.exec(text.slice(-2_000))?.[1];
  }
  expect(rows).toBe(100_000);
  expect(ids.size).toBe(100_000);
  expect(otto.counters.routes['GET /v4/orders']).toBe(391);
  expect(otto.counters.tooMany).toBe(0);
  expect(otto.counters.failures).toEqual([]);
});
