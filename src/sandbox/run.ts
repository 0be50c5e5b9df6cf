import { parseArgs } from 'node:util';
import type { Credentials } from '../commerce/marketplace.js';
import type { FaultKind, FaultRule } from './faults.js';
import { type RunningInventory, startInventorySandbox } from './inventory.js';
import type { RunningSandbox, SandboxModule, SandboxOptions } from './marketplace.js';
import { minuteMs } from './world.js';

/** The pretend marketplaces as a process of their own: for load tests, and for a look at the protocol with curl. */

const usage = `npm run sandbox -- [options]

  --inventory        the services of catalog and carts instead of marketplaces, at port 4020
  --products N       inventory: products P1, P2 …, 10 units of each   100
  --etags ON         inventory: on or off                          on
  --marketplace ID   otto, bol, skubana, feed; both: the first two, all: every one   otto
  --orders N         orders in the world, 0 to 1000000             otto: 16, bol: what its shipments need, else 40
  --shipments N      bol: shipments in the world, 0 to 1000000     1000
  --port N           0: any free one; of several, each takes the next   otto: 4010, bol: 4011, skubana: 4012, feed: 4013
  --host ADDRESS                                                   127.0.0.1
  --seed N           the same seed gives the same world            7
  --base INSTANT     the world's "now" at the start                2026-11-16T08:00:00.000Z
  --rate-scale X     multiplies the documented rate limits         1
  --token-seconds N  lifetime of a token                           otto: 1800, bol: 299
  --speed N          minutes of the world per second; 0: it stands still   0
  --arrivals N       new orders per hour of the world's time       otto: 0, bol: as before
  --changes N        orders that change per second, whatever the speed     0
  --fault RULE       KIND[:rate[:regexp on "METHOD /path"]], may be repeated:
                     TOO_MANY_REQUESTS:0.05  SERVER_ERROR:0.01:shipments  HANG DROP DROP_MID_BODY SLOW_BODY HTML_200
                     TRUNCATED_JSON EMPTY_200 EMPTY_404 UNPROCESSABLE UNAUTHORIZED FORBIDDEN_HTML DUPLICATE_ENTRIES
                     SHIFTED_PAGES STUCK_CURSOR MALFORMED_RECORDS; carried out, but not answered: LATE DROP_AFTER HANG_AFTER
  --help`;

const faultKinds: readonly FaultKind[] = [
  'TOO_MANY_REQUESTS',
  'SERVER_ERROR',
  'HANG',
  'SLOW_BODY',
  'DROP',
  'DROP_MID_BODY',
  'HTML_200',
  'TRUNCATED_JSON',
  'EMPTY_200',
  'EMPTY_404',
  'UNPROCESSABLE',
  'UNAUTHORIZED',
  'FORBIDDEN_HTML',
  'DUPLICATE_ENTRIES',
  'SHIFTED_PAGES',
  'STUCK_CURSOR',
  'MALFORMED_RECORDS',
  'LATE',
  'DROP_AFTER',
  'HANG_AFTER',
];

/** How each is used: the settings that point Lading at it, and a first look at it with curl. */
const marketplaces = {
  otto: {
    title: 'OTTO',
    port: 4010,
    settings: ['OTTO_API_URL'],
    look: (origin: string, { clientId: id, clientSecret: secret }: Credentials) => `
  A token:   curl -s ${origin}/v1/token -d grant_type=client_credentials -d client_id=${id} -d client_secret=${secret} -d 'scope=orders shipments returns'
  Orders:    curl -s -H "Authorization: Bearer $TOKEN" '${origin}/v4/orders?limit=2'`,
  },
  bol: {
    title: 'bol',
    port: 4011,
    settings: ['BOL_API_URL', 'BOL_LOGIN_URL'],
    look: (origin: string, { clientId: id, clientSecret: secret }: Credentials) => `
  A token:   curl -s ${origin}/token -u ${id}:${secret} -d grant_type=client_credentials
  Shipments: curl -s -H "Authorization: Bearer $TOKEN" -H 'Accept: application/vnd.retailer.v10+json' '${origin}/retailer/shipments?fulfilment-method=FBB'`,
  },
  skubana: {
    title: 'Skubana',
    port: 4012,
    settings: ['SKUBANA_API_URL'],
    look: (origin: string, { accessToken: token }: Credentials) => `
  Orders:    curl -s -H 'Authorization: Bearer ${token}' '${origin}/v1.1/orders?page=1&limit=10&status=SHIPPED'`,
  },
  feed: {
    title: 'Skubana order feed',
    port: 4013,
    settings: ['FEED_API_URL'],
    look: (origin: string) => `
  Orders, each only once:   curl -s ${origin}/orders`,
  },
};

type Id = keyof typeof marketplaces;

