import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { exportStart } from './export-changes.js';
import { ExportStartInput } from './export-inputs.js';
import type { Outcome } from './outcome.js';
import { ExportStartPayload } from './payload.js';

@Resolver()
export class ExportMutations {
  @Mutation(() => ExportStartPayload, {
    description:
      'Makes a link under which any list or report is fetched as a file, of any size. Nothing is read before it is fetched; links that nobody fetches cost nothing.',
  })
  exportStart(
    @Arg('input', () => ExportStartInput, { description: 'What to do.' }) given: ExportStartInput,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return exportStart(context, info.schema, given);
  }
}
