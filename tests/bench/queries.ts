// Queries through our server against a bare node:http server with one hand-written prepared statement per question.
import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/store/database.js';
import { startEmbedded } from '../../src/store/embedded.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { load, type Request, send } from './queries/load.js';
import { type Question, questions } from './queries/shapes.js';
import { fillWorld, placesIn } from './queries/world.js';

/** Time of one measurement, and requests under way at once. */
const roundMs = 2_500;
const concurrency = 12;
/** A bare answer of our kind is 0.55 to 0.94 of a bare server; less than this is a regression. */
const goal = 0.45;

export async function run({ orders = 1_000_000, rounds = 5, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-queries-'));
  const server = await startEmbedded({ dir, durable: false });
  try {
    await (await openDatabase({ url: server.url })).close();
    await fillWorld(server.url, orders, log);
    return await compare(server.url, orders, rounds, log);
  } finally {
    await server.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

interface Started {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Each server has a process of its own, so that neither pays for the other's garbage. */
async function start(file: string, options: unknown): Promise<Started> {
  const script = fileURLToPath(new URL(`./queries/${file}`, import.meta.url));
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return { process: child, port };
}

async function compare(
  url: string,
  orders: number,
  rounds: number,
  log: (line: string) => void,
): Promise<BenchmarkResult> {
  const asked = await placesIn(url, orders);
  const all = questions(asked);
  const bare = await start('bare.js', { url, asked });
  const ours = await start('ours.js', { url });
  try {
    const ratios = all.map(() => [] as number[]);
    const rates = all.map(() => ({ bare: [] as number[], ours: [] as number[] }));
    for (const [at, question] of all.entries()) await assertEqual(bare.port, ours.port, at, question);
    // round 0 warms both up
    for (let round = 0; round <= rounds; round++) {
      for (const [at, question] of all.entries()) {
        const options = { ms: round ? roundMs : roundMs / 2, concurrency };
        const first = await load(bare.port, bareRequest(at), options);
        const second = await load(ours.port, ourRequest(question), options);
        if (round === 0) continue;
        rates[at]?.bare.push(first);
        rates[at]?.ours.push(second);
        ratios[at]?.push(second / first);
        log(`round ${round}, ${question.name}: bare ${first.toFixed(0)}/s, ours ${second.toFixed(0)}/s`);
      }
    }
    return summary(orders, all, rates, ratios);
  } finally {
    bare.process.disconnect();
    ours.process.disconnect();
  }
}

const bareRequest =
  (question: number) =>
  (place: number): Request => ({ method: 'GET', path: `/${question}/${place}` });

const ourRequest =
  ({ query, variables }: Question) =>
  (place: number): Request => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query, variables: variables(place) }),
  });

/** Both give the same data, byte for byte once PostgreSQL's spaces are taken out. */
async function assertEqual(bare: number, ours: number, at: number, question: Question): Promise<void> {
  for (const place of [0, 1, 17]) {
    const [first, second] = await Promise.all([
      send(bare, bareRequest(at)(place)),
      send(ours, ourRequest(question)(place)),
    ]);
    const [plain, graph] = [first, second].map((text) => JSON.stringify(JSON.parse(text)));
    if (plain !== graph) {
      throw new Error(`${question.name}: the answers differ\n${plain?.slice(0, 600)}\n${graph?.slice(0, 600)}`);
    }
  }
}

function summary(
  orders: number,
  all: readonly Question[],
  rates: readonly { bare: number[]; ours: number[] }[],
  ratios: readonly number[][],
): BenchmarkResult {
  const figures: Record<string, number | string> = { orders };
  for (const [at, { name }] of all.entries()) {
    const { bare = [], ours = [] } = rates[at] ?? {};
    figures[`${name}, bare, requests/s`] = Math.round(median(bare));
    figures[`${name}, ours, requests/s`] = Math.round(median(ours));
  }
  return {
    name: 'queries against a bare server',
    figures,
    goals: all.map(({ name }, at) => ({ name, value: median(ratios[at] ?? []), goal, better: 'more' as const })),
  };
}
