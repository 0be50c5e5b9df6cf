// A shop, an engine and checks of its coverage, for tests.
import { expect, vi } from 'vitest';
import type { Marketplace, StreamName } from '../../src/commerce/marketplace.js';
import { createLog } from '../../src/log.js';
import { queueCheck } from '../../src/store/coverage-requests.js';
import { type Engine, type EngineOptions, startEngine } from '../../src/sync/engine.js';
import { workerName } from '../../src/sync/worker.js';
import type { Fresh } from '../setup/fresh.js';
import { newShop, vault } from './shop.js';

/** What a shop is read from. */
export interface Source {
  readonly marketplace: Marketplace;
  readonly origin: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
}

export interface Span {
  readonly streams?: readonly StreamName[];
  readonly from: string;
  readonly to?: string;
}

export interface CheckRow {
  readonly id: string;
  readonly status: string;
  readonly trigger: string;
  readonly streams: StreamName[];
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly stepsDone: number;
  readonly stepsTotal: number | null;
  readonly failures: number;
  readonly error: string | null;
}

export interface DayRow {
  readonly stream: StreamName;
  readonly day: string;
  readonly by: string;
  readonly state: string;
  readonly reason: string | null;
  readonly counted: number | null;
  readonly held: number | null;
  readonly rejected: number | null;
  readonly missing: string[];
  readonly fetched: number;
  readonly heldAfter: number | null;
}

export interface Checker {
  readonly shopId: string;
  /** An engine; `stop` ends all of them. */
  run(options?: Partial<EngineOptions>): Promise<Engine>;
  stop(): Promise<void>;
  /** Waits until the latest run has ended, and says how. */
  synced(): Promise<string>;
  ask(span: Span): Promise<string | null>;
  /** Waits until the latest check has ended. */
  checked(): Promise<CheckRow>;
  check(span: Span): Promise<CheckRow>;
  latest(): Promise<CheckRow | undefined>;
  days(where?: string): Promise<DayRow[]>;
  statesOf(where?: string): Promise<string[]>;
}

/** Within a process, so that no engine takes another one for a stranger and lets the windows of a minute pass first. */
const workerId = workerName();
const all: readonly StreamName[] = ['ORDERS', 'SHIPMENTS', 'RETURNS'];

/** A new shop on an emptied database. */
export async function newChecker(
  { db, url }: Fresh,
  { marketplace, origin, credentials }: Source,
  streams: readonly StreamName[] = all,
): Promise<Checker> {
  await db.run({ text: 'truncate shops, raw_records, idempotency_keys restart identity cascade' });
  const { clientId: account, clientSecret: secret } = credentials;
  const shopId = await newShop(db, { marketplace: marketplace.code, account, secret, streams });
  const engines: Engine[] = [];
  const latest = async () =>
    (
      await db.run<CheckRow>({
        text: `select id, status, trigger, streams, from_day::text as "from", to_day::text as "to", requests, failures,
            error, steps_done as "stepsDone", steps_total as "stepsTotal"
          from coverage_checks order by id desc limit 1`,
      })
    )[0];
  const until = <Row extends { status: string }>(read: () => Promise<Row | undefined>): Promise<Row> =>
    vi.waitFor(
      async () => {
        // what waits for its back-off need not wait for a tick as well
        for (const engine of engines) await engine.tick();
        const row = await read();
        expect(row?.status).toMatch(/SUCCEEDED|FAILED|CANCELLED/);
        return row as Row;
      },
      { timeout: 60_000, interval: 30 },
    );
  const ask = ({ streams: of = streams, from, to = from }: Span) =>
    queueCheck(db, { shopId, streams: of, from, to, idempotency: null });
  const checked = () => until(latest);
  const days = (where = 'true') =>
    db.run<DayRow>({
      text: `select stream, day::text as day, fulfilled_by as by, state, reason, counted, held, rejected, missing, fetched,
          held_after as "heldAfter" from coverage_days where ${where} order by stream, day, fulfilled_by`,
    });
  return {
    shopId,
    ...{ ask, checked, latest, days },
    async run(options = {}) {
      const engine = await startEngine({
        ...{ db, marketplaces: [marketplace], vault, originOf: () => ({ origin, loginOrigin: origin }) },
        ...{ rateScale: 200, workers: 1, queue: { databaseUrl: url }, workerId },
        log: createLog({ level: 'error', format: 'pretty' }),
        ...options,
        timing: {
          ...{ leaseMs: 4_000, beatMs: 300, patience: { attemptsMax: 2, backOffMs: 10, backOffMaxMs: 50 } },
          backOff: { firstMs: 50, maxMs: 200, awayMaxMs: 200, failuresMax: 3 },
          ...options.timing,
        },
      });
      engines.push(engine);
      return engine;
    },
    async stop() {
      await Promise.all(engines.splice(0).map((engine) => engine.stop()));
    },
    synced: async () =>
      (
        await until(async () => {
          const text = 'select status from sync_runs order by id desc limit 1';
          return (await db.run<{ status: string }>({ text }))[0];
        })
      ).status,
    async check(span) {
      await ask(span);
      return checked();
    },
    async statesOf(where) {
      return [...new Set((await days(where)).map(({ state }) => state))].sort();
    },
  };
}
