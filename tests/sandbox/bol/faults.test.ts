import { expect, test } from 'vitest';
import type { FaultRule } from '../../../src/sandbox/faults.js';
import { ask, idsOf, tokenRequest, type WireOrder, type WireReturn, type WireShipment } from './ask.js';

test.each([
  [{ kind: 'SERVER_ERROR' }, 500, '500 Internal Server Error'],
  [{ kind: 'SERVER_ERROR', status: 503, retryAfterSeconds: 2 }, 503, '503'],
  [{ kind: 'FORBIDDEN_HTML' }, 403, '403 Forbidden'],
  [{ kind: 'HTML_200' }, 200, '<html>'],
  [{ kind: 'EMPTY_200' }, 200, ''],
  [{ kind: 'EMPTY_404' }, 404, ''],
  [{ kind: 'UNAUTHORIZED' }, 401, 'Expired JWT'],
  [{ kind: 'TOO_MANY_REQUESTS' }, 429, 'Too many requests, retry in 1 seconds.'],
] satisfies [FaultRule, number, string][])('%o: once, then all is well', async (rule, status, text) => {
  const { bol, get } = await ask({ shipments: 5 });
  bol.faults.add({ ...rule, times: 1 });
  const answer = await get('/retailer/orders');
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(text);
  expect(answer.headers.get('retry-after')).toBe('retryAfterSeconds' in rule ? '2' : null);
  expect((await get('/retailer/orders')).status).toBe(200);
  expect(bol.counters.tooMany).toBe(0);
});

test('answers that break on the way, and a blocked address', async () => {
  const { bol, get } = await ask({ shipments: 60 });
  bol.faults.add({ kind: 'DROP', times: 1 });
  await expect(get('/retailer/shipments')).rejects.toThrow();
  bol.faults.add({ kind: 'DROP_MID_BODY', times: 1 });
  await expect(get('/retailer/shipments').then((answer) => answer.text())).rejects.toThrow();
  bol.faults.add({ kind: 'TRUNCATED_JSON', times: 1 });
  await expect(get('/retailer/shipments').then((answer) => answer.json())).rejects.toThrow(SyntaxError);
  bol.faults.add({ kind: 'SLOW_BODY', times: 1, ms: 300 });
  expect(await (await get('/retailer/shipments')).json()).toHaveProperty('shipments');
  bol.faults.add({ kind: 'EMPTY_404', match: /token/ });
  expect((await tokenRequest(bol)).status).toBe(404);
  expect((await get('/retailer/shipments')).status).toBe(200);
});

test('doubled entries, broken records, a page that comes again', async () => {
  const { bol, json } = await ask({ shipments: 300 });
  const rows = async (path: string) => Object.values(await json<Record<string, object[]>>(path))[0] ?? [];
  bol.faults.add({ kind: 'DUPLICATE_ENTRIES', times: 1 });
  const doubled = idsOf((await rows('/retailer/shipments')) as WireShipment[]);
  expect([doubled.length, new Set(doubled).size]).toEqual([53, 50]);

  bol.faults.add({ kind: 'STUCK_CURSOR', times: 1 });
  expect(await rows('/retailer/shipments?page=2')).toEqual(await rows('/retailer/shipments'));

  for (const path of ['/retailer/shipments', '/retailer/orders', '/retailer/returns']) {
    const good = await rows(path);
    bol.faults.add({ kind: 'MALFORMED_RECORDS', times: 1 });
    const broken = (await rows(path)).slice(good.length) as (WireShipment & WireOrder & WireReturn)[];
    expect(broken.length).toBeGreaterThan(2);
    const named = broken.flatMap(({ shipmentId, orderId, returnId }) => shipmentId ?? returnId ?? orderId ?? []);
    expect(named).toHaveLength(broken.length - 1);
    for (const id of named) expect(await json(`${path}/${id}`)).toBeTruthy();
  }
});

test('shifted shipments: what comes in meanwhile makes some appear twice and hides none', async () => {
  const { bol, all } = await ask({ shipments: 400 });
  const before = bol.truth().shipments.filter(({ fulfilledBy }) => fulfilledBy === 'MARKETPLACE');
  bol.faults.add({ kind: 'SHIFTED_PAGES', match: /shipments/, times: 2 });
  const read = idsOf(await all<WireShipment>('/retailer/shipments?fulfilment-method=FBB'));
  expect(read.length - new Set(read).size).toBe(2);
  expect(before.every(({ externalId }) => read.includes(externalId))).toBe(true);
  const after = bol.truth().shipments.filter(({ fulfilledBy }) => fulfilledBy === 'MARKETPLACE');
  expect(after.length).toBe(before.length + 2);
});

test('shifted returns: one that is handled meanwhile hides another from whoever reads on', async () => {
  const { bol, all } = await ask({ shipments: 8_000 });
  const path = '/retailer/returns?handled=false&fulfilment-method=FBR';
  const before = idsOf(await all<WireReturn>(path));
  expect(before.length).toBeGreaterThan(50);
  bol.faults.add({ kind: 'SHIFTED_PAGES', times: 1 });
  const read = idsOf(await all<WireReturn>(path));
  expect(before.filter((id) => !read.includes(id))).toEqual([before[50]]);
});

test('shifted orders: one comes in, or one of the first page moves on', async () => {
  const { bol, all } = await ask({ shipments: 4_000 });
  const orders = bol.truth().orders.length;
  bol.faults.add({ kind: 'SHIFTED_PAGES', match: /orders/ });
  const read = await all<WireOrder>('/retailer/orders?fulfilment-method=ALL&status=ALL');
  expect(read.length).toBeGreaterThan(150);
  expect(bol.truth().orders.length).toBeGreaterThan(orders);
  expect(bol.faults.struck.SHIFTED_PAGES).toBeGreaterThan(2);
});
