// A server whose catalog is a real service over HTTP, with the worker that brings things to their end.
import { Writable } from 'node:stream';
import { expect, vi } from 'vitest';
import { openInventory } from '../../src/inventory/open.js';
import type { Timing } from '../../src/inventory/room.js';
import { type InventoryWorker, startInventoryWorker } from '../../src/inventory/worker.js';
import { createLog } from '../../src/log.js';
import { type RunningInventory, startInventorySandbox } from '../../src/sandbox/inventory.js';
import type { Database } from '../../src/store/database.js';
import { openStage, type Stage } from '../server/stage.js';

/** As in real life, but a second is a few milliseconds. */
export const hasty: Partial<Timing> = {
  ...{ timeoutMs: 300, backOffMs: 10, openMs: 200, openMaxMs: 400, againMs: 50, againMaxMs: 200, leaseMs: 2_000 },
};

export interface Scene {
  readonly stage: Stage;
  readonly catalog: RunningInventory;
  readonly worker: InventoryWorker;
  close(): Promise<void>;
}

export const silent = () =>
  createLog({ level: 'error', format: 'json', stream: new Writable({ write: (_c, _e, done) => done() }) });

export async function openScene(timing: Partial<Timing> = hasty): Promise<Scene> {
  const catalog = await startInventorySandbox();
  const options = (db: Database) => ({
    ...{ db, catalog: { url: catalog.origin }, cart: { url: catalog.origin }, log: silent(), timing },
  });
  const stage = await openStage(({ db }) => ({ inventory: openInventory(options(db)) }));
  const worker = await startInventoryWorker(options(stage.db));
  return {
    ...{ stage, catalog, worker },
    async close() {
      await worker.stop();
      await stage.close();
      await catalog.stop();
    },
  };
}

export const product = (id: string, quantity: number, more: object = {}) => ({
  ...{ id, title: `A ${id}`, price: { amount: '12.30', currency: 'EUR' }, quantity, vatRate: '19' },
  ...{ colour: 'a member of theirs' },
  ...more,
});

export interface Placed {
  readonly order: {
    id: string;
    fulfillmentStatus: string;
    version: number;
    lines: { id: string; sku: string }[];
  } | null;
  readonly userErrors: readonly { code: string; message: string; sku?: string; available?: number }[];
}

const fields = `order { id fulfillmentStatus version totalGross { amount } lines { id sku title vatRate quantity { ordered open pending } }
    events { kind message } supportedActions { action isAvailable } shortages { sku } }
  userErrors { code message field ... on InsufficientStockError { sku requested available } }`;

// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
export async function mutate(stage: Pick<Stage, 'ask'>, name: string, input: object): Promise<any> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const answer = await stage.ask(`mutation Change($input: ${type}) { ${name}(input: $input) { ${fields} } }`, {
    input,
  });
  return answer.data?.[name] ?? answer;
}

export const place = (stage: Pick<Stage, 'ask'>, lines: Record<string, number>, more: object = {}) =>
  mutate(stage, 'orderPlace', { lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })), ...more });

export const codes = ({ userErrors }: Placed) => userErrors.map(({ code }) => code);

/** Until no saga is under way any more; the worker need not wait for its next tick. */
export async function settled(db: Database, worker: InventoryWorker): Promise<void> {
  await vi.waitFor(
    async () => {
      await worker.look();
      const open = await db.run({ text: `select id, kind, state, epoch from order_sagas where finished_at is null` });
      expect(open).toEqual([]);
    },
    { timeout: 30_000, interval: 30 },
  );
}

/**
 * Tries until the fault struck the step that was meant, like `GET LAMP again`: on a slow machine something before it is asked
 * for twice, and what is counted in requests strikes an earlier one.
 */
export async function atStep<T>({ faults }: RunningInventory, step: string, attempt: () => Promise<T>): Promise<T> {
  const [method, name] = step.split(' ');
  const meant = new RegExp(`^${method} .*${name}`);
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (meant.test(faults.struckFirst ?? '') || tries === 5) return result;
  }
}

/**
 * What must agree, whatever failed: units of orders that are not cancelled are missing at the catalog, no others are; the
 * sales say what the lines say; the products and the stock here were not touched.
 */
export async function expectAgreement(
  { db }: { db: Database },
  catalog: RunningInventory,
  stocked: Readonly<Record<string, number>>,
): Promise<void> {
  const rows = await db.run<{ sku: string; units: number }>({
    text: `select l.sku, sum(l.ordered - l.cancelled)::int as units from order_lines l group by 1`,
  });
  const taken = new Map(rows.map(({ sku, units }) => [sku, units]));
  for (const [sku, quantity] of Object.entries(stocked)) {
    expect([sku, (catalog.product(sku)?.quantity ?? 0) + (taken.get(sku) ?? 0)]).toEqual([sku, quantity]);
  }
  const wrong = await db.run({
    text: `select 'pending' as what, order_number from orders where fulfillment_status = 'PENDING'
      union all select 'claims', order_id::text from stock_claims
      union all select 'sums', o.order_number from orders o
        where (units_ordered, units_cancelled, units_pending, total_minor) is distinct from
          (select (sum(ordered)::int, sum(cancelled)::int, sum(pending)::int, sum(total_minor)::bigint)
            from order_lines l where l.order_id = o.id)
      union all select 'sales', k.sku from
        (select sku, sum(ordered - cancelled) as units, sum(total_minor) as gross from order_lines group by 1) k
        full join (select sku, sum(units_sold) as units, sum(gross_minor) as gross from sales_daily group by 1) s using (sku)
        where (coalesce(k.units, 0), coalesce(k.gross, 0)) is distinct from (coalesce(s.units, 0), coalesce(s.gross, 0))`,
  });
  expect(wrong).toEqual([]);
}
