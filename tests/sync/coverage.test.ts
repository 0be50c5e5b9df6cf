// Checks of the coverage by a real engine, against the pretend marketplaces.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dayIn } from '../../src/commerce/day.js';
import type { Marketplace, Stream } from '../../src/commerce/marketplace.js';
import { bol } from '../../src/marketplaces/bol/index.js';
import { startSandbox as startBol } from '../../src/marketplaces/bol/sandbox.js';
import { otto } from '../../src/marketplaces/otto/index.js';
import { startSandbox as startOtto } from '../../src/marketplaces/otto/sandbox.js';
import { type Dump, dump, rowStamps } from '../../src/store/dump.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { type Checker, newChecker, type Source } from './checker.js';

/** The pretend marketplaces' "now". */
const base = new Date('2026-11-16T08:00:00.000Z');
const daysAgo = (days: number) => dayIn('Europe/Berlin', new Date(base.getTime() - days * 86_400_000));
/** More than the history of either world. */
const span = { from: daysAgo(99), to: daysAgo(0) };

interface Pretended extends Omit<Source, 'marketplace'> {
  stop(): Promise<void>;
}

const worlds = [
  {
    which: bol,
    start: (): Promise<Pretended> => startBol({ shipments: 200, historyDays: 40, rateScale: 200, base }),
  },
  { which: otto, start: (): Promise<Pretended> => startOtto({ orders: 300, rateScale: 200, base }) },
];

/** The same marketplace, of whose lists some records never arrive: every so many-th, by its key. */
function lossy(which: Marketplace, every: number, lost: Set<string>): Marketplace {
  const isLost = (key: string | null): key is string =>
    key !== null && createHash('sha256').update(key).digest().readUInt16BE() % every === 0;
  const pullOf = (stream: Stream): Stream['pull'] =>
    async function* (session, from, signal) {
      for await (const page of stream.pull(session, from, signal)) {
        for (const { externalId } of page.records) if (isLost(externalId)) lost.add(externalId);
        yield { ...page, records: page.records.filter(({ externalId }) => !isLost(externalId)) };
      }
    };
  const streams = which.streams.map((stream) =>
    stream.name === 'RETURNS' ? stream : ({ ...stream, pull: pullOf(stream) } as Stream),
  );
  return { ...which, streams };
}

/** Equal, without the megabytes of a comparison by words. */
function expectSame(found: Dump, expected: Dump): void {
  for (const noun of ['orders', 'shipments', 'returns', 'sales', 'rejects'] as const) {
    const wanted = new Set(expected[noun]);
    const surplus = found[noun].filter((line) => !wanted.has(line)).slice(0, 1);
    expect({ noun, count: found[noun].length, surplus }).toEqual({ noun, count: expected[noun].length, surplus: [] });
  }
}

let fresh: Fresh;
let sandbox: Pretended;
let shop: Checker;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
afterEach(async () => {
  await shop.stop();
  await sandbox.stop();
});

