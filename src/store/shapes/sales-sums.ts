// Sales summed up: which, and the SELECT that gives one row per SKU, currency and dimension, or per some of them.
import type { Compiler } from './compile.js';
import { among, type TimeSpan, within } from './filters.js';
import { quoted, type Values } from './json.js';
import type { Where } from './list.js';

/** The type of a row that sums up several marketplaces; stands in the catalog beside the marketplaces' own. */
export const combined = '*';

export type SalesDimension = 'MARKETPLACE' | 'SHOP' | 'COUNTRY' | 'DAY' | 'MONTH';
export const salesDimensions: readonly SalesDimension[] = ['MARKETPLACE', 'SHOP', 'COUNTRY', 'DAY', 'MONTH'];

export interface SalesFilter {
  readonly shopIds?: readonly string[] | null;
  readonly marketplaces?: readonly string[] | null;
  readonly countries?: readonly string[] | null;
  readonly skus?: readonly string[] | null;
  readonly currencies?: readonly string[] | null;
  /** Orders of which this party sends every unit. The roll-up cannot tell: only for reports over orders. */
  readonly sentBy?: 'SELLER' | 'MARKETPLACE' | null;
}

/** Days of one marketplace, from inclusive, to exclusive; null is open. */
export interface DaySpan {
  readonly from: string | null;
  readonly to: string | null;
}

export interface SalesQuestion {
  readonly filter: SalesFilter;
  readonly orderedAt: TimeSpan | null;
  /** The whole business days within the range, per marketplace: the roll-up answers for them. Null: for none. */
  readonly days: Readonly<Record<string, DaySpan>> | null;
  /** Marketplaces of which the range cuts through days at its ends: those are summed up from the order lines. */
  readonly edges: readonly string[];
  /** Days and months of this zone; null: business days. */
  readonly zone: string | null;
  readonly dimensions: readonly SalesDimension[];
  /** A row per SKU, else over all of them: then counts of orders mean nothing, as an order may hold several. */
  readonly perSku: boolean;
  /** A row per currency, else over all of them: then sums of money mean nothing. */
  readonly perCurrency: boolean;
}

/**
 * The sums as a SELECT: one row per SKU, currency and dimension asked for; what is not asked for is null. Days and months
 * are dates, a month its first day: they are written out for the rows of a page only. A range that cuts through days is
 * put together: as every order lies in one day, whole days and ends add up, counts of orders too.
 */
export function sums(compiler: Compiler, question: SalesQuestion): string {
  const { days, edges } = question;
  // the marketplaces of a group as flags: `array_agg(distinct …)` would have every row sorted, and took five times as long
  const codes = marketplacesOf(compiler);
  const ofDays = days && sumsOfDays(compiler, question, days, codes);
  const ofLines = !days || edges.length ? sumsOfLines(compiler, question, codes) : null;
  const found = codes.map((code, at) => `case when in_${at} then ${quoted(code)} end`);
  const whole = ofDays && ofLines ? added(question, [ofDays, ofLines], codes) : (ofDays ?? ofLines);
  return `select *, marketplaces[1] as first_marketplace, marketplaces[cardinality(marketplaces)] as last_marketplace
    from (select *, array_remove(array[${found.join(', ')}]::text[], null) as marketplaces from (${whole}) g) s`;
}

/** In alphabetical order. */
function marketplacesOf({ catalog }: Compiler): string[] {
  const names = Object.keys(catalog.typeNames.ProductSales ?? {});
  return names.filter((code) => code !== combined).sort();
}

const flags = (codes: readonly string[], condition: (code: string, at: number) => string) =>
  codes.map((code, at) => `, bool_or(${condition(code, at)}) as in_${at}`).join('');

