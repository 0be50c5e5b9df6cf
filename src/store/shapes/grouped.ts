/*
 * Connections over rows that are summed up while they are read: product sales, returns rates, times of fulfillment. Rows
 * have no id: what tells them apart is what they are grouped by, and a cursor holds exactly that.
 */
import { isDay } from '../../commerce/day.js';
import type { Compiler } from './compile.js';
import { cursorSql, openCursor } from './cursor.js';
import { concat, literal, object, type Pieces, sql } from './json.js';
import type { Selected, Selection } from './selection.js';
import type { Shape } from './shape.js';

export interface GroupColumn {
  /** Of `summed`: a column, or an expression over its columns. Never null. */
  readonly column: string;
  readonly type: 'text' | 'bigint' | 'numeric' | 'date';
}

export interface GroupedList {
  /** Says to which list a cursor belongs: another grouping has other rows. */
  readonly name: string;
  /** What rows are sorted by, before what tells them apart. */
  readonly sort: readonly GroupColumn[];
  /** What tells rows apart. */
  readonly keys: readonly GroupColumn[];
  readonly descending: boolean;
}

export interface GroupedPage {
  readonly size: number;
  /** The values of the row before the page. */
  readonly after: readonly string[] | null;
}

export interface Grouped {
  readonly list: GroupedList;
  readonly page: GroupedPage;
  /** All rows, as a SELECT; called only when they are needed, as its parameters must not be left over. */
  readonly rows: () => string;
  readonly shape: Shape;
  /** The JSON of a field that is about the rows as a whole; null for a field that it does not know. */
  readonly fact: (field: Selected) => Pieces | null;
}

const fits: Readonly<Record<GroupColumn['type'], (value: string) => boolean>> = {
  text: () => true,
  bigint: (value) => /^-?\d{1,18}$/.test(value),
  numeric: (value) => /^-?\d{1,18}(\.\d{1,30})?$/.test(value),
  date: isDay,
};

const orderOf = ({ sort, keys }: GroupedList) => [...sort, ...keys];

/** The values within a cursor of this list; null for what is not one. */
export function groupedAfter(list: GroupedList, cursor: string): readonly string[] | null {
  try {
    const values: unknown = JSON.parse(openCursor(cursor, list.name) ?? '');
    const order = orderOf(list);
    const isOne =
      Array.isArray(values) &&
      values.length === order.length &&
      values.every((value, at) => typeof value === 'string' && fits[(order[at] as GroupColumn).type](value));
    return isOne ? values : null;
  } catch {
    return null;
  }
}

/** Fields of a connection that need a page of its rows. */
const ofPage = new Set(['nodes', 'edges', 'pageInfo']);

export function groupedConnection(compiler: Compiler, selection: Selection, grouped: Grouped): Pieces {
  const fields = selection.variants[0]?.fields ?? [];
  const { list, page, shape } = grouped;
  const row = compiler.alias();
  const columns: string[] = [];
  const aggregate = (json: string) => {
    columns.push(`case when place <= ${page.size} then ${json} end as c${columns.length}`);
    return sql(`string_agg(c${columns.length - 1}, ',')`);
  };
  const cursor = (key: string) => cursorSql(list.name, key);
  const node = (field: Selected) => compiler.row(field.of as Selection, shape, row);
  const members = object(
    fields.map((field): [string, Pieces] => {
      switch (field.name) {
        case 'nodes':
          return [field.key, [literal('['), aggregate(concat(node(field))), literal(']')]];
        case 'edges': {
          const element = concat(edge(field, shape, node, cursor(`${row}.row_key`)));
          return [field.key, [literal('['), aggregate(element), literal(']')]];
        }
        case 'pageInfo':
          return [field.key, pageInfo(field, page, cursor)];
        case 'totalCount':
          return [field.key, [sql('(select count(*) from summed)')]];
        default:
          return [field.key, grouped.fact(field) ?? [literal(`"${shape.noun}Connection"`)]];
      }
    }),
  );
  const json = concat(members);
  const asksPage = fields.some(({ name }) => ofPage.has(name));
  if (!asksPage && !fields.some(({ name }) => name === 'totalCount')) return members;
  const summed = `with summed as (${grouped.rows()}) select ${json}`;
  if (!asksPage) return [sql(`(${summed})`)];
  const picked = [...columns, 'row_key as key', 'place'].join(', ');
  const rows = `select p.*, row_number() over () as place from (${pageRows(compiler, grouped)}) p`;
  return [sql(`(${summed} from (select ${picked} from (${rows}) ${row}) page)`)];
}

/** The rows of the page and one more, in order. Sorted by the columns themselves: a text of them all would be made for every row. */
function pageRows(compiler: Compiler, { list, page }: Grouped): string {
  const order = orderOf(list).map(({ column, type }) => ({
    type,
    value: type === 'text' ? `(${column}) collate "C"` : column,
  }));
  const texts = order.map(({ value }) => `(${value})::text`).join(', ');
  const direction = list.descending ? 'desc' : 'asc';
  const sorted = order.length ? `order by ${order.map(({ value }) => `${value} ${direction}`).join(', ')}` : '';
  return `select *, json_build_array(${texts})::text as row_key from (select * from summed${beyond(compiler, order, list, page)}
    ${sorted} limit ${page.size + 1}) k`;
}

function beyond(
  compiler: Compiler,
  order: readonly { readonly type: string; readonly value: string }[],
  { descending }: GroupedList,
  { after }: GroupedPage,
): string {
  if (!after) return '';
  // a list of one row, which has nothing to tell it from others
  if (order.length === 0) return ' where false';
  const places = order.map(({ type }, at) => compiler.values.add(after[at], type));
  return ` where (${order.map(({ value }) => value).join(', ')}) ${descending ? '<' : '>'} (${places.join(', ')})`;
}

function edge(field: Selected, shape: Shape, node: (field: Selected) => Pieces, cursor: string): Pieces {
  return object(
    (field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => {
      if (inner.name === 'node') return [inner.key, node(inner)];
      if (inner.name === 'cursor') return [inner.key, [literal('"'), sql(cursor), literal('"')]];
      return [inner.key, [literal(`"${shape.noun}Edge"`)]];
    }),
  );
}

function pageInfo(field: Selected, page: GroupedPage, cursor: (key: string) => string): Pieces {
  const orNull = (key: string) => sql(`coalesce('"' || ${cursor(key)} || '"', 'null')`);
  const value = (name: string): Pieces => {
    switch (name) {
      case 'hasNextPage':
        return [sql(`case when count(*) > ${page.size} then 'true' else 'false' end`)];
      case 'hasPreviousPage':
        // a cursor is the place of a row of the list, and that row comes before the page
        return [literal(page.after ? 'true' : 'false')];
      case 'startCursor':
        return [orNull('(array_agg(key))[1]')];
      case 'endCursor':
        return [orNull(`(array_agg(key))[least(count(*), ${page.size})]`)];
      default:
        return [literal('"PageInfo"')];
    }
  };
  return object((field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => [inner.key, value(inner.name)]));
}
