// How long orders take from the buyer's click to the last parcel.
import type { Compiler } from './compile.js';
import { shippedExclusions, sold } from './exclusions.js';
import type { GroupedList } from './grouped.js';
import type { Where } from './list.js';
import type { Report } from './report-facts.js';
import { type OrdersPage, reportRead } from './report-read.js';
import { contributingOrders, inPlace, periodList, placeFields } from './sales.js';
import { dayOf, grouping, monthOf, orderConditions, type SalesQuestion } from './sales-sums.js';
import { type FieldShape, int, type Shape, type Sql } from './shape.js';

export const fulfillmentReport: Report = {
  basis: {
    summary: 'Time from the order to the shipping of its last open unit, by the time of the order.',
    amounts: null,
    currencies: 'Orders of all currencies count together; no money is summed.',
    counts:
      'Orders of which nothing is open and something was shipped. With `skus`: those that sold one of them. Young periods hold only what was shipped fast so far.',
    dateField: 'Order.orderedAt',
  },
  streams: ['ORDERS', 'SHIPMENTS'],
  exclusions: shippedExclusions,
};

export function fulfillmentList(question: SalesQuestion): GroupedList {
  return periodList('fulfillmentTimes', question, question.filter.sentBy ?? '');
}

export const fulfillmentRead = reportRead(times, fulfillmentShape);

const percentiles = [0.5, 0.9, 0.95, 0.99] as const;

const seconds = (value: Sql): FieldShape => int((row) => `round((${value(row)})::numeric)`);
const percentile = (place: number) => seconds((row) => `${row}.percentiles[${place + 1}]`);

export function fulfillmentShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  return {
    noun: 'FulfillmentTimes',
    table: 'summed',
    key: [],
    fields: {
      ...placeFields,
      orderCount: int('order_count'),
      averageSeconds: seconds((row) => `${row}.average`),
      medianSeconds: percentile(0),
      p90Seconds: percentile(1),
      p95Seconds: percentile(2),
      p99Seconds: percentile(3),
      ...(ordersPage && {
        contributingOrders: contributingOrders(ordersPage, (row) => [
          ...shipped(question),
          ...inPlace(question.dimensions, question.zone, row),
        ]),
      }),
    },
  };
}

/** The orders that are counted: both times are known, and in their order. */
function shipped(question: SalesQuestion): Where[] {
  return [
    ...orderConditions(question),
    (row) => `${row}.fulfilled_at >= ${row}.ordered_at`,
    (row, values) => sold(question.filter, row)(values),
  ];
}

/** A row per part of the whole as a SELECT. */
export function times({ values }: Compiler, question: SalesQuestion): string {
  const day = dayOf('o', question.zone, values);
  const { select, groupBy } = grouping(question, (column, one) => {
    if (one === 'DAY') return day;
    return one === 'MONTH' ? monthOf(day) : `o.${column}`;
  });
  const where = shipped(question).map((one) => one('o', values));
  return `select ${select}, count(*) as order_count, avg(seconds) as average,
      percentile_cont(array[${percentiles.join(', ')}]) within group (order by seconds) as percentiles
    from (select *, extract(epoch from o.fulfilled_at - o.ordered_at)::float8 as seconds
      from orders o where ${where.join(' and ')}) o ${groupBy}`;
}
