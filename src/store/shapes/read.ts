import type { Statement } from '../database.js';
import { Compiler, list } from './compile.js';
import { concat, type Pieces } from './json.js';
import { connection, type ListRead, type Where } from './list.js';
import type { Selection } from './selection.js';
import type { Catalog, Sql } from './shape.js';

/** The one row of a noun that the conditions find. */
export interface RowRead {
  readonly kind: 'row';
  readonly shape: string;
  readonly where: readonly Where[];
}

/** Something with SQL of its own: sales. */
export interface OwnRead {
  readonly kind: 'own';
  readonly compile: (compiler: Compiler, selection: Selection) => Pieces;
}

/** What a root field reads, as plain data. `nothing`: it is known without asking that there is no such row. */
export type Read = RowRead | ListRead | OwnRead | { readonly kind: 'nothing' };

/** One statement whose single row holds the answer as text in `json`; no row: null. */
export function compileRead(
  catalog: Catalog,
  selection: Selection,
  read: Exclude<Read, { kind: 'nothing' }>,
  typed: boolean,
): Statement {
  const compiler = new Compiler(catalog, typed);
  const text = statementText(compiler, selection, read);
  return { name: nameOf(text), text, values: compiler.values.list };
}

function statementText(compiler: Compiler, selection: Selection, read: Exclude<Read, { kind: 'nothing' }>): string {
  if (read.kind === 'list') return `select ${concat(connection(compiler, selection, read))} as json`;
  if (read.kind === 'own') return `select ${concat(read.compile(compiler, selection))} as json`;
  return rowText(compiler, selection, read);
}

/**
 * Texts of row reads, by what is asked of the row and then by how it is found. A document that comes again has the same
 * selection object; composing its text again took half of the time that the graph spends on a small answer.
 */
const rowTexts = new WeakMap<Selection, Map<string, string>>();
const textsMax = 20;

function rowText(compiler: Compiler, selection: Selection, read: RowRead): string {
  const row = compiler.alias();
  // the conditions come first: their values differ each time, their places are the same
  const where = read.where.map((condition) => condition(row, compiler.values)).join(' and ');
  const found = rowTexts.get(selection) ?? new Map<string, string>();
  rowTexts.set(selection, found);
  const key = `${read.shape} ${compiler.typed} ${where}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const shape = compiler.shape(read.shape);
  const places = compiler.values.list.length;
  const json = concat(compiler.row(selection, shape, row));
  const text = `select ${json} as json from ${shape.table} ${row} where ${where}`;
  // values within the JSON would have to be added again
  if (compiler.values.list.length === places && found.size < textsMax) found.set(key, text);
  return text;
}

/** Its list of time zones may be older than ours: it comes with the operating system. */
export function isUnknownZone(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '22023' && /^time zone /.test(message ?? '');
}

/**
 * Several look-ups by the same statement as one: row by row what each would have answered, null where it found nothing.
 * Every parameter stands as `$n::type` in the text (see `Values`), so a column of values can take its place.
 */
export function batchedRead(text: string, lookups: readonly (readonly unknown[])[]): Statement {
  const columns = (lookups[0] ?? []).map((_, at) => lookups.map((values) => values[at]));
  const names = columns.map((_, at) => `v${at + 1}`);
  const one = text.replace(/\$(\d+)::/g, 'k.v$1::');
  const batched = `select (${one}) as json from unnest(${names.map((_, at) => `$${at + 1}::text[]`).join(', ')})
    with ordinality as k (${names.join(', ')}, place) order by place`;
  return { name: nameOf(batched), text: batched, values: columns };
}

/**
 * Statements that come again are prepared, under a name of their text. Bounded, as every connection keeps the plans of
 * all names that it has seen: what comes after the first few hundred different texts is sent unprepared.
 */
const names = new Map<string, string>();
const seen = new Set<string>();
const preparedMax = 300;

function nameOf(text: string): string | undefined {
  const name = names.get(text);
  if (name) return name;
  if (names.size >= preparedMax) return undefined;
  if (!seen.has(text)) {
    if (seen.size >= preparedMax * 4) seen.clear();
    seen.add(text);
    return undefined;
  }
  seen.delete(text);
  const fresh = `read-${names.size}`;
  names.set(text, fresh);
  return fresh;
}

/** A row of the shape by its key; null when the key cannot be one. */
export function rowByKey(catalog: Catalog, noun: string, key: readonly string[]): RowRead | null {
  const shape = catalog.shapes.get(noun);
  if (!shape || shape.key.length !== key.length) return null;
  const fits = shape.key.every(({ type }, at) => type === 'text' || /^\d{1,18}$/.test(key[at] as string));
  if (!fits) return null;
  return {
    kind: 'row',
    shape: noun,
    where: shape.key.map(
      ({ column, type }, at): Where =>
        (row, values) =>
          `${row}.${column} = ${values.add(key[at], type)}`,
    ),
  };
}

/** All rows of which a column has one of these values, in an order: for a bounded number of them. */
export function rowsOf(
  noun: string,
  { column, type, values }: { column: string; type: string; values: readonly string[] },
  orderBy: Sql,
): OwnRead {
  return {
    kind: 'own',
    compile: (compiler, selection) => {
      const row = compiler.alias();
      const shape = compiler.shape(noun);
      const json = concat(compiler.row(selection, shape, row));
      const among = compiler.values.add(values, `${type}[]`);
      return list(json, orderBy(row), `${shape.table} ${row} where ${row}.${column} = any(${among})`);
    },
  };
}
