// The noun run: one synchronisation of a shop, by schedule or by hand, with figures per stream.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime } from './scalars.js';
import { Shop, StreamName, SyncStrategy } from './shop.js';

export const SyncMode = { INCREMENTAL: 'INCREMENTAL', FULL: 'FULL' } as const;
export type SyncMode = keyof typeof SyncMode;
registerEnumType(SyncMode, {
  name: 'SyncMode',
  description: 'Where a run begins.',
  valuesConfig: {
    INCREMENTAL: { description: 'Behind the watermark of the last run, minus an overlap.' },
    FULL: { description: 'At the beginning of all that the source has.' },
  },
});

export const SyncTrigger = { SCHEDULE: 'SCHEDULE', MANUAL: 'MANUAL' } as const;
export type SyncTrigger = keyof typeof SyncTrigger;
registerEnumType(SyncTrigger, {
  name: 'SyncTrigger',
  description: 'Who wanted a run or a check.',
  valuesConfig: {
    SCHEDULE: { description: 'It was due.' },
    MANUAL: { description: '`syncStart` or `syncCoverageStart`.' },
  },
});

export const SyncStatus = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
} as const;
export type SyncStatus = keyof typeof SyncStatus;
registerEnumType(SyncStatus, {
  name: 'SyncStatus',
  description: 'How far a run, or one stream of it, is.',
  valuesConfig: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'Under way, or between two tries.' },
    SUCCEEDED: { description: 'Read until the source had no more.' },
    FAILED: { description: 'Given up. What was committed before stays.' },
    CANCELLED: { description: 'Stopped by hand. What was committed before stays.' },
  },
});

@ObjectType({
  implements: Node,
  description: 'One synchronisation of a shop. A shop has at most one that is not finished.',
})
export class SyncRun extends Node {
  @Field(() => Shop, { description: 'The shop that was read.' })
  shop!: Shop;

  @Field(() => SyncMode, { description: 'Where it begins.' })
  mode!: SyncMode;

  @Field(() => SyncTrigger, { description: 'Who wanted it.' })
  trigger!: SyncTrigger;

  @Field(() => SyncStatus, { description: 'How far it is.' })
  status!: SyncStatus;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  queuedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a worker began. Null while it is queued.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. Null before.' })
  finishedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was asked to stop; it does so after the page under way. Null when it was not.',
  })
  cancelRequestedAt!: Date | null;

  @Field(() => [StreamRun], { description: 'Figures of each stream that it reads.' })
  streams!: StreamRun[];

  @Field(() => String, { nullable: true, description: 'Why it failed, as a stable word. Null when it did not.' })
  errorCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, for people. Null when it did not.' })
  error!: string | null;
}

@ObjectType({ description: 'One stream’s part of a run. Figures are of committed pages, and rise while it runs.' })
export class StreamRun {
  @Field(() => StreamName, { description: 'The stream.' })
  stream!: StreamName;

  @Field(() => SyncStatus, { description: 'How far this part is.' })
  status!: SyncStatus;

  @Field(() => DateTime, { nullable: true, description: 'When it began. Null before.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. Null before.' })
  finishedAt!: Date | null;

  @Field(() => SyncStrategy, {
    nullable: true,
    description: 'How it found out what was new since the last run. Null before its first page.',
  })
  strategy!: SyncStrategy | null;

  @Field(() => Int, { description: 'HTTP requests sent, tries included.' })
  requests!: number;

  @Field(() => Int, { description: 'Requests that were sent again after a failure.' })
  retries!: number;

  @Field(() => Int, { description: 'Milliseconds that requests waited for the marketplace’s rate limits.' })
  throttledMs!: number;

  @Field(() => Int, { description: 'Pages committed.' })
  pages!: number;

  @Field(() => Int, { description: 'Records in those pages.' })
  fetched!: number;

  @Field(() => Int, { description: 'Records that were new.' })
  created!: number;

  @Field(() => Int, { description: 'Records that had changed.' })
  updated!: number;

  @Field(() => Int, { description: 'Records that were known and equal.' })
  unchanged!: number;

  @Field(() => Int, { description: 'Records that could not be mapped: see `rejects`.' })
  rejected!: number;

  @Field(() => String, { nullable: true, description: 'What went wrong last. Null when nothing did.' })
  error!: string | null;
}

export const SyncRunConnection = connectionOf('SyncRun', () => SyncRun);
