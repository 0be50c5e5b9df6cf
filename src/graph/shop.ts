// The noun shop: one account at a marketplace, and its streams.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime } from './scalars.js';

export const ShopStatus = { ACTIVE: 'ACTIVE', PAUSED: 'PAUSED', NEEDS_CREDENTIALS: 'NEEDS_CREDENTIALS' } as const;
export type ShopStatus = keyof typeof ShopStatus;
registerEnumType(ShopStatus, {
  name: 'ShopStatus',
  description: 'Is the shop worked on?',
  valuesConfig: {
    ACTIVE: { description: 'Its streams are read by schedule.' },
    PAUSED: { description: 'Left alone until `shopResume`. What was imported stays and is served.' },
    NEEDS_CREDENTIALS: {
      description: 'The marketplace refused the credentials: left alone until `shopUpdateCredentials`.',
    },
  },
});

export const StreamName = { ORDERS: 'ORDERS', SHIPMENTS: 'SHIPMENTS', RETURNS: 'RETURNS' } as const;
export type StreamName = keyof typeof StreamName;
registerEnumType(StreamName, {
  name: 'StreamName',
  description: 'What can be read of a shop.',
  valuesConfig: {
    ORDERS: { description: 'Orders with their lines and states.' },
    SHIPMENTS: { description: 'Parcels with their lines and tracking.' },
    RETURNS: { description: 'Goods on their way back.' },
  },
});

export const SyncStrategy = {
  CHANGE_FEED: 'CHANGE_FEED',
  INTERVAL_POLL: 'INTERVAL_POLL',
  DAY_SWEEP: 'DAY_SWEEP',
  SHIPMENT_SWEEP: 'SHIPMENT_SWEEP',
  LIST_BACK: 'LIST_BACK',
  DRAIN: 'DRAIN',
} as const;
export type SyncStrategy = keyof typeof SyncStrategy;
registerEnumType(SyncStrategy, {
  name: 'SyncStrategy',
  description: 'How a stream finds out what is new.',
  valuesConfig: {
    CHANGE_FEED: { description: 'The source lists by date of change, from any date on.' },
    INTERVAL_POLL: { description: 'The source lists what changed in the last minutes.' },
    DAY_SWEEP: { description: 'The source lists what changed on a day, and every day of the gap is asked for.' },
    SHIPMENT_SWEEP: {
      description: 'Everything that the source still lists, and every order that one of its shipments names.',
    },
    LIST_BACK: { description: 'The source’s list is read from its newest record back to what is held.' },
    DRAIN: {
      description:
        'The source hands out each record once and never again. Answers are kept as they come; one that did not come whole stands in `lostSpans`.',
    },
  },
});

@ObjectType({ implements: Node, description: 'One account at a marketplace. Its credentials are never returned.' })
export class Shop extends Node {
  @Field(() => String, { description: 'What people call it. Need not be unique.' })
  name!: string;

  @Field(() => Marketplace, { description: 'Where the account is.' })
  marketplace!: Marketplace;

  @Field(() => ShopStatus, { description: 'Is it worked on?' })
  status!: ShopStatus;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it needs credentials, or why it was paused though nobody asked for it (the marketplace shut us out), in the marketplace’s words. Null while nothing is wrong.',
  })
  statusReason!: string | null;

  @Field(() => Boolean, {
    description: 'Does it live in the pretend marketplace of this installation? False: at the real one.',
  })
  sandbox!: boolean;

  @Field(() => [Stream], {
    description: 'What is read of it, and how far that is; in the order orders, shipments, returns.',
  })
  streams!: Stream[];

  @Field(() => DateTime, { description: 'When it was added.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'No request is sent before: the marketplace asked us to stay away. Null or past: free to go.',
  })
  backoffUntil!: Date | null;

  @Field(() => Int, { description: 'Rises by one with every change by a mutation: give it as `expectedVersion`.' })
  version!: number;
}

@ObjectType({
  implements: Node,
  description: 'One kind of record of a shop: how it is read, how far it is, what is at risk.',
})
export class Stream extends Node {
  @Field(() => Shop, { description: 'The shop that it is read of.' })
  shop!: Shop;

