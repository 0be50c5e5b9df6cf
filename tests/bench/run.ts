// `npm run bench`: every benchmark, or those named (`npm run bench -- queries ingest --orders 100000 --rounds 3`).
// Each compares with a bare implementation inside one run, so its figures are ratios that any machine can repeat.
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkResult, Goal } from './benchmark.js';

const benchmarks: Record<string, () => Promise<{ run: Benchmark }>> = {
  start: () => import('./start.js'),
  sync: () => import('./sync.js'),
  ingest: () => import('./ingest.js'),
  queries: () => import('./queries.js'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { orders: { type: 'string' }, rounds: { type: 'string' } },
});
const names = positionals.length ? positionals : Object.keys(benchmarks);
const unknown = names.filter((name) => !benchmarks[name]);
if (unknown.length) {
  console.error(`No benchmark named ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}`);
  process.exit(1);
}
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const met = ({ value, goal, better }: Goal) => (better === 'more' ? value >= goal : value <= goal);

function print({ name, figures, goals }: BenchmarkResult): void {
  console.log(`\n${name}`);
  for (const [figure, value] of Object.entries(figures)) console.log(`  ${figure.padEnd(58)} ${value}`);
  for (const goal of goals) {
    const sign = goal.better === 'more' ? '≥' : '≤';
    console.log(
      `  ${goal.name.padEnd(58)} ${goal.value.toFixed(2)}  (goal ${sign} ${goal.goal}: ${met(goal) ? 'met' : 'NOT MET'})`,
    );
  }
}

const cpu = os.cpus();
console.log(`${process.version}, ${cpu.length} × ${cpu[0]?.model ?? 'unknown CPU'}, ${os.platform()} ${os.release()}`);
for (const name of names) {
  const started = Date.now();
  const module = await benchmarks[name]?.();
  if (!module) continue;
  const result = await module.run({
    orders: number(values.orders),
    rounds: number(values.rounds),
    log: (line) => console.log(`  … ${line}`),
  });
  print(result);
  console.log(`  (${Math.round((Date.now() - started) / 1000)} s)`);
}
