/*
 * Product sales: rows that are summed up while they are read, from the daily roll-up where the question fits its days,
 * from the order lines otherwise. Both are one statement, and give the same figures.
 */
import type { Compiler } from './compile.js';
import { cursorSql } from './cursor.js';
import { among, orderList } from './filters.js';
import { concat, literal, object, type Pieces, quoted, sql, type Values } from './json.js';
import { connection, type Page, type Where } from './list.js';
import { money } from './money.js';
import type { OwnRead } from './read.js';
import {
  combined,
  orderConditions,
  type SalesDimension,
  type SalesQuestion,
  salesDimensions,
  sums,
} from './sales-sums.js';
import type { Selected, Selection } from './selection.js';
import { code, type FieldShape, type Fields, int, maybe, orNull, type Shape, text } from './shape.js';

export interface SalesSort {
  readonly field: keyof typeof salesSort;
  readonly descending: boolean;
}

/** What rows of sales can be ordered by: a column of `summed`, and its type. */
export const salesSort = {
  UNITS_SOLD: { column: 'units_sold', type: 'bigint' },
  UNITS_RETURNED: { column: 'units_returned', type: 'bigint' },
  ORDER_COUNT: { column: 'order_count', type: 'bigint' },
  GROSS_REVENUE: { column: 'gross_minor', type: 'bigint' },
  SKU: { column: 'sku', type: 'text' },
  PERIOD: { column: 'coalesce(day, month)', type: 'text' },
} as const;

export interface SalesPage {
  readonly size: number;
  /** Sort value and key of the row before the page. */
  readonly after: readonly [value: string, key: string] | null;
}

/** Which orders of a row are listed, from the arguments of `contributingOrders`. */
export type OrdersPage = (args: Readonly<Record<string, unknown>>) => Page;

/** Says to which list a cursor belongs: another grouping has other rows. */
export function salesListName({ dimensions, zone }: SalesQuestion, { field, descending }: SalesSort): string {
  const grouping = salesDimensions.filter((one) => dimensions.includes(one)).join('+');
  return `productSales.${field}.${descending ? 'DESC' : 'ASC'}.${grouping}.${zone ?? ''}`;
}

export function salesRead(question: SalesQuestion, sort: SalesSort, page: SalesPage, ordersPage: OrdersPage): OwnRead {
  return {
    kind: 'own',
    compile: (compiler, selection) => salesConnection(compiler, selection, { question, sort, page, ordersPage }),
  };
}

interface Asked {
  readonly question: SalesQuestion;
  readonly sort: SalesSort;
  readonly page: SalesPage;
  readonly ordersPage: OrdersPage;
}

/** Tells two rows apart: the same parts are null in all rows of an answer. */
const rowKey = `concat_ws(chr(31), sku, currency, marketplace, shop_id, country, day, month) collate "C"`;

function salesConnection(compiler: Compiler, selection: Selection, asked: Asked): Pieces {
  const { question, sort, page } = asked;
  const shape = salesShape(question, asked.ordersPage);
  const { column, type } = salesSort[sort.field];
  const value = type === 'text' ? `(${column}) collate "C"` : column;
  const summed = sums(compiler, question);
  const row = compiler.alias();
  const fields = selection.variants[0]?.fields ?? [];
  const columns: string[] = [];
  const aggregate = (json: string) => {
    columns.push(`case when place <= ${page.size} then ${json} end as c${columns.length}`);
    return sql(`string_agg(c${columns.length - 1}, ',')`);
  };
  const cursor = (value: string) => cursorSql(salesListName(question, sort), value);
  const node = (field: Selected) => compiler.row(field.of as Selection, shape, row);
  const place = `json_build_array(sort_value::text, row_key)::text`;
  const members = fields.map((field): [string, Pieces] => {
    const inner = field.of?.variants[0];
    switch (field.name) {
      case 'nodes':
        return [field.key, [literal('['), aggregate(concat(node(field))), literal(']')]];
      case 'edges': {
        const edge = (inner?.fields ?? []).map((one): [string, Pieces] => [
          one.key,
          one.name === 'node'
            ? node(one)
            : one.name === 'cursor'
              ? [
                  literal('"'),
                  sql(cursor(`json_build_array(${row}.sort_value::text, ${row}.row_key)::text`)),
                  literal('"'),
                ]
              : [literal('"ProductSalesEdge"')],
        ]);
        return [field.key, [literal('['), aggregate(concat(object(edge))), literal(']')]];
      }
      case 'pageInfo':
        return [field.key, salesPageInfo(inner?.fields ?? [], page, cursor)];
      case 'totalCount':
        return [field.key, [sql('(select count(*) from summed)')]];
      default:
        return [field.key, [literal('"ProductSalesConnection"')]];
    }
  });
  const sign = sort.descending ? '<' : '>';
  const direction = sort.descending ? 'desc' : 'asc';
  const after = page.after
    ? ` where (${value}, ${rowKey}) ${sign} (${compiler.values.add(page.after[0], type)}, ${compiler.values.add(page.after[1], 'text')})`
    : '';
  const paged = `select *, ${value} as sort_value, ${rowKey} as row_key from summed${after}
    order by sort_value ${direction}, row_key ${direction} limit ${page.size + 1}`;
  const picked = [...columns, `${place} as key`, 'place'].join(', ');
  return [
    sql(`(with summed as (${summed}) select ${concat(object(members))} from
      (select ${picked} from (select p.*, row_number() over () as place from (${paged}) p) ${row}) page)`),
  ];
}

