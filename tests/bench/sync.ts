import 'reflect-metadata';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamName } from '../../src/commerce/marketplace.js';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import type { OttoSandboxOptions } from '../../src/marketplaces/otto/sandbox.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { addShop } from '../../src/store/shops.js';
import { createVault } from '../../src/store/vault.js';
import { startEngine } from '../../src/sync/engine.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import type { SandboxWord } from './sandbox-process.js';
import { temporaryServer } from './tidy.js';

/**
 * OTTO's documented limit, which the benchmark keeps. A list's pages can only be asked for one after the other, 39 ms each
 * here: at five times the rate those of the orders took 1.2 s instead of 0.3 s, and the whole was 1.03.
 */
const requestsPerSecond = 20;
interface Synced {
  readonly requests: number;
  readonly refused: number;
  readonly seconds: number;
  /** Resident memory in MB: highest while the first quarter of the orders came in, and over the whole run. */
  readonly earlyMb: number;
  readonly peakMb: number;
}

/**
 * Syncs a pretend OTTO in another process from nothing. First the wall time of a whole sync (orders, shipments with a
 * request for each, returns) against requests ÷ rate limit; then a large world's orders without such limits, for the
 * memory.
 */
export async function run({ orders = 1000, rounds = 1, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const server = await temporaryServer('sync');
  const ratios: number[] = [];
  let last: Synced | null = null;
  for (let round = 1; round <= rounds; round++) {
    last = await sync(server.url, { orders }, ['ORDERS', 'SHIPMENTS', 'RETURNS']);
    ratios.push(last.seconds / (last.requests / requestsPerSecond));
    log(`sync round ${round}: ${last.requests} requests in ${last.seconds.toFixed(1)} s, ${last.refused} refused`);
  }
  const large = 50_000;
  const memory = await sync(server.url, { orders: large, rateScale: 1000 }, ['ORDERS']);
  log(
    `sync of ${large} orders: ${memory.seconds.toFixed(1)} s, ${memory.earlyMb} MB early, ${memory.peakMb} MB at most`,
  );
  return {
    name: 'sync',
    figures: {
      orders,
      requests: last?.requests ?? 0,
      'requests refused for being too fast': last?.refused ?? 0,
      'requests per second allowed': requestsPerSecond,
      'wall time, s': Math.round((last?.seconds ?? 0) * 10) / 10,
      [`orders/s at no limit, of ${large}`]: Math.round(large / memory.seconds),
      'resident memory in the first quarter, MB': memory.earlyMb,
      'resident memory at most, MB': memory.peakMb,
    },
    goals: [
      { name: 'wall time, of requests ÷ rate limit', value: median(ratios), goal: 1.02, better: 'less' },
      { name: 'memory, of the first quarter', value: memory.peakMb / memory.earlyMb, goal: 1.25, better: 'less' },
    ],
  };
}

/** One sync from nothing, in a database of its own. */
async function sync(serverUrl: string, world: OttoSandboxOptions, streams: readonly StreamName[]): Promise<Synced> {
  const name = `sync_${randomBytes(4).toString('hex')}`;
  const admin = await openDatabase({ url: serverUrl, poolSize: 2 });
  await admin.run({ text: `create database ${name}` });
  await admin.close();
  const at = new URL(serverUrl);
  at.pathname = `/${name}`;
  const { child, word } = await startSandboxProcess(world);
  const db = await openDatabase({ url: at.href });
  const vault = createVault([randomBytes(32)]);
  const { clientId, clientSecret } = word;
  const credentials = vault.seal({ marketplace: 'OTTO', sandbox: true, account: clientId }, { clientId, clientSecret });
  await addShop(db, { name: 'Benchmark', credentials, streams, idempotency: null });
  const engine = await startEngine({
    db,
    marketplaces,
    vault,
    originOf: () => ({ origin: word.origin }),
    rateScale: world.rateScale ?? 1,
    workers: 1,
    queue: { databaseUrl: at.href },
    log: createLog({ level: 'warn', format: 'pretty' }),
  });
  try {
    const memory = await watchUntilEnd(db, world.orders ?? 0);
    child.send('counters?');
    const [{ requests, refused }] = (await once(child, 'message')) as [SandboxWord];
    const [times] = await db.run<{ seconds: number }>({
      text: 'select extract(epoch from finished_at - started_at)::float8 as seconds from sync_runs',
    });
    return { requests, refused, seconds: times?.seconds ?? Number.NaN, ...memory };
  } finally {
    await engine.stop();
    await db.close();
    child.disconnect();
  }
}

async function startSandboxProcess(world: OttoSandboxOptions): Promise<{ child: ChildProcess; word: SandboxWord }> {
  const child = fork(new URL('./sandbox-process.js', import.meta.url), [JSON.stringify(world)]);
  const [word] = (await once(child, 'message')) as [SandboxWord];
  return { child, word };
}

/** Resident memory while the run goes on. Throws when the run does not succeed. */
async function watchUntilEnd(db: Database, orders: number): Promise<{ earlyMb: number; peakMb: number }> {
  let [earlyMb, peakMb] = [0, 0];
  for (;;) {
    const [row] = await db.run<{ status: string | null; fetched: number }>({
      text: `select (select status from sync_runs limit 1) as status,
        (select coalesce(sum(fetched), 0)::int from stream_runs where stream = 'ORDERS') as fetched`,
    });
    const mb = Math.round(process.memoryUsage.rss() / 1e6);
    peakMb = Math.max(peakMb, mb);
    if ((row?.fetched ?? 0) <= orders / 4) earlyMb = Math.max(earlyMb, mb);
    if (row?.status === 'SUCCEEDED') return { earlyMb, peakMb };
    if (row?.status === 'FAILED') throw new Error('the run of the benchmark failed');
    await sleep(100);
  }
}
