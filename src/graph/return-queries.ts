// Queries of returns.
import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver } from 'type-graphql';
import { returnList, returnWhere } from '../store/shapes/filters.js';
import type { Where } from '../store/shapes/list.js';
import type { Context } from './context.js';
import { Marketplace } from './enums.js';
import { listRead, PageArgs, rangeOf, shopKeys, TimeRange } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { ReturnConnection, ReturnStatus } from './return.js';

@InputType({
  description: 'Which returns: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class ReturnWhere {
  @Field(() => [ID], { nullable: true, description: 'Of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [Marketplace], { nullable: true, description: 'Of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => [ReturnStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: ReturnStatus[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Status last changed within.' })
  changedAt?: TimeRange | null;
}

@ArgsType()
export class ReturnsArgs extends PageArgs {
  @Field(() => ReturnWhere, { nullable: true, description: 'Which returns. Without it: all.' })
  where?: ReturnWhere | null;
}

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function returnsWhere(where: ReturnWhere): Where[] {
  return returnWhere({
    ...where,
    shopIds: shopKeys(where.shopIds),
    changedAt: rangeOf(where.changedAt, 'where.changedAt'),
  });
}

const readReturns: RootRead = (args: ReturnsArgs) =>
  listRead(returnList, args, { field: 'CHANGED_AT', descending: true }, returnsWhere(args.where ?? {}));

@Resolver()
export class ReturnQueries {
  @Reads(readReturns)
  @Query(() => ReturnConnection, { description: 'Returns of all shops, last changed first.' })
  returns(@Args(() => ReturnsArgs) _: ReturnsArgs, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readRoot(info, context);
  }
}
