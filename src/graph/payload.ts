// What mutations answer with: the thing as it is now, read like by a query, and why not more was done.
import type { GraphQLResolveInfo } from 'graphql';
import { type ClassType, Ctx, Field, FieldResolver, ID, Info, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { globalId, type IdNoun } from '../commerce/id.js';
import { rowByKey } from '../store/shapes/read.js';
import { Alert, AlertDelivery } from './alert.js';
import type { Context } from './context.js';
import { CoverageCheck } from './coverage.js';
import type { Outcome } from './outcome.js';
import { readField, servicesOf } from './reader.js';
import { SyncRun } from './run.js';
import { Shop, Stream } from './shop.js';
import type { RetryOutcome } from './sync-changes.js';
import { UserError } from './user-error.js';

const errorsDescription = 'Why nothing, or not all, was done. Empty: it was.';

/** The noun of an outcome, with what the query asks of it: one statement. */
function readOutcome(
  { key }: Outcome,
  noun: IdNoun,
  info: GraphQLResolveInfo,
  context: Context,
): Promise<unknown> | null {
  const read = key === null ? null : rowByKey(servicesOf(info.schema).catalog, noun, key.split('_'));
  return read ? readField(info, context, read) : null;
}

/** The class `<Name>Payload` of a mutation that answers with a shop. */
function shopPayload(name: string, description: string): ClassType {
  @ObjectType(`${name}Payload`, { description: `What ${description} did.` })
  class Payload {
    @Field(() => [UserError], { description: errorsDescription })
    userErrors!: UserError[];
  }

  @Resolver(() => Payload)
  class PayloadFields {
    @FieldResolver(() => Shop, { nullable: true, description: 'The shop as it is now; null when there is none.' })
    shop(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
      return readOutcome(outcome, 'Shop', info, context);
    }
  }
  payloadResolvers.push(PayloadFields);
  return Payload;
}

function syncPayload(name: string): ClassType {
  @ObjectType(`${name}Payload`, { description: `What \`${name[0]?.toLowerCase()}${name.slice(1)}\` did.` })
  class Payload {
    @Field(() => [UserError], { description: errorsDescription })
    userErrors!: UserError[];
  }

  @Resolver(() => Payload)
  class PayloadFields {
    @FieldResolver(() => SyncRun, {
      nullable: true,
      description:
        'The run as it is now: with SYNC_ALREADY_RUNNING the one that is in the way. Null when there is none.',
    })
    syncRun(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
      return readOutcome(outcome, 'SyncRun', info, context);
    }
  }
  payloadResolvers.push(PayloadFields);
  return Payload;
}

/** Classes whose methods resolve the payloads' fields, for the schema. */
export const payloadResolvers: ClassType[] = [];

export const ShopAddPayload = shopPayload('ShopAdd', '`shopAdd`');
export const ShopUpdateCredentialsPayload = shopPayload('ShopUpdateCredentials', '`shopUpdateCredentials`');
export const ShopPausePayload = shopPayload('ShopPause', '`shopPause`');
export const ShopResumePayload = shopPayload('ShopResume', '`shopResume`');
export const RateLimitConfigurePayload = shopPayload('RateLimitConfigure', '`rateLimitConfigure`');
export const SyncStartPayload = syncPayload('SyncStart');
export const SyncCancelPayload = syncPayload('SyncCancel');

@ObjectType({ description: 'What `syncCoverageStart` did.' })
export class SyncCoverageStartPayload {
  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => SyncCoverageStartPayload)
class SyncCoverageStartFields {
  @FieldResolver(() => CoverageCheck, {
    nullable: true,
    description:
      'The check as it is now: with COVERAGE_ALREADY_RUNNING the one that is in the way. Null when there is none.',
  })
  check(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readOutcome(outcome, 'CoverageCheck', info, context);
  }
}

@ObjectType({ description: 'What `alertAcknowledge` did.' })
export class AlertAcknowledgePayload {
  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => AlertAcknowledgePayload)
class AlertAcknowledgeFields {
  @FieldResolver(() => Alert, { nullable: true, description: 'The alert as it is now; null when there is none.' })
  alert(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readOutcome(outcome, 'Alert', info, context);
  }
}

@ObjectType({ description: 'What `alertDeliveryRetry` did.' })
export class AlertDeliveryRetryPayload {
  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => AlertDeliveryRetryPayload)
class AlertDeliveryRetryFields {
  @FieldResolver(() => AlertDelivery, {
    nullable: true,
    description: 'The delivery as it is now; null when there is none.',
  })
  delivery(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readOutcome(outcome, 'AlertDelivery', info, context);
  }
}

@ObjectType({ description: 'What `shopRemove` did.' })
export class ShopRemovePayload {
  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => ShopRemovePayload)
class ShopRemoveFields {
  @FieldResolver(() => ID, { nullable: true, description: 'The id that the shop had; null when nothing was removed.' })
  removedShopId(@Root() { key, userErrors }: Outcome): string | null {
    return key === null || userErrors.length ? null : globalId('Shop', key);
  }
}

@ObjectType({ description: 'What `streamConfigure` did.' })
export class StreamConfigurePayload {
  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@Resolver(() => StreamConfigurePayload)
class StreamConfigureFields {
  @FieldResolver(() => Stream, {
    nullable: true,
    description: 'The stream as it is now; null when nothing was changed.',
  })
  stream(@Root() outcome: Outcome, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    // with STALE_VERSION the outcome's key is the shop's
    return outcome.userErrors.length ? null : readOutcome(outcome, 'Stream', info, context);
  }
}

@ObjectType({ description: 'What `rejectRetry` did.' })
export class RejectRetryPayload {
  @Field(() => Int, {
    nullable: true,
    description:
      'Rejects that will be mapped again in a moment; those that map are gone then. Null when none was asked for.',
  })
  requestedCount!: number | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: RetryOutcome['userErrors'];
}

payloadResolvers.push(
  ShopRemoveFields,
  StreamConfigureFields,
  SyncCoverageStartFields,
  AlertAcknowledgeFields,
  AlertDeliveryRetryFields,
);
