import { expect, test } from 'vitest';
import type { WireOrderPage } from '../../src/marketplaces/otto/wire.js';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { ask } from './ask.js';

test.each([
  [{ kind: 'SERVER_ERROR' }, 500, '500 Internal Server Error'],
  [{ kind: 'SERVER_ERROR', status: 502 }, 502, '502 Bad Gateway'],
  [{ kind: 'SERVER_ERROR', status: 503, retryAfterSeconds: 2 }, 503, '503 Service Temporarily Unavailable'],
  [{ kind: 'SERVER_ERROR', status: 504 }, 504, '504 Gateway Time-out'],
  [{ kind: 'FORBIDDEN_HTML' }, 403, '403 Forbidden'],
  [{ kind: 'HTML_200' }, 200, '<html>'],
  [{ kind: 'EMPTY_200' }, 200, ''],
  [{ kind: 'UNAUTHORIZED' }, 401, ''],
  [{ kind: 'TOO_MANY_REQUESTS' }, 429, '429 Too Many Requests'],
] satisfies [FaultRule, number, string][])('%o: once, then all is well', async (rule, status, text) => {
  const { otto, get } = await ask();
  otto.faults.add({ ...rule, times: 1 });
  const answer = await get('/v4/orders');
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(text);
  expect(answer.headers.get('retry-after')).toBe('retryAfterSeconds' in rule ? '2' : null);
  expect((await get('/v4/orders')).status).toBe(200);
  expect(otto.counters.tooMany).toBe(0);
});

test('answers that break on the way', async () => {
  const { otto, get } = await ask();
  otto.faults.add({ kind: 'DROP', times: 1 });
  await expect(get('/v4/orders')).rejects.toThrow();
  otto.faults.add({ kind: 'DROP_MID_BODY', times: 1 });
  await expect(get('/v4/orders').then((answer) => answer.text())).rejects.toThrow();
  otto.faults.add({ kind: 'TRUNCATED_JSON', times: 1 });
  await expect(get('/v4/orders').then((answer) => answer.json())).rejects.toThrow(SyntaxError);
  otto.faults.add({ kind: 'SLOW_BODY', times: 1, ms: 400 });
  const started = performance.now();
  expect(await (await get('/v4/orders')).json()).toHaveProperty('resources');
  expect(performance.now() - started).toBeGreaterThan(350);
});

test('a request that is never answered can be given up, and does not hold the stop', async () => {
  const { otto } = await ask();
  otto.faults.add({ kind: 'HANG' });
  await expect(fetch(`${otto.origin}/v4/orders`, { signal: AbortSignal.timeout(150) })).rejects.toThrow();
  const hanging = fetch(`${otto.origin}/v4/orders`).catch((error: Error) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await otto.stop();
  expect(await hanging).toBeInstanceOf(Error);
});

test('faults strike by path, by number, after a while, by chance, and can be switched off', async () => {
  const { otto, get } = await ask();
  const statuses = async (path: string, times: number) => {
    const found: number[] = [];
    for (let n = 0; n < times; n++) found.push((await get(path)).status);
    return found;
  };
  const off = otto.faults.add({ kind: 'SERVER_ERROR', match: /^GET \/v1\/shipments/ });
  expect(await statuses('/v4/orders', 2)).toEqual([200, 200]);
  expect(await statuses('/v1/shipments?datefrom=2020-01-01', 2)).toEqual([500, 500]);
  off();
  expect(await statuses('/v1/shipments?datefrom=2020-01-01', 1)).toEqual([200]);
  otto.faults.add({ kind: 'SERVER_ERROR', after: 1, times: 2 });
  expect(await statuses('/v4/orders', 5)).toEqual([200, 500, 500, 200, 200]);
  otto.faults.add({ kind: 'SERVER_ERROR', rate: 0.3 });
  const failed = (await statuses('/v4/orders?limit=1', 200)).filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(35);
  expect(failed).toBeLessThan(90);
  otto.faults.clear();
  expect(await statuses('/v4/orders', 1)).toEqual([200]);
});

test('the token endpoint can fail too', async () => {
  const { otto, get } = await ask();
  otto.faults.add({ kind: 'SERVER_ERROR', match: /token/, status: 503 });
  expect((await fetch(`${otto.origin}/v1/token`, { method: 'POST' })).status).toBe(503);
  expect((await get('/v4/orders')).status).toBe(200);
});

test('doubled entries, broken records, a cursor that does not move', async () => {
  const { otto, json, get } = await ask();
  otto.faults.add({ kind: 'DUPLICATE_ENTRIES', times: 1 });
  const doubled = (await json<WireOrderPage>('/v4/orders')).resources.map(({ salesOrderId }) => salesOrderId);
  expect([doubled.length, new Set(doubled).size]).toEqual([19, 16]);

  otto.faults.add({ kind: 'MALFORMED_RECORDS', times: 3 });
  expect((await json<WireOrderPage>('/v4/orders')).resources).toHaveLength(21);
  expect((await json<WireOrderPage>('/v1/shipments?datefrom=2020-01-01')).resources).toHaveLength(8);
  const broken = (await get('/v1/shipments/999000000001').then((answer) => answer.json())) as { shipDate: string };
  expect(broken.shipDate).toBe('yesterday');
  expect((await json<{ positionItems: [] }>('/v3/returns')).positionItems).toHaveLength(8);

  const off = otto.faults.add({ kind: 'STUCK_CURSOR', match: /orders/ });
  const second = (await json<WireOrderPage>('/v4/orders?limit=5')).links?.[0]?.href ?? '';
  expect((await json<WireOrderPage>(second)).links?.[0]?.href).toBe(second);
  off();
  expect((await json<WireOrderPage>(second)).links?.[0]?.href).not.toBe(second);
});
