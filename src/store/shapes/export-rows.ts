// From a line of the table of exports (`exportables.ts`) to the statement whose rows are the lines of a file.
import type { Statement } from '../database.js';
import { Compiler } from './compile.js';
import { jsonCell, textCell } from './csv.js';
import { concat, literal, object, type Pieces, quoted, sql } from './json.js';
import { at, type Catalog, type FieldShape, orNull, type Shape } from './shape.js';

export type ExportFormat = 'CSV' | 'JSON_LINES';

/** What stands behind FROM, conditions included, and the shapes of its aliases. */
export interface Source {
  readonly from: string;
  readonly rows: Readonly<Record<string, Shape>>;
  /** Aliases without which a line can be: what is shown of them is null then. */
  readonly absent?: readonly string[];
}

/** Something that can be exported. `Asked` is what narrows it: conditions on a list, a question to a report. */
export interface Exportable<Asked> {
  /** For people, in the API: what a line of the file is. */
  readonly about: string;
  readonly source: (compiler: Compiler, asked: Asked) => Source;
  readonly orderBy: string;
  /** Name in the file → alias and field of its shape: `{ sku: 'l.sku', total: 'l.totalGross.amount' }`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Rows that are in memory at a time. Fewer where a row may be large. */
  readonly rowsPerFetch?: number;
}

/** How a file is made. */
export interface ExportPlan {
  /** What stands before the first line; empty when nothing does. */
  readonly head: string;
  readonly lineEnd: string;
  /** How many lines there will be, without the head: `{ total }`. */
  readonly count: Statement;
  /** A row per line: `{ line }`. */
  readonly lines: Statement;
  readonly rowsPerFetch: number;
}

/** About a megabyte: with fewer, an export is a conversation more than a stream. */
const rowsPerFetch = 4_000;
/** Tells Excel that the file is UTF-8. */
const byteOrderMark = '\uFEFF';

export function planExport<Asked>(
  catalog: Catalog,
  exportable: Exportable<Asked>,
  asked: Asked,
  { format, bom }: { readonly format: ExportFormat; readonly bom: boolean },
): ExportPlan {
  const compiler = new Compiler(catalog, false);
  const source = exportable.source(compiler, asked);
  const counted = { text: `select count(*)::int as total from ${source.from}`, values: [...compiler.values.list] };
  const columns = Object.entries(exportable.columns).map(([name, path]) => columnOf(compiler, source, name, path));
  const csv = format === 'CSV';
  const line = csv ? csvLine(columns) : object(columns.map(({ name, json }): [string, Pieces] => [name, json]));
  return {
    head: csv ? `${bom ? byteOrderMark : ''}${columns.map(({ name }) => name).join(',')}\r\n` : '',
    lineEnd: csv ? '\r\n' : '\n',
    count: counted,
    lines: {
      text: `select ${concat(line)} as line from ${source.from} order by ${exportable.orderBy}`,
      values: compiler.values.list,
    },
    rowsPerFetch: exportable.rowsPerFetch ?? rowsPerFetch,
  };
}

interface Column {
  readonly name: string;
  readonly cell: Pieces;
  readonly json: Pieces;
}

function csvLine(columns: readonly Column[]): Pieces {
  return columns.flatMap(({ cell }, place) => (place ? [literal(','), ...cell] : cell));
}

function columnOf(compiler: Compiler, { rows, absent }: Source, name: string, path: string): Column {
  const [row = '', first = '', ...inner] = path.split('.');
  let field: FieldShape | undefined = rows[row]?.fields[first];
  while (field?.kind === 'inline' && inner.length) field = field.fields[inner.shift() as string];
  if (field?.kind === 'value' && !inner.length) {
    const isMaybe = absent?.includes(row);
    const json = (isMaybe ? orNull(field) : field).pieces(row);
    const cell = isMaybe
      ? [sql(`case when ${at(field.column, row)} is not null then ${concat(field.cell(row))} end`)]
      : field.cell(row);
    return { name, cell, json: field.multiline ? oneLine(json) : json };
  }
  if (field?.kind === 'document') return { name, ...withinDocument(at(field.column, row), inner) };
  if (field?.kind === 'own' && !inner.length) {
    const json = concat(
      field.compile(compiler, { key: name, name, args: {}, nonNull: false, list: false, of: null }, row),
    );
    return { name, cell: jsonCell(json), json: [sql(json)] };
  }
  throw new Error(`an export cannot show ${path}`);
}

/** A member of a jsonb column: `['city']` is a text, `['lines', '*']` a list of texts. */
function withinDocument(document: string, path: readonly string[]): Pick<Column, 'cell' | 'json'> {
  const isList = path.at(-1) === '*';
  const names = (isList ? path.slice(0, -1) : path).map(quoted);
  const json = [document, ...names].join('->');
  const text = isList
    ? `(select string_agg(e, ', ') from jsonb_array_elements_text(case jsonb_typeof(${json}) when 'array' then ${json} end) e)`
    : `(${[document, ...names.slice(0, -1)].join('->')}->>${names.at(-1)})`;
  return { cell: textCell(text), json: [sql(`coalesce((${json})::text, 'null')`)] };
}

/** A column of type json keeps the line breaks that it came with; between values they mean nothing. */
function oneLine(json: Pieces): Pieces {
  return [sql(`translate(${concat(json)}, E'\\r\\n', '  ')`)];
}
