// Answers that come only once: each piece is in the sink when the call that brought it returns, whatever happens then.
import { once } from 'node:events';
import type http from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Marketplace } from '../../src/commerce/marketplace.js';
import { newMeter } from '../../src/http/meter.js';
import { NotSent, receive } from '../../src/http/receive.js';
import { json, marketplaceWith, type Stranger, sessionWith, startStranger } from './stranger.js';

let stranger: Stranger | null = null;
afterEach(async () => {
  await stranger?.close();
  stranger = null;
});

async function serve(reply: (response: http.ServerResponse, request: http.IncomingMessage) => void): Promise<string> {
  stranger = await startStranger((request, response) => reply(response, request));
  return `${stranger.origin}/orders`;
}

function sink() {
  const pieces: string[] = [];
  return { pieces, write: (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes).toString('utf8')) };
}

test('a whole answer goes to the sink, piece by piece as it comes, and uncompressed', async () => {
  const { pieces, write } = sink();
  const seen: number[] = [];
  const url = await serve(async (response, { headers }) => {
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.authorization).toBeUndefined();
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const piece of ['[{"a"', ':"ü"}', ']']) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 40));
      seen.push(pieces.length);
    }
    response.end();
  });
  expect(await receive(url, write)).toMatchObject({ status: 200, body: '' });
  expect(pieces.join('')).toBe('[{"a":"ü"}]');
  // each was there before the next one was sent
  expect(seen).toEqual([1, 2, 3]);
});

test('what came before the connection broke has been handed on', async () => {
  const { pieces, write } = sink();
  const half = 'x'.repeat(300_000);
  const url = await serve((response) => {
    response.writeHead(200, { 'content-length': 2 * half.length });
    response.write(half, () => response.destroy());
  });
  await expect(receive(url, write)).rejects.toMatchObject({ failure: 'RETRY_LATER' });
  expect(pieces.join('')).toBe(half);
});

test('of a failure nothing goes to the sink', async () => {
  const { pieces, write } = sink();
  const url = await serve((response) => json(response, 503, { reason: 'busy' }));
  expect(await receive(url, write)).toMatchObject({ status: 503, body: '{"reason":"busy"}' });
  expect(pieces).toEqual([]);
});

test('a redirect is not followed', async () => {
  const { pieces, write } = sink();
  const url = await serve((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  expect(await receive(url, write)).toMatchObject({ status: 302 });
  expect(pieces).toEqual([]);
});

test('where nobody listens, nothing was sent', async () => {
  await expect(receive('http://127.0.0.1:9/orders', () => {})).rejects.toThrow(NotSent);
  const url = await serve((response) => response.destroy());
  const dropped = await receive(url, () => {}).catch((error: Error) => error);
  expect(dropped).toMatchObject({ failure: 'RETRY_LATER' });
  expect(dropped).not.toBeInstanceOf(NotSent);
});

test('a sink that cannot write says so, as it is', async () => {
  const url = await serve((response) => json(response, 200, []));
  const full = () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  await expect(receive(url, full)).rejects.toThrow(/^no space left$/);
});

const tokenless = (more: Partial<Marketplace> = {}): Marketplace => ({ ...marketplaceWith(), token: null, ...more });

test('a session without tokens sends none, and receives through its lane: once, however it fails', async () => {
  stranger = await startStranger((request, response, nth) => {
    expect(request.headers.authorization).toBeUndefined();
    if (nth === 1) json(response, 429, {}, { 'X-Pause-Ms': '1500' });
    else json(response, 200, [nth]);
  });
  const session = sessionWith(stranger, { marketplace: tokenless({ retryAfterMsHeader: 'x-pause-ms' }) });
  const meter = newMeter();
  const { pieces, write } = sink();
  const { signal } = new AbortController();
  const received = () => session.receive('/orders', async () => write, meter, signal);
  await expect(received()).rejects.toMatchObject({ failure: 'RATE_LIMITED', status: 429, retryAfterMs: 1_500 });
  await received();
  expect(pieces).toEqual(['[2]']);
  expect(stranger.asked).toEqual(['GET /orders', 'GET /orders']);
  expect(meter.requests).toBe(2);
  expect(await session.http.get('/other', { signal })).toEqual([3]);
  session.close();
});

test('an abort comes before the request or not at all', async () => {
  const stopping = new AbortController();
  let answered: http.ServerResponse | null = null;
  stranger = await startStranger((_, response) => {
    answered = response;
  });
  const session = sessionWith(stranger, { marketplace: tokenless() });
  const { pieces, write } = sink();
  const under = session.receive('/orders', async () => write, newMeter(), stopping.signal);
  while (!answered) await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort(new Error('stop'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const response = answered as http.ServerResponse;
  response.end('[1]');
  await once(response, 'close');
  await under;
  expect(pieces).toEqual(['[1]']);
  await expect(session.receive('/orders', async () => write, newMeter(), stopping.signal)).rejects.toThrow('stop');
  expect(stranger.asked.length).toBe(1);
  session.close();
});
