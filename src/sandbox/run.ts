import { parseArgs } from 'node:util';
import { startSandbox } from '../marketplaces/otto/sandbox.js';
import type { FaultKind, FaultRule } from './faults.js';
import { minuteMs } from './world.js';

/** The pretend marketplaces as a process of their own: for load tests, and for a look at the protocol with curl. */

const usage = `npm run sandbox -- [options]

  --orders N         orders in the world, 0 to 1000000             16
  --port N           0: any free one                               4010
  --host ADDRESS                                                   127.0.0.1
  --seed N           the same seed gives the same world            7
  --base INSTANT     the world's "now" at the start                2026-11-16T08:00:00.000Z
  --rate-scale X     multiplies the documented rate limits         1
  --token-seconds N  lifetime of a token                           1800
  --speed N          minutes of the world per second; 0: it stands still   0
  --arrivals N       new orders per hour of the world's time       0
  --changes N        orders that change per second, whatever the speed     0
  --fault RULE       KIND[:rate[:regexp on "METHOD /path"]], may be repeated:
                     TOO_MANY_REQUESTS:0.05  SERVER_ERROR:0.01:shipments  HANG DROP DROP_MID_BODY SLOW_BODY HTML_200
                     TRUNCATED_JSON EMPTY_200 UNAUTHORIZED FORBIDDEN_HTML DUPLICATE_ENTRIES SHIFTED_PAGES STUCK_CURSOR
                     MALFORMED_RECORDS
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
  'UNAUTHORIZED',
  'FORBIDDEN_HTML',
  'DUPLICATE_ENTRIES',
  'SHIFTED_PAGES',
  'STUCK_CURSOR',
  'MALFORMED_RECORDS',
];

const readOptions = () =>
  parseArgs({
    options: {
      orders: { type: 'string', default: '16' },
      port: { type: 'string', default: '4010' },
      host: { type: 'string', default: '127.0.0.1' },
      seed: { type: 'string', default: '7' },
      base: { type: 'string' },
      'rate-scale': { type: 'string', default: '1' },
      'token-seconds': { type: 'string', default: '1800' },
      speed: { type: 'string', default: '0' },
      arrivals: { type: 'string', default: '0' },
      changes: { type: 'string', default: '0' },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values;

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

async function run(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(usage);
  if (options.base !== undefined && Number.isNaN(Date.parse(options.base))) {
    throw new RangeError(`--base must be an instant such as 2026-11-16T08:00:00Z, not "${options.base}"`);
  }
  const speed = numberOf('speed', options.speed, { max: 100_000, whole: false });
  const changes = numberOf('changes', options.changes, { max: 10_000 });
  const rules = options.fault.map(faultOf);
  const otto = await startSandbox({
    orders: numberOf('orders', options.orders),
    port: numberOf('port', options.port, { max: 65_535 }),
    host: options.host,
    seed: numberOf('seed', options.seed, { max: 4_294_967_295 }),
    ...(options.base !== undefined && { base: options.base }),
    rateScale: numberOf('rate-scale', options['rate-scale'], { min: 0.05, whole: false }),
    tokenLifetimeSeconds: numberOf('token-seconds', options['token-seconds'], { min: 1 }),
    arrivalsPerHour: numberOf('arrivals', options.arrivals, { whole: false }),
  });
  for (const rule of rules) otto.faults.add(rule);
  const { clientId, clientSecret } = otto.credentials;
  console.log(`OTTO (pretend): ${otto.origin}
  ${otto.world.orders.length} orders, ${otto.world.shipments.length} shipments, ${otto.world.returns.length} returns
  client id      ${clientId}
  client secret  ${clientSecret}

  A token:   curl -s ${otto.origin}/v1/token -d grant_type=client_credentials -d client_id=${clientId} -d client_secret=${clientSecret} -d 'scope=orders shipments returns'
  Orders:    curl -s -H "Authorization: Bearer $TOKEN" '${otto.origin}/v4/orders?limit=2'
  Lading:    OTTO_API_URL=${otto.origin} npm start, then add a shop with this client id and secret

Ctrl-C stops it.`);
  const ticking = setInterval(() => {
    if (speed > 0) otto.advance(speed * minuteMs);
    if (changes > 0) otto.change(changes);
  }, 1_000);
  const stop = () => {
    clearInterval(ticking);
    void otto.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
