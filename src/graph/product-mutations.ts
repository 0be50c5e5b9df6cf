import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import type { Outcome } from './outcome.js';
import { ProductUpsertPayload, StockAdjustPayload, StockSetPayload } from './payload.js';
import * as changes from './product-changes.js';
import { ProductUpsertInput, StockAdjustInput, StockSetInput } from './product-inputs.js';

const input = { description: 'What to do.' };

@Resolver()
export class ProductMutations {
  @Mutation(() => ProductUpsertPayload, {
    description: 'Makes products, or changes them by their SKU. Stock is left alone: see `stockSet` and `stockAdjust`.',
  })
  productUpsert(
    @Arg('input', () => ProductUpsertInput, input) given: ProductUpsertInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.productUpsert(context, given);
  }

  @Mutation(() => StockAdjustPayload, {
    description:
      'Books stock in or out by a difference. What comes in goes first to orders of marketplaces that are short of it.',
  })
  stockAdjust(
    @Arg('input', () => StockAdjustInput, input) given: StockAdjustInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return changes.stockAdjust(context, given);
  }

  @Mutation(() => StockSetPayload, {
    description: 'Sets stock to what was counted, if it is still what the count was based on.',
  })
  stockSet(@Arg('input', () => StockSetInput, input) given: StockSetInput, @Ctx() context: Context): Promise<Outcome> {
    return changes.stockSet(context, given);
  }
}
