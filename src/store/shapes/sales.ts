/*
 * Product sales: rows that are summed up while they are read, from the daily roll-up where the question fits its days,
 * from the order lines otherwise. Both are one statement, and give the same figures.
 */
import type { Compiler } from './compile.js';
import { lineExclusions } from './exclusions.js';
import { among, orderList } from './filters.js';
import type { GroupColumn, GroupedList } from './grouped.js';
import { type Pieces, quoted, sql, type Values } from './json.js';
import { connection, type Where } from './list.js';
import { money } from './money.js';
import type { Report } from './report-facts.js';
import { type OrdersPage, reportRead } from './report-read.js';
import {
  combined,
  dayOf,
  monthOf,
  orderConditions,
  type SalesDimension,
  type SalesQuestion,
  salesDimensions,
  salesKeys,
  sums,
} from './sales-sums.js';
import type { Selected, Selection } from './selection.js';
import { code, type FieldShape, type Fields, int, maybe, orNull, type Shape, text } from './shape.js';

export const salesReport: Report = {
  basis: {
    summary: 'Units sold (ordered minus cancelled) and their gross revenue per product, by the time of the order.',
    amounts: "Gross: incl. VAT, after the marketplace's discounts, without delivery fees.",
    currencies: 'One currency per row: amounts of two currencies are never summed, and none is converted.',
    counts:
      'Units ordered minus cancelled, of lines with a SKU, whoever sends them, shipped or not. Returned units stay counted; they are told beside, at the time of their order.',
    dateField: 'Order.orderedAt',
  },
  streams: ['ORDERS', 'RETURNS'],
  exclusions: lineExclusions,
};

/** What rows of sales can be ordered by: a column of `summed`, and its type. */
const salesSort = {
  UNITS_SOLD: { column: 'units_sold', type: 'bigint' },
  UNITS_RETURNED: { column: 'units_returned', type: 'bigint' },
  ORDER_COUNT: { column: 'order_count', type: 'bigint' },
  GROSS_REVENUE: { column: 'gross_minor', type: 'bigint' },
  SKU: { column: 'sku', type: 'text' },
  PERIOD: { column: 'coalesce(day, month)', type: 'date' },
} as const satisfies Record<string, GroupColumn>;

export interface SalesSort {
  readonly field: keyof typeof salesSort;
  readonly descending: boolean;
}

export function salesList(question: SalesQuestion, { field, descending }: SalesSort): GroupedList {
  return {
    name: groupedName('productSales', question, field, descending),
    sort: [salesSort[field]],
    keys: salesKeys(question),
    descending,
  };
}

/** A list's name from what makes it another list. */
export function groupedName(list: string, question: SalesQuestion, field: string, descending: boolean): string {
  const grouping = salesDimensions.filter((one) => question.dimensions.includes(one)).join('+');
  const parts = [list, field, descending ? 'DESC' : 'ASC', grouping, question.zone ?? ''];
  return (question.perSku ? parts : [...parts, 'all']).join('.');
}

/** By period, oldest first; then by place. */
export function periodList(list: string, question: SalesQuestion, more = ''): GroupedList {
  const isPeriod = ({ column }: GroupColumn) => column === 'day' || column === 'month';
  const keys: GroupColumn[] = salesKeys(question);
  return {
    name: groupedName(list, question, more, false),
    sort: keys.filter(isPeriod),
    keys: keys.filter((key) => !isPeriod(key)),
    descending: false,
  };
}

export const salesRead = reportRead(sums, salesShape);

export const totalsReport: Report = {
  ...salesReport,
  basis: {
    ...salesReport.basis,
    summary:
      'Units sold (ordered minus cancelled) and their gross revenue over all products, by the time of the order.',
  },
};

/** The same over all products: a row per currency and dimension. */
export const totalsRead = reportRead(sums, totalsShape);

export function totalsShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  return {
    noun: 'SalesTotals',
    table: 'summed',
    key: [],
    fields: { ...salesFields(question, ordersPage), grossRevenue: money('gross_minor', 'currency') },
  };
}

