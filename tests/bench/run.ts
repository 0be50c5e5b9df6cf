// `npm run bench`: every benchmark, or those named (`npm run bench -- queries ingest --orders 100000 --rounds 3`).
// Each compares with a bare implementation inside one run, so its figures are ratios that any machine can repeat.
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkResult, Goal } from './benchmark.js';
import { tidy } from './tidy.js';

const benchmarks: Record<string, { readonly about: string; readonly load: () => Promise<{ run: Benchmark }> }> = {
  start: { about: 'start-up until /ready, cold and warm (7 rounds by default)', load: () => import('./start.js') },
  sync: {
    about:
      'OTTO (1,000 orders) and bol (10,000 shipments) against requests ÷ rate limit; memory over 50,000 and 100,000',
    load: () => import('./sync.js'),
  },
  shops: {
    about: '200 shops in one process at the documented limits: memory, refusals, how long the API takes meanwhile',
    load: () => import('./shops.js'),
  },
  ingest: {
    about: '200,000 orders as pages of 100 against COPY of the same rows (3 rounds by default)',
    load: () => import('./ingest.js'),
  },
  export: {
    about: '1,000,000 order lines as CSV against COPY of the same rows, and the memory meanwhile (3 rounds by default)',
    load: () => import('./export.js'),
  },
  queries: {
    about: 'four questions to 1,000,000 orders against a bare server and PostGraphile (5 rounds by default)',
    load: () => import('./queries.js'),
  },
  stock: {
    about: 'orders placed against stock against bare updates, one product and 1,000 (3 rounds of 3,000 by default)',
    load: () => import('./stock.js'),
  },
  sales: {
    about:
      'product sales from the roll-up against the raw aggregate, 2.5 and 10 million order lines (3 rounds by default)',
    load: () => import('./sales.js'),
  },
  dashboard: {
    about: 'what the dashboard asks for, over 1,000,000 orders (5 rounds by default)',
    load: () => import('./dashboard.js'),
  },
};

const help = `npm run bench -- [benchmark …] [--orders n] [--lines n] [--rounds n]

Without a name: all of them, which takes about half an hour.

${Object.entries(benchmarks)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}

  --orders n   size of the world, where the benchmark has one
  --lines n    of sales: order lines, first a quarter of them
  --rounds n   interleaved rounds, of which the median counts`;

interface Asked {
  readonly names: readonly string[];
  readonly orders?: number;
  readonly lines?: number;
  readonly rounds?: number;
}

function asked(): Asked {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        ...{ orders: { type: 'string' }, lines: { type: 'string' }, rounds: { type: 'string' } },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) leave(help, 0);
    const unknown = positionals.filter((name) => !benchmarks[name]);
    if (unknown.length) throw new Error(`There is no benchmark named ${unknown.join(', ')}.`);
    return {
      names: positionals.length ? positionals : Object.keys(benchmarks),
      orders: count('orders', values.orders),
      lines: count('lines', values.lines),
      rounds: count('rounds', values.rounds),
    };
  } catch (error) {
    return leave(`${(error as Error).message}\n\n${help}`, 1);
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} must be a number from 1.`);
  return Number(text);
}

function leave(words: string, code: number): never {
  console.log(words);
  process.exit(code);
}

const met = ({ value, goal, better }: Goal) => (better === 'more' ? value >= goal : value <= goal);

function print({ name, figures, goals }: BenchmarkResult): void {
  console.log(`\n${name}`);
  for (const [figure, value] of Object.entries(figures)) {
    console.log(`  ${figure.padEnd(58)} ${typeof value === 'number' ? value.toLocaleString('en') : value}`);
  }
  for (const goal of goals) {
    const sign = goal.better === 'more' ? '≥' : '≤';
    const verdict = `goal ${sign} ${goal.goal}: ${met(goal) ? 'met' : 'NOT MET'}`;
    console.log(`  ${goal.name.padEnd(58)} ${goal.value.toFixed(2)}  (${verdict})`);
  }
}

function printMachine(): void {
  const cpu = os.cpus();
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GB`;
  const load = os.loadavg()[0]?.toFixed(1);
  console.log(
    `Node ${process.version}, ${cpu.length} × ${cpu[0]?.model.trim() || 'unknown CPU'}, ${memory}, ${os.platform()} ${os.release()}, load ${load}`,
  );
}

let interrupted = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    // a second one: not even tidying up is waited for. npm may send the first one twice
    if (interrupted && Date.now() - interrupted > 1000) process.exit(1);
    if (interrupted) return;
    interrupted = Date.now();
    // what is under way fails when its server is stopped
    process.on('unhandledRejection', () => {}).on('uncaughtException', () => {});
    console.log('\ninterrupted: tidying up');
    await tidy();
    process.exit(130);
  });
}

const { names, orders, lines, rounds } = asked();
printMachine();
const missed: string[] = [];
for (const name of names) {
  const started = Date.now();
  console.log(`\n${name}: ${benchmarks[name]?.about}`);
  try {
    const module = await benchmarks[name]?.load();
    const result = await module?.run({ orders, lines, rounds, log: (line) => console.log(`  … ${line}`) });
    if (!result) continue;
    print(result);
    missed.push(...result.goals.filter((goal) => !met(goal)).map((goal) => goal.name));
  } catch (error) {
    // the handler of the signal ends the process
    if (interrupted) await new Promise(() => {});
    throw error;
  } finally {
    if (!interrupted) await tidy();
  }
  console.log(`  (${Math.round((Date.now() - started) / 1000)} s)`);
}
console.log(missed.length ? `\nNOT MET: ${missed.join('; ')}` : '\nAll goals are met.');
// connections that a benchmark kept alive must not hold the process
process.exit(0);
