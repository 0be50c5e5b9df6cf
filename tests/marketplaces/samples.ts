import fs from 'node:fs';
import path from 'node:path';
import type { Json } from '../../src/commerce/json.js';
import type { Marketplace, Stream, StreamName } from '../../src/commerce/marketplace.js';
import { folderOf } from './connectors.js';

/** `samples/*.json` in a connector's folder: a payload, and either what it must become or why it is rejected. */
export interface Sample {
  readonly file: string;
  readonly stream: StreamName;
  /** What is special about it. */
  readonly about: string;
  readonly source: string;
  readonly checked: string;
  readonly payload: Json;
  readonly expected?: Json;
  readonly rejected?: string;
}

export function samplesOf(marketplace: Marketplace): Sample[] {
  const folder = path.join(folderOf(marketplace), 'samples');
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      file,
      ...(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Omit<Sample, 'file'>),
    }));
}

export function streamOf(marketplace: Marketplace, name: StreamName): Stream {
  const stream = marketplace.streams.find((one) => one.name === name);
  if (!stream) throw new Error(`${marketplace.title} has no stream ${name}`);
  return stream;
}

/** What replaces a member, one after the other: nothing, wrong kinds, nonsense, and far too much. */
const replacements: readonly Json[] = [
  null,
  '',
  ' ',
  'x'.repeat(100_000),
  '2026-02-30T00:00:00Z',
  '\u0000',
  -1,
  0.1 + 0.2,
  1e21,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  [null],
  ['x'],
  [[]],
  {},
  { amount: 1, currency: 'EURO' },
];

/** Every payload that differs from this one in one member: missing, or replaced. */
export function* mutationsOf(payload: Json): Generator<Json> {
  yield* replacements;
  if (payload === null || typeof payload !== 'object') return;
  if (Array.isArray(payload)) {
    for (const [index, item] of payload.entries()) {
      yield payload.toSpliced(index, 1);
      yield [...payload, item];
      for (const mutated of mutationsOf(item)) yield payload.with(index, mutated);
    }
    return;
  }
  const members = payload as Readonly<Record<string, Json>>;
  for (const [name, value] of Object.entries(members)) {
    const { [name]: _, ...rest } = members;
    yield rest;
    for (const mutated of mutationsOf(value)) yield { ...members, [name]: mutated };
  }
}
