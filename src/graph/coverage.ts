// The noun coverage: what is held, against what a second way of counting says should be.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { FulfilledBy } from './enums.js';
import { Node } from './node.js';
import { SyncStatus, SyncTrigger } from './run.js';
import { CalendarDay, DateTime } from './scalars.js';
import { Shop, StreamName } from './shop.js';

export const CoverageState = { MATCHED: 'MATCHED', GAP: 'GAP', UNVERIFIABLE: 'UNVERIFIABLE' } as const;
export type CoverageState = keyof typeof CoverageState;
registerEnumType(CoverageState, {
  name: 'CoverageState',
  description: 'What a check found of one stream, day and fulfillment method.',
  valuesConfig: {
    MATCHED: { description: 'All that the second way counts is here.' },
    GAP: {
      description:
        'Records were missing, or held in an older version. They were fetched at once, as `fetchedCount` says; the next check finds MATCHED.',
    },
    UNVERIFIABLE: { description: 'There is no second way to count the day; `reason` says why.' },
  },
});

export const CoverageUnit = { RECORDS: 'RECORDS', UNITS: 'UNITS' } as const;
export type CoverageUnit = keyof typeof CoverageUnit;
registerEnumType(CoverageUnit, {
  name: 'CoverageUnit',
  description: 'What the figures of a day count.',
  valuesConfig: {
    RECORDS: { description: 'Records of the stream, listed by another criterion than the one it is read by.' },
    UNITS: { description: 'Units that the orders say were shipped, against those of the shipments that are held.' },
  },
});

@ObjectType({ implements: Node, description: 'A check of the coverage. A shop has at most one that is not finished.' })
export class CoverageCheck extends Node {
  @Field(() => Shop, { description: 'The shop that is checked.' })
  shop!: Shop;

  @Field(() => SyncTrigger, { description: 'Who wanted it.' })
  trigger!: SyncTrigger;

  @Field(() => [StreamName], { description: 'What is checked.' })
  streams!: StreamName[];

  @Field(() => CalendarDay, { description: 'The first day, in the marketplace’s time zone.' })
  from!: string;

  @Field(() => CalendarDay, { description: 'The last day, included.' })
  to!: string;

  @Field(() => SyncStatus, { description: 'How far it is. Pausing the shop cancels it.' })
  status!: SyncStatus;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a worker began. Null while it is queued.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. Null before.' })
  finishedAt!: Date | null;

  @Field(() => Int, { description: 'Steps that are done: one per stream, day and fulfillment method.' })
  stepsDone!: number;

  @Field(() => Int, { nullable: true, description: 'Steps in all. Null before it began.' })
  stepsTotal!: number | null;

  @Field(() => Int, { description: 'HTTP requests sent, tries included.' })
  requests!: number;

  @Field(() => String, { nullable: true, description: 'What went wrong last. Null when nothing did.' })
  error!: string | null;
}

@ObjectType({ description: 'What the last check found of one stream, day and fulfillment method.' })
export class CoverageDay {
  @Field(() => StreamName, { description: 'The stream.' })
  stream!: StreamName;

  @Field(() => CalendarDay, {
    description:
      'The day in the marketplace’s time zone: of which date, says the marketplace’s second way of counting.',
  })
  day!: string;

  @Field(() => FulfilledBy, { description: 'Who fulfills.' })
  fulfilledBy!: FulfilledBy;

  @Field(() => CoverageState, { description: 'What was found.' })
  state!: CoverageState;

  @Field(() => String, { nullable: true, description: 'Why, where the state alone does not say it.' })
  reason!: string | null;

  @Field(() => CoverageUnit, { nullable: true, description: 'What the figures count. Null with them.' })
  unit!: CoverageUnit | null;

  @Field(() => Int, { nullable: true, description: 'What the second way counts. Null: nothing could be counted.' })
  counted!: number | null;

  @Field(() => Int, { nullable: true, description: 'How much of that was held when it was checked.' })
  held!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Records of it that are known and set aside with a reason: see `rejects`. They are not missing.',
  })
  rejected!: number | null;

  @Field(() => [String], { description: 'The marketplace’s keys of what was missing; the first 100.' })
  missing!: string[];

  @Field(() => Int, { description: 'Records that were missing, or held in an older version.' })
  missingCount!: number;

  @Field(() => Int, { description: 'How many of the missing were fetched since.' })
  fetchedCount!: number;

  @Field(() => Int, { nullable: true, description: 'What is held since then. Null before.' })
  heldAfter!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When fetching ended. Null while nothing was fetched.' })
  repairedAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was checked.' })
  checkedAt!: Date;
}

@ObjectType({ description: 'Sums over the rows of an answer.' })
export class CoverageTotals {
  @Field(() => Int, { description: 'Rows in state MATCHED.' })
  matched!: number;

  @Field(() => Int, { description: 'Rows in state GAP.' })
  gaps!: number;

  @Field(() => Int, { description: 'Rows in state UNVERIFIABLE.' })
  unverifiable!: number;

  @Field(() => Int, { description: 'Records that were missing.' })
  missing!: number;

  @Field(() => Int, { description: 'How many of those were fetched since.' })
  fetched!: number;
}

@ObjectType({ description: 'What is held of a shop, against what a second, independent way of counting says.' })
export class SyncCoverage {
  @Field(() => Shop, { description: 'The shop.' })
  shop!: Shop;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the latest of these days was checked. Null: none ever was.',
  })
  checkedAt!: Date | null;

  @Field(() => CoverageCheck, {
    nullable: true,
    description: 'The shop’s latest check, under way or ended, whatever its days. Null: there was none.',
  })
  check!: CoverageCheck | null;

  @Field(() => [CoverageDay], {
    description:
      'Per stream, day and fulfillment method what was found last, newest days first. What was never checked is not among them.',
  })
  rows!: CoverageDay[];

  @Field(() => CoverageTotals, { description: 'Sums over the rows.' })
  totals!: CoverageTotals;
}
