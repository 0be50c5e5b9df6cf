// What the dashboard asks for when it is opened, over a year of orders: each operation alone, and all at once as the page
// sends them.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import pg from 'pg';
import {
  createClient,
  FulfillmentOverviewDocument,
  OpenAlertsDocument,
  PopularByCountryDocument,
  RejectsDocument,
  SalesByPeriodDocument,
  SalesOverviewDocument,
  ShopHealthDocument,
} from '../../src/sdk/index.js';
import { openDatabase } from '../../src/store/database.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { fillWorld } from './queries/world.js';
import { atEnd, temporaryServer } from './tidy.js';

/** A person sees a page that is there within a second as prompt. Of a year, which is looked at now and then, in three. */
const goals = { 7: 1_000, 30: 1_000, 365: 3_000 } as const;

/** The world's year ends here, in its marketplace's time zone. */
const end = Date.parse('2026-12-31T23:00:00Z');
const dayMs = 86_400_000;

/** The engine keeps the roll-up; this world was made without it. */
const rollUp = `insert into sales_daily
  select o.shop_id, o.business_day, l.sku, o.country, o.currency, sum(l.ordered - l.cancelled), sum(l.returned),
    count(distinct o.id), sum(l.total_minor)
  from orders o join order_lines l on l.order_id = o.id group by 1, 2, 3, 4, 5`;

export async function run({ orders = 1_000_000, rounds = 5, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { url } = await temporaryServer('dashboard', { durable: false });
  await (await openDatabase({ url })).close();
  log(`making a world of ${orders} orders`);
  await fillWorld(url, orders, log);
  await query(url, rollUp, 'vacuum analyze sales_daily');
  const client = createClient({ url: await startServer(url), timeoutMs: 120_000 });
  const figures: Record<string, number> = { orders };
  const result: BenchmarkResult['goals'][number][] = [];
  for (const days of [7, 30, 365] as const) {
    const asked = operations(days);
    const send = ({ document, variables }: Operation) => client.request(document, variables);
    for (const name of new Set(asked.map((one) => one.name))) {
      const parts = asked.filter((one) => one.name === name);
      figures[`${days} days: ${name}, ms`] = await timed(rounds, () => Promise.all(parts.map(send)));
    }
    const page = await timed(rounds, () => Promise.all(asked.map(send)));
    log(`${days} days: all at once in ${page} ms`);
    result.push({ name: `${days} days: all at once, ms`, value: page, goal: goals[days], better: 'less' });
  }
  return { name: 'dashboard', figures, goals: result };
}

interface Operation {
  readonly name: string;
  readonly document: TypedDocumentNode<unknown, object>;
  readonly variables: object;
}

/** What `src/dashboard/page` sends for the last days. */
function operations(days: number): Operation[] {
  const span = (from: number, to: number) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const orderedAt = span(end - days * dayMs, end);
  const before = { orderedAt: span(end - 2 * days * dayMs, end - days * dayMs) };
  // a year of days is more than a page holds: the page asks for it in parts of 95
  const parts = Array.from({ length: Math.ceil(days / 95) }, (_, at) =>
    span(end - Math.min(days, (at + 1) * 95) * dayMs, end - at * 95 * dayMs),
  );
  const seller = { fulfilledBy: 'SELLER' };
  const fulfillment = {
    ready: { ...seller, fulfillmentStatuses: ['READY'] },
    partly: { ...seller, fulfillmentStatuses: ['PARTIALLY_FULFILLED'], toShip: true },
    toPick: { ...seller, toShip: true },
    shipments: { shippedAt: orderedAt },
    ...{ toPickFirst: 20, shippedFirst: 20 },
  };
  const list: [string, unknown, object][] = [
    ['sales', SalesOverviewDocument, { where: { orderedAt }, before }],
    ...parts.map((part): [string, unknown, object] => {
      return ['sales by day', SalesByPeriodDocument, { where: { orderedAt: part }, groupBy: ['DAY'] }];
    }),
    ['popular SKUs', PopularByCountryDocument, { where: { orderedAt }, country: null, first: 10 }],
    ['fulfillment', FulfillmentOverviewDocument, fulfillment],
    ['health', ShopHealthDocument, { after: null }],
    ['alerts', OpenAlertsDocument, { first: 50 }],
    ['rejects', RejectsDocument, { where: {} }],
  ];
  return list.map(([name, document, variables]) => {
    return { name, document: document as Operation['document'], variables };
  });
}

/** The median of the rounds, in whole milliseconds; the first time does not count. */
async function timed(rounds: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return Math.round(median(times));
}

async function query(url: string, ...texts: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}

/** In a process of its own, as it is. */
async function startServer(url: string): Promise<string> {
  const script = fileURLToPath(new URL('./queries/ours.js', import.meta.url));
  const child = fork(script, [JSON.stringify({ url })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  atEnd(() => child.connected && child.disconnect());
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }: { port: number }) => resolve(`http://127.0.0.1:${port}`));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}
