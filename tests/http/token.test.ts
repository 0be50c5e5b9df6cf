import { afterEach, describe, expect, it } from 'vitest';
import { HttpFailure } from '../../src/errors.js';
import { newMeter } from '../../src/http/meter.js';
import { openTokens, renewalLeadMs } from '../../src/http/token.js';
import { json, marketplaceWith, type Stranger, sessionWith, startStranger } from './stranger.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const signal = new AbortController().signal;

/** A server that accepts only the newest of its tokens, and forgets it when told so. */
async function issuer(lifeSeconds = 1_800, answerTokenAfterMs = 20) {
  let issued = 0;
  let valid = '';
  let refuseAll = false;
  const stranger: Stranger = await startStranger((request, response) => {
    if (request.url === '/token') {
      setTimeout(() => {
        if (refuseAll) return json(response, 401, { error: 'invalid_client' });
        valid = `t${++issued}`;
        json(response, 200, { token: valid, life: lifeSeconds });
      }, answerTokenAfterMs);
    } else if (request.headers.authorization === `Bearer ${valid}`) json(response, 200, []);
    else response.writeHead(401).end();
  });
  const session = sessionWith(stranger);
  open.push(stranger, session);
  return {
    stranger,
    session,
    issued: () => issued,
    revoke: () => {
      valid = '';
    },
    refuse: () => {
      refuseAll = true;
    },
  };
}

describe('a token', () => {
  it('is fetched once for fifty who need it, and once more when it is revoked', async () => {
    const { session, issued, revoke, stranger } = await issuer();
    const fifty = () => Promise.all(Array.from({ length: 50 }, () => session.http.get('/orders', { signal })));
    await fifty();
    expect(issued()).toBe(1);
    revoke();
    await fifty();
    expect(issued()).toBe(2);
    expect(stranger.asked.filter((line) => line === 'GET /orders').length).toBeLessThanOrEqual(150);
    expect(session.meter.retries).toBeLessThanOrEqual(50);
  });

  it('that is refused although it is fresh is not fetched again and again', async () => {
    const strict = await startStranger((request, response) =>
      request.url === '/token' ? json(response, 200, { token: 'x', life: 60 }) : response.writeHead(401).end(),
    );
    open.push(strict);
    const session = sessionWith(strict);
    open.push(session);
    await expect(session.http.get('/orders', { signal })).rejects.toMatchObject({
      failure: 'SIGN_IN_AGAIN',
      status: 401,
    });
    expect(strict.asked).toEqual(['POST /token', 'GET /orders', 'POST /token', 'GET /orders']);
  });

  it('that nobody gets, asked twice, means: credentials refused', async () => {
    const { session, refuse, stranger } = await issuer();
    refuse();
    const error = await session.http.get('/orders', { signal }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ failure: 'CREDENTIALS_REFUSED', status: 401 });
    expect(String(error)).not.toContain('very-secret');
    expect(stranger.asked).toEqual(['POST /token', 'POST /token']);
  });

  it('one caller who gives up does not take it from the others', async () => {
    const { session, issued } = await issuer(1_800, 60);
    const hasty = new AbortController();
    const first = session.http.get('/orders', { signal: hasty.signal });
    const second = session.http.get('/orders', { signal });
    setTimeout(() => hasty.abort(new Error('no time')), 10);
    await expect(first).rejects.toThrow('no time');
    expect(await second).toEqual([]);
    expect(issued()).toBe(1);
  });
});

