// Queries through our server against a bare node:http server with one hand-written prepared statement per question, and
// against PostGraphile where it can be had.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/store/database.js';
import { type BenchmarkOptions, type BenchmarkResult, type Goal, median } from './benchmark.js';
import { load, type Request, send } from './queries/load.js';
import { startPostGraphile } from './queries/postgraphile.js';
import { type Question, questions } from './queries/shapes.js';
import { fillWorld, placesIn } from './queries/world.js';
import { residentMb } from './resident.js';
import { atEnd, temporaryServer } from './tidy.js';

/** Time of one measurement, and requests under way at once. */
const roundMs = 2_500;
const concurrency = 12;
/** A bare answer of our kind is 0.55 to 0.94 of a bare server; less than this is a regression. */
const goal = 0.45;

/** Who is compared, in the order of the figures. */
interface Server {
  readonly name: string;
  readonly port: number;
  readonly request: (question: number) => (place: number) => Request;
}

export async function run({ orders = 1_000_000, rounds = 5, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { url } = await temporaryServer('queries', { durable: false });
  await (await openDatabase({ url })).close();
  log(`making a world of ${orders} orders`);
  await fillWorld(url, orders, log);
  const asked = await placesIn(url, orders);
  const all = questions(asked);
  const bare = { name: 'bare', request: bareRequest, ...(await start('bare.js', { url, asked })) };
  const ours = {
    name: 'ours',
    request: (at: number) => ourRequest(all[at] as Question),
    ...(await start('ours.js', { url })),
  };
  for (const [at, question] of all.entries()) await assertEqual(bare.port, ours.port, at, question);
  const early = residentMb(ours.pid);
  const other = await startPostGraphile(url, asked, log);
  const servers: Server[] = [bare, ours];
  if (other) {
    const request = (at: number) => other.requests[at] as (place: number) => Request;
    servers.push({ name: 'PostGraphile', port: other.port, request });
  }
  const rates = await measure(servers, all, rounds, log);
  return summary(all, rates, {
    orders,
    'resident memory of our server, MB: at first': early,
    'resident memory of our server, MB: afterwards': residentMb(ours.pid),
  });
}

/** Each server has a process of its own, so that neither pays for the other's garbage. */
async function start(file: string, options: unknown): Promise<{ pid: number; port: number }> {
  const script = fileURLToPath(new URL(`./queries/${file}`, import.meta.url));
  const child = fork(script, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  atEnd(() => child.connected && child.disconnect());
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return { pid: child.pid as number, port };
}

/** Requests per second: per question and server one figure of every round. */
type Rates = readonly (readonly { readonly server: string; readonly rounds: number[] }[])[];

async function measure(
  servers: readonly Server[],
  all: readonly Question[],
  rounds: number,
  log: (line: string) => void,
): Promise<Rates> {
  const rates = all.map(() => servers.map(({ name }) => ({ server: name, rounds: [] as number[] })));
  // round 0 warms all of them up
  for (let round = 0; round <= rounds; round++) {
    for (const [at, question] of all.entries()) {
      const words: string[] = [];
      for (const [place, { name, port, request }] of servers.entries()) {
        const rate = await load(port, request(at), { ms: round ? roundMs : roundMs / 2, concurrency });
        words.push(`${name} ${rate.toFixed(0)}/s`);
        if (round) rates[at]?.[place]?.rounds.push(rate);
      }
      if (round) log(`round ${round} of ${rounds}, ${question.name}: ${words.join(', ')}`);
    }
  }
  return rates;
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
  all: readonly Question[],
  rates: Rates,
  known: Readonly<Record<string, number | string>>,
): BenchmarkResult {
  const figures: Record<string, number | string> = { ...known };
  const goals: Goal[] = [];
  for (const [at, { name }] of all.entries()) {
    const of = (server: string) => rates[at]?.find((one) => one.server === server)?.rounds ?? [];
    const ratioTo = (other: string) => median(of('ours').map((rate, round) => rate / (of(other)[round] as number)));
    for (const { server, rounds } of rates[at] ?? []) {
      figures[`${name}: ${server}, requests/s`] = Math.round(median(rounds));
    }
    goals.push({ name: `${name}: ours, of bare`, value: ratioTo('bare'), goal, better: 'more' });
    if (of('PostGraphile').length) {
      goals.push({ name: `${name}: ours, of PostGraphile`, value: ratioTo('PostGraphile'), goal: 1, better: 'more' });
    }
  }
  return { name: 'queries', figures, goals };
}
