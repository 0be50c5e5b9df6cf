import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Resolver, Root, Subscription } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { ApiError } from './errors.js';
import type { RunMoved } from './progress.js';
import { readField, servicesOf } from './reader.js';
import { SyncRun } from './run.js';

@Resolver()
export class SyncSubscriptions {
  @Subscription(() => SyncRun, {
    description:
      'Runs as they move: those under way first, then each after every page, at most five times a second, and when it ends. Served at /graphql/stream as server-sent events.',
    subscribe: ({ args, context }: { args: { shopId?: string | null }; context: Context }) =>
      context.progress.follow(shopKey(args.shopId)),
  })
  async syncProgress(
    @Arg('shopId', () => ID, { nullable: true, description: 'Of this shop only. Without it: of all.' })
    _: string | null | undefined,
    @Root() { runId }: RunMoved,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): Promise<unknown> {
    const read = rowByKey(servicesOf(info.schema).catalog, 'SyncRun', [runId]);
    return read && readField(info, context, read);
  }
}

/** The database key; null: all shops. Throws INVALID_ID. */
function shopKey(id: string | null | undefined): string | null {
  if (id == null) return null;
  const key = keyOf('Shop', id);
  if (key === null) throw new ApiError('INVALID_ID', '`shopId` is not the id of a shop.', { argument: 'shopId' });
  return key;
}
