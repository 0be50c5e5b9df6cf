import type { Compiler } from './compile.js';
import { among } from './filters.js';
import { concat, literal, object, type Pieces, sql } from './json.js';
import type { Where } from './list.js';
import type { OwnRead } from './read.js';
import type { Selected } from './selection.js';
import {
  bigintKey,
  code,
  type FieldShape,
  id,
  instant,
  int,
  many,
  maybe,
  one,
  orNull,
  type Shape,
  text,
  textKey,
  texts,
} from './shape.js';

const day = (column: string) => code((row) => `to_char(${row}.${column}, 'YYYY-MM-DD')`);

/** Missing records that a row names. */
export const missingNamed = 100;

export const coverageCheckShape: Shape = {
  noun: 'CoverageCheck',
  table: 'coverage_checks',
  key: [bigintKey('id')],
  fields: {
    id: id('CoverageCheck', 'id'),
    shop: one('Shop', (check, shop) => `shops ${shop} where ${shop}.id = ${check}.shop_id`),
    trigger: code('trigger'),
    streams: texts('streams'),
    from: day('from_day'),
    to: day('to_day'),
    status: code('status'),
    requestedAt: instant('requested_at'),
    startedAt: orNull(instant('started_at')),
    finishedAt: orNull(instant('finished_at')),
    stepsDone: int('steps_done'),
    stepsTotal: orNull(int('steps_total')),
    requests: int('requests'),
    error: orNull(text('error')),
  },
};

export const coverageDayShape: Shape = {
  noun: 'CoverageDay',
  table: 'coverage_days',
  key: [bigintKey('shop_id'), textKey('stream'), textKey('day'), textKey('fulfilled_by')],
  fields: {
    stream: code('stream'),
    day: day('day'),
    fulfilledBy: code('fulfilled_by'),
    state: code('state'),
    reason: orNull(text('reason')),
    unit: orNull(code('unit')),
    counted: orNull(int('counted')),
    held: orNull(int('held')),
    rejected: orNull(int('rejected')),
    missing: texts((row) => `${row}.missing[1:${missingNamed}]`),
    missingCount: int((row) => `cardinality(${row}.missing)`),
    fetchedCount: int('fetched'),
    heldAfter: orNull(int('held_after')),
    repairedAt: orNull(instant('repaired_at')),
    checkedAt: instant('checked_at'),
  },
};

export interface CoverageFilter {
  readonly shopIds?: readonly string[] | null;
  readonly streams?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  /** The first day, and the first after it. */
  readonly from?: string | null;
  readonly to?: string | null;
}

export function coverageDayWhere({ shopIds, streams, states, from, to }: CoverageFilter): Where[] {
  return [
    ...among('shop_id', 'bigint', shopIds),
    ...among('stream', 'text', streams),
    ...among('state', 'text', states),
    ...(from == null ? [] : [((row, values) => `${row}.day >= ${values.add(from, 'date')}`) satisfies Where]),
    ...(to == null ? [] : [((row, values) => `${row}.day < ${values.add(to, 'date')}`) satisfies Where]),
  ];
}

/** What the last checks of a shop found. Days, both included; without streams: all of them. */
export interface CoverageQuestion {
  readonly shopId: string;
  readonly streams: readonly string[] | null;
  readonly from: string;
  readonly to: string;
}

/** Null when there is no such shop. */
export function coverageRead(question: CoverageQuestion): OwnRead {
  return {
    kind: 'own',
    compile(compiler, selection) {
      const shop = compiler.alias();
      const fields = selection.variants[0]?.fields ?? [];
      const members = object(
        fields.map((field): [string, Pieces] => [field.key, member(compiler, question, field, shop)]),
      );
      const key = compiler.values.add(question.shopId, 'bigint');
      return [sql(`coalesce((select ${concat(members)} from shops ${shop} where ${shop}.id = ${key}), 'null')`)];
    },
  };
}

function member(compiler: Compiler, question: CoverageQuestion, field: Selected, shop: string): Pieces {
  const { values } = compiler;
  const daysOf = (row: string): string => {
    const { streams, from, to } = question;
    const among = streams ? ` and ${row}.stream = any(${values.add(streams, 'text[]')})` : '';
    const within = `${row}.day between ${values.add(from, 'date')} and ${values.add(to, 'date')}`;
    return `coverage_days ${row} where ${row}.shop_id = ${shop}.id and ${within}${among}`;
  };
  const own: Record<string, FieldShape> = {
    shop: one('Shop', (row, other) => `shops ${other} where ${other}.id = ${row}.id`),
    check: maybe(
      'CoverageCheck',
      (row, other) => `coverage_checks ${other} where ${other}.shop_id = ${row}.id order by ${other}.id desc`,
    ),
    checkedAt: orNull(instant(() => `(select max(d.checked_at) from ${daysOf('d')})`)),
    rows: many(
      'CoverageDay',
      (_, row) => daysOf(row),
      (row) => `${row}.stream = 'RETURNS', ${row}.stream, ${row}.day desc, ${row}.fulfilled_by desc`,
    ),
  };
  const known = own[field.name];
  if (known) return compiler.shaped(field, known, shop);
  if (field.name === 'totals') return totals(field, daysOf('d'));
  return [literal('"SyncCoverage"')];
}

const sums: Readonly<Record<string, string>> = {
  matched: `count(*) filter (where d.state = 'MATCHED')`,
  gaps: `count(*) filter (where d.state = 'GAP')`,
  unverifiable: `count(*) filter (where d.state = 'UNVERIFIABLE')`,
  missing: 'coalesce(sum(cardinality(d.missing)), 0)',
  fetched: 'coalesce(sum(d.fetched), 0)',
};

function totals(field: Selected, days: string): Pieces {
  const members = (field.of?.variants[0]?.fields ?? []).map((inner): [string, Pieces] => {
    const sum = sums[inner.name];
    return [inner.key, [sum ? sql(sum) : literal('"CoverageTotals"')]];
  });
  return [sql(`(select ${concat(object(members))} from ${days})`)];
}
