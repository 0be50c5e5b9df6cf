import { afterEach, describe, expect, it } from 'vitest';
import { HttpFailure } from '../../src/errors.js';
import { newMeter } from '../../src/http/meter.js';
import { openTokens, renewalLeadMs } from '../../src/http/token.js';
import { json, type Stranger, sessionWith, startStranger } from './stranger.js';

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

  it('leads by 30 s at most, by a twentieth of a short life', () => {
    expect(renewalLeadMs(1_800_000)).toBe(30_000);
    expect(renewalLeadMs(5_000)).toBe(250);
  });
});