describe.each(worlds)('coverage of $which.id', ({ which, start }) => {
  let whole: Dump;
  let lost: Set<string>;

  /** A sync of the world as this marketplace shows it. */
  async function syncWith(marketplace: Marketplace): Promise<void> {
    shop = await newChecker(fresh, { ...sandbox, marketplace: which });
    await shop.run({ marketplaces: [marketplace] });
    expect(await shop.synced()).toBe('SUCCEEDED');
    await shop.stop();
  }

  /** A shop of which a part never arrived. */
  async function loseSome(): Promise<void> {
    await syncWith(which);
    whole = await dump(fresh.db, shop.shopId);
    lost = new Set();
    await syncWith(lossy(which, 4, lost));
    expect(lost.size).toBeGreaterThan(20);
  }

  beforeEach(async () => {
    sandbox = await start();
  });

  it('is matched after a sync, and writes nothing then', async () => {
    await syncWith(which);
    await shop.run();
    const before = await rowStamps(fresh.db);
    const done = await shop.check({ from: daysAgo(19), to: daysAgo(0) });
    const methods = which.streams[0]?.coverage?.methods.length ?? 0;
    expect(done).toMatchObject({ status: 'SUCCEEDED', error: null, stepsTotal: 60 * methods, stepsDone: 60 * methods });
    expect(await shop.statesOf(`stream <> 'RETURNS'`)).toEqual(['MATCHED']);
    expect(await shop.statesOf(`stream = 'RETURNS'`)).toEqual(['UNVERIFIABLE']);
    const counted = await fresh.db.run({
      text: `select stream, sum(counted)::int > 20 as enough, sum(held) = sum(counted) as equal from coverage_days
        where stream <> 'RETURNS' group by 1 order by 1`,
    });
    expect(counted).toEqual(['ORDERS', 'SHIPMENTS'].map((stream) => ({ stream, enough: true, equal: true })));
    expect(await rowStamps(fresh.db)).toEqual(before);
  });

  it('names exactly what is missing, fetches it, and is matched the next time', async () => {
    await loseSome();
    await shop.run();
    expect((await shop.check(span)).status).toBe('SUCCEEDED');
    const gaps = await shop.days(`state = 'GAP'`);
    expect(new Set(gaps.flatMap((gap) => gap.missing))).toEqual(lost);
    for (const { missing, fetched, counted, heldAfter } of gaps) {
      expect([fetched, heldAfter]).toEqual([missing.length, counted]);
    }
    expectSame(await dump(fresh.db, shop.shopId), whole);
    await shop.check(span);
    expect(await shop.statesOf(`stream <> 'RETURNS' and day >= '${daysAgo(89)}'`)).toEqual(['MATCHED']);
  });

  it('goes on where the end of a slice or of the engine left it', async () => {
    await loseSome();
    await shop.ask(span);
    const first = await shop.run({ timing: { sliceMs: 40 } });
    await vi.waitFor(
      async () => {
        await first.tick();
        expect((await shop.days()).length).toBeGreaterThan(3);
      },
      { timeout: 10_000, interval: 5 },
    );
    await shop.stop();
    expect(await shop.latest()).toMatchObject({ status: 'RUNNING' });
    await shop.run({ timing: { sliceMs: 400 } });
    const done = await shop.checked();
    expect(done).toMatchObject({ status: 'SUCCEEDED', stepsDone: done.stepsTotal });
    expectSame(await dump(fresh.db, shop.shopId), whole);
  });

  it('finds records that a change never reached, by their date', async () => {
    await syncWith(which);
    const [{ stale } = { stale: 0 }] = await fresh.db.run<{ stale: number }>({
      text: `with aged as (update orders set changed_at = changed_at - interval '1 hour', content_hash = ''
          where changed_at >= $1 and id % 3 = 0 returning id)
        select count(*)::int as stale from aged`,
      values: [new Date(base.getTime() - 6 * 86_400_000)],
    });
    expect(stale).toBeGreaterThan(2);
    await shop.run();
    await shop.check({ ...span, streams: ['ORDERS'] });
    const gaps = await shop.days(`state = 'GAP'`);
    expect(new Set(gaps.flatMap((gap) => gap.missing)).size).toBe(stale);
    await shop.check({ ...span, streams: ['ORDERS'] });
    expect(await shop.statesOf(`day >= '${daysAgo(89)}'`)).toEqual(['MATCHED']);
  });
});

describe('days that cannot be verified', () => {
  it('are those beyond three months, at bol, and those that have not begun', async () => {
    sandbox = await startBol({ shipments: 20, historyDays: 5, rateScale: 200, base });
    shop = await newChecker(fresh, { ...sandbox, marketplace: bol });
    await shop.run();
    await shop.synced();
    await shop.check({ streams: ['ORDERS', 'SHIPMENTS'], from: daysAgo(91), to: daysAgo(88) });
    const old = `bol.com answers for the last 89 days only: this one is`;
    for (const stream of ['ORDERS', 'SHIPMENTS']) {
      const rows = await shop.days(`stream = '${stream}' and fulfilled_by = 'SELLER'`);
      expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
        ['UNVERIFIABLE', `${old} 91 days ago.`],
        ['UNVERIFIABLE', `${old} 90 days ago.`],
        ['MATCHED', null],
        ['MATCHED', null],
      ]);
    }
    await shop.check({ from: daysAgo(-1), to: daysAgo(-2) });
    const [tomorrow] = await shop.days(`stream = 'ORDERS' and day = '${daysAgo(-1)}'`);
    expect(tomorrow).toMatchObject({ state: 'UNVERIFIABLE', reason: 'The day has not begun.', counted: null });
    const [returns] = await shop.days(`stream = 'RETURNS'`);
    expect(returns).toMatchObject({ state: 'UNVERIFIABLE', reason: expect.stringContaining('lists returns by state') });
  });
});