  @Field(() => StreamName, { description: 'What is read.' })
  name!: StreamName;

  @Field(() => Boolean, {
    description: 'Does the schedule read it? A run by hand may name it only while it is enabled.',
  })
  enabled!: boolean;

  @Field(() => String, {
    description:
      'How the next run will find out what is new, in one line: the cheapest of `strategies` that reaches back to `lastSuccessAt`.',
  })
  strategy!: string;

  @Field(() => [Strategy], { description: 'All ways to catch up, the cheapest first.' })
  strategies!: Strategy[];

  @Field(() => Int, { description: 'Seconds between two incremental runs.' })
  everySeconds!: number;

  @Field(() => Int, { description: 'Seconds that an incremental run reads back behind its watermark.' })
  overlapSeconds!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds that the source can be asked back. What is older at the next read is lost. Null: no bound.',
  })
  windowSeconds!: number | null;

  @Field(() => DateTime, { description: 'When it is next read, if its shop is active and it is enabled.' })
  dueAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When its last run began. Null before the first.' })
  lastStartedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the last run that reached the source’s end began: everything changed before it is here. Null before the first.',
  })
  lastSuccessAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds since `lastSuccessAt`: how old the newest state may be. Null before the first success.',
  })
  lag!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the last try failed. Null when it did not.' })
  lastError!: string | null;

  @Field(() => Int, { description: 'Failures in a row.' })
  failures!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When changes would begin to fall out of what the source can be asked for, if no run succeeded until then: `lastSuccessAt` (before the first success, when the shop was added) plus the window. Null where the source keeps everything.',
  })
  dataAtRiskAt!: Date | null;

  @Field(() => [LostSpan], {
    description:
      'Times of which the source no longer answered when they were read at last, oldest first: what changed in them for the last time is missing here. Empty: nothing is.',
  })
  lostSpans!: LostSpan[];

  @Field(() => [RateLimit], {
    description: 'The marketplace’s limits that hold for the shop, over all of its streams.',
  })
  rateLimits!: RateLimit[];
}

@ObjectType({ description: 'A way to catch up with a source.' })
export class Strategy {
  @Field(() => SyncStrategy, { description: 'Its kind.' })
  code!: SyncStrategy;

  @Field(() => String, { description: 'What it reads and how it knows what is new.' })
  description!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many seconds back it can ask the source. Null: everything the source has.',
  })
  reachSeconds!: number | null;
}

@ObjectType({ description: 'A time that was not read while the source still answered for it; half open.' })
export class LostSpan {
  @Field(() => DateTime, { description: 'Its beginning, inclusive: until then everything is held.' })
  from!: Date;

  @Field(() => DateTime, { description: 'Its end, exclusive: what changed from then on was read.' })
  to!: Date;

  @Field(() => DateTime, { description: 'When a run found that it is lost.' })
  noticedAt!: Date;
}

@ObjectType({ description: 'At most `requests` in any window of `windowMs`, for one shop, kept by construction.' })
export class RateLimit {
  @Field(() => String, { description: 'Which requests it is about: the `name` that `rateLimitConfigure` takes.' })
  name!: string;

  @Field(() => Int, {
    description:
      'Requests allowed within the window: what holds now. The observed figure where there is one, else the documented one; never more than is configured.',
  })
  requests!: number;

  @Field(() => Int, { description: 'The window in milliseconds.' })
  windowMs!: number;

  @Field(() => String, { description: 'Where the documented figure comes from.' })
  source!: string;

  @Field(() => Int, { description: 'Requests within the window as documented by the marketplace.' })
  documentedRequests!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Requests within the window as set by `rateLimitConfigure`. Null: nothing is.',
  })
  configuredRequests!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Requests within the window as the marketplace’s answers told last. Null: they told nothing yet.',
  })
  observedRequests!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When they told it last. Null: they told nothing yet.' })
  observedAt!: Date | null;
}

export const ShopConnection = connectionOf('Shop', () => Shop);
