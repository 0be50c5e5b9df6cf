/*
 * What a report says of itself: what its figures are made of, how fresh each shop's part is, and what is not in them. Each
 * is compiled into the report's statement only when it is asked for.
 */
import type { StreamName } from '../../commerce/marketplace.js';
import type { Compiler } from './compile.js';
import { type Exclusion, exclusionCount, type RowExclusion } from './exclusions.js';
import { among } from './filters.js';
import { literal, object, type Pieces, sql } from './json.js';
import type { SalesQuestion } from './sales-sums.js';
import type { Selected } from './selection.js';
import { at, code, instant, int, many, one, orNull, type Shape } from './shape.js';
import { ageSeconds, streamTable } from './shop.js';

/** What a kind of report is made of, in words for people. */
export interface Basis {
  /** One sentence to put under a chart. */
  readonly summary: string;
  /** What an amount of money is; null for reports without any. */
  readonly amounts: string | null;
  readonly currencies: string;
  readonly counts: string;
  /** Which instant decides to which period an order belongs. */
  readonly dateField: string;
}

/** How the question was understood. */
export interface Understood {
  /** Zone of the days; null: each marketplace's own. */
  readonly timeZone: string | null;
  /** Zone of the business day of each marketplace that is asked about, by its code. */
  readonly businessZones: Readonly<Record<string, string>>;
}

export interface Report {
  readonly basis: Basis;
  /** The streams that its figures are made of: their age is the report's, and what of them cannot be read is not in it. */
  readonly streams: readonly StreamName[];
  /** What is left out besides. */
  readonly exclusions: (question: SalesQuestion) => readonly RowExclusion[];
}

/** The JSON of `basis`, `freshness` or `excluded`; null for any other field. */
export type ReportFacts = (compiler: Compiler, field: Selected) => Pieces | null;

export function reportFacts(report: Report, question: SalesQuestion, understood: Understood): ReportFacts {
  return (compiler, field) => {
    switch (field.name) {
      case 'basis':
        return basis(compiler, field, report.basis, question, understood);
      case 'freshness':
        return compiler.shaped(
          field,
          many(
            'ReportFreshness',
            (_, row) => `${freshness(compiler, report, question)} ${row}`,
            (row) => `${row}.shop_id`,
          ),
          '',
        );
      case 'excluded':
        return excluded(compiler, field, report, question);
      default:
        return null;
    }
  };
}

const fieldsOf = (field: Selected) => field.of?.variants[0]?.fields ?? [];

function basis(
  { values }: Compiler,
  field: Selected,
  known: Basis,
  { orderedAt }: SalesQuestion,
  { timeZone, businessZones }: Understood,
): Pieces {
  const instantOf = (value: Date | null | undefined): Pieces =>
    value ? instant(() => values.add(value, 'timestamptz')).pieces('') : [literal('null')];
  const zones = (inner: Selected): Pieces => {
    const each = Object.entries(businessZones).map(([marketplace, zone]) => {
      const members: Record<string, string> = { marketplace, timeZone: zone };
      return `{${fieldsOf(inner)
        .map(({ key, name }) => `${JSON.stringify(key)}:${JSON.stringify(members[name] ?? 'MarketplaceTimeZone')}`)
        .join(',')}}`;
    });
    return [literal(`[${each.join(',')}]`)];
  };
  return object(
    fieldsOf(field).map((inner): [string, Pieces] => {
      switch (inner.name) {
        case 'timeZone':
          return [inner.key, timeZone === null ? [literal('null')] : [sql(`to_json(${values.add(timeZone, 'text')})`)]];
        case 'businessDays':
          return [inner.key, zones(inner)];
        case 'from':
          return [inner.key, instantOf(orderedAt?.from)];
        case 'to':
          return [inner.key, instantOf(orderedAt?.to)];
        case '__typename':
          return [inner.key, [literal('"ReportBasis"')]];
        default:
          return [inner.key, [literal(JSON.stringify(known[inner.name as keyof Basis]))]];
      }
    }),
  );
}

/** One row per shop that is asked about, of the streams that the report is made of. */
function freshness(compiler: Compiler, { streams }: Report, { filter }: SalesQuestion): string {
  const every = compiler.shape('Stream').fields.everySeconds;
  if (every?.kind !== 'value') throw new Error('a stream does not say how often it is read');
  const seconds = (from: string) => `extract(epoch from now() - ${from})`;
  const where = [
    `t.name = any(${compiler.values.add(streams, 'text[]')})`,
    ...among('id', 'bigint', filter.shopIds).map((condition) => condition('s', compiler.values)),
    ...among('marketplace', 'text', filter.marketplaces).map((condition) => condition('s', compiler.values)),
  ];
  return `(select t.shop_id, case when bool_and(t.last_success_at is not null) then min(t.last_success_at) end as held_until,
      case when bool_or(t.last_success_at is null) then 'NEVER_READ'
        when bool_or(s.status <> 'ACTIVE' or not t.enabled) then 'STOPPED'
        when max(t.failures) > 0 then 'FAILING'
        when bool_or(${seconds('t.due_at')} > greatest(${at(every.column, 't')}, 60)) then 'LATE'
        else 'CURRENT' end as state
    from shops s join ${streamTable} t on t.shop_id = s.id where ${where.join(' and ')} group by t.shop_id)`;
}

export const freshnessShape: Shape = {
  noun: 'ReportFreshness',
  table: 'shops',
  key: [],
  fields: {
    shop: one('Shop', (row, shop) => `shops ${shop} where ${shop}.id = ${row}.shop_id`),
    lastSuccessAt: orNull(instant('held_until')),
    lagSeconds: orNull(int((row) => ageSeconds(`${row}.held_until`))),
    state: code('state'),
  },
};

function excluded(compiler: Compiler, field: Selected, report: Report, question: SalesQuestion): Pieces {
  const all: Exclusion[] = [
    ...report.exclusions(question),
    { reason: 'UNREADABLE', unit: 'RECORDS', streams: report.streams },
  ];
  const pieces = all.flatMap((exclusion, place): Pieces => {
    const members = fieldsOf(field).map(({ key, name }): [string, Pieces] => {
      switch (name) {
        case 'reason':
          return [key, [literal(`"${exclusion.reason}"`)]];
        case 'unit':
          return [key, [literal(`"${exclusion.unit}"`)]];
        case 'count':
          return [key, [sql(exclusionCount(compiler, exclusion, question))]];
        default:
          return [key, [literal('"ReportExclusion"')]];
      }
    });
    return [...(place ? [literal(',')] : []), ...object(members)];
  });
  return [literal('['), ...pieces, literal(']')];
}
