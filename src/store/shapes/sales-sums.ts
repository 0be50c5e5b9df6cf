// Sales summed up: which, and the SELECT that gives one row per SKU, currency and dimension.
import type { Compiler } from './compile.js';
import { among, type TimeSpan, within } from './filters.js';
import { quoted } from './json.js';
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
  /** Does the range cut through days at its ends? Those are summed up from the order lines. */
  readonly edges: boolean;
  /** Days and months of this zone; null: business days. */
  readonly zone: string | null;
  readonly dimensions: readonly SalesDimension[];
}

/**
 * The sums as a SELECT: one row per SKU, currency and dimension asked for; the other dimensions are null. A range that
 * cuts through days is put together: as every order lies in one day, whole days and ends add up, counts of orders too.
 */
export function sums(compiler: Compiler, question: SalesQuestion): string {
  const { days, edges } = question;
  // the marketplaces of a group as flags: `array_agg(distinct …)` would have every row sorted, and took five times as long
  const codes = marketplacesOf(compiler);
  const ofDays = days && sumsOfDays(compiler, question, days, codes);
  const ofLines = !days || edges ? sumsOfLines(compiler, question, codes) : null;
  const found = codes.map((code, at) => `case when in_${at} then ${quoted(code)} end`);
  const whole = ofDays && ofLines ? added([ofDays, ofLines], codes) : (ofDays ?? ofLines);
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

function added(parts: readonly string[], codes: readonly string[]): string {
  return `select sku, currency, marketplace, shop_id, country, day, month, sum(units_sold) as units_sold,
      sum(units_returned) as units_returned, sum(order_count) as order_count, sum(gross_minor)::bigint as gross_minor
      ${flags(codes, (_, at) => `in_${at}`)}
    from (${parts.join(' union all ')}) part group by 1, 2, 3, 4, 5, 6, 7`;
}

interface Grouping {
  readonly select: string;
  readonly groupBy: string;
}

/** `expressions` say where each dimension is found. Grouped by place in the list, as expressions may hold parameters. */
function grouping(
  dimensions: readonly SalesDimension[],
  [sku, currency]: readonly [string, string],
  expressions: Readonly<Record<SalesDimension, string>>,
): Grouping {
  const columns = { MARKETPLACE: 'marketplace', SHOP: 'shop_id', COUNTRY: 'country', DAY: 'day', MONTH: 'month' };
  const select = [`${sku} as sku`, `${currency} as currency`];
  const places = [1, 2];
  for (const dimension of salesDimensions) {
    const asked = dimensions.includes(dimension);
    const nothing = dimension === 'SHOP' ? 'null::bigint' : 'null::text';
    select.push(`${asked ? expressions[dimension] : nothing} as ${columns[dimension]}`);
    if (asked) places.push(select.length);
  }
  return { select: select.join(', '), groupBy: places.join(', ') };
}

function sumsOfDays(
  compiler: Compiler,
  question: SalesQuestion,
  days: Readonly<Record<string, DaySpan>>,
  codes: readonly string[],
): string {
  const { filter } = question;
  const { select, groupBy } = grouping(question.dimensions, ['d.sku', 'd.currency'], {
    MARKETPLACE: 's.marketplace',
    SHOP: 'd.shop_id',
    COUNTRY: 'd.country',
    DAY: `to_char(d.day, 'YYYY-MM-DD')`,
    MONTH: `to_char(d.day, 'YYYY-MM')`,
  });
  const where = [
    ...among('shop_id', 'bigint', filter.shopIds).map((one) => one('d', compiler.values)),
    ...among('marketplace', 'text', filter.marketplaces).map((one) => one('s', compiler.values)),
    ...among('country', 'text', filter.countries).map((one) => one('d', compiler.values)),
    ...among('sku', 'text', filter.skus).map((one) => one('d', compiler.values)),
    ...daysOf(compiler, days),
    '(d.units_sold <> 0 or d.units_returned <> 0)',
  ];
  return `select ${select}, sum(d.units_sold) as units_sold, sum(d.units_returned) as units_returned,
      sum(d.order_count) as order_count, sum(d.gross_minor)::bigint as gross_minor
      ${flags(codes, (code) => `s.marketplace = ${quoted(code)}`)}
    from sales_daily d join shops s on s.id = d.shop_id where ${where.join(' and ')} group by ${groupBy}`;
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
  const day = zone ? `(o.ordered_at at time zone ${compiler.values.add(zone, 'text')})` : 'o.business_day';
  const { select, groupBy } = grouping(question.dimensions, ['l.sku', 'o.currency'], {
    MARKETPLACE: 'o.marketplace',
    SHOP: 'o.shop_id',
    COUNTRY: 'o.country',
    DAY: `to_char(${day}, 'YYYY-MM-DD')`,
    MONTH: `to_char(${day}, 'YYYY-MM')`,
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
    from orders o join order_lines l on l.order_id = o.id where ${where.join(' and ')} group by ${groupBy}`;
}

/** The widest day, when the clock is put back. */
const dayMs = 25 * 3_600_000;

/** Orders at the ends of the range, outside of its whole days. */
function endsOf(compiler: Compiler, { orderedAt }: SalesQuestion, days: Readonly<Record<string, DaySpan>>): string[] {
  const { from, to } = orderedAt ?? {};
  const instant = (at: Date) => compiler.values.add(at, 'timestamptz');
  const inside = Object.entries(days).map(([code, { from: first, to: end }]) =>
    [
      `o.marketplace = ${quoted(code)}`,
      ...(first ? [`o.business_day >= ${compiler.values.add(first, 'date')}`] : []),
      ...(end ? [`o.business_day < ${compiler.values.add(end, 'date')}`] : []),
    ].join(' and '),
  );
  // lets the index over the instants find the ends: what is further inside lies in a whole day of every marketplace
  const near = [
    ...(from ? [`o.ordered_at < ${instant(new Date(from.getTime() + dayMs))}`] : []),
    ...(to ? [`o.ordered_at >= ${instant(new Date(to.getTime() - dayMs))}`] : []),
  ];
  return [`(${near.join(' or ')})`, `not (${inside.join(' or ')})`];
}

export function orderConditions({ filter, orderedAt }: SalesQuestion): Where[] {
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...among('country', 'text', filter.countries),
    ...within('ordered_at', orderedAt),
  ];
}
