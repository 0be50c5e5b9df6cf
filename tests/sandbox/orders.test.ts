import { expect, test } from 'vitest';
import type { WireOrder, WireOrderPage } from '../../src/marketplaces/otto/wire.js';
import { ask } from './ask.js';

const idsOf = (orders: readonly WireOrder[]) => orders.map(({ salesOrderId }) => salesOrderId);
const statesOf = (order: WireOrder) => order.positionItems.map(({ fulfillmentStatus }) => fulfillmentStatus);
const path = (parameters: Record<string, string>) => `/v4/orders?${new URLSearchParams(parameters)}`;

test('pages hang together whatever their size, in both directions, and the last has no links', async () => {
  const { json, orders } = await ask({ orders: 150 });
  const all = idsOf(await orders('/v4/orders'));
  expect(new Set(all).size).toBe(150);
  for (const limit of ['1', '7', '149', '150', '256']) expect(idsOf(await orders(path({ limit })))).toEqual(all);
  expect(idsOf(await orders(path({ limit: '11', orderDirection: 'DESC' })))).toEqual(all.toReversed());

  const first = await json<WireOrderPage>('/v4/orders');
  expect(first.resources).toHaveLength(128);
  expect(first.links).toHaveLength(1);
  const href = first.links?.[0]?.href ?? '';
  expect(href).toMatch(/^\/v4\/orders\?nextcursor=/);
  const cursor = new URLSearchParams(href.split('?')[1]).get('nextcursor') ?? '';
  expect(JSON.parse(Buffer.from(cursor, 'base64').toString())).toMatchObject({ ff: expect.any(Number) });
  expect(await json<object>(href)).not.toHaveProperty('links');
});

test('with a cursor only the limit is considered', async () => {
  const { json } = await ask();
  const first = await json<WireOrderPage>(path({ limit: '4', fulfillmentStatus: 'SENT' }));
  const href = first.links?.[0]?.href ?? '';
  const second = await json<WireOrderPage>(`${href}&fulfillmentStatus=ANNOUNCED&fromDate=2099-01-01`);
  expect(second.resources.length).toBeGreaterThan(0);
  for (const order of second.resources) expect(statesOf(order)).toContain('SENT');
});

test('the limit is clamped to 256, or refused where the sandbox is told so', async () => {
  const { json } = await ask({ orders: 300 });
  expect((await json<WireOrderPage>('/v4/orders?limit=1000')).resources).toHaveLength(256);
  const { get } = await ask({ limitAboveMax: 'REFUSE' });
  expect((await get('/v4/orders?limit=257')).status).toBe(400);
  expect((await get('/v4/orders?limit=0')).status).toBe(400);
});

test('buckets: the first state of the chain, and every kind of cancellation; AT_LEAST_ONE: any unit', async () => {
  const { orders } = await ask({ orders: 300 });
  const all = await orders('/v4/orders');
  const chain = ['ANNOUNCED', 'PROCESSABLE', 'SENT', 'RETURNED'];
  for (const [index, state] of [...chain, 'CANCELLED_BY_PARTNER', 'CANCELLED_BY_MARKETPLACE'].entries()) {
    const before = chain.slice(0, index < chain.length ? index : 0);
    const inBucket = all.filter((order) => {
      const states: string[] = statesOf(order);
      return states.includes(state) && !before.some((earlier) => states.includes(earlier));
    });
    expect(idsOf(await orders(path({ fulfillmentStatus: state })))).toEqual(idsOf(inBucket));
    const anywhere = all.filter((order) => (statesOf(order) as string[]).includes(state));
    expect(idsOf(await orders(path({ fulfillmentStatus: state, mode: 'AT_LEAST_ONE', limit: '5' })))).toEqual(
      idsOf(anywhere),
    );
  }
  const two = await orders('/v4/orders?fulfillmentStatus=PROCESSABLE&fulfillmentStatus=CANCELLED_BY_PARTNER');
  expect(new Set(idsOf(two)).size).toBe(two.length);
});

test('dates: change date, order date, any zone; nonsense and a bare plus are refused', async () => {
  const { orders, get } = await ask({ orders: 200 });
  const all = await orders('/v4/orders');
  const modified = all.map(({ lastModifiedDate }) => Date.parse(lastModifiedDate ?? ''));
  expect(modified).toEqual(modified.toSorted((a, b) => a - b));
  const middle = modified[100] as number;
  const berlin = `${new Date(middle + 3_600_000).toISOString().slice(0, -1)}+01:00`;
  expect(idsOf(await orders(path({ fromDate: berlin })))).toEqual(idsOf(all.slice(modified.indexOf(middle))));

  const split = '2026-11-10T00:00:00Z';
  const late = await orders(path({ fromOrderDate: split }));
  const early = await orders(path({ toOrderDate: split }));
  expect(late.length + early.length).toBe(200);
  for (const { orderDate } of late) expect(Date.parse(orderDate)).toBeGreaterThanOrEqual(Date.parse(split));

  expect((await get('/v4/orders?fromDate=yesterday')).status).toBe(400);
  expect((await get('/v4/orders?fromDate=2026-11-10T00:00:00+01:00')).status).toBe(400);
  expect((await get('/v4/orders?nextcursor=bm9wZQ%3D%3D')).status).toBe(400);
  expect(idsOf(await orders(path({ orderDateFrom: 'yesterday' })))).toEqual(idsOf(all));
});

test('by id and by number; what is unknown is 404', async () => {
  const { json, get, orders } = await ask();
  for (const order of await orders('/v4/orders')) {
    expect(await json(`/v4/orders/${order.salesOrderId}`)).toEqual(order);
    expect(await json(`/v4/orders/${order.orderNumber}`)).toEqual(order);
    expect(order.orderNumber).toMatch(/^[0-9a-z]{10}$/);
  }
  for (const id of ['xjk0000000', '00000000-0000-4000-8000-000000000000', 'nonsense', '%']) {
    expect((await get(`/v4/orders/${id}`)).status).toBe(404);
  }
});

