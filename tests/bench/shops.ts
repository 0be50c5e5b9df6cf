import { setTimeout as sleep } from 'node:timers/promises';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { createServer } from '../../src/server.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { send } from './queries/load.js';
import { openScene, type Scene } from './scene.js';
import { atEnd, temporaryServer } from './tidy.js';

/** Half of them at OTTO, half at bol, each an account of its own at the documented limits. */
const shopCount = 200;
/** How long is watched. No shop's first sync ends before: the backlog grows, and all lanes are full. */
const seconds = 120;

const query = `query List { orders(first: 50, orderBy: { field: ORDERED_AT, direction: DESC }) {
  nodes { id orderNumber orderedAt fulfillmentStatus totalGross { amount currency }
    lines { sku title quantity { ordered shipped cancelled open } } } } }`;

/** 200 shops that are synced by one process which also serves the API: memory, rate limits kept, and how long answers take. */
export async function run({ orders = 500, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const server = await temporaryServer('shops');
  const wanted = Array.from({ length: shopCount }, (_, at) => ({
    id: at % 2 ? 'bol' : 'otto',
    options: {
      ...{ seed: at + 1, orders, rateScale: 1 },
      credentials: { clientId: `benchmark-${at}`, clientSecret: 'secret' },
    },
  }));
  const scene = await openScene({
    ...{ serverUrl: server.url, wanted, rateScale: 1, workers: 32 },
    streams: ['ORDERS', 'SHIPMENTS', 'RETURNS'],
  });
  atEnd(() => scene.close());
  const api = await createServer({
    ...{ db: scene.db, vault: scene.vault, marketplaces, host: '127.0.0.1', port: 0, adminKey: null },
    sandboxFor: () => true,
    graph: await createExecutableGraph({ marketplaces }),
    log: createLog({ level: 'warn', format: 'json' }),
  });
  atEnd(() => api.stop());
  const port = Number(new URL(api.url).port);

  await scene.start();
  const busy = await watch(scene, port, log);
  const { requests, refused, refusedBy, tokens } = await scene.counters();
  await scene.rest();
  const idle = await answers(port, 200);
  return {
    name: 'shops',
    figures: {
      'shops in one process': shopCount,
      'requests to marketplaces per second': Math.round(requests / seconds),
      'tokens fetched': tokens,
      'answer of 50 orders with lines, median ms: at rest, while all shops sync': `${idle.median.toFixed(1)}, ${busy.median.toFixed(1)}`,
      'the same, 95th percentile': `${idle.late.toFixed(1)}, ${busy.late.toFixed(1)}`,
      'resident memory in the first minute, and at most, MB': `${busy.earlyMb}, ${busy.peakMb}`,
    },
    goals: [
      { name: 'bol: requests refused for being too fast', value: refusedBy.bol ?? 0, goal: 0, better: 'less' },
      // its window is a second, and this machine also runs the 200 pretend marketplaces
      { name: 'percent of all requests refused', value: (refused / requests) * 100, goal: 0.5, better: 'less' },
      { name: 'memory, of the first minute', value: busy.peakMb / busy.earlyMb, goal: 1.25, better: 'less' },
      {
        name: 'median answer while all shops sync, of the same at rest',
        value: busy.median / idle.median,
        goal: 3,
        better: 'less',
      },
    ],
  };
}

interface Answers {
  readonly median: number;
  readonly late: number;
}

async function watch(scene: Scene, port: number, log: (line: string) => void) {
  let [earlyMb, peakMb] = [0, 0];
  const times: number[] = [];
  const started = performance.now();
  for (let second = 1; performance.now() - started < seconds * 1_000; second++) {
    times.push(...(await timesOf(port, 2)));
    const mb = Math.round(process.memoryUsage.rss() / 1e6);
    peakMb = Math.max(peakMb, mb);
    if (performance.now() - started < (seconds / 2) * 1_000) earlyMb = Math.max(earlyMb, mb);
    if (second % 30 === 0) {
      const [row] = await scene.db.run<{ orders: number }>({ text: 'select count(*)::int as orders from orders' });
      log(`${second} s: ${row?.orders} orders, ${mb} MB`);
    }
    await sleep(Math.max(0, started + second * 1_000 - performance.now()));
  }
  return { earlyMb, peakMb, ...spread(times) };
}

const answers = async (port: number, count: number): Promise<Answers> => spread(await timesOf(port, count));

async function timesOf(port: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const began = performance.now();
    const text = await send(port, { method: 'POST', path: '/graphql', body: JSON.stringify({ query }) });
    if (!text.startsWith('{"data":{"orders":')) throw new Error(`the API answered ${text.slice(0, 200)}`);
    times.push(performance.now() - began);
  }
  return times;
}

function spread(times: readonly number[]): Answers {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: median(times), late: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN };
}
