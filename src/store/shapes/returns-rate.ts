// How much of what was sold came back.
import { lineExclusions } from './exclusions.js';
import type { GroupColumn, GroupedList } from './grouped.js';
import { sql } from './json.js';
import type { Report } from './report-facts.js';
import { type OrdersPage, reportRead } from './report-read.js';
import { groupedName, salesFields } from './sales.js';
import { type SalesQuestion, salesKeys, sums } from './sales-sums.js';
import type { Shape } from './shape.js';

export const returnsReport: Report = {
  basis: {
    summary:
      'Units that came back, of the units sold (ordered minus cancelled) in the same orders, by the time of the order.',
    amounts: null,
    currencies: 'Units of all currencies count together; no money is summed.',
    counts:
      'Sold: units ordered minus cancelled, of lines with a SKU, shipped or not. Returned: units of them that the marketplace says came back, whenever that was; announced returns do not count before. Young periods grow, as returns come later than orders.',
    dateField: 'Order.orderedAt',
  },
  streams: ['ORDERS', 'RETURNS'],
  exclusions: lineExclusions,
};

const rate = 'units_returned::numeric / nullif(units_sold, 0)';

const returnsSort = {
  UNITS_RETURNED: { column: 'units_returned', type: 'bigint' },
  UNITS_SOLD: { column: 'units_sold', type: 'bigint' },
  // rows that sold nothing have no rate: they come last from the top
  RATE: { column: `coalesce(round(${rate}, 6), -1)`, type: 'numeric' },
  SKU: { column: `coalesce(sku, '')`, type: 'text' },
  PERIOD: { column: 'coalesce(day, month)', type: 'date' },
} as const satisfies Record<string, GroupColumn>;

export interface ReturnsSort {
  readonly field: keyof typeof returnsSort;
  readonly descending: boolean;
}

export function returnsList(question: SalesQuestion, { field, descending }: ReturnsSort): GroupedList {
  return {
    name: groupedName('returnsRate', question, field, descending),
    sort: [returnsSort[field]],
    keys: salesKeys(question),
    descending,
  };
}

export const returnsRead = reportRead(sums, returnsShape);

export function returnsShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  return {
    noun: 'ReturnsRate',
    table: 'summed',
    key: [],
    fields: {
      ...salesFields(question, ordersPage),
      rate: {
        kind: 'own',
        compile: (_compiler, _field, row) => {
          const own = `round(${row}.units_returned::numeric / nullif(${row}.units_sold, 0), 4)`;
          return [sql(`coalesce(trim_scale(${own})::text, 'null')`)];
        },
      },
    },
  };
}
