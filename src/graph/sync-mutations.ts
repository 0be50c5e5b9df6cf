import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import type { Outcome } from './outcome.js';
import { RejectRetryPayload, SyncCancelPayload, SyncStartPayload } from './payload.js';
import * as changes from './sync-changes.js';
import { RejectRetryInput, SyncCancelInput, SyncStartInput } from './sync-inputs.js';

const input = { description: 'What to do.' };

@Resolver()
export class SyncMutations {
  @Mutation(() => SyncStartPayload, {
    description:
      'Queues a run. A shop has one unfinished run at a time: one that still waits and covers the wish is the answer; any other comes with SYNC_ALREADY_RUNNING.',
  })
  syncStart(
    @Arg('input', () => SyncStartInput, input) given: SyncStartInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.syncStart(context, given);
  }

  @Mutation(() => SyncCancelPayload, {
    description: 'Asks a run to stop; it does so after the page under way. What was committed stays.',
  })
  syncCancel(
    @Arg('input', () => SyncCancelInput, input) given: SyncCancelInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.syncCancel(context, given);
  }

  @Mutation(() => RejectRetryPayload, {
    description: 'Maps rejected records again from their stored payloads, without a request to the marketplace.',
  })
  rejectRetry(
    @Arg('input', () => RejectRetryInput, input) given: RejectRetryInput,
    @Ctx() context: Context,
  ): Promise<changes.RetryOutcome> {
    return changes.rejectRetry(context, given);
  }
}
