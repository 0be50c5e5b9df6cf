import { afterEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/commerce/marketplace.js';
import { HttpFailure } from '../../src/errors.js';
import type { SessionOptions, ShopSession } from '../../src/http/client.js';
import { retryAfterMs } from '../../src/http/failures.js';
import { newMeter } from '../../src/http/meter.js';
import { html, json, marketplaceWith, type Reply, type Stranger, sessionWith, startStranger } from './stranger.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A server whose token endpoint works and whose other paths answer as told; `nth` counts those only. */
async function talk(
  reply: Reply,
  options: Parameters<typeof sessionWith>[1] = {},
): Promise<{ stranger: Stranger; session: ShopSession; orders: () => number }> {
  let nth = 0;
  const stranger = await startStranger((request, response, all) => {
    if (request.url === '/token') json(response, 200, { token: `t${all}`, life: 1_800 });
    else reply(request, response, ++nth);
  });
  const session = sessionWith(stranger, options);
  open.push(stranger, session);
  return { stranger, session, orders: () => nth };
}

const signal = new AbortController().signal;
const get = (session: ShopSession, query = {}) => session.http.get('/orders', { query, signal });
const failureOf = (promise: Promise<unknown>): Promise<HttpFailure> =>
  promise.then(
    () => Promise.reject(new Error('was expected to fail')),
    (error) => (error instanceof HttpFailure ? error : Promise.reject(error)),
  );

describe('what a failure means', () => {
  const cases: [string, Reply, Failure, number | null, number][] = [
    ['400', (_, response) => json(response, 400, { errors: [] }), 'OUR_REQUEST', 400, 1],
    ['403 in JSON', (_, response) => json(response, 403, {}), 'CREDENTIALS_REFUSED', 403, 1],
    ['403 in HTML', (_, response) => html(response, 403), 'RATE_LIMITED', 403, 3],
    ['404', (_, response) => json(response, 404, {}), 'GONE', 404, 1],
    ['410', (_, response) => response.writeHead(410).end(), 'GONE', 410, 1],
    ['408', (_, response) => response.writeHead(408).end(), 'RETRY_LATER', 408, 3],
    ['429 in HTML, without Retry-After', (_, response) => html(response, 429), 'RATE_LIMITED', 429, 3],
    ['500', (_, response) => json(response, 500, {}), 'RETRY_LATER', 500, 3],
    ['503 without a body', (_, response) => response.writeHead(503).end(), 'RETRY_LATER', 503, 3],
    ['HTML with 200', (_, response) => html(response, 200), 'THEIR_ANSWER', 200, 3],
    ['nothing with 200', (_, response) => response.writeHead(200).end(), 'THEIR_ANSWER', 200, 3],
    ['half a JSON', (_, response) => response.end('{"resources": ['), 'THEIR_ANSWER', 200, 3],
    ['a redirect', (_, r) => r.writeHead(302, { location: 'http://thief.example/' }).end(), 'THEIR_ANSWER', 302, 1],
    ['a socket dropped before the answer', (request) => request.socket.destroy(), 'RETRY_LATER', null, 3],
    [
      'a socket dropped in the middle of the body',
      (request, response) => {
        response.writeHead(200, { 'content-length': 1_000 }).write('{"resources":');
        setTimeout(() => request.socket.destroy(), 10);
      },
      'RETRY_LATER',
      null,
      3,
    ],
  ];

  it.each(cases)('%s', async (_, reply, failure, status, attempts) => {
    const { session, orders } = await talk(reply, { attemptsMax: 3 });
    const error = await failureOf(get(session, { fromDate: 'a-secret-of-ours' }));
    expect(error).toMatchObject({ failure, status });
    expect(orders()).toBe(attempts);
    expect(error.message).toMatch(/^GET \/orders (answered|failed)/);
    if (status) expect(error.message).toContain(String(status));
    expect(error.message).not.toMatch(/a-secret|edge speaking|Bearer|thief/);
  });

  it('no answer in time, before the headers and within the body', async () => {
    for (const start of [false, true]) {
      const { session, orders } = await talk(
        (_, response) => {
          if (start) response.writeHead(200).write('[1,');
        },
        { timeoutMs: 80, attemptsMax: 2 },
      );
      const error = await failureOf(get(session));
      expect(error).toMatchObject({ failure: 'RETRY_LATER', status: null });
      expect(error.message).toContain('no complete answer within 0.08 s');
      expect(orders()).toBe(2);
    }
  });

  it('an answer that never ends is cut off at the cap, once', async () => {
    let sent = 0;
    const { session, orders } = await talk(
      (_, response) => {
        const pump = () => {
          while (!response.destroyed && response.write('x'.repeat(10_000))) sent += 10_000;
        };
        response.on('drain', pump);
        pump();
      },
      { answerBytesMax: 100_000 },
    );
    const error = await failureOf(get(session));
    expect(error).toMatchObject({ name: 'AnswerTooLarge', failure: 'THEIR_ANSWER' });
    expect(orders()).toBe(1);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('nobody listens', async () => {
    const { session, stranger } = await talk((_, response) => json(response, 200, []), { attemptsMax: 2 });
    await stranger.close();
    open.splice(open.indexOf(stranger), 1);
    expect(await failureOf(get(session))).toMatchObject({ failure: 'RETRY_LATER', status: null });
  });

  it('the connector knows better than the status', async () => {
    const marketplace = marketplaceWith({
      classify: ({ method, path, status, body }) =>
        `${method} ${path} ${status}` === 'GET /orders 400' && body.includes('EXPIRED') ? 'GONE' : null,
    });
    const { session } = await talk((_, response) => json(response, 400, { errors: [{ title: 'EXPIRED' }] }), {
      marketplace,
    });
    expect(await failureOf(get(session))).toMatchObject({ failure: 'GONE', status: 400 });
  });
});

describe('patience', () => {
  it('what passes is repeated, counted, and waits for Retry-After', async () => {
    const { session, orders, stranger } = await talk((_, response, nth) => {
      if (nth === 1) json(response, 429, {}, { 'retry-after': '1' });
      else if (nth === 2) html(response, 502);
      else json(response, 200, { fine: true });
    });
    const meter = newMeter();
    const view = session.metered(meter);
    expect(await view.http.get('/orders', { signal })).toEqual({ fine: true });
    expect(orders()).toBe(3);
    expect(meter).toMatchObject({ requests: 4, retries: 2 });
    expect(meter.throttledMs).toBeGreaterThanOrEqual(1_000);
    expect((stranger.arrivedAt[2] ?? 0) - (stranger.arrivedAt[1] ?? 0)).toBeGreaterThan(990);
    expect(session.meter).toEqual(newMeter());
  });

  it('a 429 holds the whole lane, not only the request that met it', async () => {
    const { session, stranger } = await talk((_, response, nth) => {
      if (nth === 1) json(response, 429, {}, { 'retry-after': '1' });
      else json(response, 200, nth);
    });
    const first = get(session);
    while (stranger.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, get(session), get(session)]);
    const [, refused = 0, ...later] = stranger.arrivedAt;
    expect(later).toHaveLength(3);
    for (const at of later) expect(at - refused).toBeGreaterThan(990);
  });

  it('a long Retry-After gives the shop back at once, as does the end of patience', async () => {
    const long = await talk((_, response) => json(response, 503, {}, { 'retry-after': '3600' }));
    expect(await failureOf(get(long.session))).toMatchObject({ failure: 'RETRY_LATER', retryAfterMs: 3_600_000 });
    expect(long.orders()).toBe(1);
    const ended = await talk((_, response) => json(response, 500, {}), { attemptsMax: 2 });
    const error = await failureOf(get(ended.session));
    expect(error.retryAfterMs).toBe(60_000);
    expect(error.message).toContain('gave up after 2 attempts');
  });

  it('reads both forms of Retry-After', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Sat, 21 Nov 2026 10:01:30 GMT', now)).toBe(90_000);
    expect(retryAfterMs('Sat, 21 Nov 2026 09:00:00 GMT', now)).toBe(0);
    for (const unreadable of [null, '', 'soon', '-5', '1.5']) expect(retryAfterMs(unreadable, now)).toBeNull();
  });

  it('what changes something is repeated only when it surely was not carried out', async () => {
    const failed = await talk((_, response) => json(response, 500, {}));
    await failureOf(failed.session.http.post('/orders', { json: {}, signal }));
    expect(failed.orders()).toBe(1);
    const limited = await talk((_, response, nth) => json(response, nth === 1 ? 429 : 201, {}));
    expect(await limited.session.http.post('/orders', { json: {}, signal })).toEqual({});
    expect(limited.orders()).toBe(2);
  });
});

describe('requests', () => {
  it('repeat array parameters, encode the rest, leave undefined out; an empty success is null', async () => {
    const { session, stranger } = await talk((_, response) => response.writeHead(204).end());
    expect(await get(session, { status: ['A', 'B'], from: '2026-01-01T00:00:00+02:00', none: undefined })).toBeNull();
    expect(stranger.asked.at(-1)).toBe('GET /orders?status=A&status=B&from=2026-01-01T00%3A00%3A00%2B02%3A00');
  });

  it('replace what PostgreSQL cannot store', async () => {
    const { session } = await talk((_, response) =>
      response.end('{"title": "a\\u0000b\\ud800c", "fine": "\\ud83d\\ude00"}'),
    );
    expect(await get(session)).toEqual({ title: 'a\uFFFDb\uFFFDc', fine: '😀' });
  });

  it('end when their caller, or the session, ends: with the reason', async () => {
    const caller = new AbortController();
    const { session, orders } = await talk((_, response, nth) => void (nth > 1 && json(response, 500, {})), {
      backOffMs: 60_000,
      backOffMaxMs: 60_000,
    });
    const waiting = session.http.get('/orders', { signal: caller.signal });
    while (orders() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    caller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const sleeping = get(session);
    while (orders() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    session.close();
    expect((await failureOf(sleeping)).message).toContain('closed');
    expect((await failureOf(get(session))).message).toContain('closed');
  });

  it('a session follows its own signal', async () => {
    const owner = new AbortController();
    const options: Partial<SessionOptions> = { signal: owner.signal };
    const { session } = await talk((_, response) => json(response, 200, []), options);
    owner.abort();
    expect((await failureOf(get(session))).message).toContain('closed');
  });
});
