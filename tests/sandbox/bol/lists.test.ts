import { expect, test } from 'vitest';
import {
  type Asking,
  ask,
  idsOf,
  type WireOrder,
  type WireOrderItem,
  type WireReturn,
  type WireShipment,
} from './ask.js';

const hourMs = 3_600_000;
const now = Date.parse('2026-11-16T08:00:00Z');
const everything = '/retailer/orders?fulfilment-method=ALL&status=ALL';

const open = ({ quantity, quantityShipped, quantityCancelled }: WireOrderItem) =>
  quantity - quantityShipped - quantityCancelled;
const isDescending = (values: readonly string[]) =>
  values.every((value, index) => index === 0 || Date.parse(value) <= Date.parse(values[index - 1] as string));

/** All orders, by the days on which they last changed. */
async function allOrders({ all }: Asking, days = 89): Promise<WireOrder[]> {
  const found = new Map<string, WireOrder>();
  for (let back = 0; back <= days; back++) {
    const day = new Date(now - back * 24 * hourMs).toISOString().slice(0, 10);
    for (const order of await all<WireOrder>(`${everything}&latest-change-date=${day}`))
      found.set(order.orderId, order);
  }
  return [...found.values()];
}

test('orders without a date: those with something open, and what was handled within 48 hours, newest first', async () => {
  const asking = await ask({ shipments: 300 });
  const listed = await asking.all<WireOrder>(everything);
  expect(isDescending(listed.map(({ orderPlacedDateTime }) => orderPlacedDateTime))).toBe(true);
  const isShown = (item: WireOrderItem) =>
    open(item) > 0 || Date.parse(item.latestChangedDateTime) >= now - 48 * hourMs;
  const expected = (await allOrders(asking)).filter(({ orderItems }) => orderItems.some(isShown));
  expect(idsOf(listed).sort()).toEqual(idsOf(expected).sort());
  expect(listed.length).toBeGreaterThan(10);
  expect(listed.length).toBeLessThan(60);
});

test('orders by status and method: OPEN and FBR unless said otherwise', async () => {
  const asking = await ask({ shipments: 600 });
  const { all } = asking;
  expect(await all<WireOrder>('/retailer/orders')).toEqual(
    await all<WireOrder>('/retailer/orders?status=OPEN&fulfilment-method=FBR'),
  );
  const items = async (query: string) =>
    (await all<WireOrder>(`/retailer/orders?${query}`)).map((row) => row.orderItems);
  for (const row of await items('')) {
    expect(row.some((item) => item.fulfilmentMethod === 'FBR' && open(item) > 0)).toBe(true);
  }
  for (const row of await items('fulfilment-method=FBB&status=SHIPPED')) {
    expect(row.some((item) => item.fulfilmentMethod === 'FBB' && open(item) === 0 && item.quantityShipped > 0)).toBe(
      true,
    );
  }
  for (const { orderId } of await all<WireOrder>('/retailer/orders?vvb-only=true&status=ALL')) {
    expect(JSON.stringify(await asking.json(`/retailer/orders/${orderId}`))).toContain('"distributionParty":"BOL"');
  }
});

test('a date means exactly that day, in Dutch time', async () => {
  const asking = await ask({ shipments: 600 });
  const rows = await asking.all<WireOrder>(`${everything}&latest-change-date=2026-11-10`);
  expect(rows.length).toBeGreaterThan(3);
  for (const { orderItems } of rows) {
    expect(orderItems.some((item) => item.latestChangedDateTime.startsWith('2026-11-10T'))).toBe(true);
  }
  // the first second of a Dutch day is the day before in UTC
  const { bol } = asking;
  bol.advance(Date.parse('2026-11-20T22:59:59Z') - bol.world.clock.now());
  const before = bol.world.place();
  bol.world.clock.advance(1_000);
  const after = bol.world.place();
  const shown = async (day: string) =>
    (await asking.all<WireOrder>(`${everything}&latest-change-date=${day}`)).map((row) => row.orderPlacedDateTime);
  expect(before.placedAt + 1_000).toBe(after.placedAt);
  expect(await shown('2026-11-20')).toContain('2026-11-20T23:59:59+01:00');
  expect(await shown('2026-11-21')).toContain('2026-11-21T00:00:00+01:00');
  expect(await shown('2026-11-21')).not.toContain('2026-11-20T23:59:59+01:00');
});

test('an interval shows what changed within so many minutes, and loses what is older', async () => {
  const { bol, all } = await ask({ shipments: 100, ordersPerHour: 0 });
  bol.advance(10 * 24 * hourMs);
  const changed = bol.change(8).map(({ orderId }) => orderId);
  const found = await all<WireOrder>(`${everything}&change-interval-minute=2`);
  const orderChanges = changed.filter((id) => idsOf(found).includes(id));
  expect(orderChanges.length).toBeGreaterThan(0);
  expect(idsOf(found).every((id) => changed.includes(id))).toBe(true);
  bol.world.clock.advance(3 * 60_000);
  expect(await all<WireOrder>(`${everything}&change-interval-minute=2`)).toEqual([]);
  expect(idsOf(await all<WireOrder>(`${everything}&change-interval-minute=60`)).sort()).toEqual(idsOf(found).sort());
});

test('items that were not asked for can be left out', async () => {
  const { all } = await ask({ shipments: 600, listItems: 'MATCHING' });
  for (const { orderItems } of await all<WireOrder>('/retailer/orders?fulfilment-method=ALL')) {
    expect(orderItems.every((item) => open(item) > 0)).toBe(true);
  }
});

test('shipments are listed newest first, ids are texts that grow', async () => {
  const { all } = await ask({ shipments: 200 });
  for (const method of ['FBR', 'FBB']) {
    const rows = await all<WireShipment>(`/retailer/shipments?fulfilment-method=${method}`);
    expect(isDescending(rows.map(({ shipmentDateTime }) => shipmentDateTime))).toBe(true);
    const ids = idsOf(rows).map(Number);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(rows.every(({ order }) => typeof order.orderId === 'string' && order.orderId.length === 10)).toBe(true);
    expect(rows.every((row) => /[+]0[12]:00$/.test(row.shipmentDateTime))).toBe(true);
  }
});

test('returns: unhandled ones oldest first, handled ones newest first', async () => {
  const { all } = await ask({ shipments: 2_000 });
  const dates = async (query: string) => {
    const rows = await all<WireReturn>(`/retailer/returns?${query}`);
    const handled = query.includes('handled=true');
    expect(rows.every(({ returnItems }) => returnItems.every((item) => item.handled) === handled)).toBe(true);
    return rows.map(({ registrationDateTime }) => registrationDateTime);
  };
  const unhandled = await dates('handled=false');
  expect(unhandled.length).toBeGreaterThan(5);
  expect(isDescending([...unhandled].reverse())).toBe(true);
  const handled = await dates('handled=true&fulfilment-method=FBB');
  expect(handled.length).toBeGreaterThan(50);
  expect(isDescending(handled)).toBe(true);
});

test('handled returns can be listed by the date of handling', async () => {
  const { all } = await ask({ shipments: 600, handledReturnsBy: 'HANDLED' });
  const rows = await all<WireReturn>('/retailer/returns?handled=true');
  const dates = rows.map(({ returnItems }) => {
    const results = returnItems.flatMap(({ processingResults = [] }) => processingResults);
    return (
      results
        .map(({ processingDateTime }) => processingDateTime)
        .sort()
        .at(-1) ?? ''
    );
  });
  expect(isDescending(dates)).toBe(true);
  expect(isDescending(rows.map(({ registrationDateTime }) => registrationDateTime))).toBe(false);
});
