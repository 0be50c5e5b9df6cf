import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FailedAnswer, Failure, Lane, Marketplace } from '../../src/commerce/marketplace.js';
import { openSession, type SessionOptions, type ShopSession } from '../../src/http/client.js';
import { createLog } from '../../src/log.js';

/** A real HTTP server that answers as a test tells it, and remembers what it was asked. */
export interface Stranger {
  readonly origin: string;
  /** `GET /path?query`, in the order of arrival. */
  readonly asked: string[];
  readonly arrivedAt: number[];
  close(): Promise<void>;
}

export type Reply = (request: http.IncomingMessage, response: http.ServerResponse, nth: number) => void;

export async function startStranger(reply: Reply): Promise<Stranger> {
  const asked: string[] = [];
  const arrivedAt: number[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    arrivedAt.push(performance.now());
    reply(request, response, asked.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    arrivedAt,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function json(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: http.OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function html(response: http.ServerResponse, status: number, headers: http.OutgoingHttpHeaders = {}): void {
  response
    .writeHead(status, { 'content-type': 'text/html', ...headers })
    .end('<html><body>an edge speaking</body></html>');
}

/** A marketplace of one lane and a token from `POST /token`. */
export function marketplaceWith(
  options: { lanes?: readonly Lane[]; classify?: (answer: FailedAnswer) => Failure | null } = {},
): Marketplace {
  const none = class {};
  return {
    id: 'stranger',
    code: 'OTTO',
    title: 'Stranger',
    origin: 'https://stranger.example',
    zone: 'Europe/Berlin',
    accountField: 'clientId',
    lanes: options.lanes ?? [
      { name: 'all', pattern: /./, requests: 500, windowMs: 100, queueMax: 1_000, source: 'test' },
    ],
    token: {
      async fetch(plain, credentials, signal) {
        const answer = (await plain.post('/token', {
          form: { secret: credentials.clientSecret as string },
          signal,
        })) as {
          token: string;
          life: number;
        };
        return { value: answer.token, expiresInSeconds: answer.life };
      },
    },
    derived: [],
    mappingVersion: 1,
    streams: [],
    classify: options.classify ?? (() => null),
    verify: async () => undefined,
    types: { order: none, shipment: none, return: none, productSales: none, credentials: none },
  };
}

export function sessionWith(
  stranger: Stranger,
  options: Partial<SessionOptions> & { marketplace?: Marketplace } = {},
): ShopSession {
  const { marketplace = marketplaceWith(), ...rest } = options;
  return openSession(marketplace, {
    origin: stranger.origin,
    credentials: { clientId: 'id', clientSecret: 'very-secret' },
    log: createLog({ level: 'error', format: 'json' }),
    timeoutMs: 2_000,
    backOffMs: 10,
    ...rest,
  });
}
