import 'reflect-metadata';
import { expect, vi } from 'vitest';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import type { OttoSandbox, OttoSandboxOptions } from '../../src/marketplaces/otto/sandbox.js';
import { startSandbox } from '../../src/marketplaces/otto/sandbox.js';
import type { Database } from '../../src/store/database.js';
import { type Engine, type EngineOptions, startEngine } from '../../src/sync/engine.js';
import { type Dump, dump } from '../setup/dump.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop, vault } from '../sync/shop.js';

/** A world large enough to be interrupted, at rates that let a test end. */
export const world: OttoSandboxOptions = { orders: 600, rateScale: 20 };

/** Patience for tests: troubles last seconds here, not hours. */
export const haste: NonNullable<EngineOptions['timing']> = {
  leaseMs: 4_000,
  beatMs: 1_000,
  backOff: { firstMs: 100, maxMs: 500, awayMaxMs: 1_000, failuresMax: 100 },
  patience: { attemptsMax: 4, backOffMs: 20, backOffMaxMs: 200 },
};

/** A pretend OTTO, a database with one shop of it, and what runs on them. Closed in the order of its making, reversed. */
export interface Scene {
  readonly options: OttoSandboxOptions;
  readonly sandbox: OttoSandbox;
  readonly fresh: Fresh;
  readonly db: Database;
  readonly shopId: string;
  /** An engine in this process. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  close(): Promise<void>;
}

export async function openScene(options: OttoSandboxOptions = world): Promise<Scene> {
  const sandbox = await startSandbox(options);
  return sceneOf(sandbox, options);
}

async function sceneOf(sandbox: OttoSandbox, options: OttoSandboxOptions): Promise<Scene> {
  const fresh = await freshDatabase();
  const { clientId, clientSecret } = sandbox.credentials;
  const streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const;
  const shopId = await newShop(fresh.db, { account: clientId, secret: clientSecret, streams });
  const engines: Engine[] = [];
  return {
    options,
    sandbox,
    fresh,
    db: fresh.db,
    shopId,
    async engine(more = {}) {
      const engine = await startEngine({
        db: fresh.db,
        marketplaces,
        vault,
        originOf: () => ({ origin: sandbox.origin }),
        rateScale: options.rateScale ?? 1,
        workers: 2,
        queue: { databaseUrl: fresh.url },
        log: createLog({ level: 'error', format: 'pretty' }),
        timing: haste,
        ...more,
      });
      engines.push(engine);
      return engine;
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.stop()));
      await fresh.close();
      await sandbox.stop();
    },
  };
}

/** Waits until the n-th run of the shop has ended, and says how. */
export async function ended(db: Database, runs = 1, timeoutMs = 50_000): Promise<string> {
  return vi.waitFor(
    async () => {
      // "look now": what waits for its back-off need not wait for a tick as well
      await db.run({ text: `select pg_notify('lading_due', '0')` });
      const rows = await db.run<{ status: string }>({ text: 'select status from sync_runs order by id' });
      expect(rows.length).toBeGreaterThanOrEqual(runs);
      const { status } = rows[runs - 1] as { status: string };
      expect(status).toMatch(/SUCCEEDED|FAILED|CANCELLED/);
      return status;
    },
    { timeout: timeoutMs, interval: 100 },
  );
}

/** Waits until so many orders are stored: the middle of a sync. */
export async function imported(db: Database, orders: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const [row] = await db.run<{ count: number }>({ text: 'select count(*)::int as count from orders' });
      expect(row?.count).toBeGreaterThanOrEqual(orders);
    },
    { timeout: 20_000, interval: 5 },
  );
}

/** What a sync of this world comes to when nothing goes wrong, and what it costs. */
export async function undisturbed(options: OttoSandboxOptions = world): Promise<{ dump: Dump; requests: number }> {
  const scene = await openScene(options);
  try {
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    await expectTruth(scene);
    return { dump: await dump(scene.db, scene.shopId), requests: scene.sandbox.counters.total };
  } finally {
    await scene.close();
  }
}

