import { expect, test } from 'vitest';
import { dutchTime } from '../../../src/marketplaces/bol/sandbox/dutch-time.js';
import { type Asking, ask, idsOf, type WireOrder, type WireShipment } from './ask.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test('the same seed gives the same world, whatever the step in which time goes on', async () => {
  const worlds = await Promise.all([5, 5, 6].map((seed) => ask({ seed, shipments: 80 })));
  const [one, same, other] = worlds.map(({ bol }) => bol) as [Asking['bol'], Asking['bol'], Asking['bol']];
  expect(one.truth()).toEqual(same.truth());
  expect(other.truth()).not.toEqual(same.truth());
  one.advance(10 * dayMs);
  for (let hour = 0; hour < 240; hour++) same.advance(hourMs);
  expect(one.truth()).toEqual(same.truth());
});

test.each([0, 1, 2, 17, 250])('%i shipments are that many, orders and all', async (shipments) => {
  const { bol } = await ask({ shipments });
  expect(bol.truth().shipments).toHaveLength(shipments);
  const { bol: more } = await ask({ shipments, orders: shipments + 30 });
  expect(more.truth().shipments).toHaveLength(shipments);
  expect(more.truth().orders.length).toBeGreaterThanOrEqual(shipments + 30);
  const { bol: orders } = await ask({ orders: shipments });
  expect(orders.truth().orders).toHaveLength(shipments);
});

test('life goes on: new orders come in, all kinds of things happen to the others, and units add up', async () => {
  const { bol } = await ask({ shipments: 300 });
  const before = bol.truth();
  expect(bol.advance(10 * dayMs).changed).toBeGreaterThan(40);
  const after = bol.truth();
  expect(after.orders.length - before.orders.length).toBeGreaterThan(20);
  expect(after.shipments.length - before.shipments.length).toBeGreaterThan(20);
  expect(after.returns.length).toBeGreaterThan(before.returns.length);
  for (const order of after.orders) {
    expect(order.shipped + order.cancelled).toBeLessThanOrEqual(order.ordered);
    expect(order.returned).toBeLessThanOrEqual(order.shipped);
    const shipped = after.shipments
      .flatMap(({ lines }) => lines)
      .filter(({ orderExternalId }) => orderExternalId === order.externalId)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    expect(shipped).toBe(order.shipped);
  }
});

test('change makes that many different orders change, each seen in the lists', async () => {
  const { bol, all } = await ask({ shipments: 60, ordersPerHour: 0 });
  const changed = bol.change(12);
  expect(new Set(changed.map(({ orderId }) => orderId)).size).toBe(12);
  const path = '/retailer/orders?fulfilment-method=ALL&status=ALL&change-interval-minute=1';
  const seen = idsOf(await all<WireOrder>(path));
  // returns change no order item
  const steps = changed.filter(({ step }) => step !== 'RETURN' && step !== 'HANDLE');
  expect(steps.map(({ orderId }) => orderId).sort()).toEqual(seen.sort());
});

test('parcels are followed on their way without anything in the list changing', async () => {
  const { bol, json } = await ask({ shipments: 40, ordersPerHour: 0 });
  const detail = async (id: string) =>
    json<{ transport: { transportEvents?: { eventCode: string }[] } }>(`/retailer/shipments/${id}`);
  const events = async () => {
    const all = await Promise.all(
      bol
        .truth()
        .shipments.slice(0, 40)
        .map(({ externalId }) => detail(externalId)),
    );
    return all.map(({ transport }) => transport.transportEvents?.length ?? 0);
  };
  const before = await events();
  bol.advance(8 * dayMs);
  const after = await events();
  expect(after.every((count, index) => count >= (before[index] ?? 0))).toBe(true);
  expect(after).not.toEqual(before);
});

/** What can be found by every means that bol offers. */
async function findable({ all, bol }: Asking): Promise<{ orders: Set<string>; shipments: Set<string> }> {
  const orders = new Set<string>();
  const shipments = new Set<string>();
  const everything = '/retailer/orders?fulfilment-method=ALL&status=ALL';
  const today = bol.world.clock.now();
  const lists = [everything];
  for (let back = 0; back <= 89; back++) {
    lists.push(`${everything}&latest-change-date=${dutchTime(today - back * dayMs).slice(0, 10)}`);
  }
  for (const list of lists) for (const id of idsOf(await all<WireOrder>(list))) orders.add(id);
  for (const method of ['FBR', 'FBB']) {
    const rows = await all<WireShipment>(`/retailer/shipments?fulfilment-method=${method}`);
    for (const { shipmentId } of rows) shipments.add(shipmentId);
    for (const { order } of rows) orders.add(order.orderId);
  }
  return { orders, shipments };
}

test.each([
  ['30 minutes', 0.5 * hourMs, false],
  ['5 hours', 5 * hourMs, false],
  ['50 hours', 50 * hourMs, false],
  ['100 days', 100 * dayMs, true],
])('after %s: what bol can still be asked for is exactly what it says it can', async (_, ms, isLost) => {
  const asking = await ask({ shipments: 250 });
  const { bol, get } = asking;
  const before = bol.truth();
  bol.advance(ms);
  const reachable = bol.reachable();
  const found = await findable(asking);
  expect([...found.orders].sort()).toEqual(reachable.orders.map(({ externalId }) => externalId).sort());
  expect([...found.shipments].sort()).toEqual(reachable.shipments.map(({ externalId }) => externalId).sort());
  const still = new Set(reachable.shipments.map(({ externalId }) => externalId));
  const gone = before.shipments.filter(({ externalId }) => !still.has(externalId));
  expect(gone.length > 0).toBe(isLost);
  if (!isLost) return expect(reachable).toEqual(bol.truth());
  expect((await get(`/retailer/shipments/${gone[0]?.externalId}`)).status).toBe(404);
  expect(bol.truth().shipments.length).toBeGreaterThan(reachable.shipments.length);
});

test('Dutch time, summer and winter', () => {
  expect(dutchTime(Date.parse('2026-10-25T00:59:59Z'))).toBe('2026-10-25T02:59:59+02:00');
  expect(dutchTime(Date.parse('2026-10-25T01:00:00Z'))).toBe('2026-10-25T02:00:00+01:00');
  expect(dutchTime(Date.parse('2026-03-29T00:59:59.250Z'))).toBe('2026-03-29T01:59:59.250+01:00');
  expect(dutchTime(Date.parse('2026-03-29T01:00:00Z'))).toBe('2026-03-29T03:00:00+02:00');
});