function added(question: SalesQuestion, parts: readonly string[], codes: readonly string[]): string {
  const { select, groupBy } = grouping(question, (column) => column);
  return `select ${select}, sum(units_sold) as units_sold,
      sum(units_returned) as units_returned, sum(order_count) as order_count, sum(gross_minor)::bigint as gross_minor
      ${flags(codes, (_, at) => `in_${at}`)}
    from (${parts.join(' union all ')}) part ${groupBy}`;
}

/** The columns that tell rows apart, in the order of their list. */
const columns = {
  SKU: { column: 'sku', type: 'text' },
  CURRENCY: { column: 'currency', type: 'text' },
  MARKETPLACE: { column: 'marketplace', type: 'text' },
  SHOP: { column: 'shop_id', type: 'bigint' },
  COUNTRY: { column: 'country', type: 'text' },
  DAY: { column: 'day', type: 'date' },
  MONTH: { column: 'month', type: 'date' },
} as const;

type GroupColumn = keyof typeof columns;

function isAsked({ dimensions, perSku, perCurrency }: SalesQuestion, one: GroupColumn): boolean {
  if (one === 'SKU') return perSku;
  return one === 'CURRENCY' ? perCurrency : dimensions.includes(one);
}

const groupColumns = Object.keys(columns) as GroupColumn[];

/** What tells the rows of a question apart: never null. */
export function salesKeys(question: SalesQuestion): (typeof columns)[GroupColumn][] {
  return groupColumns.filter((one) => isAsked(question, one)).map((one) => columns[one]);
}

/** The first day of the month of a date or timestamp. */
export const monthOf = (day: string) => `date_trunc('month', (${day})::timestamp)::date`;

interface Grouping {
  readonly select: string;
  readonly groupBy: string;
}

/** `find` says where each is found. Grouped by place in the list, as expressions may hold parameters. */
export function grouping(question: SalesQuestion, find: (column: string, one: GroupColumn) => string): Grouping {
  const select: string[] = [];
  const places: number[] = [];
  for (const one of groupColumns) {
    const { column, type } = columns[one];
    select.push(`${isAsked(question, one) ? find(column, one) : `null::${type}`} as ${column}`);
    if (isAsked(question, one)) places.push(select.length);
  }
  // over everything there is one row, but none over nothing
  return {
    select: select.join(', '),
    groupBy: places.length ? `group by ${places.join(', ')}` : 'having count(*) > 0',
  };
}

function sumsOfDays(
  compiler: Compiler,
  question: SalesQuestion,
  days: Readonly<Record<string, DaySpan>>,
  codes: readonly string[],
): string {
  const { filter } = question;
  const { select, groupBy } = grouping(question, (column, one) => {
    if (one === 'MONTH') return monthOf('d.day');
    return one === 'MARKETPLACE' ? 's.marketplace' : `d.${column}`;
  });
  const where = [
    ...among('shop_id', 'bigint', filter.shopIds).map((one) => one('d', compiler.values)),
    ...among('marketplace', 'text', filter.marketplaces).map((one) => one('s', compiler.values)),
    ...among('country', 'text', filter.countries).map((one) => one('d', compiler.values)),
    ...among('sku', 'text', filter.skus).map((one) => one('d', compiler.values)),
    ...among('currency', 'bpchar', filter.currencies).map((one) => one('d', compiler.values)),
    ...daysOf(compiler, days),
    '(d.units_sold <> 0 or d.units_returned <> 0)',
  ];
  // every day has its shop: a left join is one that PostgreSQL leaves out where nothing of the shop is asked for
  return `select ${select}, sum(d.units_sold) as units_sold, sum(d.units_returned) as units_returned,
      sum(d.order_count) as order_count, sum(d.gross_minor)::bigint as gross_minor
      ${flags(codes, (code) => `s.marketplace = ${quoted(code)}`)}
    from sales_daily d left join shops s on s.id = d.shop_id where ${where.join(' and ')} ${groupBy}`;
}

