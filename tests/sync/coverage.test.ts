// Checks of the coverage, by a real engine against the pretend marketplaces.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dayIn } from '../../src/commerce/day.js';
import type { Marketplace, Stream, StreamName } from '../../src/commerce/marketplace.js';
import { createLog } from '../../src/log.js';
import { bol } from '../../src/marketplaces/bol/index.js';
import { startSandbox as startBol } from '../../src/marketplaces/bol/sandbox.js';
import { otto } from '../../src/marketplaces/otto/index.js';
import { startSandbox as startOtto } from '../../src/marketplaces/otto/sandbox.js';
import { queueCheck } from '../../src/store/coverage-requests.js';
import { pauseShop } from '../../src/store/shops.js';
import { type Engine, type EngineOptions, startEngine } from '../../src/sync/engine.js';
import { workerName } from '../../src/sync/worker.js';
import { type Dump, dump, rowStamps } from '../setup/dump.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop, vault } from './shop.js';

/** The pretend marketplaces' "now". */
const base = new Date('2026-11-16T08:00:00.000Z');
const daysAgo = (days: number) => dayIn('Europe/Berlin', new Date(base.getTime() - days * 86_400_000));

interface Pretended {
  readonly origin: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly counters: { readonly total: number };
  readonly faults: Awaited<ReturnType<typeof startOtto>>['faults'];
  stop(): Promise<void>;
}

let fresh: Fresh;
let sandbox: Pretended;
let marketplace: Marketplace;
let shopId: string;
const engines: Engine[] = [];
const workerId = workerName();

async function run(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await startEngine({
    db: fresh.db,
    marketplaces: [marketplace],
    vault,
    originOf: () => ({ origin: sandbox.origin, loginOrigin: sandbox.origin }),
    rateScale: 200,
    workers: 1,
    queue: { databaseUrl: fresh.url },
    // a stranger would let the windows of a minute pass first
    workerId,
    log: createLog({ level: 'error', format: 'pretty' }),
    ...options,
    timing: {
      ...{ leaseMs: 4_000, beatMs: 300, patience: { attemptsMax: 3, backOffMs: 10, backOffMaxMs: 50 } },
      backOff: { firstMs: 100, maxMs: 300, awayMaxMs: 300, failuresMax: 50 },
      ...options.timing,
    },
  });
  engines.push(engine);
  return engine;
}

const stopAll = () => Promise.all(engines.splice(0).map((engine) => engine.stop()));

interface Check {
  readonly id: string;
  readonly status: string;
  readonly requests: number;
  readonly steps_done: number;
  readonly steps_total: number;
  readonly error: string | null;
}

async function untilEnded(text: string): Promise<Check> {
  return vi.waitFor(
    async () => {
      for (const engine of engines) await engine.tick();
      const [row] = await fresh.db.run<Check>({ text });
      expect(row?.status).toMatch(/SUCCEEDED|FAILED|CANCELLED/);
      return row as Check;
    },
    { timeout: 40_000, interval: 30 },
  );
}

const synced = () => untilEnded('select * from sync_runs order by id desc limit 1');
const checked = () => untilEnded('select * from coverage_checks order by id desc limit 1');

interface Span {
  readonly streams?: readonly StreamName[];
  readonly from: string;
  readonly to?: string;
}

