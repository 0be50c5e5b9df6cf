import type { Answer } from '../../sandbox/delivery.js';
import { Faults } from '../../sandbox/faults.js';
import { SlidingThrottle } from '../../sandbox/limits.js';
import type { RunningSandbox, SandboxOptions } from '../../sandbox/marketplace.js';
import type { Chance } from '../../sandbox/random.js';
import { type Route, type SandboxApp, startServer } from '../../sandbox/server.js';
import { sandboxEpoch } from '../../sandbox/world.js';
import { truthOf } from './sandbox/truth.js';
import { type Batch, FeedWorld } from './sandbox/world.js';

export interface FeedSandboxOptions extends SandboxOptions {
  /** Orders in one answer, at most; 25 if absent. */
  readonly batchSize?: number;
  /** New orders per hour of the world's time while it advances; 20 if absent. */
  readonly ordersPerHour?: number;
  /** The share of orders that are earlier ones again; 0.1 if absent. */
  readonly repeats?: number;
}

/** A pretend order feed that runs. Every `GET /orders` takes orders out of it for ever. */
export interface FeedSandbox extends RunningSandbox {
  readonly world: FeedWorld;
  change(n: number): void;
}

/** Starts a pretend order feed. Rejects if the port is taken. */
export async function startSandbox(options: FeedSandboxOptions = {}): Promise<FeedSandbox> {
  const { seed = 7, orders = 40, base = sandboxEpoch, rateScale = 1 } = options;
  const { batchSize = 25, ordersPerHour = 20, repeats = 0.1 } = options;
  const world = new FeedWorld(seed, orders, new Date(base).getTime(), repeats);
  const faults = new Faults(seed);
  const limit = { name: 'all', requests: Math.max(1, rateScale), windowMs: 1_000 };
  const app: SandboxApp = {
    routes: [ordersRoute(world, faults, batchSize)],
    faults,
    throttle: new SlidingThrottle({ account: limit, open: limit }),
    now: () => world.clock.now(),
    // asks nobody who they are
    admit: () => ({ account: '' }),
    unauthorized: () => problem(401, 'Unauthorized'),
    notFound: () => problem(404, 'Not Found'),
    tooMany: (waitMs, forced = Math.ceil(waitMs / 1_000)) => ({
      ...problem(429, 'Too Many Requests'),
      ...(forced !== null && { headers: { 'retry-after': String(forced) } }),
    }),
    contentType: 'application/json;charset=UTF-8',
  };
  const server = await startServer(app, options);
  return {
    ...{ origin: server.origin, credentials: { currency: 'USD' }, faults, world },
    counters: Object.assign(server.counters, { tokensIssued: 0 }),
    truth: () => truthOf(world),
    change: (n) => world.change(n),
    advance: (ms) => world.advance(ms, ordersPerHour),
    // there are none
    revokeTokens: () => {},
    refuseCredentials: () => {},
    stop: () => server.stop(),
  };
}

/** What nobody documents. */
export const variants = (by: Chance): FeedSandboxOptions => ({ batchSize: by.pick([5, 25, 700]) });

const problem = (status: number, error: string): Answer => ({ status, body: { status, error } });

const ordersRoute = (world: FeedWorld, faults: Faults, batchSize: number): Route => ({
  ...{ name: 'GET /orders', method: 'GET', pattern: /^\/orders$/ },
  handle({ method, path }) {
    const orders = world.take(batchSize);
    const texts = orders.map((order) => JSON.stringify(order));
    const strikes = (kind: Parameters<Faults['inContent']>[0]) => faults.inContent(kind, method, path);
    const again = strikes('DUPLICATE_ENTRIES') ? texts.slice(-2) : [];
    const malformed = strikes('MALFORMED_RECORDS') ? [JSON.stringify({ ...orders[0], orderNumber: 7 }), '{}'] : [];
    let batch: Batch | null = null;
    return {
      status: 200,
      body: `[${[...malformed, ...texts, ...again].join(',')}]`,
      onSend(bytes) {
        batch = { orders, whole: wholeWithin(bytes, malformed, texts), isSent: false };
        world.batches.push(batch);
      },
      onSent() {
        if (batch) batch.isSent = true;
      },
    };
  },
});

/** Which of the texts lie within the first so many bytes of the answer, behind those before them. */
function wholeWithin(bytes: number, before: readonly string[], texts: readonly string[]): boolean[] {
  let end = 0;
  const isIn = [...before, ...texts].map((text) => {
    // a bracket or a comma, and the order
    end += 1 + Buffer.byteLength(text);
    return end <= bytes;
  });
  return isIn.slice(before.length);
}