const readOptions = () =>
  parseArgs({
    options: {
      inventory: { type: 'boolean', default: false },
      products: { type: 'string', default: '100' },
      etags: { type: 'string', default: 'on' },
      marketplace: { type: 'string', default: 'otto' },
      orders: { type: 'string' },
      shipments: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '7' },
      base: { type: 'string' },
      'rate-scale': { type: 'string', default: '1' },
      'token-seconds': { type: 'string' },
      speed: { type: 'string', default: '0' },
      arrivals: { type: 'string' },
      changes: { type: 'string', default: '0' },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values;

type Options = ReturnType<typeof readOptions>;

function numberOf(name: string, text: string, { min = 0, max = 1_000_000, whole = true } = {}): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
    throw new RangeError(`--${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

function faultOf(text: string): FaultRule {
  const [kind = '', rate, ...pattern] = text.split(':');
  if (!(faultKinds as readonly string[]).includes(kind)) throw new RangeError(`--fault: there is no "${kind}"`);
  return {
    kind: kind as FaultKind,
    ...(rate && { rate: numberOf('fault', rate, { max: 1, whole: false }) }),
    ...(pattern.length > 0 && { match: new RegExp(pattern.join(':')) }),
  };
}

function idsOf(text: string): readonly Id[] {
  const ids = Object.keys(marketplaces) as Id[];
  const several: Readonly<Record<string, readonly Id[]>> = { both: ['otto', 'bol'], all: ids };
  const chosen = several[text] ?? ids.filter((id) => id === text);
  if (chosen.length === 0) throw new RangeError(`--marketplace must be ${ids.join(', ')}, both or all, not "${text}"`);
  return chosen;
}

/** What is not given is left to each marketplace's own default. */
function worldOf(options: Options): SandboxOptions & { readonly shipments?: number } {
  const { base, orders, shipments, arrivals } = options;
  if (base !== undefined && Number.isNaN(Date.parse(base))) {
    throw new RangeError(`--base must be an instant such as 2026-11-16T08:00:00Z, not "${base}"`);
  }
  const perHour = arrivals === undefined ? undefined : numberOf('arrivals', arrivals, { whole: false });
  const lifetime = options['token-seconds'];
  return {
    ...(orders !== undefined && { orders: numberOf('orders', orders) }),
    ...(shipments !== undefined && { shipments: numberOf('shipments', shipments) }),
    host: options.host,
    seed: numberOf('seed', options.seed, { max: 4_294_967_295 }),
    ...(base !== undefined && { base }),
    rateScale: numberOf('rate-scale', options['rate-scale'], { min: 0.05, whole: false }),
    ...(lifetime !== undefined && { tokenLifetimeSeconds: numberOf('token-seconds', lifetime, { min: 1 }) }),
    // each marketplace has its own name for it
    ...(perHour !== undefined && { arrivalsPerHour: perHour, ordersPerHour: perHour }),
  };
}

/** With several, each next one listens one port above. */
function portOf(id: Id, place: number, given: string | undefined): number {
  if (given === undefined) return marketplaces[id].port;
  const port = numberOf('port', given, { max: 65_535 - place });
  return port === 0 ? 0 : port + place;
}

function describe(id: Id, { origin, credentials, truth }: RunningSandbox): string {
  const { title, settings, look } = marketplaces[id];
  const { orders, shipments, returns } = truth();
  return `${title} (pretend): ${origin}
  ${orders.length} orders, ${shipments.length} shipments, ${returns.length} returns
${Object.entries(credentials)
  .map(([name, value]) => `  ${name.padEnd(14)} ${value}`)
  .join('\n')}
${look(origin, credentials)}
  Lading:    ${settings.map((name) => `${name}=${origin}`).join(' ')} npm start, then add a shop with these credentials
`;
}

async function run(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(usage);
  if (options.inventory) return runInventory(options);
  const speed = numberOf('speed', options.speed, { max: 100_000, whole: false });
  const changes = numberOf('changes', options.changes, { max: 10_000 });
  const rules = options.fault.map(faultOf);
  const world = worldOf(options);
  const ids = idsOf(options.marketplace);
  const ports = ids.map((id, place) => portOf(id, place, options.port));
  const running: RunningSandbox[] = [];
  const stop = () => Promise.all(running.map((sandbox) => sandbox.stop()));
  try {
    for (const [place, id] of ids.entries()) {
      const module = (await import(`../marketplaces/${id}/sandbox.js`)) as SandboxModule;
      const sandbox = await module.startSandbox({ ...world, port: ports[place] as number });
      running.push(sandbox);
      for (const rule of rules) sandbox.faults.add(rule);
      console.log(describe(id, sandbox));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  console.log('Ctrl-C stops it.');
  const ticking = setInterval(() => {
    for (const sandbox of running) {
      if (speed > 0) sandbox.advance(speed * minuteMs);
      if (changes > 0) sandbox.change(changes);
    }
  }, 1_000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(ticking);
      void stop();
    });
  }
}

/** Stands in for the services behind CATALOG_URL and CART_URL, until it is told to stop. */
async function runInventory(options: Options): Promise<void> {
  const products = numberOf('products', options.products);
  if (!['on', 'off'].includes(options.etags)) throw new RangeError(`--etags must be on or off, not "${options.etags}"`);
  const rules = options.fault.map(faultOf);
  const inventory: RunningInventory = await startInventorySandbox({
    port: numberOf('port', options.port ?? '4020', { max: 65_535 }),
    ...{ host: options.host, etags: options.etags === 'on', seed: numberOf('seed', options.seed) },
  });
  for (let at = 1; at <= products; at++) {
    const price = { amount: `${at}.50`, currency: 'EUR' };
    inventory.put({ id: `P${at}`, title: `Product ${at}`, price, quantity: 10, vatRate: '19' });
  }
  for (const rule of rules) inventory.faults.add(rule);
  console.log(`Catalog and carts (pretend): ${inventory.origin}
  ${products} products, P1 to P${products}, ETags ${options.etags}

  A product: curl -si ${inventory.origin}/products/P1
  Lading:    CATALOG_URL=${inventory.origin} npm start

Ctrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void inventory.stop());
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
