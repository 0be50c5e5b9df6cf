import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { customerUpsert } from './customer-changes.js';
import { CustomerUpsertInput } from './customer-inputs.js';
import type { Outcome } from './outcome.js';
import { CustomerUpsertPayload } from './payload.js';

@Resolver()
export class CustomerMutations {
  @Mutation(() => CustomerUpsertPayload, {
    description: 'Makes a customer, or changes one, by the shop front’s own key. What is so already is not touched.',
  })
  customerUpsert(
    @Arg('input', () => CustomerUpsertInput, { description: 'What to do.' }) given: CustomerUpsertInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return customerUpsert(context, given);
  }
}
