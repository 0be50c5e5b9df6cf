// kill -9 at every step of placing an order and of giving back; another process brings it to its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type InventoryWorker, startInventoryWorker } from '../../src/inventory/worker.js';
import type { FaultKind, FaultRule } from '../../src/sandbox/faults.js';
import { type RunningInventory, startInventorySandbox } from '../../src/sandbox/inventory.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { programOf } from '../setup/program.js';
import { expectAgreement, product, settled, silent } from './scene.js';

let fresh: Fresh;
let catalog: RunningInventory;
let worker: InventoryWorker | null = null;
const children: ChildProcess[] = [];

beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 5 });
  catalog = await startInventorySandbox();
});
afterAll(async () => {
  await fresh?.close();
  await catalog?.stop();
});
beforeEach(async () => {
  catalog.faults.clear();
  for (const [sku, quantity] of Object.entries(stocked)) catalog.put(product(sku, quantity));
  await fresh.db.run({ text: 'truncate orders, order_sagas, sales_daily, idempotency_keys, alerts cascade' });
});
afterEach(async () => {
  await worker?.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const stocked = { LAMP: 10, TABLE: 10 };
/** One request after the other, and patience enough for a fault to be seen before it is given up. */
const timing = {
  ...{ atOnce: 1, timeoutMs: 5_000, answerWithinMs: 10_000, attemptsMax: 1, failuresMax: 1_000 },
  ...{ leaseMs: 1_500, workMs: 1_200, againMs: 50 },
};

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const task = JSON.stringify({ databaseUrl: fresh.url, catalogUrl: catalog.origin, timing });
  const program = await programOf('tests/inventory/server-process.ts');
  const child = spawn(process.execPath, [program, task], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const log: string[] = [];
  child.stderr?.on('data', (chunk) => log.push(String(chunk)));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`ended: ${log.join('')}`)));
  ended.catch(() => {});
  const [chunk] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  return { child, url: String(chunk).trim() };
}

const orderPlace = `mutation { orderPlace(input: {
  lines: [{ sku: "LAMP", quantity: 2 }, { sku: "TABLE", quantity: 1 }], idempotencyKey: "k" }) { order { id } } }`;
const cartCheckout = (customerId: string) =>
  `mutation { cartCheckout(input: { customerId: "${customerId}", idempotencyKey: "k" }) { order { id } } }`;

/** Nobody may be left to hear the answer. */
function send(url: string, query = orderPlace): void {
  const body = JSON.stringify({ query });
  fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => {});
}

