import { expect, test } from 'vitest';
import { Limiter } from '../../src/sandbox/limits.js';
import { ask, tokenRequest } from './ask.js';

const statusesOf = async (answers: Promise<Response>[]) =>
  (await Promise.all(answers)).reduce<Record<number, number>>((count, { status }) => {
    count[status] = (count[status] ?? 0) + 1;
    return count;
  }, {});

test('20 requests a second per partner, then 429', async () => {
  const { otto, get } = await ask({ rateScale: 1 });
  expect(await statusesOf(Array.from({ length: 30 }, () => get('/v4/orders?limit=1')))).toEqual({ 200: 20, 429: 10 });
  expect(otto.counters).toMatchObject({ tooMany: 10, windowPeak: 20 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await get('/v1/shipments?datefrom=2020-01-01')).status).toBe(200);
});

test('10 tokens a second per address', async () => {
  const { otto } = await ask({ rateScale: 1 });
  expect(await statusesOf(Array.from({ length: 15 }, () => tokenRequest(otto)))).toEqual({ 200: 9, 429: 6 });
  expect(otto.counters).toMatchObject({ tokensIssued: 10, tokenWindowPeak: 10 });
});

test('what a 429 looks like can be chosen', async () => {
  const first429 = async (options: Parameters<typeof ask>[0]) => {
    const { otto, get } = await ask(options);
    otto.faults.add({ kind: 'TOO_MANY_REQUESTS', times: 1 });
    const answer = await get('/v4/orders');
    return [answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type'), await answer.text()];
  };
  const html = expect.stringContaining('429 Too Many Requests');
  expect(await first429({})).toEqual([429, null, 'text/html', html]);
  expect(await first429({ tooManyBody: 'EMPTY', tooManyRetryAfterSeconds: 3 })).toEqual([429, '3', null, '']);
  const json = expect.stringContaining('"TOO_MANY_REQUESTS"');
  expect(await first429({ tooManyBody: 'JSON' })).toEqual([429, null, 'application/json;charset=utf-8', json]);
});

test('a window slides: a client that keeps the limit is never refused, one that does not always is', () => {
  const limiter = new Limiter({ name: 'test', requests: 20, windowMs: 1_000 });
  for (let at = 0; at < 60_000; at += 50) expect(limiter.admit('a', at).ok).toBe(true);
  const bursts = new Limiter({ name: 'test', requests: 20, windowMs: 1_000 });
  for (let second = 0; second < 20; second++) {
    for (let n = 0; n < 20; n++) expect(bursts.admit('a', second * 1_000).ok).toBe(true);
    expect(bursts.admit('a', second * 1_000 + 900).ok).toBe(false);
    expect(bursts.admit('b', second * 1_000 + 900).ok).toBe(true);
  }
  expect(bursts.peak).toBe(20);
});
