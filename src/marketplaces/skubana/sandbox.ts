import { Faults } from '../../sandbox/faults.js';
import { SlidingThrottle } from '../../sandbox/limits.js';
import type { RunningSandbox } from '../../sandbox/marketplace.js';
import type { Chance } from '../../sandbox/random.js';
import { type SandboxApp, type SandboxRequest, startServer } from '../../sandbox/server.js';
import { sandboxEpoch } from '../../sandbox/world.js';
import { requestsPerSecond } from './guesses.js';
import { problem, routesOf } from './sandbox/lists.js';
import type { SkubanaSandboxOptions } from './sandbox/settings.js';
import { truthOf } from './sandbox/truth.js';
import { SkubanaWorld } from './sandbox/world.js';

export type { SkubanaSandboxOptions } from './sandbox/settings.js';

export interface SkubanaSandbox extends RunningSandbox {
  readonly world: SkubanaWorld;
}

const credentials = { accessToken: '00000000-0000-4000-8000-00000000beef' };

/** Who may come in. */
interface Gate {
  refuse: boolean;
  /** So many requests are refused although their token is good. */
  hiccups: number;
}

/** Starts a pretend Skubana. Rejects if the port is taken. */
export async function startSandbox(options: SkubanaSandboxOptions = {}): Promise<SkubanaSandbox> {
  const { seed = 7, orders = 40, base = sandboxEpoch, rateScale = 1 } = options;
  const world = new SkubanaWorld(seed, orders, new Date(base).getTime());
  const faults = new Faults(seed);
  const gate: Gate = { refuse: false, hiccups: 0 };
  const limit = { name: 'all', requests: Math.max(1, Math.floor(requestsPerSecond * rateScale)), windowMs: 1_000 };
  const app: SandboxApp = {
    routes: routesOf(world, faults, { listedBy: 'ID', beyondLimit: 'CUT', ...options }),
    faults,
    throttle: new SlidingThrottle({ account: limit, open: limit }),
    now: () => world.clock.now(),
    admit: (request) => admit(request, gate),
    unauthorized: () => invalidToken,
    notFound: () => problem(404, 'not_found'),
    tooMany: (waitMs, forced = waitMs / 1_000) => ({
      status: 429,
      body: {},
      ...(forced !== null && { headers: { 'x-skubana-quota-retryAfter': String(Math.ceil(forced * 1_000)) } }),
    }),
    contentType: 'application/json',
  };
  const server = await startServer(app, options);
  return {
    ...{ origin: server.origin, credentials, faults, world },
    // the credential is the token: none is given out
    counters: Object.assign(server.counters, { tokensIssued: 0 }),
    truth: () => truthOf(world),
    change: (n) => world.change(n),
    advance: (ms) => world.advance(ms),
    // it has no end either: the next request is refused as if it had one, which must not stop anybody
    revokeTokens() {
      gate.hiccups = 1;
    },
    refuseCredentials(refuse = true) {
      gate.refuse = refuse;
    },
    stop: () => server.stop(),
  };
}

/** What nobody documents. */
export const variants = (by: Chance): SkubanaSandboxOptions => ({
  listedBy: by.pick(['ID', 'OLDEST_CHANGE', 'NEWEST_CHANGE']),
  beyondLimit: by.pick(['CUT', 'REFUSED']),
});

const invalidToken = {
  status: 401,
  body: { error: 'invalid_token', error_description: 'Invalid access token' },
};

function admit({ headers }: SandboxRequest, gate: Gate) {
  const isKnown = headers.authorization === `Bearer ${credentials.accessToken}`;
  if (!isKnown || gate.refuse) return invalidToken;
  if (gate.hiccups === 0) return { account: 'demo' };
  gate.hiccups--;
  return invalidToken;
}
