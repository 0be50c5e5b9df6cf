import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Known to nobody but these tests. */
export const secret = `whsec_${Buffer.from('a secret of these tests, 32 byte').toString('base64')}`;

export interface Received {
  readonly path: string;
  readonly id: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Does the signature fit, by the convention as its receivers check it? */
  readonly isGenuine: boolean;
  readonly at: number;
}

/** Answers a request; `nth` counts from 1. What does not end the response keeps the sender waiting. */
export type Reply = (response: http.ServerResponse, received: Received, nth: number) => void;

/** A real HTTP server that takes webhooks, and answers as a test tells it. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  reply: Reply;
  close(): Promise<void>;
}

export const ok: Reply = (response) => void response.writeHead(204).end();
export const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Reply =>
  (response) =>
    void response.writeHead(code, headers).end('some words');

export async function openReceiver(port = 0): Promise<Receiver> {
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const received: Received = {
      path: request.url ?? '',
      id: String(request.headers['webhook-id']),
      headers: request.headers,
      body,
      isGenuine: isGenuine(request.headers, body),
      at: performance.now(),
    };
    receiver.received.push(received);
    receiver.reply(response, received, receiver.received.length);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/path-that-is-secret?key=query-that-is-secret`,
    received: [],
    reply: ok,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

/** Written from the convention's text, not from our code. */
function isGenuine(headers: http.IncomingHttpHeaders, body: string): boolean {
  const [id, time, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  if (!id || Math.abs(Date.now() / 1_000 - Number(time)) > 300) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .some((one) => {
      const given = Buffer.from(one.replace(/^v1,/, ''), 'base64');
      return one.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
