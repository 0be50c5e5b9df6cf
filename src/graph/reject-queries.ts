import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import type { Where } from '../store/shapes/list.js';
import { rejectList, rejectWhere } from '../store/shapes/reject.js';
import type { Context } from './context.js';
import { SortDirection } from './enums.js';
import { listRead, PageArgs, rangeOf, shopKeys, TimeRange } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { RejectConnection } from './reject.js';
import { StreamName } from './shop.js';

export const RejectOrderField = { FIRST_SEEN_AT: 'FIRST_SEEN_AT' } as const;
export type RejectOrderField = keyof typeof RejectOrderField;
registerEnumType(RejectOrderField, {
  name: 'RejectOrderField',
  description: 'By what rejects are sorted; among equals by id.',
  valuesConfig: { FIRST_SEEN_AT: { description: 'When they first came in.' } },
});

@InputType({ description: 'How rejects are sorted; among equals by id.' })
export class RejectOrder {
  @Field(() => RejectOrderField, { defaultValue: 'FIRST_SEEN_AT', description: 'By what.' })
  field!: RejectOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({
  description: 'Which rejects: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class RejectWhere {
  @Field(() => [ID], { nullable: true, description: 'Of one of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [StreamName], { nullable: true, description: 'Of one of these streams.' })
  streams?: StreamName[] | null;

  @Field(() => String, { nullable: true, description: 'With this key at the marketplace.' })
  externalId?: string | null;

  @Field(() => TimeRange, { nullable: true, description: 'First seen within this span.' })
  firstSeenAt?: TimeRange | null;
}

@ArgsType()
export class RejectsArgs extends PageArgs {
  @Field(() => RejectWhere, { nullable: true, description: 'Which rejects. Without it: all.' })
  where?: RejectWhere | null;

  @Field(() => RejectOrder, { nullable: true, description: 'How they are sorted. Without it: latest first.' })
  orderBy?: RejectOrder | null;
}

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function rejectsWhere(where: RejectWhere): Where[] {
  return rejectWhere({
    ...where,
    shopIds: shopKeys(where.shopIds),
    firstSeenAt: rangeOf(where.firstSeenAt, 'where.firstSeenAt'),
  });
}

const readRejects: RootRead = (args: RejectsArgs) => {
  const { field = 'FIRST_SEEN_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(rejectList, args, { field, descending: direction === 'DESC' }, rejectsWhere(args.where ?? {}));
};

@Resolver()
export class RejectQueries {
  @Reads(readRejects)
  @Query(() => RejectConnection, { description: 'Records that could not be mapped, with the reason and the payload.' })
  rejects(@Args(() => RejectsArgs) _: RejectsArgs, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readRoot(info, context);
  }
}