/** The title in the order that was imported last, in the shops that the row sums up: each marketplace has its own words. */
function salesTitle({ values }: Compiler, { filter, dimensions }: SalesQuestion, row: string): Pieces {
  const ofMarketplaces = [
    ...among('marketplace', 'text', filter.marketplaces).map((one) => one('s', values)),
    ...(dimensions.includes('MARKETPLACE') ? [`s.marketplace = ${row}.marketplace`] : []),
  ];
  const where = [
    `l.sku = ${row}.sku`,
    ...among('shop_id', 'bigint', filter.shopIds).map((one) => one('l', values)),
    ...(dimensions.includes('SHOP') ? [`l.shop_id = ${row}.shop_id`] : []),
    // as an array, which is made once: a join would have the lines of the SKU sorted
    ...(ofMarketplaces.length
      ? [`l.shop_id = any(array(select s.id from shops s where ${ofMarketplaces.join(' and ')}))`]
      : []),
  ];
  const latest = `select to_json(l.title) from order_lines l where ${where.join(' and ')}
    order by l.order_id desc, l.line_no limit 1`;
  return [sql(`coalesce((${latest})::text, 'null')`)];
}

/** Fields that rows of every report over sales have. Without `ordersPage` they do not list their orders. */
export function salesFields(question: SalesQuestion, ordersPage?: OrdersPage): Fields {
  return {
    sku: question.perSku ? text('sku') : orNull(text('sku')),
    title: {
      kind: 'own',
      compile: (compiler, _field, row) => salesTitle(compiler, question, row),
    },
    unitsSold: int('units_sold'),
    unitsReturned: int('units_returned'),
    orderCount: int('order_count'),
    ...placeFields,
    ...(ordersPage && { contributingOrders: contributingOrders(ordersPage, (row) => contributing(question, row)) }),
  };
}

/** Fields that say of which part of the whole a row is; null where it is not grouped by it. */
export const placeFields: Fields = {
  marketplace: orNull(code('marketplace')),
  shop: maybe('Shop', (row, shop) => `shops ${shop} where ${shop}.id = ${row}.shop_id`),
  country: orNull(code((row) => `nullif(${row}.country, '')`)),
  day: orNull(code((row) => `to_char(${row}.day, 'YYYY-MM-DD')`)),
  month: orNull(code((row) => `to_char(${row}.month, 'YYYY-MM')`)),
};

/** The orders that a row counts, newest first. */
export function contributingOrders(ordersPage: OrdersPage, where: (row: string) => readonly Where[]): FieldShape {
  return {
    kind: 'own',
    compile: (compiler: Compiler, field: Selected, row: string) =>
      connection(compiler, field.of as Selection, {
        ...{ kind: 'list', list: orderList, where: where(row), field: 'ORDERED_AT', descending: true },
        page: ordersPage(field.args),
      }),
  };
}

export function salesShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  return {
    noun: 'ProductSales',
    table: 'summed',
    key: [],
    fields: {
      ...salesFields(question, ordersPage),
      grossRevenue: money('gross_minor', 'currency'),
      marketplaces: text('marketplaces'),
    },
    marketplace: (row) =>
      `case when ${row}.first_marketplace = ${row}.last_marketplace then ${row}.first_marketplace else ${quoted(combined)} end`,
  };
}

/** The orders that a row sums up: those of the question with a sold unit of its SKU, in the row's part of it. */
function contributing(question: SalesQuestion, sales: string): Where[] {
  const { skus } = question.filter;
  return [
    ...orderConditions(question),
    ...(question.perCurrency ? [((row) => `${row}.currency = ${sales}.currency`) satisfies Where] : []),
    (row, values) => {
      const own = question.perSku ? `f.sku = ${sales}.sku` : 'f.sku is not null';
      const asked = skus && !question.perSku ? ` and f.sku = any(${values.add(skus, 'text[]')})` : '';
      return `exists (select from order_lines f where f.order_id = ${row}.id and ${own}${asked} and f.ordered > f.cancelled)`;
    },
    ...inPlace(question.dimensions, question.zone, sales),
  ];
}

/** Orders in the same part of the whole as a row. */
export function inPlace(dimensions: readonly SalesDimension[], zone: string | null, sums: string): Where[] {
  const equal: Record<SalesDimension, (row: string, values: Values) => string> = {
    MARKETPLACE: (row) => `${row}.marketplace = ${sums}.marketplace`,
    SHOP: (row) => `${row}.shop_id = ${sums}.shop_id`,
    COUNTRY: (row) => `${row}.country = ${sums}.country`,
    DAY: (row, values) => `${dayOf(row, zone, values)} = ${sums}.day`,
    MONTH: (row, values) => `${monthOf(dayOf(row, zone, values))} = ${sums}.month`,
  };
  return dimensions.map((dimension) => equal[dimension]);
}
