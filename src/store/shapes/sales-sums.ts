// Sales summed up: which, and the SELECT that gives one row per SKU, currency and dimension.
import type { Compiler } from './compile.js';
import { among, type TimeSpan, within } from './filters.js';
import { quoted } from './json.js';
import type { Where } from './list.js';

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
  /** The range as business days per marketplace, where it fits them: then the roll-up answers. */
  readonly days: Readonly<Record<string, DaySpan>> | null;
  /** Days and months of this zone; null: business days. */
  readonly zone: string | null;
  readonly dimensions: readonly SalesDimension[];
}

/** The sums as a SELECT: one row per SKU, currency and dimension asked for; the other dimensions are null. */
export function sums(compiler: Compiler, question: SalesQuestion): string {
  return question.days ? sumsOfDays(compiler, question, question.days) : sumsOfLines(compiler, question);
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

function sumsOfDays(compiler: Compiler, question: SalesQuestion, days: Readonly<Record<string, DaySpan>>): string {
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
      sum(d.order_count) as order_count, sum(d.gross_minor)::bigint as gross_minor,
      min(s.marketplace) as first_marketplace, max(s.marketplace) as last_marketplace,
      array_agg(distinct s.marketplace) as marketplaces
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

function sumsOfLines(compiler: Compiler, question: SalesQuestion): string {
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
    'l.sku is not null',
    '(l.ordered > l.cancelled or l.returned > 0)',
  ];
  return `select ${select}, sum(l.ordered - l.cancelled) as units_sold, sum(l.returned) as units_returned,
      count(distinct o.id) filter (where l.ordered > l.cancelled) as order_count,
      sum((l.ordered - l.cancelled) * l.unit_price_minor)::bigint as gross_minor,
      min(o.marketplace) as first_marketplace, max(o.marketplace) as last_marketplace,
      array_agg(distinct o.marketplace) as marketplaces
    from orders o join order_lines l on l.order_id = o.id where ${where.join(' and ')} group by ${groupBy}`;
}

export function orderConditions({ filter, orderedAt }: SalesQuestion): Where[] {
  return [
    ...among('shop_id', 'bigint', filter.shopIds),
    ...among('marketplace', 'text', filter.marketplaces),
    ...among('country', 'text', filter.countries),
    ...within('ordered_at', orderedAt),
  ];
}
