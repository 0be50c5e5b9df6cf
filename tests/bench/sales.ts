// Product sales from the daily roll-up against the same figures summed up from the order lines, and how both grow.
import { getOperationAST, parse } from 'graphql';
import pg from 'pg';
import type { Context } from '../../src/graph/context.js';
import { createExecutor, JsonText } from '../../src/graph/executor.js';
import { buildGraph } from '../../src/graph/schema.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { openDatabase } from '../../src/store/database.js';
import { type BenchmarkOptions, type BenchmarkResult, type Goal, median } from './benchmark.js';
import { fillSales, linesPerOrder } from './sales/world.js';
import { atEnd, temporaryServer } from './tidy.js';

interface Question {
  readonly name: string;
  readonly query: string;
  /** The same figures from the order lines, in plain SQL; null: there is no roll-up that could be compared. */
  readonly raw: string | null;
  /** What it may take of the time of the raw aggregate; half, unless the roll-up has hardly fewer rows than there are lines. */
  readonly goal?: number;
}

const members = 'sku unitsSold unitsReturned orderCount grossRevenue { amount currency }';
const sales = (args: string, more = '') => `{ productSales(first: 50, ${args}) { nodes { ${members} ${more} } } }`;

/** The aggregate that one would write without a roll-up. */
const raw = (dimensions: string, where = 'true') => `select ${dimensions}, sum(l.ordered - l.cancelled) as units,
    sum(l.returned), count(distinct o.id) filter (where l.ordered > l.cancelled), sum(l.total_minor)
  from orders o join order_lines l on l.order_id = o.id where l.sku is not null and ${where}
  group by ${dimensions} order by units desc, ${dimensions} limit 50`;

const march = `where: { orderedOn: { from: "2026-03-01", to: "2026-04-01" } }, timeZone: "Europe/Berlin"`;
const someHours = `where: { orderedAt: { from: "2026-03-01T09:30:00Z", to: "2026-09-01T14:45:00Z" } }`;

const questions: readonly Question[] = [
  { name: 'per SKU, the whole year', query: sales('groupBy: [SKU]'), raw: raw('l.sku, o.currency') },
  {
    name: 'per SKU, one month',
    query: sales(march),
    raw: raw('l.sku, o.currency', `o.business_day >= '2026-03-01' and o.business_day < '2026-04-01'`),
  },
  {
    name: 'per SKU, half a year that cuts through days',
    query: sales(someHours),
    raw: raw('l.sku, o.currency', `o.ordered_at >= '2026-03-01T09:30:00Z' and o.ordered_at < '2026-09-01T14:45:00Z'`),
  },
  {
    name: 'per SKU, month and shop, the whole year',
    query: sales('groupBy: [MONTH, SHOP]', 'month shop { id }'),
    raw: raw(`l.sku, o.currency, o.shop_id, date_trunc('month', o.business_day::timestamp)`),
    goal: 0.8,
  },
  {
    name: 'per SKU and day, the whole year',
    query: sales('groupBy: [DAY]', 'day'),
    raw: raw('l.sku, o.currency, o.business_day'),
    goal: 0.8,
  },
  {
    name: 'one SKU by day',
    query: sales('groupBy: [DAY], where: { skus: ["SKU-7"] }', 'day'),
    raw: raw('l.sku, o.currency, o.business_day', `l.sku = 'SKU-7'`),
  },
  { name: 'popular SKUs', query: '{ popularSkus(first: 50) { sku unitsSold orderCount } }', raw: null },
  { name: 'returns rate per SKU', query: '{ returnsRate(first: 50) { nodes { sku rate } } }', raw: null },
  {
    name: 'basket size with its distribution',
    query: '{ basketSize { averageUnits averageLines medianUnits orderCount distribution { orderCount } } }',
    raw: null,
  },
  {
    name: 'times of fulfillment by month and marketplace',
    query:
      '{ fulfillmentTimes(groupBy: [MONTH, MARKETPLACE]) { nodes { month marketplace averageSeconds medianSeconds p99Seconds } } }',
    raw: null,
  },
  {
    name: 'per SKU and month of another time zone: from the lines',
    query: sales('groupBy: [MONTH], timeZone: "America/New_York"', 'month'),
    raw: null,
  },
  {
    name: 'basis, freshness and exclusions',
    query: '{ productSales { basis { summary } freshness { state } excluded { reason count } } }',
    raw: null,
  },
];

/** Milliseconds, per question. */
type Times = readonly { readonly ours: number; readonly raw: number | null }[];