test('wire form: no colon in the zone, explicit nulls, no address before the release', async () => {
  const { orders } = await ask({ orders: 300 });
  for (const order of await orders('/v4/orders')) {
    expect(order.orderDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    const released = order.positionItems.some(({ processableDate }) => processableDate !== null);
    const known = released && !statesOf(order).includes('ANNOUNCED');
    expect(order.deliveryAddress !== undefined).toBe(known);
    expect(order.invoiceAddress !== undefined).toBe(known);
    if (order.deliveryAddress) expect(order.deliveryAddress.title).toBeNull();
    for (const item of order.positionItems) {
      expect(item.sentDate === null).toBe(!['SENT', 'RETURNED'].includes(item.fulfillmentStatus));
      const cancelled = item.fulfillmentStatus.startsWith('CANCELLED');
      expect(item.cancellationDate === null).toBe(!cancelled);
      if (cancelled) expect(item).not.toHaveProperty('expectedDeliveryDate');
    }
  }
});

test('cancelling an order takes what is PROCESSABLE, and is a conflict where nothing is', async () => {
  const { post, json, orders } = await ask();
  const all = await orders('/v4/orders');
  const partly = all.find((order) => new Set(statesOf(order)).size === 2 && statesOf(order).includes('PROCESSABLE'));
  expect((await post(`/v4/orders/${partly?.salesOrderId}/cancellation`)).status).toBe(204);
  const after = await json<WireOrder>(`/v4/orders/${partly?.salesOrderId}`);
  expect(statesOf(after)).not.toContain('PROCESSABLE');
  expect(Date.parse(after.lastModifiedDate ?? '')).toBeGreaterThan(Date.parse(partly?.lastModifiedDate ?? ''));
  expect((await post(`/v4/orders/${partly?.salesOrderId}/cancellation`)).status).toBe(409);
  expect((await post('/v4/orders/nonsense/cancellation')).status).toBe(404);
});

test('cancelling units is all or nothing', async () => {
  const { post, json, orders } = await ask();
  const all = await orders('/v4/orders');
  const cancel = (order: WireOrder, items: readonly { positionItemId: string }[]) => {
    const list = items.map(({ positionItemId }) => positionItemId).join(',');
    return post(`/v4/orders/${order.salesOrderId}/positionItems/${list}/cancellation`);
  };
  const sentAndOpen = all.find((order) => statesOf(order).includes('SENT') && statesOf(order).includes('PROCESSABLE'));
  expect(sentAndOpen).toBeDefined();
  if (!sentAndOpen) return;
  expect((await cancel(sentAndOpen, sentAndOpen.positionItems)).status).toBe(409);
  expect(await json(`/v4/orders/${sentAndOpen.salesOrderId}`)).toEqual(sentAndOpen);
  const open = sentAndOpen.positionItems.filter(({ fulfillmentStatus }) => fulfillmentStatus === 'PROCESSABLE');
  expect((await cancel(sentAndOpen, open)).status).toBe(204);
  // once more: CANCELLED_BY_PARTNER is ignored
  expect((await cancel(sentAndOpen, open)).status).toBe(204);
});

test('test orders: eight scenarios, or one of them', async () => {
  const { post, orders } = await ask({ orders: 0 });
  expect(await orders('/v4/orders')).toEqual([]);
  expect((await post('/v4/orders/testorders')).status).toBe(200);
  const made = await orders('/v4/orders');
  expect(made).toHaveLength(8);
  const kinds = made.map((order) => statesOf(order)[0]).toSorted();
  expect(kinds).toEqual(['ANNOUNCED', 'CANCELLED_BY_MARKETPLACE', ...Array(6).fill('PROCESSABLE')]);
  await post('/v4/orders/testorders/scenario5');
  expect(await orders('/v4/orders')).toHaveLength(9);
});

test('an order that changes between two pages comes again at the end; none is lost', async () => {
  const { otto, orders } = await ask({ orders: 100 });
  otto.faults.add({ kind: 'SHIFTED_PAGES', times: 3 });
  const rows = await orders('/v4/orders?limit=10');
  expect(rows).toHaveLength(103);
  expect(new Set(idsOf(rows)).size).toBe(100);
});

test('an accepted return moves the modification date only; the list can go by either date', async () => {
  for (const changeDate of ['lastModifiedDate', 'lifecycleChangeDate'] as const) {
    const { otto, orders, post, json } = await ask({ changeDate });
    const all = await orders('/v4/orders');
    const [announced] = otto.truth().returns.find(({ status }) => status === 'ANNOUNCED')?.lines ?? [];
    const salesOrderId = announced?.orderExternalId;
    const unit = { salesOrderId, positionItemId: announced?.externalId };
    const from = path({ fromDate: all.at(-1)?.lastModifiedDate ?? '' });
    const answer = await post('/v3/returns/acceptance', {
      positionItems: [{ ...unit, condition: 'A', reason: 'RETURN_RECEIVED' }],
    });
    expect(answer.status).toBe(200);
    const order = await json<WireOrder>(`/v4/orders/${salesOrderId}`);
    const before = all.find((one) => one.salesOrderId === salesOrderId);
    expect(statesOf(order)).toContain('RETURNED');
    expect(order.orderLifecycleInformation).toEqual(before?.orderLifecycleInformation);
    expect(order.lastModifiedDate).not.toBe(before?.lastModifiedDate);
    const listed = idsOf(await orders(from)).includes(order.salesOrderId);
    expect(listed).toBe(changeDate === 'lastModifiedDate');
  }
});
