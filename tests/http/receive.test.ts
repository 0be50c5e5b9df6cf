// Answers that come only once: each piece is in the file when it has come, whatever happens then, and to whom.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import type http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Marketplace } from '../../src/commerce/marketplace.js';
import { newMeter } from '../../src/http/meter.js';
import { NotSent, openReceiver, type Receiver } from '../../src/http/receive.js';
import { json, marketplaceWith, type Stranger, sessionWith, startStranger } from './stranger.js';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-receive-'));
let stranger: Stranger | null = null;
let receiver: Receiver;
let file: string;
let files = 0;
beforeEach(() => {
  receiver = openReceiver();
  file = path.join(dir, String(++files));
});
afterEach(async () => {
  receiver.close();
  await stranger?.close();
  stranger = null;
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

async function serve(reply: (response: http.ServerResponse, request: http.IncomingMessage) => void): Promise<string> {
  stranger = await startStranger((request, response) => reply(response, request));
  return `${stranger.origin}/orders`;
}

const written = (end = '') => (fs.existsSync(file + end) ? fs.readFileSync(file + end, 'utf8') : null);

test('a whole answer goes into the file, piece by piece as it comes, and uncompressed', async () => {
  const url = await serve(async (response, { headers }) => {
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.authorization).toBeUndefined();
    response.writeHead(200, { 'content-type': 'application/json' });
    let sent = '';
    for (const piece of ['[{"a"', ':"ü"}', ']']) {
      response.write(piece);
      sent += piece;
      // there before the next one is sent, under the name of what is not whole
      await vi.waitFor(() => expect(written('.part')).toBe(sent), { timeout: 5_000, interval: 5 });
    }
    response.end();
  });
  expect(await receiver.receive(url, file)).toMatchObject({ status: 200, body: '' });
  expect([written(), written('.part')]).toEqual(['[{"a":"ü"}]', null]);
});

test('what came before the connection broke is there', async () => {
  const half = 'x'.repeat(300_000);
  const url = await serve((response) => {
    response.writeHead(200, { 'content-length': 2 * half.length });
    response.write(half, () => response.destroy());
  });
  await expect(receiver.receive(url, file)).rejects.toMatchObject({ failure: 'RETRY_LATER' });
  expect([written(), written('.part')]).toEqual([null, half]);
});

test('of a failure nothing goes into the file, and it has come to its end', async () => {
  const url = await serve((response) => json(response, 503, { reason: 'busy' }));
  expect(await receiver.receive(url, file)).toMatchObject({ status: 503, body: '{"reason":"busy"}' });
  expect([written(), written('.part')]).toEqual(['', null]);
});

test('a redirect is not followed', async () => {
  const url = await serve((response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  expect(await receiver.receive(url, file)).toMatchObject({ status: 302 });
  expect(written()).toBe('');
});

test('where nobody listens, nothing was sent', async () => {
  await expect(receiver.receive('http://127.0.0.1:9/orders', file)).rejects.toThrow(NotSent);
  expect([written(), written('.part')]).toEqual(['', null]);
  const url = await serve((response) => response.destroy());
  const dropped = await receiver.receive(url, `${file}x`).catch((error: Error) => error);
  expect(dropped).toMatchObject({ failure: 'RETRY_LATER' });
  expect(dropped).not.toBeInstanceOf(NotSent);
});

test('a file that cannot be written is our trouble, not theirs', async () => {
  const url = await serve((response) => json(response, 200, []));
  const nowhere = path.join(dir, 'nowhere', 'file');
  await expect(receiver.receive(url, nowhere)).rejects.toThrow(/cannot be written down: ENOENT/);
  // and the next one is none
  expect(await receiver.receive(url, file)).toMatchObject({ status: 200 });
});

/** Asks, and is killed or not. */
const asker = (url: string) => `
  const { fork } = require('node:child_process');
  const child = fork('src/http/receiver.mjs', [], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  child.send({ id: 1, url: ${JSON.stringify(url)}, file: ${JSON.stringify(file)}, timeoutMs: 9000, bytesMax: 9000 });`;

test('whoever asked is killed: the answer comes to its end all the same', async () => {
  let answering: http.ServerResponse | null = null;
  const url = await serve((response) => {
    answering = response.writeHead(200);
    answering.write('[1');
  });
  const parent = spawn(process.execPath, ['-e', asker(url)], { stdio: 'ignore' });
  await vi.waitFor(() => expect(written('.part')).toBe('[1'), { timeout: 20_000, interval: 20 });
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  (answering as http.ServerResponse | null)?.end(',2]');
  await vi.waitFor(() => expect(written()).toBe('[1,2]'), { timeout: 5_000, interval: 20 });
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
  const { signal } = new AbortController();
  const received = (name: string) => session.receive('/orders', { receiver, open: async () => name }, meter, signal);
  await expect(received(`${file}a`)).rejects.toMatchObject({
    failure: 'RATE_LIMITED',
    status: 429,
    retryAfterMs: 1_500,
  });
  await received(file);
  expect(written()).toBe('[2]');
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
  const into = { receiver, open: async () => file };
  const under = session.receive('/orders', into, newMeter(), stopping.signal);
  while (!answered) await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort(new Error('stop'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const response = answered as http.ServerResponse;
  response.end('[1]');
  await once(response, 'close');
  await under;
  expect(written()).toBe('[1]');
  await expect(session.receive('/orders', into, newMeter(), stopping.signal)).rejects.toThrow('stop');
  expect(stranger.asked.length).toBe(1);
  session.close();
});
