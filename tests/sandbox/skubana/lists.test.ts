// The pretend Skubana's protocol, asked by a client so plain that what it reads is the protocol itself.
import { expect, onTestFinished, test } from 'vitest';
import { type SkubanaSandboxOptions, startSandbox } from '../../../src/marketplaces/skubana/sandbox.js';
import type { WireOrder } from '../../../src/marketplaces/skubana/wire.js';

async function start(options: SkubanaSandboxOptions = {}) {
  const skubana = await startSandbox({ orders: 120, rateScale: 1_000, ...options });
  onTestFinished(() => skubana.stop());
  const { accessToken } = skubana.credentials;
  const get = (path: string, token = accessToken) =>
    fetch(skubana.origin + path, { headers: { authorization: `Bearer ${token}` } });
  const orders = async (query: string) => (await (await get(`/v1.1/orders?${query}`)).json()) as WireOrder[];
  return { skubana, get, orders };
}

test('nobody comes in without the token', async () => {
  const { get, skubana } = await start();
  expect((await fetch(`${skubana.origin}/v1.1/orders`)).status).toBe(401);
  expect((await get('/v1.1/orders', 'another')).status).toBe(401);
  expect((await get('/v1.1/orders')).status).toBe(200);
});

test('pages are bare lists from 1 on, and empty past the end', async () => {
  const { orders, get } = await start();
  const sizes = [];
  for (const page of [1, 2, 3]) sizes.push((await orders(`page=${page}`)).length);
  expect(sizes).toEqual([100, 20, 0]);
  for (const page of ['0', '-1', 'x']) expect((await get(`/v1.1/orders?page=${page}`)).status).toBe(400);
});

test('a page holds 10 to 1,000: what lies beyond is cut, or refused', async () => {
  const { orders } = await start();
  expect((await orders('limit=3')).length).toBe(10);
  expect((await orders('limit=5000')).length).toBe(120);
  const strict = await start({ beyondLimit: 'REFUSED' });
  expect((await strict.get('/v1.1/orders?limit=3')).status).toBe(400);
});

test('filters: dates to the second, a status or several, number, id', async () => {
  const { skubana, orders, get } = await start();
  const all = await orders('limit=1000');
  const at = [...all].map(({ modifiedDate }) => modifiedDate ?? '').sort()[60] ?? '';
  const since = await orders(`limit=1000&modifiedDateFrom=${at}`);
  expect(since.length).toBe(all.filter(({ modifiedDate }) => (modifiedDate ?? '') >= at).length);
  expect(since.length).toBeLessThan(120);
  expect((await get('/v1.1/orders?modifiedDateFrom=2026-01-01')).status).toBe(400);
  expect((await get('/v1.1/orders?modifiedDateFrom=2026-01-01T00:00:00.000Z')).status).toBe(400);
  const some = await orders('limit=1000&status=SHIPPED&status=CANCELLED');
  expect(new Set(some.map(({ orderStatus }) => orderStatus))).toEqual(new Set(['SHIPPED', 'CANCELLED']));
  const [first] = all;
  expect(await orders(`orderNumber=${first?.orderNumber}&orderNumber=none`)).toEqual([first]);
  expect(await (await get(`/v1.1/orders/${first?.orderId}`)).json()).toEqual(first);
  expect((await get('/v1.1/orders/1')).status).toBe(404);
  expect(skubana.counters.failures).toEqual([]);
});

test('has what clients stumble over', async () => {
  const { orders } = await start({ orders: 400 });
  const all = [...(await orders('limit=1000'))];
  const items = all.flatMap(({ orderItems }) => orderItems);
  expect(items.some(({ product }) => product === null)).toBe(true);
  expect(items.some(({ unitPrice }) => !Number.isInteger(unitPrice.amount))).toBe(true);
  expect(all.some(({ shipment }) => shipment === null)).toBe(true);
  expect(all.some(({ shipments }) => (shipments?.length ?? 0) > 1)).toBe(true);
  expect(all.every(({ shipCountry }) => /^[A-Z]{3}$/.test(shipCountry ?? ''))).toBe(true);
  expect(new Set(all.map(({ orderStatus }) => orderStatus)).size).toBeGreaterThan(7);
  const modified = all.map(({ modifiedDate }) => modifiedDate);
  expect(modified.every((date) => /T\d\d:\d\d:\d\dZ$/.test(date ?? ''))).toBe(true);
});

test('too fast: how many milliseconds to stay away, in its own header', async () => {
  const { get, skubana } = await start({ rateScale: 2 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => get('/v1.1/orders')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(3);
  for (const { headers } of refused) {
    const waitMs = Number(headers.get('x-skubana-quota-retryafter'));
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(1_000);
    expect(headers.get('retry-after')).toBeNull();
  }
  expect(skubana.counters.tooMany).toBe(refused.length);
});
