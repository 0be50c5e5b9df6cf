import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ExportKindsDocument,
  ExportProgressDocument,
  ExportStartDocument,
  type ExportStartMutationVariables,
} from '../sdk/index.js';
import { type Asked, type Command, Failure, UsageError } from './command.js';
import { connect, explain, mustBeEmpty } from './connection.js';
import { type Progress, showProgress } from './progress.js';
import type { Terminal } from './terminal.js';

const lookEveryMs = 500;

type Input = ExportStartMutationVariables['input'];
interface Started {
  readonly id: string;
  readonly url: string;
  readonly file: string | null;
}

export const exportRows: Command = {
  name: 'export',
  about: 'Writes any list or report to standard output or a file, of any size.',
  args: '<kind>',
  count: [1, 1],
  options: {
    format: { value: 'FORMAT', about: 'csv, which it is unless given, or jsonl: a JSON object per line' },
    out: { value: 'FILE', about: 'into this file, which must not be there yet; it appears when it is complete' },
    where: { value: 'JSON', about: 'which rows, as ExportWhere of the API: {"orders":{"countries":["DE"]}}' },
    'group-by': {
      value: 'NAME',
      about: 'reports only: sku, marketplace, shop, country, day or month; several by commas',
      several: true,
    },
    'time-zone': { value: 'ZONE', about: 'reports only: whose days and months, e.g. Europe/Berlin' },
    bom: { about: 'csv only: begins with a byte order mark, for Excel' },
  },
  more: `Kinds: orders, order-lines, shipments, shipment-lines, returns, return-lines, products, stock-movements,
oversell-incidents, customers, alerts, alert-deliveries, rejects, sync-runs, coverage-days, shops; reports: product-sales,
sales-totals, popular-skus, returns-rate, fulfillment-times, basket-sizes. A newer server may have more, and names them when the kind is not one of its own.`,
  async run(asked, on) {
    const file = asked.text('out');
    if (file !== null) mustBeFree(file);
    const lading = connect(on);
    const kind = await kindOf(lading, asked.args[0] as string);
    const { exportStart } = await lading.request(ExportStartDocument, { input: inputOf(asked, kind) });
    mustBeEmpty(exportStart.userErrors);
    const { id, url } = exportStart.export ?? {};
    if (!id || !url) throw new Failure('The server made no export.');
    const progress = showProgress(on);
    const began = performance.now();
    const bytes = await take(on, lading, { id, url, file }, progress);
    const rows = await rowsOf(lading, id);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    progress.say(`${number(rows)} rows, ${number(bytes)} bytes in ${seconds} s${file ? `: ${file}` : ''}`);
    return 0;
  },
};

function mustBeFree(file: string): void {
  if (fs.existsSync(file)) throw new Failure(`${file} is there already: name another file.`);
  const folder = path.dirname(file);
  if (!fs.existsSync(folder)) throw new Failure(`There is no folder ${folder}: make it first, or name another file.`);
}

/** The server notes the end of a fetch a moment after its last byte. */
async function rowsOf(lading: Client, id: string): Promise<number> {
  for (let again = 0; ; again++) {
    const { export: done } = await lading.request(ExportProgressDocument, { id });
    if (done?.state !== 'RUNNING' || again === 20) return done?.rowsWritten ?? 0;
    await sleep(100);
  }
}

const number = (value: number) => value.toLocaleString('en');

async function kindOf(lading: Client, given: string): Promise<Input['kind']> {
  const name = given.toUpperCase().replaceAll('-', '_');
  const { __type } = await lading.request(ExportKindsDocument, {});
  const kinds = (__type?.enumValues ?? []).map((one) => one.name);
  if (kinds.includes(name)) return name as Input['kind'];
  const words = kinds.map((kind) => kind.toLowerCase().replaceAll('_', '-'));
  throw new UsageError(`There is no export "${given}": it is one of ${words.join(', ')}.`);
}

function inputOf(asked: Asked, kind: Input['kind']): Input {
  const format = asked.text('format') ?? 'csv';
  if (format !== 'csv' && format !== 'jsonl') throw new UsageError(`--format is csv or jsonl, not "${format}".`);
  const groupBy = asked.texts('group-by').flatMap((names) => names.split(',').map((name) => name.trim().toUpperCase()));
  return {
    kind,
    format: format === 'csv' ? 'CSV' : 'JSON_LINES',
    byteOrderMark: asked.has('bom'),
    where: whereOf(asked.text('where')),
    groupBy: groupBy.length ? (groupBy as NonNullable<Input['groupBy']>) : null,
    timeZone: asked.text('time-zone'),
  };
}

function whereOf(text: string | null): Input['where'] {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Input['where'];
  } catch {
    throw new UsageError('--where must be JSON, e.g. {"orders":{"countries":["DE"]}}');
  }
}

/** Writes the file as it comes; the bytes that were written. */
async function take(on: Terminal, lading: Client, { id, url, file }: Started, progress: Progress): Promise<number> {
  const part = file === null ? null : `${file}.part`;
  const left = new AbortController();
  const clock = setInterval(() => void tell(lading, id, progress), lookEveryMs);
  // the server stops its query when the connection ends
  const interrupt = () => left.abort(new Failure('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  let bytes = 0;
  let isOurs = false;
  try {
    const source = await lading.download(url, { signal: left.signal });
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        yield chunk;
      }
    };
    const sink =
      part === null
        ? on.out
        : fs.createWriteStream(part, { flags: 'wx' }).once('open', () => {
            isOurs = true;
          });
    await pipeline(Readable.fromWeb(source as ReadableStream), counted, sink, {
      signal: left.signal,
      end: part !== null,
    });
    if (part !== null && file !== null) fs.renameSync(part, file);
    isOurs = false;
    return bytes;
  } catch (error) {
    throw await brokenOff(on, error, { lading, id, part, interrupted: left.signal.aborted });
  } finally {
    clearInterval(clock);
    progress.end();
    if (isOurs) fs.rmSync(part as string, { force: true });
  }
}

async function tell(lading: Client, id: string, progress: Progress): Promise<void> {
  const { export: far } = await lading.request(ExportProgressDocument, { id }).catch(() => ({ export: null }));
  if (far?.state !== 'RUNNING') return;
  const of = far.rowsTotal === null ? 'counting' : `${number(far.rowsWritten)} of ${number(far.rowsTotal)} rows`;
  progress.at(of, far.rowsTotal === null ? null : far.progress);
}

/** Why there is no complete file: what the server says of it, else how the connection ended. */
async function brokenOff(
  on: Terminal,
  error: unknown,
  { lading, id, part, interrupted }: { lading: Client; id: string; part: string | null; interrupted: boolean },
): Promise<Failure> {
  if (interrupted) return new Failure('interrupted: what came is not complete');
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return new Failure(`${part} is there: another export may be writing it; remove it if not.`);
  if (path && code) return new Failure(`${path} cannot be written (${code}).`);
  const { export: far } = await lading.request(ExportProgressDocument, { id }).catch(() => ({ export: null }));
  const why = far?.error ?? explain(on, error);
  return new Failure(part === null ? `What came is not complete. ${why}` : why);
}
