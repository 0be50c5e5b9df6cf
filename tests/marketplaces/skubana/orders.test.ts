// The real API's traps, met by the connector over HTTP.
import 'reflect-metadata';
import { afterEach, expect, it } from 'vitest';
import type { Json } from '../../../src/commerce/json.js';
import type { Cursor, Page } from '../../../src/commerce/marketplace.js';
import { openSession, type ShopSession } from '../../../src/http/client.js';
import { createLog } from '../../../src/log.js';
import { skubana } from '../../../src/marketplaces/skubana/index.js';
import { type SkubanaSandboxOptions, startSandbox } from '../../../src/marketplaces/skubana/sandbox.js';
import { orderStream } from '../../../src/marketplaces/skubana/streams.js';

const { signal } = new AbortController();
const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(options: SkubanaSandboxOptions = {}, accessToken?: string) {
  const sandbox = await startSandbox({ rateScale: 500, ...options });
  const session = openSession(skubana, {
    ...{ origin: sandbox.origin, credentials: accessToken ? { accessToken } : sandbox.credentials, rateScale: 500 },
    ...{ log: createLog({ level: 'error', format: 'json' }), backOffMs: 10, backOffMaxMs: 50 },
  });
  open.push(sandbox, { stop: () => session.close() });
  return { sandbox, session };
}

async function read(session: ShopSession, cursor: Cursor | null = null, onPage: (at: number) => void = () => {}) {
  const pages: Page[] = [];
  const from = {
    mode: 'INCREMENTAL',
    cursor,
    overlapMs: orderStream.overlapMs,
    windowMs: null,
    now: new Date(),
  } as const;
  for await (const page of orderStream.pull(session, from, signal)) {
    pages.push(page);
    onPage(pages.length);
  }
  const records = pages.flatMap((page) => page.records);
  return { pages, ids: records.map(({ externalId }) => externalId), cursor: pages.at(-1)?.cursor ?? null };
}

it('reads by change, to the second, a little further back than the last read', async () => {
  const { sandbox, session } = await start({ orders: 120 });
  const first = await read(session);
  expect(first.pages.every(({ strategy }) => strategy === 'LIST_BACK')).toBe(true);
  sandbox.advance(3 * 3_600_000);
  sandbox.change(3);
  const second = await read(session, first.cursor);
  expect(second.pages.every(({ strategy }) => strategy === 'CHANGE_FEED')).toBe(true);
  expect(new Set(second.ids).size).toBeLessThan(20);
  const asked = sandbox.counters.log.at(-1)?.url ?? '';
  expect(new URLSearchParams(asked.split('?')[1]).get('modifiedDateFrom')).toMatch(/T\d\d:\d\d:\d\dZ$/);
});

it.each(['ID', 'OLDEST_CHANGE', 'NEWEST_CHANGE'] as const)(
  'listed by %s, while orders change between any two pages: nothing is missed',
  async (listedBy) => {
    const { sandbox, session } = await start({ orders: 450, listedBy });
    const before = sandbox.world.orders.map(({ id }) => String(id));
    // what changes moves within the list, and others with it
    const { ids, cursor } = await read(session, null, (page) => {
      if (page < 8) sandbox.change(20);
    });
    const again = await read(session, cursor);
    const seen = new Set([...ids, ...again.ids]);
    expect(before.filter((id) => !seen.has(id))).toEqual([]);
    expect(sandbox.world.orders.filter(({ id }) => !seen.has(String(id)))).toEqual([]);
  },
);

it('is told in milliseconds how long to stay away', async () => {
  const { sandbox, session } = await start();
  sandbox.faults.add({ kind: 'TOO_MANY_REQUESTS', retryAfterSeconds: 0.4, times: 1 });
  const since = performance.now();
  await skubana.verify(session, signal);
  const tookMs = performance.now() - since;
  expect(tookMs).toBeGreaterThanOrEqual(400);
  expect(tookMs).toBeLessThan(3_000);
  sandbox.faults.add({ kind: 'TOO_MANY_REQUESTS', retryAfterSeconds: 90 });
  await expect(skubana.verify(session, signal)).rejects.toMatchObject({
    failure: 'RATE_LIMITED',
    retryAfterMs: 90_000,
  });
});

it('takes one 401 for a hiccup, and two for a wrong token', async () => {
  const { sandbox, session } = await start();
  await skubana.verify(session, signal);
  sandbox.revokeTokens();
  await skubana.verify(session, signal);
  sandbox.refuseCredentials();
  await expect(skubana.verify(session, signal)).rejects.toMatchObject({ failure: 'CREDENTIALS_REFUSED' });
});

it('knows the time there before it asks for what changed', async () => {
  const { sandbox, session } = await start({ base: '2031-05-05T05:05:05Z' });
  expect((await session.now(signal)).toISOString().slice(0, 10)).toBe('2031-05-05');
  expect(sandbox.counters.total).toBe(1);
});

it('counts the orders of a day a second time, by who sends them', async () => {
  const { sandbox, session } = await start({ orders: 60 });
  const day = new Date(sandbox.world.clock.now()).toISOString().slice(0, 10);
  const counted: (string | null)[] = [];
  const { coverage } = orderStream;
  if (coverage?.by !== 'LIST') throw new Error('orders are counted by a list');
  for (const fulfilledBy of coverage.methods) {
    let after: Json = null;
    do {
      const page: Awaited<ReturnType<typeof coverage.list>> = await coverage.list(
        session,
        { day, fulfilledBy, after },
        signal,
      );
      counted.push(...page.records.map(({ externalId }) => externalId));
      ({ after } = page);
    } while (after !== null);
  }
  const placed = sandbox.world.orders.filter(({ placedAt }) => new Date(placedAt).toISOString().startsWith(day));
  expect(placed.length).toBeGreaterThan(0);
  expect(counted.sort()).toEqual(placed.map(({ id }) => String(id)).sort());
});
