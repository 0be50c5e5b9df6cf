import type { Answer } from '../../sandbox/delivery.js';
import { Faults, htmlPage } from '../../sandbox/faults.js';
import { SlidingThrottle } from '../../sandbox/limits.js';
import type { RunningSandbox, TrueSales } from '../../sandbox/marketplace.js';
import { type Chance, chance } from '../../sandbox/random.js';
import { type Route, type SandboxApp, type SandboxRequest, startServer } from '../../sandbox/server.js';
import { TokenDesk } from '../../sandbox/tokens.js';
import { sandboxEpoch } from '../../sandbox/world.js';
import { refusal } from './sandbox/errors.js';
import * as ids from './sandbox/ids.js';
import { advance, createWorld, hurry } from './sandbox/life.js';
import { orderRoutes } from './sandbox/order-actions.js';
import { orderListRoute } from './sandbox/orders.js';
import type { OrderRecord, Step } from './sandbox/records.js';
import { returnRoutes } from './sandbox/returns.js';
import { allScopes, demoCredentials, type OttoSandboxOptions, type OttoSettings } from './sandbox/settings.js';
import { shipmentActions } from './sandbox/shipment-actions.js';
import { shipmentRoutes } from './sandbox/shipments.js';
import { type Gate, tokenRoutes } from './sandbox/token.js';
import { type OttoTruth, type SalesFilter, salesOf, truthOf } from './sandbox/truth.js';
import type { OttoWorld } from './sandbox/world.js';

export type { OttoSandboxOptions } from './sandbox/settings.js';
export type { OttoTruth, SalesFilter } from './sandbox/truth.js';

/** One thing that `change` made happen. */
export interface WorldChange {
  readonly salesOrderId: string;
  readonly step: Step;
}

/** A pretend OTTO that runs: real HTTP on this machine, a world of its own. */
export interface OttoSandbox extends RunningSandbox {
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly world: OttoWorld;
  truth(): OttoTruth;
  sales(filter?: SalesFilter): TrueSales[];
  /** Makes exactly this many different orders change now, at least a second after what was there before. */
  change(n: number): WorldChange[];
  advance(ms: number): { readonly changed: number };
}

/** The documented limits: 20/s per partner, the token endpoint 10/s per IP address. */
const partnerRequestsPerSecond = 20;
const tokenRequestsPerSecond = 10;

/** Starts a pretend OTTO. Rejects if the port is taken. */
export async function startSandbox(options: OttoSandboxOptions = {}): Promise<OttoSandbox> {
  const settings = settingsOf(options);
  const world = createWorld(settings, settings.orders);
  const faults = new Faults(settings.seed);
  const tokens = new TokenDesk();
  const gate: Gate = { credentials: settings.credentials, refuse: false };
  const server = await startServer(appOf(world, faults, tokens, gate, settings), settings);
  const nextChange = chance(settings.seed, 50);
  return {
    origin: server.origin,
    credentials: settings.credentials,
    world,
    faults,
    counters: Object.defineProperty(server.counters, 'tokensIssued', {
      get: () => tokens.issued,
      enumerable: true,
    }) as OttoSandbox['counters'],
    truth: () => truthOf(world),
    sales: (filter) => salesOf(world, filter),
    change: (n) => changeOrders(world, n, nextChange),
    advance: (ms) => advance(world, ms, settings.arrivalsPerHour),
    revokeTokens: () => tokens.revokeAll(),
    refuseCredentials(refuse = true) {
      gate.refuse = refuse;
      if (refuse) tokens.revokeAll();
    },
    stop: () => server.stop(),
  };
}

/** What OTTO's documents leave open. */
export const variants = (by: Chance): OttoSandboxOptions => ({
  tooManyBody: by.pick(['HTML', 'EMPTY', 'JSON']),
  unauthorizedBody: by.pick(['EMPTY', 'JSON']),
  changeDate: by.pick(['lastModifiedDate', 'lastModifiedDate', 'lifecycleChangeDate']),
  shipmentDirection: by.pick(['NEWEST_FIRST', 'OLDEST_FIRST']),
});