/** Until the last of these faults has struck. */
async function struck(rules: readonly FaultRule[]): Promise<void> {
  const { kind } = rules.at(-1) as FaultRule;
  await vi.waitFor(() => expect(catalog.faults.struck[kind] ?? 0).toBeGreaterThan(strikes[kind] ?? 0), {
    ...{ timeout: 20_000, interval: 5 },
  });
}
let strikes: Partial<Record<FaultKind, number>> = {};
function strike(rules: readonly FaultRule[]): void {
  strikes = { ...catalog.faults.struck };
  for (const rule of rules) catalog.faults.add(rule);
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Another process looks after what the dead one left. */
async function recovered(): Promise<{ state: string; keys: number }> {
  catalog.faults.clear();
  worker = await startInventoryWorker({
    db: fresh.db,
    catalog: { url: catalog.origin },
    cart: { url: catalog.origin },
    log: silent(),
    timing,
  });
  await settled(fresh.db, worker);
  await expectAgreement(fresh, catalog, stocked);
  const [row] = await fresh.db.run<{ state: string; keys: number }>({
    text: `select coalesce((select fulfillment_status from orders), 'none') as state,
      (select count(*)::int from idempotency_keys) as keys`,
  });
  return row as { state: string; keys: number };
}

/** Where the process dies: while this request waits for its answer. */
const points: [string, FaultRule[], string][] = [
  ['reading the products', [{ kind: 'HANG', after: 1 }], 'none'],
  ['reading before the first write', [{ kind: 'HANG', after: 2 }], 'CANCELLED'],
  ['the first write, not done', [{ kind: 'HANG', match: /PUT .*LAMP/ }], 'CANCELLED'],
  ['the first write, done', [{ kind: 'HANG_AFTER', match: /PUT .*LAMP/ }], 'CANCELLED'],
  ['reading before the last write', [{ kind: 'HANG', after: 4 }], 'CANCELLED'],
  ['the last write, not done', [{ kind: 'HANG', match: /PUT .*TABLE/ }], 'CANCELLED'],
  ['the last write, done', [{ kind: 'HANG_AFTER', match: /PUT .*TABLE/ }], 'READY'],
];
const givesBack: FaultRule = { kind: 'SERVER_ERROR', match: /TABLE/, after: 1 };
points.push(
  ['giving back: reading', [givesBack, { kind: 'HANG', match: /GET .*LAMP/, after: 2 }], 'CANCELLED'],
  ['giving back: the write, not done', [givesBack, { kind: 'HANG', match: /PUT .*LAMP/, after: 1 }], 'CANCELLED'],
  ['giving back: the write, done', [givesBack, { kind: 'HANG_AFTER', match: /PUT .*LAMP/, after: 1 }], 'CANCELLED'],
);

it.each(points)('%s', async (_, rules, expected) => {
  const { child, url } = await startServer();
  strike(rules);
  send(url);
  await struck(rules);
  await kill(child);
  const { state, keys } = await recovered();
  expect(state).toBe(expected);
  // the same wish may be sent again, or is answered with the order
  expect(keys).toBe(expected === 'READY' ? 1 : 0);
});

it.each<[string, FaultRule, string, string]>([
  ['the cart is held', { kind: 'HANG', match: /PUT .*LAMP/ }, 'CANCELLED', 'OPEN'],
  ['the cart is to be ordered, not done', { kind: 'HANG', match: /PUT .*carts/ }, 'CANCELLED', 'OPEN'],
  ['the cart is to be ordered, done', { kind: 'HANG_AFTER', match: /PUT .*carts/ }, 'READY', 'ORDERED'],
])('%s', async (_, rule, expected, cart) => {
  const lines = [
    { productId: 'LAMP', quantity: 2 },
    { productId: 'TABLE', quantity: 1 },
  ];
  catalog.putCart('ada', { customerId: 'ada', status: 'OPEN', lines });
  const [customer] = await fresh.db.run<{ id: string }>({
    text: `insert into customers (reference) values ('ada') on conflict (reference) do update set name = 'Ada' returning id`,
  });
  const { child, url } = await startServer();
  strike([rule]);
  send(url, cartCheckout(`cus_${customer?.id}`));
  await struck([rule]);
  await kill(child);
  const { state, keys } = await recovered();
  expect([state, keys]).toEqual([expected, expected === 'READY' ? 1 : 0]);
  expect(catalog.cart('ada')).toMatchObject({ status: cart });
});

it.each([
  ['all taken, before the order says so', null, 'READY'],
  ['all given back, before the order says so', givesBack, 'CANCELLED'],
] as const)('%s', async (_, rule, expected) => {
  const { child, url } = await startServer();
  if (rule) catalog.faults.add(rule);
  // the order cannot be written while somebody holds it
  const holder = new pg.Client({ connectionString: fresh.url });
  await holder.connect();
  try {
    catalog.faults.add({ kind: 'LATE', match: /PUT .*LAMP/, times: 1, ms: 500 });
    send(url);
    await vi.waitFor(async () => {
      await holder.query('rollback');
      await holder.query('begin');
      expect((await holder.query('select id from orders for update')).rowCount).toBe(1);
    }, 20_000);
    await vi.waitFor(async () => {
      const [row] = await fresh.db.run<{ done: number }>({
        text: `select count(*)::int as done from saga_steps where state = 'DONE'`,
      });
      expect(row?.done).toBe(2);
    }, 20_000);
    await kill(child);
  } finally {
    await holder.end();
  }
  expect((await recovered()).state).toBe(expected);
});
