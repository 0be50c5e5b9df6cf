import { expect, test } from 'vitest';
import { ask, idsOf, type WireOrder, type WireReturn, type WireShipment } from './ask.js';

test('the default world: 1,000 shipments over both methods, with their orders and returns, all of them listed', async () => {
  const { bol, all } = await ask();
  const truth = bol.truth();
  expect(truth.shipments).toHaveLength(1_000);
  const fbr = await all<WireShipment>('/retailer/shipments');
  const fbb = await all<WireShipment>('/retailer/shipments?fulfilment-method=FBB');
  expect(fbr.length).toBeGreaterThan(300);
  expect(fbb.length).toBeGreaterThan(300);
  expect(idsOf([...fbr, ...fbb]).sort()).toEqual(truth.shipments.map(({ externalId }) => externalId).sort());
  const known = new Set(truth.orders.map(({ externalId }) => externalId));
  expect([...fbr, ...fbb].every(({ order }) => known.has(order.orderId))).toBe(true);

  const returns: WireReturn[] = [];
  for (const filter of ['FBR', 'FBB'].flatMap((m) => [true, false].map((h) => `fulfilment-method=${m}&handled=${h}`))) {
    returns.push(...(await all<WireReturn>(`/retailer/returns?${filter}`)));
  }
  expect(idsOf(returns).sort()).toEqual(truth.returns.map(({ externalId }) => externalId).sort());
  expect(returns.length).toBeGreaterThan(50);

  const orders = new Set<string>();
  for (let back = 0; back <= 89; back++) {
    const day = new Date(Date.parse('2026-11-16') - back * 86_400_000).toISOString().slice(0, 10);
    const path = `/retailer/orders?fulfilment-method=ALL&status=ALL&latest-change-date=${day}`;
    for (const { orderId } of await all<WireOrder>(path)) orders.add(orderId);
  }
  expect([...orders].sort()).toEqual([...known].sort());
  expect(bol.counters).toMatchObject({ tooMany: 0, tokensIssued: 1, failures: [] });
});
