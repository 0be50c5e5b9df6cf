import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, deliver } from './delivery.js';
import type { FaultRule, Faults } from './faults.js';
import { type Throttle, watchLateness } from './limits.js';

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly ip: string;
  /** The account that the token belongs to; empty on open routes. */
  readonly account: string;
}

export interface Route {
  /** As counters call it: `GET /v4/orders`. */
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Served without a token. */
  readonly open?: boolean;
  readonly handle: (request: SandboxRequest, params: readonly string[]) => Answer;
}

/** A marketplace, as far as the server needs to know it. */
export interface SandboxApp {
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly throttle: Throttle;
  /** The marketplace's time, as its `Date` headers tell it, in ms since 1970; the machine's, if absent. */
  readonly now?: () => number;
  /** The account whose token this is, or the answer that refuses it. `route` is null for an unknown path. */
  readonly admit: (request: SandboxRequest, route: Route | null) => { account: string } | Answer;
  readonly unauthorized: (request: SandboxRequest) => Answer;
  readonly notFound: (request: SandboxRequest) => Answer;
  /** `retryAfterSeconds`: what a fault wants the header to be, null for none; absent when the limit was really broken. */
  readonly tooMany: (waitMs: number, retryAfterSeconds?: number | null) => Answer;
  readonly contentType: string;
}

export interface LogEntry {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** 0: no answer was given. */
  readonly status: number;
}

/** What was asked and answered since the start; tests compare it with what a client claims. */
export interface Counters {
  total: number;
  /** Requests per route name; unknown paths under `other`. */
  readonly routes: Record<string, number>;
  readonly statuses: Record<number, number>;
  /** Requests refused because the rate limit was broken; faults that only look so are not counted here. */
  tooMany: number;
  /** The same, by the name of the limit. */
  readonly tooManyByRule: Record<string, number>;
  /** Requests in work at once, at most. */
  concurrencyPeak: number;
  /** The most requests of accounts let through in one window of the rate limit. */
  readonly windowPeak: number;
  /** The same of the token endpoint. */
  readonly tokenWindowPeak: number;
  /** The last 1,000 requests. */
  readonly log: LogEntry[];
  /** What broke in the emulator itself, or in reading a request whose sender went away. */
  readonly failures: string[];
}

export interface RunningServer {
  readonly origin: string;
  readonly counters: Counters;
  stop(): Promise<void>;
}

const logMax = 1_000;
const bodyMax = 2_000_000;

/** Serves a pretend marketplace over real HTTP until it is stopped. Port 0: any free one. */
export async function startServer(
  app: SandboxApp,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<RunningServer> {
  const lateness = watchLateness();
  const counters: Counters = {
    total: 0,
    routes: {},
    statuses: {},
    tooMany: 0,
    tooManyByRule: {},
    concurrencyPeak: 0,
    get windowPeak() {
      return app.throttle.peaks.account;
    },
    get tokenWindowPeak() {
      return app.throttle.peaks.open;
    },
    log: [],
    failures: [],
  };
  let inWork = 0;
  const server = createServer((incoming, response) => {
    counters.concurrencyPeak = Math.max(counters.concurrencyPeak, ++inWork);
    response.on('close', () => inWork--);
    serve(app, lateness.lateMs, counters, incoming, response).catch((error: unknown) => {
      counters.failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
      response.destroy();
    });
  });
  // a client that keeps its connection for the next page must not find it closed just then
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    counters,
    stop: () =>
      new Promise<void>((resolve) => {
        lateness.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  app: SandboxApp,
  lateMs: () => number,
  counters: Counters,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await read(incoming);
  const route = routeOf(app, request);
  counters.total++;
  const name = route?.route.name ?? 'other';
  counters.routes[name] = (counters.routes[name] ?? 0) + 1;

  const fault = app.faults.onWire(request.method, request.path);
  if (fault?.kind === 'LATE') await sleep(fault.ms ?? 1_000);
  const answer =
    (fault && instead(app, fault, request)) ?? respond(app, lateMs, counters, request, route?.route, route?.params);
  if (app.now) response.setHeader('date', new Date(app.now()).toUTCString());
  const sent = deliver(response, answer, fault, app.contentType);
  counters.statuses[sent] = (counters.statuses[sent] ?? 0) + 1;
  counters.log.push({ at: Date.now(), method: request.method, url: request.url, status: sent });
  if (counters.log.length > logMax) counters.log.shift();
}

/** The answer of a fault that strikes before the marketplace looks at the request; null for those that strike later. */
function instead(app: SandboxApp, fault: FaultRule, request: SandboxRequest): Answer | null {
  switch (fault.kind) {
    case 'TOO_MANY_REQUESTS':
      return app.tooMany(1_000, fault.retryAfterSeconds ?? null);
    case 'EMPTY_404':
      return { status: 404 };
    case 'UNPROCESSABLE':
      return { status: 422 };
    case 'UNAUTHORIZED':
      return app.unauthorized(request);
    case 'HANG':
    case 'DROP':
    case 'HTML_200':
    case 'EMPTY_200':
    case 'SERVER_ERROR':
    case 'FORBIDDEN_HTML':
      return { status: fault.status ?? 500 };
    default:
      return null;
  }
}

function respond(
  app: SandboxApp,
  lateMs: () => number,
  counters: Counters,
  request: SandboxRequest,
  route?: Route,
  params: readonly string[] = [],
): Answer {
  let account = '';
  if (!route?.open) {
    const admitted = app.admit(request, route ?? null);
    if ('status' in admitted) return admitted;
    account = admitted.account;
  }
  const turn = app.throttle.take({ ...request, account }, performance.now(), lateMs());
  if (!turn.ok) {
    counters.tooMany++;
    const rule = turn.rule ?? 'other';
    counters.tooManyByRule[rule] = (counters.tooManyByRule[rule] ?? 0) + 1;
    return withHeaders(app.tooMany(turn.waitMs), turn.headers);
  }
  const answer = route ? route.handle({ ...request, account }, params) : app.notFound(request);
  return withHeaders(answer, turn.headers);
}

const withHeaders = (answer: Answer, headers: Answer['headers']): Answer =>
  headers ? { ...answer, headers: { ...headers, ...answer.headers } } : answer;

function routeOf(app: SandboxApp, request: SandboxRequest): { route: Route; params: string[] } | null {
  for (const route of app.routes) {
    const match = route.method === request.method ? route.pattern.exec(request.path) : null;
    if (match) return { route, params: match.slice(1).map((part) => decoded(part ?? '')) };
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function read(incoming: IncomingMessage): Promise<SandboxRequest> {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  let body = '';
  incoming.setEncoding('utf8');
  for await (const part of incoming) {
    body += part;
    if (body.length > bodyMax) throw new RangeError('request body too large');
  }
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    url,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    body,
    ip: incoming.socket.remoteAddress ?? '',
    account: '',
  };
}
