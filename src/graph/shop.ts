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
    description: 'Why it needs credentials, in the marketplace’s words. Null while nothing is wrong with them.',
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

  @Field(() => String, { description: 'How it knows what is new, in one line, as the connector says.' })
  strategy!: string;

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

  @Field(() => [RateLimit], {
    description: 'The marketplace’s limits that hold for the shop, over all of its streams.',
  })
  rateLimits!: RateLimit[];
}

@ObjectType({ description: 'At most `requests` in any window of `windowMs`, for one shop, kept by construction.' })
export class RateLimit {
  @Field(() => String, { description: 'Which requests it is about.' })
  name!: string;

  @Field(() => Int, { description: 'Requests allowed within the window, as documented by the marketplace.' })
  requests!: number;

  @Field(() => Int, { description: 'The window in milliseconds.' })
  windowMs!: number;

  @Field(() => String, { description: 'Where the figure comes from.' })
  source!: string;
}

export const ShopConnection = connectionOf('Shop', () => Shop);
