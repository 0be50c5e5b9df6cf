import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '../../src/commerce/marketplace.js';
import type { Database } from '../../src/store/database.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { openScene } from './scene.js';
import { temporaryServer } from './tidy.js';

interface World {
  readonly id: 'otto' | 'bol';
  readonly options: { readonly orders?: number; readonly shipments?: number };
  readonly streams: readonly StreamName[];
  /** Multiplies the documented limits. */
  readonly rateScale: number;
}

interface Synced {
  readonly requests: number;
  readonly refused: number;
  readonly seconds: number;
  /** Resident memory in MB: highest while the first quarter of the records came in, and over the whole run. */
  readonly earlyMb: number;
  readonly peakMb: number;
}

/**
 * OTTO's documented limit, which the benchmark keeps. A list's pages can only be asked for one after the other, 39 ms each
 * here: at five times the rate those of the orders took 1.2 s instead of 0.3 s, and the whole was 1.03.
 */
const ottoRequestsPerSecond = 20;
/** bol's 50 shipments a minute would take hours: so much faster, 50 a second. Their list goes at its own 25. */
const bolRateScale = 60;
const bolShipmentsPerSecond = (50 / 60) * bolRateScale;
/** No limit that could be reached. */
const unlimited = 20_000;

/**
 * Syncs pretend marketplaces in another process from nothing. First the wall time against requests ÷ rate limit: a whole
 * sync of OTTO, and bol's shipments, each with a request of its own for the detail. Then large worlds without such limits,
 * for the memory.
 */
export async function run({ orders = 1000, rounds = 1, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const server = await temporaryServer('sync');
  const otto: World = { id: 'otto', options: { orders }, streams: ['ORDERS', 'SHIPMENTS', 'RETURNS'], rateScale: 1 };
  const shipments = orders * 10;
  const bol: World = { id: 'bol', options: { shipments }, streams: ['SHIPMENTS'], rateScale: bolRateScale };
  const ratios: { otto: number[]; bol: number[] } = { otto: [], bol: [] };
  let [requests, refused] = [0, 0];
  for (let round = 1; round <= rounds; round++) {
    const whole = await sync(server.url, otto);
    ratios.otto.push(whole.seconds / (whole.requests / ottoRequestsPerSecond));
    log(`round ${round}: OTTO ${whole.requests} requests in ${whole.seconds.toFixed(1)} s, ${whole.refused} refused`);
    const details = await sync(server.url, bol);
    ratios.bol.push(details.seconds / (shipments / bolShipmentsPerSecond));
    log(
      `round ${round}: bol ${details.requests} requests in ${details.seconds.toFixed(1)} s, ${details.refused} refused`,
    );
    requests += whole.requests + details.requests;
    refused += whole.refused + details.refused;
  }
  const memory = { otto: await large('otto', { orders: 50_000 }), bol: await large('bol', { shipments: 100_000 }) };
  async function large(id: World['id'], options: World['options']): Promise<Synced> {
    const streams: StreamName[] = id === 'otto' ? ['ORDERS'] : ['SHIPMENTS'];
    const synced = await sync(server.url, { id, options, streams, rateScale: unlimited });
    const { seconds, earlyMb, peakMb } = synced;
    log(`${JSON.stringify(options)} of ${id}: ${seconds.toFixed(1)} s, ${earlyMb} MB early, ${peakMb} MB at most`);
    return synced;
  }
  return {
    name: 'sync',
    figures: {
      'OTTO: orders': orders,
      'bol: shipments': shipments,
      requests,
      'requests refused for being too fast': refused,
      'OTTO: orders/s at no limit, of 50,000': Math.round(50_000 / memory.otto.seconds),
      'bol: shipments/s at no limit, of 100,000': Math.round(100_000 / memory.bol.seconds),
      'OTTO: resident memory in the first quarter, and at most, MB': `${memory.otto.earlyMb}, ${memory.otto.peakMb}`,
      'bol: resident memory in the first quarter, and at most, MB': `${memory.bol.earlyMb}, ${memory.bol.peakMb}`,
    },
    goals: [
      { name: 'OTTO: wall time, of requests ÷ rate limit', value: median(ratios.otto), goal: 1.02, better: 'less' },
      {
        name: 'bol: wall time, of detail requests ÷ rate limit',
        value: median(ratios.bol),
        goal: 1.02,
        better: 'less',
      },
      { name: 'requests refused for being too fast', value: refused, goal: 0, better: 'less' },
      { name: 'OTTO: memory, of the first quarter', value: growth(memory.otto), goal: 1.25, better: 'less' },
      { name: 'bol: memory, of the first quarter', value: growth(memory.bol), goal: 1.25, better: 'less' },
    ],
  };
}

const growth = ({ earlyMb, peakMb }: Synced) => peakMb / earlyMb;

/** One sync from nothing, in a database of its own. */
async function sync(serverUrl: string, { id, options, streams, rateScale }: World): Promise<Synced> {
  const wanted = [{ id, options: { ...options, rateScale } }];
  const scene = await openScene({ serverUrl, wanted, streams, rateScale, workers: 1 });
  try {
    await scene.start();
    const memory = await watchUntilEnd(scene.db, streams[0] as StreamName, options.shipments ?? options.orders ?? 0);
    const { requests, refused } = await scene.counters();
    const [times] = await scene.db.run<{ seconds: number }>({
      text: 'select extract(epoch from finished_at - started_at)::float8 as seconds from sync_runs',
    });
    return { requests, refused, seconds: times?.seconds ?? Number.NaN, ...memory };
  } finally {
    await scene.close();
  }
}

/** Resident memory while the run goes on. Throws when the run does not succeed. */
async function watchUntilEnd(
  db: Database,
  stream: StreamName,
  records: number,
): Promise<{ earlyMb: number; peakMb: number }> {
  let [earlyMb, peakMb] = [0, 0];
  for (;;) {
    const [row] = await db.run<{ status: string | null; fetched: number }>({
      text: `select (select status from sync_runs limit 1) as status,
        (select coalesce(sum(fetched), 0)::int from stream_runs where stream = $1) as fetched`,
      values: [stream],
    });
    const mb = Math.round(process.memoryUsage.rss() / 1e6);
    peakMb = Math.max(peakMb, mb);
    if ((row?.fetched ?? 0) <= records / 4) earlyMb = Math.max(earlyMb, mb);
    if (row?.status === 'SUCCEEDED') return { earlyMb, peakMb };
    if (row?.status === 'FAILED') throw new Error('the run of the benchmark failed');
    await sleep(100);
  }
}