/** The same days for every marketplace are one condition; otherwise each has its own. */
function daysOf(compiler: Compiler, days: Readonly<Record<string, DaySpan>>): string[] {
  const span = ({ from, to }: DaySpan) => [
    ...(from ? [`d.day >= ${compiler.values.add(from, 'date')}`] : []),
    ...(to ? [`d.day < ${compiler.values.add(to, 'date')}`] : []),
  ];
  const spans = Object.entries(days);
  const [first] = spans;
  if (!first) return [];
  if (spans.every(([, { from, to }]) => from === first[1].from && to === first[1].to)) return span(first[1]);
  const each = spans.map(([name, one]) => [`s.marketplace = ${quoted(name)}`, ...span(one)].join(' and '));
  return [`(${each.join(' or ')})`];
}

function sumsOfLines(compiler: Compiler, question: SalesQuestion, codes: readonly string[]): string {
  const { filter, zone } = question;
  const day = dayOf('o', zone, compiler.values);
  const { select, groupBy } = grouping(question, (column, one) => {
    if (one === 'DAY') return day;
    if (one === 'MONTH') return monthOf(day);
    return one === 'SKU' ? 'l.sku' : `o.${column}`;
  });
  const where = [
    ...orderConditions(question).map((one) => one('o', compiler.values)),
    ...among('sku', 'text', filter.skus).map((one) => one('l', compiler.values)),
    ...(question.days ? endsOf(compiler, question, question.days) : []),
    'l.sku is not null',
    '(l.ordered > l.cancelled or l.returned > 0)',
  ];
  return `select ${select}, sum(l.ordered - l.cancelled) as units_sold, sum(l.returned) as units_returned,
      count(distinct o.id) filter (where l.ordered > l.cancelled) as order_count,
      sum(l.total_minor)::bigint as gross_minor
      ${flags(codes, (code) => `o.marketplace = ${quoted(code)}`)}
    from orders o join order_lines l on l.order_id = o.id where ${where.join(' and ')} ${groupBy}`;
}

/** The day of an order: of the zone, or the business day where there is none. */
export function dayOf(order: string, zone: string | null, values: Values): string {
  return zone ? `(${order}.ordered_at at time zone ${values.add(zone, 'text')})::date` : `${order}.business_day`;
}

/** The widest day, when the clock is put back. */
const dayMs = 25 * 3_600_000;

/** Orders at the ends of the range, outside of its whole days. */
function endsOf(
  compiler: Compiler,
  { orderedAt, edges }: SalesQuestion,
  days: Readonly<Record<string, DaySpan>>,
): string[] {
  const { from, to } = orderedAt ?? {};
  const instant = (at: Date) => compiler.values.add(at, 'timestamptz');
  // only where something is cut through: told by a negation of all the others, the planner takes the ends for a third of all orders
  const outside = edges.map((code) => {
    const { from: first, to: end } = days[code] as DaySpan;
    const ends = [
      ...(first ? [`o.business_day < ${compiler.values.add(first, 'date')}`] : []),
      ...(end ? [`o.business_day >= ${compiler.values.add(end, 'date')}`] : []),
    ];
    return `o.marketplace = ${quoted(code)} and (${ends.join(' or ')})`;
  });
  // lets the index over the instants find the ends: what is further inside lies in a whole day of every marketplace
  const near = [
    ...(from ? [`o.ordered_at < ${instant(new Date(from.getTime() + dayMs))}`] : []),
    ...(to ? [`o.ordered_at >= ${instant(new Date(to.getTime() - dayMs))}`] : []),
  ];
  return [`(${near.join(' or ')})`, `(${outside.join(' or ')})`];
}

export function orderConditions({ filter, orderedAt }: SalesQuestion): Where[] {
  const { sentBy } = filter;
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...among('country', 'text', filter.countries),
    ...among('currency', 'bpchar', filter.currencies),
    ...within('ordered_at', orderedAt),
    ...(sentBy
      ? [((row) => `${row}.units_by_seller = ${sentBy === 'SELLER' ? `${row}.units_ordered` : '0'}`) satisfies Where]
      : []),
  ];
}
