// An export of order lines against COPY … TO STDOUT of the same rows, and how much memory the server holds meanwhile.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { openDatabase } from '../../src/store/database.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { fillWorld } from './queries/world.js';
import { residentMb } from './resident.js';
import { atEnd, temporaryServer } from './tidy.js';

/** What somebody would write who only wants the rows out: the same rows, in the same order, as they are. */
const bare = `copy (select l.order_id, l.line_no, o.id, o.order_number, o.external_id, s.id, s.name, o.marketplace,
    o.ordered_at, o.fulfillment_status, o.shipping_address->>'country', l.sku, l.ean, l.title, l.fulfilled_by, l.ordered,
    l.shipped, l.cancelled, l.returned, l.ordered - l.shipped - l.cancelled, l.pending, l.unit_price_minor, l.total_minor,
    o.currency, l.vat_rate, l.shipped_at, l.external_ids
  from orders o join shops s on s.id = o.shop_id join order_lines l on l.order_id = o.id
  order by o.ordered_at desc, o.id desc, l.line_no) to stdout (format csv, header)`;

interface Taken {
  readonly ms: number;
  readonly bytes: number;
  readonly lines: number;
}

export async function run({ orders = 400_000, rounds = 3, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { url } = await temporaryServer('export', { durable: false });
  await (await openDatabase({ url })).close();
  log(`making a world of ${orders} orders`);
  await fillWorld(url, orders, log);
  const { pid, port } = await startServer(url);
  const copies: Taken[] = [];
  const exports: Taken[] = [];
  const memory: number[][] = [];
  // round 0 warms both up
  for (let round = 0; round <= rounds; round++) {
    const copy = async () => copies.push(await takeCopy(url));
    const ours = async () => {
      const resident: number[] = [];
      exports.push(await takeExport(port, () => resident.push(Number(residentMb(pid)))));
      memory.push(resident);
    };
    for (const step of round % 2 ? [copy, ours] : [ours, copy]) await step();
    log(`round ${round} of ${rounds}: COPY ${told(copies[round])}, export ${told(exports[round])}`);
    if (copies[round]?.lines !== exports[round]?.lines) throw new Error('the two have not the same number of lines');
  }
  return summary(copies.slice(1), exports.slice(1), memory.slice(1));
}

const told = (taken: Taken | undefined) => (taken ? `${(taken.ms / 1000).toFixed(1)} s` : '');
const round2 = (value: number) => Math.round(value * 100) / 100;

function summary(copies: readonly Taken[], exports: readonly Taken[], memory: readonly number[][]): BenchmarkResult {
  const lines = exports[0]?.lines ?? 0;
  const perSecond = (all: readonly Taken[]) => Math.round(median(all.map(({ ms }) => (lines / ms) * 1000)));
  const growth = memory.map((resident) => {
    const quarter = Math.max(1, Math.floor(resident.length / 4));
    return Math.max(...resident.slice(quarter)) / Math.max(...resident.slice(0, quarter));
  });
  return {
    name: 'export',
    figures: {
      lines,
      'megabytes of the file': Math.round((exports[0]?.bytes ?? 0) / 1e6),
      'lines/s, export': perSecond(exports),
      'lines/s, COPY': perSecond(copies),
      'resident memory of the server at most, MB': Math.max(...memory.flat()),
    },
    goals: [
      {
        name: 'lines/s of an export, of COPY',
        value: round2(median(exports.map(({ ms }, at) => (copies[at] as Taken).ms / ms))),
        goal: 0.3,
        better: 'more',
      },
      {
        name: 'resident memory at most, of the first quarter',
        value: round2(median(growth)),
        goal: 1.25,
        better: 'less',
      },
    ],
  };
}

async function startServer(url: string): Promise<{ pid: number; port: number }> {
  const script = fileURLToPath(new URL('./queries/ours.js', import.meta.url));
  const child = fork(script, [JSON.stringify({ url })], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  atEnd(() => child.connected && child.disconnect());
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { pid: child.pid as number, port };
}

/** No text of this world holds a line break: lines are line feeds, less the line of names. */
async function counted(chunks: AsyncIterable<Uint8Array>, began: number): Promise<Taken> {
  let [bytes, lines] = [0, 0];
  for await (const chunk of chunks) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return { ms: performance.now() - began, bytes, lines: lines - 1 };
}

async function takeCopy(url: string): Promise<Taken> {
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC -c jit=off' });
  await client.connect();
  try {
    return await counted(client.query(copyTo(bare)), performance.now());
  } finally {
    await client.end();
  }
}

async function takeExport(port: number, look: () => void): Promise<Taken> {
  const origin = `http://127.0.0.1:${port}`;
  const clock = setInterval(look, 100);
  try {
    const began = performance.now();
    const asked = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation { exportStart(input: { kind: ORDER_LINES }) { export { url } } }"}',
    });
    const { data } = (await asked.json()) as { data: { exportStart: { export: { url: string } } } };
    const answer = await fetch(origin + data.exportStart.export.url);
    if (!answer.ok || !answer.body) throw new Error(`the export answered ${answer.status}`);
    return await counted(answer.body, began);
  } finally {
    clearInterval(clock);
    look();
  }
}
