import { afterAll, describe, expect, it } from 'vitest';
import type { Lane, Marketplace } from '../../src/commerce/marketplace.js';
import type { SessionOptions, ShopSession } from '../../src/http/client.js';
import { type Counting, type Limited, type LimitedRule, startLimited } from './limited.js';
import { marketplaceWith, sessionWith } from './stranger.js';

const open: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const signal = new AbortController().signal;

const tokenLane: Lane = {
  name: 'token',
  pattern: /^POST \/token$/,
  requests: 10,
  windowMs: 1_000,
  queueMax: 20,
  source: 'test',
};
const lane = (requests: number, windowMs: number): Lane => ({
  name: 'all',
  pattern: /./,
  requests,
  windowMs,
  queueMax: 1_000,
  source: 'test',
});
const withHeaders = (...lanes: Lane[]): Marketplace => ({
  ...marketplaceWith({ lanes: [tokenLane, ...lanes] }),
  rateHeaders: { limit: 'X-RateLimit-Limit', remaining: 'X-RateLimit-Remaining', reset: 'X-RateLimit-Reset' },
});

async function limited(rule: LimitedRule, options: Parameters<typeof startLimited>[1] = {}): Promise<Limited> {
  const one = await startLimited(rule, options);
  open.push(one);
  return one;
}
function sessionOf(server: Limited, documented: Lane, options: Partial<SessionOptions> = {}): ShopSession {
  const session = sessionWith(server, { marketplace: withHeaders(documented), ...options });
  open.push(session);
  return session;
}
/** So many requests, sixteen at a time; how long they took in ms. */
async function ask(session: ShopSession, count: number, atOnce = 16): Promise<number> {
  const start = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await session.http.get('/x', { signal });
    }),
  );
  return performance.now() - start;
}

/** A machine that stands still for a tenth of a second makes requests arrive closer than they left. */
const again = { retry: 2 };

// most of the time they wait for a window to pass
describe.concurrent('against a source that counts', again, () => {
  it.each<[Counting, 'UP' | 'DOWN']>([
    ['FIXED', 'UP'],
    ['SLIDING', 'DOWN'],
  ])('in %s windows, seconds rounded %s: nothing is refused and hardly any time lost', async (counting, rounding) => {
    // answers overtake each other
    const server = await limited(
      { counting, rounding, requests: 120, windowMs: 6_000 },
      { answerAfterMs: () => Math.random() * 50 },
    );
    const session = sessionOf(server, lane(120, 6_000));
    const tookMs = await ask(session, 360);
    expect(server.refused).toBe(0);
    expect(tookMs).toBeLessThan((360 / 120) * 6_000 * 1.02);
    // the first 120 go at once
    expect(tookMs).toBeGreaterThan(11_900);
    expect(session.lanes.observed().all?.requests).toBe(120);
  });

  it('less than is documented: the lane goes down and stays there', async () => {
    const server = await limited({ counting: 'FIXED', requests: 20, windowMs: 1_000 });
    const session = sessionOf(server, lane(50, 1_000), { attemptsMax: 20 });
    await ask(session, 60);
    const refused = server.refused;
    // what was sent before the first answer told
    expect(refused).toBeLessThanOrEqual(16);
    const tookMs = await ask(session, 80);
    expect(server.refused).toBe(refused);
    expect(tookMs).toBeLessThan(4_500);
  });

  it.each<Counting>(['FIXED', 'SLIDING'])('what others use of the account, too (%s windows)', async (counting) => {
    const server = await limited({ counting, requests: 50, windowMs: 2_000 });
    const session = sessionOf(server, lane(50, 2_000));
    await ask(session, 1);
    const others = setInterval(() => server.spend(), 100);
    await ask(session, 150, 4);
    clearInterval(others);
    // others come at any moment, also while our last one is on its way
    expect(server.refused).toBeLessThanOrEqual(3);
    expect(server.served).toBe(151);
  });

  it('in a longer window than documented: what is left is believed', async () => {
    const server = await limited({ counting: 'FIXED', requests: 25, windowMs: 2_000 });
    const session = sessionOf(server, lane(25, 200));
    await ask(session, 110, 4);
    expect(server.refused).toBeLessThanOrEqual(1);
  });

  it('without a word about it: only what is documented counts', async () => {
    const server = await limited({ counting: 'SLIDING', requests: 25, windowMs: 1_000 }, { headers: false });
    const session = sessionOf(server, lane(25, 1_000));
    await ask(session, 100);
    expect(server.refused).toBe(0);
    expect(session.lanes.observed()).toEqual({});
  });
});