/** What another sync of the same world, from nothing and in calm weather, comes to. */
export async function readAnew({ sandbox, options }: Scene): Promise<Dump> {
  const stop = async () => {};
  const scene = await sceneOf({ ...sandbox, stop }, options);
  try {
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    return await dump(scene.db, scene.shopId);
  } finally {
    await scene.close();
  }
}

/** Compares what is stored with what is so in the world, worked out from the world and not through our mapping. */
export async function expectTruth({ db, shopId, sandbox }: Scene): Promise<void> {
  const truth = sandbox.truth();
  const all = <Row>(text: string) => db.run<Row>({ text, values: [shopId] });
  const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const orders = await all<{ facts: unknown[] }>(
    `select json_build_array(external_id, order_number, fulfillment_status, ${iso('ordered_at')},
      ${iso('last_shipped_at')}, nullif(country, ''), units_ordered, units_pending, units_shipped, units_cancelled,
      units_returned, total_minor) as facts from orders where shop_id = $1`,
  );
  const trueOrders = truth.orders.map((o) => [
    ...[o.salesOrderId, o.orderNumber, o.status, o.orderedAt, o.shippedAt, o.country],
    ...[o.ordered, o.pending, o.shipped, o.cancelled, o.returned, o.totalMinor],
  ]);
  const byKey = (a: readonly unknown[], b: readonly unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  expect(orders.map(({ facts }) => facts).sort(byKey)).toEqual(trueOrders.sort(byKey));
  const items = await all<{ item: string }>(
    `select concat_ws(' ', s.external_id, l.order_external_id, l.external_id) as item
      from shipments s join shipment_lines l on l.shipment_id = s.id where s.shop_id = $1`,
  );
  const trueItems = truth.shipments.flatMap(({ shipmentId, items: parts }) =>
    parts.map((part) => `${shipmentId} ${part.salesOrderId} ${part.positionItemId}`),
  );
  expect(items.map(({ item }) => item).sort()).toEqual(trueItems.sort());
  const returns = await all<{ item: string }>(
    `select concat_ws(' ', l.order_external_id, l.external_id, r.status) as item
      from returns r join return_lines l on l.return_id = r.id where r.shop_id = $1`,
  );
  const trueReturns = truth.returns.map((one) => `${one.salesOrderId} ${one.positionItemId} ${one.status}`);
  expect(returns.map(({ item }) => item).sort()).toEqual(trueReturns.sort());
  const sales = await all<{ sku: string }>(
    `select sku, sum(units_sold)::int as "unitsSold", sum(units_returned)::int as "unitsReturned",
      sum(order_count)::int as "orderCount", sum(gross_minor)::int as "grossMinor"
      from sales_daily where shop_id = $1 group by sku having sum(order_count) > 0`,
  );
  expect(sales.sort((a, b) => (a.sku < b.sku ? -1 : 1))).toEqual(truth.sales);
}

/** The roll-up says what the lines say. */
export async function expectRollUp({ db }: Scene): Promise<void> {
  const key = 'shop_id, day, sku, country, currency';
  const differences = await db.run({
    text: `with lines as (
        select o.shop_id, o.business_day as day, l.sku, o.country, o.currency,
          sum(l.ordered - l.cancelled) as units_sold, sum(l.returned) as units_returned,
          count(distinct o.id) filter (where l.ordered > l.cancelled) as order_count,
          sum(l.total_minor) as gross_minor
        from orders o join order_lines l on l.order_id = o.id where l.sku is not null group by 1, 2, 3, 4, 5)
      select * from lines l full join sales_daily s using (${key})
      where (l.units_sold, l.units_returned, l.order_count, l.gross_minor)
        is distinct from (s.units_sold, s.units_returned, s.order_count, s.gross_minor)
        and (l.units_sold <> 0 or l.units_returned <> 0 or s.sku is not null)`,
  });
  expect(differences).toEqual([]);
}
