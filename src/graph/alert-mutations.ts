import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import * as changes from './alert-changes.js';
import { AlertAcknowledgeInput, AlertDeliveryRetryInput } from './alert-inputs.js';
import type { Context } from './context.js';
import type { Outcome } from './outcome.js';
import { AlertAcknowledgePayload, AlertDeliveryRetryPayload } from './payload.js';

const input = { description: 'What to do.' };

@Resolver()
export class AlertMutations {
  @Mutation(() => AlertAcknowledgePayload, {
    description:
      'Says that somebody looks after an alert. It stays until its cause is gone. Doing it twice changes nothing.',
  })
  alertAcknowledge(
    @Arg('input', () => AlertAcknowledgeInput, input) given: AlertAcknowledgeInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.alertAcknowledge(context, given);
  }

  @Mutation(() => AlertDeliveryRetryPayload, {
    description:
      'Sends a delivery again in a moment, whether it was given up, delivered, or waits for its next attempt. Its `eventId` stays the same.',
  })
  alertDeliveryRetry(
    @Arg('input', () => AlertDeliveryRetryInput, input) given: AlertDeliveryRetryInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.alertDeliveryRetry(context, given);
  }
}