export async function run({ lines = 10_000_000, rounds = 3, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { url } = await temporaryServer('sales', { durable: false });
  const db = await openDatabase({ url, poolSize: 2 });
  atEnd(() => db.close());
  const ask = await asker(db);
  const sizes = [Math.ceil(lines / 4), lines];
  const times: Times[] = [];
  const figures: Record<string, number | string> = {};
  for (const size of sizes) {
    log(`making a year of ${size.toLocaleString('en')} order lines`);
    await fillSales(url, Math.ceil(size / linesPerOrder), log);
    const [counted] = await db.run<{ lines: number; days: number }>({
      text: 'select (select count(*)::int from order_lines) as lines, (select count(*)::int from sales_daily) as days',
    });
    figures[`order lines, size ${times.length + 1}`] = counted?.lines ?? 0;
    figures[`rows of the roll-up, size ${times.length + 1}`] = counted?.days ?? 0;
    times.push(await measure(url, ask, rounds, log));
  }
  return summary(times as [Times, Times], figures);
}

async function asker(db: Context['db']): Promise<(query: string) => Promise<unknown>> {
  const schema = await buildGraph({ marketplaces });
  const executor = createExecutor(schema);
  return async (query) => {
    const document = parse(query);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    const context = { db } as Context;
    const { data, errors } = await executor({ document, operation, operationName: undefined, variables: {}, context });
    if (errors?.length || !((data as unknown) instanceof JsonText)) throw errors?.[0] ?? new Error('not straight');
    return (data as unknown as JsonText).toJSON();
  };
}

async function measure(
  url: string,
  ask: (query: string) => Promise<unknown>,
  rounds: number,
  log: (line: string) => void,
): Promise<Times> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // as our own sessions are
  await client.query(`set timezone = 'UTC'; set jit = off; set work_mem = '16MB'; set statement_timeout = '300s'`);
  try {
    const times: { ours: number; raw: number | null }[] = [];
    for (const question of questions) {
      const [ours, plain]: [number[], number[]] = [[], []];
      // round 0 warms up, and compares
      for (let round = 0; round <= rounds; round++) {
        const [answer, ourMs] = await timed(() => ask(question.query));
        if (round) ours.push(ourMs);
        if (question.raw === null) continue;
        const [{ rows }, rawMs] = await timed(() => client.query({ text: question.raw as string, rowMode: 'array' }));
        if (round) plain.push(rawMs);
        else assertEqual(question, answer, rows);
      }
      const one = { ours: median(ours), raw: plain.length ? median(plain) : null };
      log(
        `${question.name}: ${one.ours.toFixed(0)} ms${one.raw === null ? '' : `, from the lines ${one.raw.toFixed(0)} ms`}`,
      );
      times.push(one);
    }
    return times;
  } finally {
    await client.end();
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

/** Units, returns, orders and money of the page are the same. Of the last ones, which sold equally, each may list others. */
function assertEqual({ name }: Question, answer: unknown, rows: unknown[][]): void {
  const nodes = (answer as { productSales: { nodes: Record<string, unknown>[] } }).productSales.nodes;
  const told = nodes.map((one) => {
    const { amount } = one.grossRevenue as { amount: string };
    return [one.unitsSold, one.unitsReturned, one.orderCount, amount.replace('.', '')].map(Number);
  });
  const summed = rows.map((row) => row.slice(-4).map(Number));
  const text = (all: number[][]) => {
    const last = all.at(-1)?.[0] ?? 0;
    return all
      .map((one) => (one[0] === last ? `${last}` : one.join(' ')))
      .sort()
      .join('\n');
  };
  if (text(told) !== text(summed)) throw new Error(`${name}: the figures differ\n${text(told)}\n\n${text(summed)}`);
}

function summary([small, large]: [Times, Times], figures: Record<string, number | string>): BenchmarkResult {
  const goals: Goal[] = [];
  for (const [at, { name, raw: compared, goal = 0.5 }] of questions.entries()) {
    const [before, after] = [small[at], large[at]];
    if (!before || !after) continue;
    figures[`${name}, ms`] = `${before.ours.toFixed(0)} → ${after.ours.toFixed(0)}`;
    if (compared === null || before.raw === null || after.raw === null) continue;
    figures[`${name}, from the lines, ms`] = `${before.raw.toFixed(0)} → ${after.raw.toFixed(0)}`;
    goals.push({ name: `${name}: of the raw aggregate`, value: after.ours / after.raw, goal, better: 'less' });
    goals.push({
      name: `${name}: growth, of that of the raw aggregate`,
      value: after.ours / before.ours / (after.raw / before.raw),
      // the two sizes are measured minutes apart, and the shortest questions take a few milliseconds
      goal: 1.5,
      better: 'less',
    });
  }
  return { name: 'sales', figures, goals };
}
