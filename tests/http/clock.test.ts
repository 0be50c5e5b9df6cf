import { afterEach, expect, it } from 'vitest';
import { json, type Stranger, sessionWith, startStranger } from './stranger.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const signal = new AbortController().signal;
const day = 86_400_000;

/** A server whose clock is wrong by `aheadMs()`; null: it does not tell the time. */
async function strangerAhead(aheadMs: () => number | null): Promise<Stranger> {
  const stranger = await startStranger((request, response) => {
    const ahead = aheadMs();
    response.sendDate = false;
    const headers = ahead === null ? {} : { date: new Date(Date.now() + ahead).toUTCString() };
    json(response, 200, request.url === '/token' ? { token: 'x', life: 60 } : [], headers);
  });
  open.push(stranger);
  return stranger;
}

it('the marketplace’s time is known from the first token on, and follows its answers', async () => {
  let ahead = 3 * day;
  const stranger = await strangerAhead(() => ahead);
  const session = sessionWith(stranger);
  open.push(session);
  const aheadNow = async () => (await session.now(signal)).getTime() - Date.now();
  const between = (value: number, from: number, to: number) => {
    expect(value).toBeGreaterThan(from);
    expect(value).toBeLessThanOrEqual(to);
  };
  // the header drops the fraction of its second
  between(await aheadNow(), 3 * day - 1_500, 3 * day);
  expect(stranger.asked).toEqual(['POST /token']);
  between(await aheadNow(), 3 * day - 1_500, 3 * day);
  expect(stranger.asked).toHaveLength(1);
  ahead = -40 * day;
  await session.http.get('/orders', { signal });
  between(await aheadNow(), -40 * day - 1_500, -40 * day);
});

it('of a marketplace that does not tell the time, ours holds', async () => {
  const session = sessionWith(await strangerAhead(() => null));
  open.push(session);
  expect(Math.abs((await session.now(signal)).getTime() - Date.now())).toBeLessThan(500);
});

it('tokens come from the host that gives them, everything else from the API’s', async () => {
  const api = await strangerAhead(() => 0);
  const login = await strangerAhead(() => 0);
  const session = sessionWith(api, { loginOrigin: login.origin });
  open.push(session);
  await session.http.get('/orders', { signal });
  expect(login.asked).toEqual(['POST /token']);
  expect(api.asked).toEqual(['GET /orders']);
});
