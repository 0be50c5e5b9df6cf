// How much an order holds.
import type { Compiler } from './compile.js';
import { orderExclusions, sold } from './exclusions.js';
import { concat, literal, object, type Pieces, sql } from './json.js';
import type { OwnRead } from './read.js';
import type { Report, ReportFacts } from './report-facts.js';
import { orderConditions, type SalesQuestion } from './sales-sums.js';
import type { Selected } from './selection.js';
import { int, many, orNull, type Shape } from './shape.js';

export const basketReport: Report = {
  basis: {
    summary: 'Units and lines per order that were sold (ordered minus cancelled), by the time of the order.',
    amounts: null,
    currencies: 'Orders of all currencies count together; no money is summed.',
    counts:
      'Orders with at least one unit that was not cancelled, each counted whole, lines without a SKU included. With `skus`: those that sold one of them.',
    dateField: 'Order.orderedAt',
  },
  streams: ['ORDERS'],
  exclusions: orderExclusions,
};

/** Orders of so many units and more are one bar of the distribution. */
const lastBar = 11;

export const basketBarShape: Shape = {
  noun: 'BasketBar',
  table: 'sizes',
  key: [],
  fields: {
    unitsFrom: int('bar'),
    unitsTo: orNull(int((row) => `nullif(${row}.bar, ${lastBar})`)),
    orderCount: int('orders'),
  },
};

/** Which orders count. */
function counted({ values }: Compiler, question: SalesQuestion): { readonly asked: string[]; readonly where: string } {
  const asked = orderConditions(question).map((one) => one('o', values));
  return { asked, where: [...asked, sold(question.filter)(values)].join(' and ') };
}

/** How many orders there are of each size. */
const sizesOf = (where: string): string =>
  `select o.units_ordered - o.units_cancelled as units, count(*) as orders from orders o where ${where} group by 1`;

/** A bar for every size, also for those of which there is no order. */
const bars = (sizes: string): string => `select bar, coalesce(sum(s.orders), 0) as orders
    from generate_series(1, ${lastBar}) bar left join ${sizes} s on least(s.units, ${lastBar}) = bar group by bar`;

const distribution = many(
  'BasketBar',
  (_, other) => `(${bars('sizes')}) ${other}`,
  (bar) => `${bar}.bar`,
);

/** The distribution as a SELECT. */
export const basketBars = (compiler: Compiler, question: SalesQuestion): string =>
  bars(`(${sizesOf(counted(compiler, question).where)})`);

/**
 * Averages over orders with at least one unit sold; with SKUs in the filter, over those that sold one of them. Everything
 * is computed from the number of orders of each size, which are few; lines are counted only when they are asked for.
 */
export function basketRead(question: SalesQuestion, facts: ReportFacts): OwnRead {
  return {
    kind: 'own',
    compile: (compiler, selection) => {
      const fields = selection.variants[0]?.fields ?? [];
      const known = fields.map((field) => facts(compiler, field));
      const joined = (lines: string) =>
        object(
          fields.map((field, at): [string, Pieces] => [
            field.key,
            known[at] ?? member(compiler, field, lines) ?? [literal('"BasketSize"')],
          ]),
        );
      if (known.every((one) => one)) return joined('');
      const { asked, where } = counted(compiler, question);
      // a sold line lies in an order with a sold unit anyway: without a filter its order need not be looked at
      const lines =
        asked.length || question.filter.skus
          ? `orders o join order_lines l on l.order_id = o.id where l.ordered > l.cancelled and ${where}`
          : 'order_lines l where l.ordered > l.cancelled';
      return [
        sql(`(with sizes as (${sizesOf(where)}),
          reached as (select units, sum(orders) over (order by units) as upto, sum(orders) over () as total from sizes)
          select ${concat(joined(lines))} from (select coalesce(sum(orders), 0) as orders, sum(units * orders) as units from sizes) basket)`),
      ];
    },
  };
}

const rounded = (average: string): Pieces => [
  sql(`coalesce(trim_scale(round((${average})::numeric, 4))::text, 'null')`),
];

/** The two orders in the middle are the same one where their number is odd. */
const middle = (from: string) => `(select min(units) from reached where upto >= ${from})`;

function member(compiler: Compiler, field: Selected, lines: string): Pieces | null {
  switch (field.name) {
    case 'averageUnits':
      return rounded('basket.units / nullif(basket.orders, 0)');
    case 'averageLines':
      // every order of these has a sold line, so all of their lines over all of them is the average
      return rounded(`(select count(*) from ${lines}) / nullif(basket.orders, 0)`);
    case 'medianUnits':
      return rounded(`(${middle('div(total + 1, 2)')} + ${middle('div(total, 2) + 1')}) / 2.0`);
    case 'orderCount':
      return [sql('basket.orders')];
    case 'distribution':
      return compiler.shaped(field, distribution, 'basket');
    default:
      return null;
  }
}