function salesPageInfo(fields: readonly Selected[], page: SalesPage, cursor: (key: string) => string): Pieces {
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
  return object(fields.map((field): [string, Pieces] => [field.key, value(field.name)]));
}

/** The title in the order that was imported last, among the shops that are asked about. */
export function salesTitle(compiler: Compiler, { filter }: SalesQuestion, row: string): Pieces {
  const shops = among('shop_id', 'bigint', filter.shopIds).map((one) => one('l', compiler.values));
  const where = [`l.sku = ${row}.sku`, ...shops].join(' and ');
  const latest = `select to_json(l.title) from order_lines l where ${where} order by l.order_id desc, l.line_no limit 1`;
  return [sql(`coalesce((${latest})::text, 'null')`)];
}

/** Without `ordersPage` rows do not list their orders. */
export function salesShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  const fields: Fields = {
    sku: text('sku'),
    title: {
      kind: 'own',
      compile: (compiler, _field, row) => salesTitle(compiler, question, row),
    },
    unitsSold: int('units_sold'),
    unitsReturned: int('units_returned'),
    orderCount: int('order_count'),
    grossRevenue: money('gross_minor', 'currency'),
    marketplace: orNull(code('marketplace')),
    marketplaces: text('marketplaces'),
    shop: maybe('Shop', (row, shop) => `shops ${shop} where ${shop}.id = ${row}.shop_id`),
    country: orNull(code((row) => `nullif(${row}.country, '')`)),
    day: orNull(code('day')),
    month: orNull(code('month')),
    ...(ordersPage && { contributingOrders: contributingOrders(question, ordersPage) }),
  };
  return {
    noun: 'ProductSales',
    table: 'summed',
    key: [],
    fields,
    marketplace: (row) =>
      `case when ${row}.first_marketplace = ${row}.last_marketplace then ${row}.first_marketplace else ${quoted(combined)} end`,
  };
}

function contributingOrders(question: SalesQuestion, ordersPage: OrdersPage): FieldShape {
  return {
    kind: 'own',
    compile: (compiler, field, row) =>
      connection(compiler, field.of as Selection, {
        kind: 'list',
        list: orderList,
        where: contributing(question, row),
        field: 'ORDERED_AT',
        descending: true,
        page: ordersPage(field.args),
      }),
  };
}

/** The orders that a row sums up: those of the question with a sold unit of the SKU, in the row's part of it. */
function contributing(question: SalesQuestion, sales: string): Where[] {
  const { dimensions, zone } = question;
  const day = (row: string, values: Values, format: string) =>
    `to_char(${zone ? `(${row}.ordered_at at time zone ${values.add(zone, 'text')})` : `${row}.business_day`}, '${format}')`;
  const equal: Record<SalesDimension, Where> = {
    MARKETPLACE: (row) => `${row}.marketplace = ${sales}.marketplace`,
    SHOP: (row) => `${row}.shop_id = ${sales}.shop_id`,
    COUNTRY: (row) => `${row}.country = ${sales}.country`,
    DAY: (row, values) => `${day(row, values, 'YYYY-MM-DD')} = ${sales}.day`,
    MONTH: (row, values) => `${day(row, values, 'YYYY-MM')} = ${sales}.month`,
  };
  return [
    ...orderConditions(question),
    (row) => `${row}.currency = ${sales}.currency`,
    (row) =>
      `exists (select from order_lines f where f.order_id = ${row}.id and f.sku = ${sales}.sku and f.ordered > f.cancelled)`,
    ...dimensions.map((dimension) => equal[dimension]),
  ];
}
