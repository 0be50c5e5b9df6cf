// What a report leaves out of what it was asked for, and how that is counted.
import type { StreamName } from '../../commerce/marketplace.js';
import type { Compiler } from './compile.js';
import { among } from './filters.js';
import type { Values } from './json.js';
import { orderConditions, type SalesFilter, type SalesQuestion } from './sales-sums.js';

export type ExclusionReason =
  | 'NO_SKU'
  | 'CANCELLED'
  | 'NO_COUNTRY'
  | 'OTHER_CURRENCY'
  | 'UNREADABLE'
  | 'NOT_SHIPPED'
  | 'NO_SHIP_TIME'
  | 'SHIPPED_BEFORE_ORDERED';

/** Rows are counted of one thing: order lines, orders, or records that could not be mapped. */
export type Exclusion =
  | { readonly unit: 'RECORDS'; readonly reason: 'UNREADABLE'; readonly streams: readonly StreamName[] }
  | RowExclusion;

export interface RowExclusion {
  readonly unit: 'LINES' | 'ORDERS';
  readonly reason: ExclusionReason;
  /** Conditions on the order `o`, and on the line `l` where lines are counted. */
  readonly where: readonly ((values: Values) => string)[];
  /** A filter that the excluded do not pass by themselves. */
  readonly without?: keyof SalesFilter;
}

export function exclusionCount({ values }: Compiler, exclusion: Exclusion, question: SalesQuestion): string {
  if (exclusion.unit === 'RECORDS') return rejectCount(values, exclusion.streams, question.filter);
  const { unit, without, where } = exclusion;
  const filter = without ? { ...question.filter, [without]: null } : question.filter;
  const ofOrder = orderConditions({ ...question, filter }).map((one) => one('o', values));
  const own = where.map((one) => one(values));
  if (unit === 'ORDERS') return `(select count(*) from orders o${conditions([...ofOrder, ...own])})`;
  const ofLine = among('sku', 'text', filter.skus).map((one) => one('l', values));
  // the order is looked at only when something is asked of it
  const joined = [...ofOrder, ...own].some((one) => /\bo\./.test(one)) ? ' join orders o on o.id = l.order_id' : '';
  return `(select count(*) from order_lines l${joined}${conditions([...ofOrder, ...ofLine, ...own])})`;
}

const conditions = (all: readonly string[]) => (all.length ? ` where ${all.join(' and ')}` : '');

/** Of any time: nobody knows to which day a record belongs that cannot be read. */
function rejectCount(values: Values, streams: readonly StreamName[], filter: SalesFilter): string {
  const where = [
    `r.stream = any(${values.add(streams, 'text[]')})`,
    ...among('shop_id', 'bigint', filter.shopIds).map((one) => one('r', values)),
    ...among('marketplace', 'text', filter.marketplaces).map((one) => one('s', values)),
  ];
  return `(select count(*) from rejects r join shops s on s.id = r.shop_id${conditions(where)})`;
}

const other = (filter: SalesFilter) => (values: Values) =>
  `not (${among('currency', 'bpchar', filter.currencies).map((one) => one('o', values))})`;
const unknownCountry = () => `o.country = ''`;

/** Of reports that count sold units per product. */
export function lineExclusions({ filter }: SalesQuestion): RowExclusion[] {
  const sold = [() => 'l.sku is not null', () => 'l.ordered > l.cancelled'];
  return [
    { reason: 'CANCELLED', unit: 'LINES', where: [() => 'l.ordered = l.cancelled'] },
    // of a line without a SKU nobody can say whether it is one of those that were asked for
    ...(filter.skus
      ? []
      : [
          {
            ...{ reason: 'NO_SKU', unit: 'LINES' },
            where: [() => 'l.sku is null', () => 'l.ordered > l.cancelled'],
          } satisfies RowExclusion,
        ]),
    ...byFilter(filter, 'LINES', sold),
  ];
}

/** Of reports that count orders with a sold unit. */
export function orderExclusions({ filter }: SalesQuestion): RowExclusion[] {
  return [
    { reason: 'CANCELLED', unit: 'ORDERS', where: [cancelled(filter)] },
    ...byFilter(filter, 'ORDERS', [sold(filter)]),
  ];
}

/** Of reports over orders that were shipped completely. */
export function shippedExclusions({ filter }: SalesQuestion): RowExclusion[] {
  const holds = [sold(filter)];
  const done = () => `o.fulfillment_status = 'FULFILLED'`;
  return [
    { reason: 'CANCELLED', unit: 'ORDERS', where: [cancelled(filter)] },
    { reason: 'NOT_SHIPPED', unit: 'ORDERS', where: [...holds, () => `o.fulfillment_status <> 'FULFILLED'`] },
    { reason: 'NO_SHIP_TIME', unit: 'ORDERS', where: [...holds, done, () => 'o.fulfilled_at is null'] },
    { reason: 'SHIPPED_BEFORE_ORDERED', unit: 'ORDERS', where: [...holds, () => 'o.fulfilled_at < o.ordered_at'] },
    ...byFilter(filter, 'ORDERS', [...holds, () => 'o.fulfilled_at >= o.ordered_at']),
  ];
}

/** What a filter by country or currency keeps out though nobody chose it to. */
function byFilter(
  filter: SalesFilter,
  unit: 'LINES' | 'ORDERS',
  where: readonly ((values: Values) => string)[],
): RowExclusion[] {
  return [
    ...(filter.countries
      ? [{ reason: 'NO_COUNTRY', unit, without: 'countries', where: [...where, unknownCountry] } satisfies RowExclusion]
      : []),
    ...(filter.currencies
      ? [
          {
            reason: 'OTHER_CURRENCY',
            unit,
            without: 'currencies',
            where: [...where, other(filter)],
          } satisfies RowExclusion,
        ]
      : []),
  ];
}

/** With SKUs in the filter, an order is about its lines of these SKUs. */
export function sold({ skus }: SalesFilter, row = 'o') {
  return (values: Values): string =>
    skus
      ? `exists (select from order_lines f where f.order_id = ${row}.id and f.ordered > f.cancelled
          and f.sku = any(${values.add(skus, 'text[]')}))`
      : `${row}.fulfillment_status <> 'CANCELLED'`;
}

function cancelled(filter: SalesFilter) {
  return (values: Values): string =>
    filter.skus
      ? `exists (select from order_lines f where f.order_id = o.id and f.sku = any(${values.add(filter.skus, 'text[]')}))
          and not ${sold(filter)(values)}`
      : `o.fulfillment_status = 'CANCELLED'`;
}
