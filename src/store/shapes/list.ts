import type { Compiler } from './compile.js';
import { type CursorKey, cursorSql, type SortType, sortText } from './cursor.js';
import { concat, literal, object, type Pieces, sql, type Values } from './json.js';
import type { Selected, Selection } from './selection.js';

/** A condition on the rows of a list; its values go into the statement's parameters. */
export type Where = (row: string, values: Values) => string;

export interface SortField {
  readonly column: string;
  readonly type: SortType;
  /** Rows without a value are not in a list that is ordered by it. */
  readonly nullable?: boolean;
}

/** A list of a noun: what it can be ordered by. The database's id is the tie-break. */
export interface ListShape {
  readonly name: string;
  readonly shape: string;
  readonly sort: Readonly<Record<string, SortField>>;
}

export interface Page {
  /** Rows, 1 to 100. */
  readonly size: number;
  /** True: the last rows before the cursor instead of the first ones after it. */
  readonly backward: boolean;
  readonly cursor: CursorKey | null;
}

export interface ListRead {
  readonly kind: 'list';
  readonly list: ListShape;
  readonly where: readonly Where[];
  readonly field: string;
  readonly descending: boolean;
  readonly page: Page;
}

/** The part of a cursor that says to which list and order it belongs. */
export function listName(list: ListShape, field: string, descending: boolean): string {
  return `${list.name}.${field}.${descending ? 'DESC' : 'ASC'}`;
}

/**
 * A connection as one SQL expression. One row more than the page is read, to know whether there is more. The order of
 * the inner query is the order of the page: PostgreSQL aggregates a sorted subquery in its order.
 */
export function connection(compiler: Compiler, selection: Selection, read: ListRead): Pieces {
  const { list, page } = read;
  const row = compiler.alias();
  const shape = compiler.shape(list.shape);
  const sort = sortOf(read);
  const columns: string[] = [];
  const fields = selection.variants[0]?.fields ?? [];
  const aggregate = (json: string) => {
    columns.push(`case when place <= ${page.size} then ${json} end as c${columns.length}`);
    const order = page.backward ? ' order by place desc' : '';
    return sql(`string_agg(c${columns.length - 1}, ','${order})`);
  };
  const key = `${sortText(`${row}.${sort.column}`, sort.type)} || ' ' || ${row}.id`;
  const cursor = (expression: string) => cursorSql(listName(list, read.field, read.descending), expression);
  const node = (field: Selected) => compiler.row(field.of as Selection, shape, row);
  const needsKey = fields.some((field) => field.name === 'pageInfo');
  if (needsKey) columns.push(`${key} as key`);
  const pieces = object(
    fields.map((field): [string, Pieces] => {
      const element =
        field.name === 'edges' ? edge(field, node, cursor(key)) : field.name === 'nodes' ? node(field) : null;
      if (element) return [field.key, [literal('['), aggregate(concat(element)), literal(']')]];
      return [field.key, pageMember(compiler, field, read, cursor)];
    }),
  );
  if (columns.length === 0) return pieces;
  return [
    sql(
      `(select ${concat(pieces)} from (select ${columns.join(', ')}, place from ${pageRows(compiler, read, row)}) page)`,
    ),
  ];
}

function edge(field: Selected, node: (field: Selected) => Pieces, cursor: string): Pieces {
  return object(
    (field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => {
      if (inner.name === 'node') return [inner.key, node(inner)];
      if (inner.name === 'cursor') return [inner.key, [literal('"'), sql(cursor), literal('"')]];
      return [inner.key, [literal(`"${field.of?.variants[0]?.types[0]}"`)]];
    }),
  );
}

