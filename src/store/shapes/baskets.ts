// How much an order holds, and what sells most: two questions to the same sales.
import type { Compiler } from './compile.js';
import { concat, literal, object, type Pieces, sql } from './json.js';
import type { OwnRead } from './read.js';
import { salesTitle } from './sales.js';
import { orderConditions, type SalesQuestion, sums } from './sales-sums.js';
import type { Selected, Selection } from './selection.js';

/** Averages over orders with at least one unit sold; with SKUs in the filter, over those that sold one of them. */
export function basketRead(question: SalesQuestion): OwnRead {
  return {
    kind: 'own',
    compile: (compiler, selection) => {
      const where = orderConditions(question).map((one) => one('o', compiler.values));
      const { skus } = question.filter;
      if (skus) {
        where.push(`exists (select from order_lines f where f.order_id = o.id and f.ordered > f.cancelled
          and f.sku = any(${compiler.values.add(skus, 'text[]')}))`);
      }
      const fields = selection.variants[0]?.fields ?? [];
      return [
        sql(`(select ${concat(members(fields, 'BasketSize', basketMembers))} from (select
          o.units_ordered - o.units_cancelled as units,
          (select count(*) from order_lines l where l.order_id = o.id and l.ordered > l.cancelled) as lines
        from orders o where ${[...where, 'o.units_ordered > o.units_cancelled'].join(' and ')}) basket)`),
      ];
    },
  };
}

const rounded = (average: string): Pieces => [
  sql(`coalesce(trim_scale(round((${average})::numeric, 4))::text, 'null')`),
];

const basketMembers: Readonly<Record<string, Pieces>> = {
  averageUnits: rounded('avg(units)'),
  averageLines: rounded('avg(lines)'),
  medianUnits: rounded('percentile_cont(0.5) within group (order by units)'),
  orderCount: [sql('count(*)')],
};

/** The SKUs of which most units were sold; equal ones by SKU. Units of all currencies count together. */
export function popularRead(question: SalesQuestion, size: number): OwnRead {
  return {
    kind: 'own',
    compile: (compiler: Compiler, selection: Selection) => {
      const summed = sums(compiler, question);
      const known: Record<string, Pieces> = {
        sku: [sql('to_json(p.sku)')],
        title: salesTitle(compiler, question, 'p'),
        unitsSold: [sql('p.units_sold')],
        orderCount: [sql('p.order_count')],
      };
      const element = concat(members(selection.variants[0]?.fields ?? [], 'PopularSku', known));
      return [
        sql(`(select concat('[', string_agg(${element}, ','), ']') from (select sku, sum(units_sold) as units_sold,
            sum(order_count) as order_count from (${summed}) s group by sku having sum(units_sold) > 0
            order by 2 desc, sku collate "C" limit ${size}) p)`),
      ];
    },
  };
}

function members(fields: readonly Selected[], type: string, known: Readonly<Record<string, Pieces>>): Pieces {
  return object(
    fields.map((field): [string, Pieces] => {
      const found = field.name === '__typename' ? [literal(`"${type}"`)] : known[field.name];
      if (!found) throw new Error(`${type} does not know ${field.name}`);
      return [field.key, found];
    }),
  );
}
