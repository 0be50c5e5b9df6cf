import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import type { Outcome } from './outcome.js';
import {
  RateLimitConfigurePayload,
  ShopAddPayload,
  ShopPausePayload,
  ShopRemovePayload,
  ShopResumePayload,
  ShopUpdateCredentialsPayload,
  StreamConfigurePayload,
} from './payload.js';
import { rateLimitConfigure } from './rate-limit-changes.js';
import * as changes from './shop-changes.js';
import {
  RateLimitConfigureInput,
  ShopAddInput,
  ShopPauseInput,
  ShopRemoveInput,
  ShopResumeInput,
  ShopUpdateCredentialsInput,
  StreamConfigureInput,
} from './shop-inputs.js';

const input = { description: 'What to do.' };

@Resolver()
export class ShopMutations {
  @Mutation(() => ShopAddPayload, {
    description:
      'Adds a marketplace account and starts reading it at once. It does not wait for the marketplace: credentials that turn out wrong make the shop NEEDS_CREDENTIALS.',
  })
  shopAdd(@Arg('input', () => ShopAddInput, input) given: ShopAddInput, @Ctx() context: Context): Promise<Outcome> {
    return changes.shopAdd(context, given);
  }

  @Mutation(() => ShopUpdateCredentialsPayload, {
    description: 'Replaces a shop’s credentials. A shop that needed them is read again at once.',
  })
  shopUpdateCredentials(
    @Arg('input', () => ShopUpdateCredentialsInput, input) given: ShopUpdateCredentialsInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.shopUpdateCredentials(context, given);
  }

  @Mutation(() => ShopPausePayload, {
    description:
      'Leaves a shop alone until `shopResume`; a run under way ends after its page. Does nothing to a paused one.',
  })
  shopPause(
    @Arg('input', () => ShopPauseInput, input) given: ShopPauseInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.shopPause(context, given);
  }

  @Mutation(() => ShopResumePayload, {
    description: 'Reads a paused shop again: what was due meanwhile starts at once. Does nothing to an active one.',
  })
  shopResume(
    @Arg('input', () => ShopResumeInput, input) given: ShopResumeInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.shopResume(context, given);
  }

  @Mutation(() => ShopRemovePayload, {
    description: 'Forgets a shop with its credentials and everything that was read of it. Cannot be undone.',
  })
  shopRemove(
    @Arg('input', () => ShopRemoveInput, input) given: ShopRemoveInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.shopRemove(context, given);
  }

  @Mutation(() => StreamConfigurePayload, {
    description: 'Sets how a stream is read, and makes it due, so that the new schedule begins now.',
  })
  streamConfigure(
    @Arg('input', () => StreamConfigureInput, input) given: StreamConfigureInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.streamConfigure(context, given);
  }

  @Mutation(() => RateLimitConfigurePayload, {
    description:
      'Sets how fast the marketplace may be asked for a shop. It holds from the next page on; what was sent just now still counts.',
  })
  rateLimitConfigure(
    @Arg('input', () => RateLimitConfigureInput, input) given: RateLimitConfigureInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return rateLimitConfigure(context, given);
  }
}
