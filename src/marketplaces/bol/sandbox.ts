import type { Answer } from '../../sandbox/delivery.js';
import { Faults } from '../../sandbox/faults.js';
import type { RunningSandbox, Truth } from '../../sandbox/marketplace.js';
import { type Chance, chance } from '../../sandbox/random.js';
import { type Route, type SandboxApp, startServer } from '../../sandbox/server.js';
import { WindowThrottle } from '../../sandbox/windows.js';
import { sandboxEpoch } from '../../sandbox/world.js';
import { type Api, apiOf, vendorType } from './sandbox/api.js';
import * as ids from './sandbox/ids.js';
import { advance, changeOrders, createWorld } from './sandbox/life.js';
import { publicLimits, rulesOf } from './sandbox/limits.js';
import { orderRoutes } from './sandbox/orders.js';
import type { Step } from './sandbox/plan.js';
import { notFound } from './sandbox/problem.js';
import { processRoutes } from './sandbox/process-routes.js';
import { Processes } from './sandbox/processes.js';
import { returnWriteRoutes } from './sandbox/return-writes.js';
import { returnRoutes } from './sandbox/returns.js';
import { type BolSandboxOptions, type BolSettings, demoCredentials } from './sandbox/settings.js';
import { shipmentRoutes } from './sandbox/shipments.js';
import { LoginDesk, type TokenLife, tokenRoute } from './sandbox/token.js';
import { reachableOf, truthOf } from './sandbox/truth.js';
import { v3Routes } from './sandbox/v3.js';
import type { BolWorld } from './sandbox/world.js';
import { writeRoutes } from './sandbox/writes.js';

export type { BolSandboxOptions } from './sandbox/settings.js';

/** A pretend bol that runs: real HTTP on this machine, a world of its own. `origin` is the API and the login host in one. */
export interface BolSandbox extends RunningSandbox {
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly world: BolWorld;
  readonly counters: RunningSandbox['counters'] & {
    /** Every token given out, in order. */
    readonly tokenLives: readonly TokenLife[];
  };
  /** The part of the truth that bol can still be asked for now: shipments and changes of the last three months, open orders. */
  reachable(): Truth;
  change(n: number): readonly { readonly orderId: string; readonly step: Step }[];
  advance(ms: number): { readonly changed: number };
  /** The login host answers 404, as it does to a blocked address; or lets in again. */
  blockAddress(block?: boolean): void;
  /** Every call is refused because the account is not active; or is again. */
  deactivateAccount(inactive?: boolean): void;
  /** The next so many writes are never carried out: their status becomes TIMEOUT. */
  timeOutNext(n?: number): void;
  stop(): Promise<void>;
}

/** The demo must read its thousand shipments while somebody watches: unless told otherwise, everything may go so much faster. */
const demoRateScale = 100;

/** Starts a pretend bol. Rejects if the port is taken. */
export async function startSandbox(options: BolSandboxOptions = {}): Promise<BolSandbox> {
  const settings = settingsOf(options);
  const world = createWorld(settings);
  const faults = new Faults(settings.seed);
  const processes = new Processes(world, settings);
  const isReal = settings.tokenClock === 'REAL';
  const desk = new LoginDesk(settings, () => (isReal ? Date.now() : world.clock.now()));
  const server = await startServer(appOf(apiOf({ world, faults, settings }), desk, processes), settings);
  const nextChange = chance(settings.seed, 50);
  const perHour = settings.ordersPerHour ?? world.orders.length / (settings.historyDays * 24);
  const counters = Object.defineProperties(server.counters, {
    tokensIssued: { get: () => desk.lives.length, enumerable: true },
    tokenLives: { get: () => desk.lives, enumerable: true },
  }) as BolSandbox['counters'];
  return {
    origin: server.origin,
    ...{ credentials: settings.credentials, world, faults, counters },
    truth: () => truthOf(world),
    reachable: () => reachableOf(world),
    change: (n) =>
      changeOrders(world, n, nextChange).map(({ order, step }) => ({
        orderId: ids.orderId(world.seed, order.index),
        step,
      })),
    advance: (ms) => advance(world, ms, perHour),
    revokeTokens: () => desk.revokeAll(),
    refuseCredentials(refuse = true) {
      desk.refuse = refuse;
      if (refuse) desk.revokeAll();
    },
    blockAddress(block = true) {
      desk.isBlocked = block;
    },
    deactivateAccount(inactive = true) {
      desk.isInactive = inactive;
    },
    timeOutNext: (n) => processes.timeOutNext(n),
    stop: () => server.stop(),
  };
}

