import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import type { Where } from '../store/shapes/list.js';
import { rowByKey } from '../store/shapes/read.js';
import { syncRunList, syncRunWhere } from '../store/shapes/run.js';
import type { Context } from './context.js';
import { SortDirection } from './enums.js';
import { listRead, PageArgs, rangeOf, shopKeys, TimeRange } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { SyncMode, SyncRun, SyncRunConnection, SyncStatus, SyncTrigger } from './run.js';

export const SyncRunOrderField = { QUEUED_AT: 'QUEUED_AT' } as const;
export type SyncRunOrderField = keyof typeof SyncRunOrderField;
registerEnumType(SyncRunOrderField, {
  name: 'SyncRunOrderField',
  description: 'By what runs are sorted; among equals by id.',
  valuesConfig: { QUEUED_AT: { description: 'When they were asked for.' } },
});

@InputType({ description: 'How runs are sorted; among equals by id.' })
export class SyncRunOrder {
  @Field(() => SyncRunOrderField, { defaultValue: 'QUEUED_AT', description: 'By what.' })
  field!: SyncRunOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which runs: all conditions hold at once. Null asks nothing, an empty list finds nothing.' })
export class SyncRunWhere {
  @Field(() => [ID], { nullable: true, description: 'Of one of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [SyncStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: SyncStatus[] | null;

  @Field(() => [SyncMode], { nullable: true, description: 'Of one of these modes.' })
  modes?: SyncMode[] | null;

  @Field(() => [SyncTrigger], { nullable: true, description: 'Wanted by one of these.' })
  triggers?: SyncTrigger[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Asked for within this span.' })
  queuedAt?: TimeRange | null;
}

@ArgsType()
export class SyncRunsArgs extends PageArgs {
  @Field(() => SyncRunWhere, { nullable: true, description: 'Which runs. Without it: all.' })
  where?: SyncRunWhere | null;

  @Field(() => SyncRunOrder, { nullable: true, description: 'How they are sorted. Without it: latest first.' })
  orderBy?: SyncRunOrder | null;
}

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function syncRunsWhere(where: SyncRunWhere): Where[] {
  return syncRunWhere({
    ...where,
    shopIds: shopKeys(where.shopIds),
    queuedAt: rangeOf(where.queuedAt, 'where.queuedAt'),
  });
}

const readSyncRuns: RootRead = (args: SyncRunsArgs) => {
  const { field = 'QUEUED_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(syncRunList, args, { field, descending: direction === 'DESC' }, syncRunsWhere(args.where ?? {}));
};

const readSyncRun: RootRead = ({ id }: { id: string }, { catalog }) => {
  const key = keyOf('SyncRun', id);
  return (key && rowByKey(catalog, 'SyncRun', [key])) || { kind: 'nothing' };
};

@Resolver()
export class RunQueries {
  @Reads(readSyncRun)
  @Query(() => SyncRun, { nullable: true, description: 'A run by its id; null when there is none.' })
  syncRun(
    @Arg('id', () => ID, { description: 'The run’s id.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readSyncRuns)
  @Query(() => SyncRunConnection, { description: 'Synchronisations: what ran, when, how it ended, with figures.' })
  syncRuns(
    @Args(() => SyncRunsArgs) _: SyncRunsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
