import type { GraphQLInputObjectType, GraphQLSchema } from 'graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { Marketplace } from '../commerce/marketplace.js';

/** What the inputs of mutations that create something share. */
export const idempotencyKey = {
  nullable: true,
  description:
    'Any text of up to 200 characters, unique to this wish. The same key with the same input returns the first result; with another input it is refused. Kept for 7 days.',
} as const;
const expectedVersion = {
  nullable: true,
  description:
    'The `version` of the shop that the change is based on; STALE_VERSION when it has moved on. Null: not checked.',
} as const;

@InputType({
  description: 'The credentials of one marketplace account: exactly one field, named like its marketplace.',
})
export class ShopCredentialsInput {
  [marketplace: string]: Readonly<Record<string, string>> | null | undefined;
}

const declared = new Set<string>();

/** Gives `ShopCredentialsInput` a field for each marketplace of the registry. Call it before the schema is built. */
export function declareCredentials(marketplaces: readonly Marketplace[]): void {
  for (const { id, title, types } of marketplaces) {
    if (declared.has(id)) continue;
    declared.add(id);
    Field(() => types.credentials, { nullable: true, description: `Credentials of a ${title} account.` })(
      ShopCredentialsInput.prototype,
      id,
    );
  }
}

/** type-graphql cannot say `@oneOf`; graphql-js checks and prints it. Call it on the schema that was built. */
export function markOneOf(schema: GraphQLSchema): void {
  for (const name of ['ShopCredentialsInput', 'ExportWhere']) {
    (schema.getType(name) as GraphQLInputObjectType).isOneOf = true;
  }
}

@InputType({ description: 'A marketplace account to be read from now on.' })
export class ShopAddInput {
  @Field(() => String, { description: 'What people call it: 1 to 100 characters. Need not be unique.' })
  name!: string;

  @Field(() => ShopCredentialsInput, {
    description: 'How to sign in. Sealed at rest, never returned; the marketplace checks them at the first sync.',
  })
  credentials!: ShopCredentialsInput;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

@InputType({ description: 'New credentials of a shop.' })
export class ShopUpdateCredentialsInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => ShopCredentialsInput, {
    description: 'Of the shop’s own marketplace; may name another account, which no other shop has.',
  })
  credentials!: ShopCredentialsInput;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}

@InputType({ description: 'A shop to leave alone for a while.' })
export class ShopPauseInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}

@InputType({ description: 'A paused shop to work on again.' })
export class ShopResumeInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}

@InputType({ description: 'A shop to forget.' })
export class ShopRemoveInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}

@InputType({
  description:
    'How a stream is read. A field that is left out stays as it is; null returns to the connector’s own value.',
})
export class StreamConfigureInput {
  @Field(() => ID, { description: 'The stream.' })
  streamId!: string;

  @Field(() => Boolean, { nullable: true, description: 'False: the schedule leaves it out. Null: as it is.' })
  enabled?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Seconds between two incremental runs: 1 to 2,592,000 (30 days).' })
  everySeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds that an incremental run reads back behind its watermark: 0 to 2,592,000.',
  })
  overlapSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Seconds that a full run, or one that reads its window again, goes back: 60 to 315,360,000 (10 years).',
  })
  windowSeconds?: number | null;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}

@InputType({ description: 'How fast a marketplace may be asked for a shop, instead of as fast as it documents.' })
export class RateLimitConfigureInput {
  @Field(() => ID, { description: 'The shop.' })
  shopId!: string;

  @Field(() => String, { description: 'Which limit: a `name` of `Stream.rateLimits`.' })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Requests within the window: 1 to 100,000. A figure above the documented one risks being refused or blocked. Null: the documented limit.',
  })
  requests?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The window: 1 to 86,400 seconds (a day); only with `requests`. Null: the documented window.',
  })
  windowSeconds?: number | null;

  @Field(() => Int, expectedVersion)
  expectedVersion?: number | null;
}