describe.concurrent('another process', again, () => {
  it('goes on where this one stopped, to the request', async () => {
    const server = await limited({ counting: 'SLIDING', requests: 25, windowMs: 4_000 });
    const first = sessionOf(server, lane(25, 4_000));
    await ask(first, 20);
    const lanes = first.lanes.spent();
    first.close();
    expect(JSON.stringify(lanes).length).toBeLessThan(2_000);
    const second = sessionOf(server, lane(25, 4_000));
    second.lanes.recall({ use: { lanes, agoMs: 0 }, observed: first.lanes.observed() });
    // five are left in the window, so nobody waits for it to pass
    expect(await ask(second, 5)).toBeLessThan(1_500);
    expect(await ask(second, 1)).toBeGreaterThan(2_000);
    expect(server.refused).toBe(0);
  });

  it('knows what the source told, and for how long it may send nothing', async () => {
    const server = await limited({ counting: 'FIXED', requests: 40, windowMs: 1_000 });
    const second = sessionOf(server, lane(20, 1_000));
    const at = new Date().toISOString();
    second.lanes.recall({
      use: { lanes: { all: { passed: [], heldMs: 900 }, gone: { passed: [[1, 5]], heldMs: 0 } }, agoMs: 300 },
      observed: { all: { requests: 40, at }, gone: { requests: 1, at } },
    });
    const tookMs = await ask(second, 40);
    expect(tookMs).toBeGreaterThan(550);
    expect(tookMs).toBeLessThan(1_500);
    expect(server.refused).toBe(0);
  });

  it('may change a limit while requests wait: none is lost and the window is kept', async () => {
    const server = await limited({ counting: 'SLIDING', requests: 40, windowMs: 4_000 }, { headers: false });
    const session = sessionOf(server, lane(40, 4_000));
    const asked = ask(session, 120, 60);
    for (const requests of [10, 40, 7, 33, 40]) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      session.lanes.configure({ all: { requests, windowMs: null } });
    }
    session.lanes.configure({});
    expect(await asked).toBeLessThan(15_000);
    expect(server.refused).toBe(0);
  });
});

// alone: when many tests begin at once, first answers come late
describe('against a source that allows', again, () => {
  it('more than is documented: the lane goes up, but not above what was configured', async () => {
    const servers = await Promise.all(
      Array.from({ length: 3 }, () => limited({ counting: 'FIXED', requests: 200, windowMs: 4_000 })),
    );
    const [bold, careful, sharing] = servers.map((server, at) =>
      sessionOf(server, lane(20, 4_000), at === 2 ? { rateScale: 0.25 } : {}),
    ) as [ShopSession, ShopSession, ShopSession];
    careful.lanes.configure({ all: { requests: 40, windowMs: null } });
    // a scale of less than 1 leaves room for others, also of what the source tells: 50
    const tookMs = await Promise.all([ask(bold, 400), ask(careful, 100), ask(sharing, 100)]);
    // at the documented rate it would take 76 s
    expect(tookMs[0]).toBeLessThan(15_000);
    expect(tookMs[1]).toBeGreaterThan(7_900);
    expect(tookMs[2]).toBeGreaterThan(3_900);
    expect(tookMs[2]).toBeLessThan(15_000);
    for (const { refused } of servers) expect(refused).toBe(0);
    expect(careful.lanes.observed().all?.requests).toBe(200);
  });

  it('is told more again: the lane follows within a window', async () => {
    const server = await limited({ counting: 'FIXED', requests: 20, windowMs: 4_000 });
    const session = sessionOf(server, lane(20, 4_000));
    await ask(session, 30);
    server.rule.requests = 100;
    // at the old rate it would take 30 s
    expect(await ask(session, 150)).toBeLessThan(14_000);
    expect(server.refused).toBe(0);
    expect(session.lanes.observed().all?.requests).toBe(100);
  });
});