/** What bol's documents leave open. */
export const variants = (by: Chance): BolSandboxOptions => ({
  retryAfter: by.pick(['SENT', 'ABSENT']),
  pastTheEnd: by.pick(['NO_MEMBER', 'EMPTY_ARRAY']),
  listItems: by.pick(['WHOLE_ORDER', 'MATCHING']),
});

function settingsOf({ base = sandboxEpoch, ...options }: BolSandboxOptions): BolSettings {
  const { rateScale = demoRateScale } = options;
  return {
    seed: 7,
    port: 0,
    host: '127.0.0.1',
    rateScale,
    tokenLifetimeSeconds: 299,
    historyDays: 80,
    horizonDays: 89,
    credentials: demoCredentials,
    version: 'v10',
    limits: options.version === 'v3' ? '2020-05' : '2025-11',
    retryAfter: 'SENT',
    tokensPerMinute: Math.max(10, 10 * rateScale),
    tokenClock: 'REAL',
    pastTheEnd: 'NO_MEMBER',
    listItems: 'WHOLE_ORDER',
    handledReturnsBy: 'REGISTERED',
    processDelayMs: 60_000,
    processKeptMs: 86_400_000,
    ...options,
    orders: options.orders ?? null,
    shipments: options.shipments ?? (options.orders === undefined ? 1_000 : null),
    ordersPerHour: options.ordersPerHour ?? null,
    base: new Date(base).getTime(),
  };
}

function apiRoutes(api: Api, processes: Processes): Route[] {
  return [
    // before orders by id: `cancellation` is none
    ...writeRoutes(api, processes),
    ...returnWriteRoutes(api, processes),
    ...orderRoutes(api),
    ...shipmentRoutes(api),
    ...returnRoutes(api),
    ...processRoutes(api, processes),
  ];
}

function appOf(api: Api, desk: LoginDesk, processes: Processes): SandboxApp {
  const { world, faults, settings } = api;
  return {
    routes: [
      tokenRoute(desk),
      limitsRoute(settings),
      ...(settings.version === 'v3' ? v3Routes(api) : [...apiRoutes(api, processes), ...exampleRoutes(settings)]),
    ],
    faults,
    throttle: new WindowThrottle(rulesOf(settings)),
    now: () => world.clock.now(),
    admit: (request) => desk.admit(request.headers.authorization),
    unauthorized: () => desk.expired(),
    notFound: (request) => notFound(request, 'Not Found'),
    tooMany: (waitMs, forced) => tooMany(waitMs, settings, forced),
    contentType: `${vendorType(settings.version)};charset=UTF-8`,
  };
}

/** The same API under `/retailer-demo` and `/shared-demo`: always the same few examples, whatever is written. */
function exampleRoutes(settings: BolSettings): Route[] {
  const world = createWorld({ ...settings, seed: 1, orders: 20, shipments: null });
  const api = apiOf({ world, faults: new Faults(1), settings }, '-demo');
  // its clock stands still for ever, so nothing is ever carried out
  const processes = new Processes(world, { ...settings, processDelayMs: 1 });
  return apiRoutes(api, processes);
}

/** The limits in figures, for everybody to read. */
const limitsRoute = ({ limits }: BolSettings): Route => ({
  name: 'GET /retailer/public/ratelimits',
  method: 'GET',
  pattern: /^\/retailer\/public\/ratelimits$/,
  open: true,
  handle: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: publicLimits(limits) }),
});

function tooMany(waitMs: number, { retryAfter }: BolSettings, forced: number | null | undefined): Answer {
  const seconds = forced ?? Math.max(1, Math.ceil(waitMs / 1_000));
  const isTold = forced === undefined ? retryAfter === 'SENT' : forced !== null;
  return {
    status: 429,
    headers: isTold ? { 'retry-after': String(seconds) } : {},
    body: { title: 'Too Many Requests', status: 429, detail: `Too many requests, retry in ${seconds} seconds.` },
  };
}
