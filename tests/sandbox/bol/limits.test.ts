import { expect, test } from 'vitest';
import { WindowThrottle } from '../../../src/sandbox/windows.js';
import { ask } from './ask.js';

const told = (answer: Response) =>
  ['limit', 'remaining', 'reset'].map((name) => Number(answer.headers.get(`x-ratelimit-${name}`)));

test.each([
  ['2025-11', 25, 50],
  ['2020-05', 7, 14],
] as const)('limits of %s: each rule counts for itself and tells what is left', async (limits, list, detail) => {
  const { bol, get } = await ask({ rateScale: 1, limits });
  for (let n = 1; n <= list; n++) {
    const answer = await get('/retailer/shipments');
    expect(answer.status).toBe(200);
    expect(told(answer).slice(0, 2)).toEqual([list, list - n]);
  }
  const refused = await get('/retailer/shipments?fulfilment-method=FBB');
  const [limit, remaining, reset = 0] = told(refused);
  expect([refused.status, limit, remaining]).toEqual([429, list, 0]);
  expect(reset).toBeGreaterThan(50);
  expect(reset).toBeLessThanOrEqual(60);
  expect(refused.headers.get('retry-after')).toBe(String(reset));
  expect(await refused.json()).toEqual({
    title: 'Too Many Requests',
    status: 429,
    detail: `Too many requests, retry in ${reset} seconds.`,
  });
  expect(told(await get('/retailer/shipments/1')).slice(0, 2)).toEqual([detail, detail - 1]);
  expect(told(await get('/retailer/orders'))[0]).toBe(25);
  expect(told(await get('/retailer/orders/A2M0000000'))).toEqual([25, 24, 1]);
  expect(told(await get('/retailer/returns'))[0]).toBe(20);
  expect(told(await get('/retailer-demo/shipments'))).toEqual([10, 9, 1]);
  expect(bol.counters).toMatchObject({ tooMany: 1, tooManyByRule: { 'GET /retailer/shipments': 1 } });
});

test('a 429 may come without Retry-After, and a pretended one is not counted', async () => {
  const { bol, get } = await ask({ rateScale: 1, retryAfter: 'ABSENT' });
  for (let n = 0; n < 20; n++) await get('/retailer/returns');
  const real = await get('/retailer/returns');
  expect([real.status, real.headers.get('retry-after')]).toEqual([429, null]);
  bol.faults.add({ kind: 'TOO_MANY_REQUESTS', retryAfterSeconds: 4, times: 1 });
  const pretended = await get('/retailer/orders');
  expect([pretended.status, pretended.headers.get('retry-after')]).toEqual([429, '4']);
  expect(bol.counters.tooMany).toBe(1);
});

test('without options the limits are generous, and every answer tells them', async () => {
  const { get } = await ask({ rateScale: 100 });
  expect(told(await get('/retailer/shipments')).slice(0, 2)).toEqual([2_500, 2_499]);
});

test('the list of limits is public', async () => {
  const { bol } = await ask();
  const list = (await (await fetch(`${bol.origin}/retailer/public/ratelimits`)).json()) as object[];
  expect(list).toContainEqual({
    path: '/retailer/shipments/*',
    methods: 'GET, OPTIONS, HEAD',
    maxCapacity: '50',
    timeToLive: '1',
    timeUnit: 'MINUTES',
  });
});

test('windows are fixed, per account and rule', () => {
  const rule = { name: 'r', methods: ['GET'], pattern: /^\/r$/, requests: 2, windowMs: 1_000 };
  const throttle = new WindowThrottle([rule]);
  const take = (account: string, now: number) =>
    throttle.take({ method: 'GET', path: '/r', ip: '', account }, now, 0).ok;
  expect([take('a', 0), take('a', 900), take('a', 940), take('b', 940)]).toEqual([true, true, false, true]);
  expect([take('a', 951), take('a', 960), take('a', 970)]).toEqual([true, true, false]);
  expect(throttle.take({ method: 'PUT', path: '/r', ip: '', account: 'a' }, 971, 0)).toMatchObject({
    ok: true,
    rule: null,
  });
  expect(throttle.peaks.account).toBe(2);
});