function pageMember(
  compiler: Compiler,
  field: Selected,
  read: ListRead,
  cursor: (expression: string) => string,
): Pieces {
  if (field.name === 'totalCount') return [sql(countOf(compiler, read))];
  if (field.name === '__typename') return [literal(`"${compiler.shape(read.list.shape).noun}Connection"`)];
  if (field.name !== 'pageInfo') throw new Error(`a connection does not know ${field.name}`);
  const { size, backward } = read.page;
  const more = `case when count(*) > ${size} then 'true' else 'false' end`;
  // what lies on the other side of the cursor is looked up only when asked for
  const behind = () => (read.page.cursor ? existsBehind(compiler, read) : 'false');
  // one aggregate's order may become the order in which all of them are fed
  const keys = backward ? 'array_agg(key order by place)' : 'array_agg(key)';
  const [first, last] = [`(${keys})[1]`, `(${keys})[least(count(*), ${size})]`];
  const orNull = (key: string) => sql(`coalesce('"' || ${cursor(key)} || '"', 'null')`);
  return object(
    (field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => {
      switch (inner.name) {
        case 'hasNextPage':
          return [inner.key, [backward ? sqlOrText(behind()) : sql(more)]];
        case 'hasPreviousPage':
          return [inner.key, [backward ? sql(more) : sqlOrText(behind())]];
        case 'startCursor':
          return [inner.key, [orNull(backward ? last : first)]];
        case 'endCursor':
          return [inner.key, [orNull(backward ? first : last)]];
        default:
          return [inner.key, [literal('"PageInfo"')]];
      }
    }),
  );
}

const sqlOrText = (expression: string) => (expression === 'false' ? literal('false') : sql(expression));

export function sortOf(read: ListRead): SortField {
  const sort = read.list.sort[read.field];
  if (!sort) throw new Error(`${read.list.name} cannot be ordered by ${read.field}`);
  return sort;
}

function conditions(compiler: Compiler, read: ListRead, row: string): string[] {
  const { nullable, column } = sortOf(read);
  const where = read.where.map((condition) => condition(row, compiler.values));
  return nullable ? [...where, `${row}.${column} is not null`] : where;
}

/** `(sort, id)` against the cursor, on the side that `sign` names. */
function beyond(compiler: Compiler, read: ListRead, row: string, cursor: CursorKey, sign: string): string {
  const { column, type } = sortOf(read);
  const id = compiler.values.add(cursor.id, 'bigint');
  if (column === 'id') return `${row}.id ${sign} ${id}`;
  return `(${row}.${column}, ${row}.id) ${sign} (${compiler.values.add(cursor.value, type)}, ${id})`;
}

/** The rows of the page under an alias, numbered by `place`, in reading order (which is backwards for `last`). */
function pageRows(compiler: Compiler, read: ListRead, row: string): string {
  const { table } = compiler.shape(read.list.shape);
  const { size, cursor, backward } = read.page;
  const descending = read.descending !== backward;
  const where = conditions(compiler, read, 'r');
  if (cursor) where.push(beyond(compiler, read, 'r', cursor, descending ? '<' : '>'));
  const direction = descending ? ' desc' : '';
  const { column } = sortOf(read);
  const order = column === 'id' ? `r.id${direction}` : `r.${column}${direction}, r.id${direction}`;
  const filter = where.length ? ` where ${where.join(' and ')}` : '';
  const rows = `select r.* from ${table} r${filter} order by ${order} limit ${size + 1}`;
  return `(select p.*, row_number() over () as place from (${rows}) p) ${row}`;
}

function existsBehind(compiler: Compiler, read: ListRead): string {
  const row = compiler.alias();
  const { cursor, backward } = read.page;
  const sign = read.descending !== backward ? '>=' : '<=';
  const where = conditions(compiler, read, row);
  if (cursor) where.push(beyond(compiler, read, row, cursor, sign));
  const { table } = compiler.shape(read.list.shape);
  return `case when exists (select from ${table} ${row} where ${where.join(' and ')}) then 'true' else 'false' end`;
}

function countOf(compiler: Compiler, read: ListRead): string {
  const row = compiler.alias();
  const where = conditions(compiler, read, row);
  const filter = where.length ? ` where ${where.join(' and ')}` : '';
  return `(select count(*) from ${compiler.shape(read.list.shape).table} ${row}${filter})`;
}
