import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { syncCoverageStart } from './coverage-changes.js';
import { SyncCoverageStartInput } from './coverage-inputs.js';
import type { Outcome } from './outcome.js';
import { SyncCoverageStartPayload } from './payload.js';

@Resolver()
export class CoverageMutations {
  @Mutation(() => SyncCoverageStartPayload, {
    description:
      'Queues a check of what is held against a second way of counting; what is missing is fetched at once. It goes on while no run of the shop is open, and `syncCoverage` tells what it finds. A shop has one unfinished check at a time: one that still waits and covers the wish is the answer; any other comes with COVERAGE_ALREADY_RUNNING.',
  })
  syncCoverageStart(
    @Arg('input', () => SyncCoverageStartInput, { description: 'What to do.' }) given: SyncCoverageStartInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return syncCoverageStart(context, given);
  }
}