const ask = ({ streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'], from, to = from }: Span) =>
  queueCheck(fresh.db, { shopId, streams, from, to, idempotency: null });

async function check(span: Span): Promise<Check> {
  await ask(span);
  return checked();
}

interface Day {
  readonly stream: string;
  readonly day: string;
  readonly by: string;
  readonly state: string;
  readonly reason: string | null;
  readonly counted: number | null;
  readonly held: number | null;
  readonly missing: string[];
  readonly fetched: number;
  readonly heldAfter: number | null;
}

const days = (where = 'true') =>
  fresh.db.run<Day>({
    text: `select stream, day::text as day, fulfilled_by as by, state, reason, counted, held, missing, fetched,
        held_after as "heldAfter" from coverage_days where ${where} order by stream, day, fulfilled_by`,
  });
const statesOf = async (where?: string) => [...new Set((await days(where)).map(({ state }) => state))].sort();

/** The same marketplace, of whose lists some records never arrive: every so many-th by its key. */
function lossy(which: Marketplace, every: number, lost: Set<string>): Marketplace {
  const isLost = (key: string) => createHash('sha256').update(key).digest().readUInt16BE() % every === 0;
  const lossyPull = (stream: Stream): Stream['pull'] =>
    async function* (session, from, signal) {
      for await (const page of stream.pull(session, from, signal)) {
        const records = page.records.filter(({ externalId }) => externalId === null || !isLost(externalId));
        for (const { externalId } of page.records) if (externalId && isLost(externalId)) lost.add(externalId);
        yield { ...page, records };
      }
    };
  const streams = which.streams.map((stream) =>
    stream.name === 'RETURNS' ? stream : ({ ...stream, pull: lossyPull(stream) } as Stream),
  );
  return { ...which, streams };
}

/** A sync of the whole world as its marketplace shows it, and its result. */
async function syncedWith(which: Marketplace): Promise<Dump> {
  await run({ marketplaces: [which] });
  expect((await synced()).status).toBe('SUCCEEDED');
  await stopAll();
  return dump(fresh.db, shopId);
}

/** Takes a shop away and brings it back as if it was never synced. */
async function again(which: Marketplace): Promise<void> {
  await fresh.db.run({ text: 'truncate shops, raw_records, idempotency_keys restart identity cascade' });
  const { clientId: account, clientSecret: secret } = sandbox.credentials;
  const streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const;
  shopId = await newShop(fresh.db, { marketplace: which.code, account, secret, streams });
}

/** Equal, without the megabytes of a comparison by words. */
function expectSame(found: Dump, expected: Dump): void {
  for (const noun of ['orders', 'shipments', 'returns', 'sales', 'rejects'] as const) {
    const wanted = new Set(expected[noun]);
    const surplus = found[noun].filter((line) => !wanted.has(line));
    expect({ noun, count: found[noun].length, surplus: surplus.slice(0, 1) }).toEqual({
      ...{ noun, count: expected[noun].length, surplus: [] },
    });
  }
}

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());
afterEach(async () => {
  await stopAll();
  await sandbox.stop();
});

const worlds = [
  {
    which: bol,
    start: (): Promise<Pretended> => startBol({ shipments: 200, historyDays: 20, rateScale: 200, base }),
  },
  { which: otto, start: (): Promise<Pretended> => startOtto({ orders: 300, rateScale: 200, base }) },
];

describe.each(worlds)('coverage of $which.id', ({ which, start }) => {
  let whole: Dump;
  let lost: Set<string>;
  beforeEach(async () => {
    [marketplace, sandbox] = [which, await start()];
    await again(which);
  });

  /** A world of which a part never arrived. */
  async function loseSome(): Promise<void> {
    whole = await syncedWith(which);
    await again(which);
    lost = new Set();
    await syncedWith(lossy(which, 4, lost));
    expect(lost.size).toBeGreaterThan(20);
  }

  it('is matched after a sync', async () => {
    await syncedWith(which);
    await run();
    const before = await rowStamps(fresh.db);
    const done = await check({ from: daysAgo(9), to: daysAgo(0) });
    const methods = which.streams[0]?.coverage?.methods.length ?? 0;
    expect(done).toMatchObject({ status: 'SUCCEEDED', error: null, steps_total: 30 * methods });
    expect(done.steps_done).toBe(done.steps_total);
    expect(await statesOf(`stream <> 'RETURNS'`)).toEqual(['MATCHED']);
    expect(await statesOf(`stream = 'RETURNS'`)).toEqual(['UNVERIFIABLE']);
    const counted = await fresh.db.run({
      text: `select stream, sum(counted)::int > 20 as enough, sum(held) = sum(counted) as equal from coverage_days
        where stream <> 'RETURNS' group by 1 order by 1`,
    });
    expect(counted).toEqual(['ORDERS', 'SHIPMENTS'].map((stream) => ({ stream, enough: true, equal: true })));
    expect(await rowStamps(fresh.db)).toEqual(before);
  });

  it('names exactly what is missing, fetches it, and is matched the next time', async () => {
    await loseSome();
    await run();
    const span = { from: daysAgo(99), to: daysAgo(0) };
    expect((await check(span)).status).toBe('SUCCEEDED');
    const gaps = await days(`state = 'GAP'`);
    // an order that holds goods of both kinds is in the lists of both
    expect(new Set(gaps.flatMap((gap) => gap.missing))).toEqual(lost);
    for (const { missing, fetched, counted, heldAfter } of gaps) {
      expect([fetched, heldAfter]).toEqual([missing.length, counted]);
    }
    expectSame(await dump(fresh.db, shopId), whole);
    await check(span);
    expect(await statesOf(`stream <> 'RETURNS' and day >= '${daysAgo(89)}'`)).toEqual(['MATCHED']);
  });

  it('goes on where the end of a slice or of the engine left it', async () => {
    await loseSome();
    await ask({ from: daysAgo(99), to: daysAgo(0) });
    const first = await run({ timing: { sliceMs: 40 } });
    await vi.waitFor(
      async () => {
        await first.tick();
        expect((await days()).length).toBeGreaterThan(3);
      },
      { timeout: 10_000, interval: 5 },
    );
    await stopAll();
    await run({ timing: { sliceMs: 200 } });
    const done = await checked();
    expect(done).toMatchObject({ status: 'SUCCEEDED', steps_done: done.steps_total });
    expectSame(await dump(fresh.db, shopId), whole);
  });
});
