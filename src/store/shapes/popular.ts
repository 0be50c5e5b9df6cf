// What sells most, overall and by country.
import type { Compiler } from './compile.js';
import { lineExclusions } from './exclusions.js';
import { concat, literal, object, type Pieces, sql } from './json.js';
import type { OwnRead } from './read.js';
import type { Report, ReportFacts } from './report-facts.js';
import type { OrdersPage } from './report-read.js';
import { salesFields } from './sales.js';
import { type SalesQuestion, sums } from './sales-sums.js';
import type { Selected, Selection } from './selection.js';
import type { Shape } from './shape.js';

export const popularReport: Report = {
  basis: {
    summary: 'The products of which most units were sold (ordered minus cancelled), by the time of the order.',
    amounts: null,
    currencies: 'Units of all currencies count together; no money is summed.',
    counts:
      'Units ordered minus cancelled, of lines with a SKU, whoever sends them, shipped or not. Returned units stay counted.',
    dateField: 'Order.orderedAt',
  },
  streams: ['ORDERS'],
  exclusions: lineExclusions,
};

/** The SKUs of which most units were sold; equal ones by SKU. Units of all currencies count together. */
export function popularRead(question: SalesQuestion, size: number, ordersPage: OrdersPage): OwnRead {
  return {
    kind: 'own',
    compile: (compiler, selection) => {
      const rows = `(${sums(compiler, question)})`;
      return [sql(mostSold(compiler, selection, { question, ordersPage, rows, size }))];
    },
  };
}

interface Ranked {
  readonly question: SalesQuestion;
  readonly ordersPage: OrdersPage;
  /** What stands behind FROM: one row per SKU. */
  readonly rows: string;
  readonly size: number;
}

const order = (row: string) => `${row}.units_sold desc, ${row}.sku collate "C"`;

function mostSold(compiler: Compiler, selection: Selection, { question, ordersPage, rows, size }: Ranked): string {
  const row = compiler.alias();
  const element = concat(compiler.row(selection, popularShape(question, ordersPage), row));
  return `(select concat('[', string_agg(${element}, ',' order by ${order(row)}), ']') from (select * from ${rows} s
    where s.units_sold > 0 order by ${order('s')} limit ${size}) ${row})`;
}

export function popularShape(question: SalesQuestion, ordersPage?: OrdersPage): Shape {
  return { noun: 'PopularSku', table: 'summed', key: [], fields: salesFields(question, ordersPage) };
}

interface AskedReport {
  readonly question: SalesQuestion;
  readonly ordersPage: OrdersPage;
  readonly facts: ReportFacts;
  /** Rows from a field's argument `first`. */
  readonly sizeOf: (args: Readonly<Record<string, unknown>>) => number;
}

/** The same overall and by country: summed up once, by country, where both are asked for. */
export function popularReportRead({ question, ordersPage, facts, sizeOf }: AskedReport): OwnRead {
  const byCountry: SalesQuestion = { ...question, dimensions: ['COUNTRY'] };
  return {
    kind: 'own',
    compile: (compiler, selection) => {
      const fields = selection.variants[0]?.fields ?? [];
      const asks = (name: string) => fields.some((field) => field.name === name);
      const overall = asks('countries')
        ? '(select sku, sum(units_sold) as units_sold, sum(order_count) as order_count from summed group by sku)'
        : 'summed';
      const members = fields.map((field): [string, Pieces] => {
        const known = facts(compiler, field);
        if (known) return [field.key, known];
        const size = sizeOf(field.args);
        if (field.name === 'rows') {
          const ranked = { question, ordersPage, rows: overall, size };
          return [field.key, [sql(mostSold(compiler, field.of as Selection, ranked))]];
        }
        if (field.name === 'countries') {
          return [field.key, [sql(countries(compiler, field, size, { question: byCountry, ordersPage, sizeOf }))]];
        }
        return [field.key, [literal('"PopularSkusReport"')]];
      });
      const json = concat(object(members));
      if (!asks('rows') && !asks('countries')) return [sql(json)];
      return [sql(`(with summed as (${sums(compiler, asks('countries') ? byCountry : question)}) select ${json})`)];
    },
  };
}

/** The countries to which most units were sold, each with what sells most there. */
function countries(
  compiler: Compiler,
  field: Selected,
  size: number,
  { question, ordersPage, sizeOf }: Omit<AskedReport, 'facts'>,
): string {
  const members = (field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => {
    switch (inner.name) {
      case 'country':
        return [inner.key, [sql(`coalesce('"' || nullif(c.country, '') || '"', 'null')`)]];
      case 'unitsSold':
        return [inner.key, [sql('c.units_sold')]];
      case 'rows': {
        const rows = '(select * from summed where summed.country = c.country)';
        const ranked = { question, ordersPage, rows, size: sizeOf(inner.args) };
        return [inner.key, [sql(mostSold(compiler, inner.of as Selection, ranked))]];
      }
      default:
        return [inner.key, [literal('"PopularSkusOfCountry"')]];
    }
  });
  return `(select concat('[', string_agg(${concat(object(members))}, ',' order by c.units_sold desc, c.country), ']')
    from (select country, sum(units_sold) as units_sold from summed group by country having sum(units_sold) > 0
      order by 2 desc, 1 limit ${size}) c)`;
}