function settingsOf({ base = sandboxEpoch, ...options }: OttoSandboxOptions): OttoSettings {
  return {
    seed: 7,
    orders: 16,
    port: 0,
    host: '127.0.0.1',
    rateScale: 1,
    tokenLifetimeSeconds: 1_800,
    credentials: demoCredentials,
    scopes: allScopes,
    tooManyBody: 'HTML',
    unauthorizedBody: 'EMPTY',
    changeDate: 'lastModifiedDate',
    shipmentDirection: 'NEWEST_FIRST',
    emptyReturns: false,
    limitAboveMax: 'CLAMP',
    arrivalsPerHour: 0,
    tooManyRetryAfterSeconds: undefined,
    ...options,
    base: new Date(base).getTime(),
  };
}

function appOf(world: OttoWorld, faults: Faults, tokens: TokenDesk, gate: Gate, settings: OttoSettings): SandboxApp {
  const unauthorized = (request: SandboxRequest): Answer =>
    settings.unauthorizedBody === 'EMPTY'
      ? { status: 401 }
      : refusal(request, 401, 'UNAUTHORIZED', 'Authentication is required and has failed.');
  return {
    routes: [
      ...tokenRoutes(gate, tokens, settings),
      orderListRoute(world, faults, settings),
      ...orderRoutes(world),
      ...shipmentRoutes(world, faults, settings),
      ...shipmentActions(world),
      ...returnRoutes(world, faults, settings),
    ],
    faults,
    throttle: new SlidingThrottle({
      open: { name: 'token', requests: tokenRequestsPerSecond * settings.rateScale, windowMs: 1_000 },
      account: { name: 'partner', requests: partnerRequestsPerSecond * settings.rateScale, windowMs: 1_000 },
    }),
    // the host looks at the token before it looks at the path
    admit(request, route) {
      const token = tokens.of(request.headers.authorization);
      if (!token) return unauthorized(request);
      const scope = route && scopeOf(route);
      if (scope && !token.scopes.includes(scope)) {
        return refusal(request, 403, 'FORBIDDEN', `The token lacks the scope ${scope}`);
      }
      return { account: token.account };
    },
    unauthorized,
    notFound: (request) => refusal(request, 404, 'NOT_FOUND', 'There is nothing here'),
    tooMany: (_, retryAfterSeconds) => tooMany(settings, retryAfterSeconds),
    contentType: 'application/json;charset=utf-8',
  };
}

/** Every interface is a scope of its own: a token has only what was asked for. */
function scopeOf(route: Route): string | null {
  return /^\w+ \/v\d+\/(orders|shipments|returns)/.exec(route.name)?.[1] ?? null;
}

function tooMany(settings: OttoSettings, forced: number | null | undefined): Answer {
  const seconds = forced ?? settings.tooManyRetryAfterSeconds;
  const headers: Record<string, string> = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  switch (settings.tooManyBody) {
    case 'HTML': {
      const body = htmlPage(429, 'Too Many Requests');
      return { status: 429, headers: { 'content-type': 'text/html', ...headers }, body };
    }
    case 'EMPTY':
      return { status: 429, headers };
    case 'JSON':
      return { status: 429, headers, body: { errors: [{ title: 'TOO_MANY_REQUESTS', detail: 'too many requests' }] } };
  }
}

/** One order in five is new; the others take the next step of their plan. With no steps left, all are new. */
function changeOrders(world: OttoWorld, n: number, by: ReturnType<typeof chance>): WorldChange[] {
  const changed = new Map<OrderRecord, Step>();
  const candidates = world.orders.filter(({ dueAt }) => dueAt !== Number.POSITIVE_INFINITY);
  while (changed.size < n) {
    world.clock.advance(1_000);
    if (candidates.length === 0 || by.is(0.2)) {
      changed.set(world.place(), 'PLACED');
      continue;
    }
    const [order] = candidates.splice(by.int(0, candidates.length - 1), 1) as [OrderRecord];
    const step = hurry(world, order);
    if (step) changed.set(order, step);
  }
  return [...changed].map(([order, step]) => ({ salesOrderId: ids.salesOrderId(world.seed, order.index), step }));
}