describe('over many lifetimes', () => {
  it('at a real server: never more tokens than lifetimes begun and one, and nobody is refused', async () => {
    const lifeSeconds = 0.25;
    const { session, issued, stranger } = await issuer(lifeSeconds, 2);
    const start = performance.now();
    while (performance.now() - start < 8_000) {
      await session.http.get('/orders', { signal });
      expect(issued()).toBeLessThanOrEqual(Math.ceil((performance.now() - start) / (lifeSeconds * 1_000)) + 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // about one per lifetime: it is not kept longer than it lives either
    expect(issued()).toBeGreaterThan(25);
    expect(stranger.asked.length).toBeGreaterThan(500);
  });

  it('on a clock of its own: for days', async () => {
    let at = 0;
    let fetched = 0;
    let early = 0;
    let diesAt = 0;
    const life = 299_000;
    const tokens = openTokens(
      async () => {
        if (fetched > 0 && at < diesAt) early++;
        diesAt = at + life;
        return { value: `t${++fetched}`, expiresInSeconds: life / 1_000 };
      },
      () => at,
    );
    for (; at < 500 * life; at += 3_001) {
      await tokens.current(newMeter(), signal);
      expect(fetched).toBeLessThanOrEqual(Math.ceil(at / life) + 1);
    }
    expect(fetched).toBeGreaterThan(490);
    expect(early).toBeGreaterThan(30);
  });
});

describe('a token endpoint that shuts us out', () => {
  it('is asked once, by however many, and not again for a while', async () => {
    const closed = await startStranger((_request, response) => response.writeHead(404).end());
    open.push(closed);
    const session = sessionWith(closed, {
      marketplace: marketplaceWith({
        classify: ({ path, status }) => (path === '/token' && status === 404 ? 'BLOCKED' : null),
      }),
    });
    open.push(session);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => session.http.get('/orders', { signal })),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { failure: 'BLOCKED', status: 404 } });
    }
    await expect(session.http.get('/orders', { signal })).rejects.toMatchObject({ failure: 'BLOCKED' });
    expect(closed.asked).toEqual(['POST /token']);
    expect(session.meter.retries).toBe(0);
  });

  it('does not take the token that still lives', async () => {
    let at = 0;
    let fetched = 0;
    const tokens = openTokens(
      async () => {
        if (++fetched > 1) throw new HttpFailure('BLOCKED', 'shut out', 404);
        return { value: 'first', expiresInSeconds: 600 };
      },
      () => at,
    );
    for (; at < 600_000; at += 1_000) expect(await tokens.current(newMeter(), signal)).toBe('first');
    // one try ahead of time
    expect(fetched).toBe(2);
    await expect(tokens.current(newMeter(), signal)).rejects.toThrow('shut out');
  });
});

describe('renewal, on a clock of its own', () => {
  it('costs no more tokens than lifetimes, while the old one still serves', async () => {
    let at = 0;
    let fetched = 0;
    const tokens = openTokens(
      async () => ({ value: `t${++fetched}`, expiresInSeconds: 1_800 }),
      () => at,
    );
    const lifetimes = 10;
    for (; at < lifetimes * 1_800_000; at += 5_000) {
      expect(await tokens.current(newMeter(), signal)).toMatch(/^t\d+$/);
    }
    expect(fetched).toBeLessThanOrEqual(lifetimes + 1);
  });

  it('happens in the background shortly before the end; its failure is met only when the old one is dead', async () => {
    let at = 0;
    let fetched = 0;
    const tokens = openTokens(
      async () => {
        if (++fetched > 1) throw new HttpFailure('CREDENTIALS_REFUSED', 'refused');
        return { value: 'first', expiresInSeconds: 100 };
      },
      () => at,
    );
    expect(await tokens.current(newMeter(), signal)).toBe('first');
    at = 100_000 - renewalLeadMs(100_000);
    expect(await tokens.current(newMeter(), signal)).toBe('first');
    await new Promise(setImmediate);
    expect(await tokens.current(newMeter(), signal)).toBe('first');
    expect(fetched).toBe(2);
    at = 100_000;
    await expect(tokens.current(newMeter(), signal)).rejects.toThrow('refused');
  });

  it('leads by 10 s at most, by a sixtieth of a short life', () => {
    expect(renewalLeadMs(1_800_000)).toBe(10_000);
    expect(renewalLeadMs(6_000)).toBe(100);
  });
});
