import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { shopList, shopWhere } from '../store/shapes/shop.js';
import type { Context } from './context.js';
import { Marketplace, SortDirection } from './enums.js';
import { listRead, PageArgs } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { ShopConnection, ShopStatus } from './shop.js';

export const ShopOrderField = { CREATED_AT: 'CREATED_AT', NAME: 'NAME' } as const;
export type ShopOrderField = keyof typeof ShopOrderField;
registerEnumType(ShopOrderField, {
  name: 'ShopOrderField',
  description: 'By what shops are sorted; among equals by id.',
  valuesConfig: {
    CREATED_AT: { description: 'When they were added.' },
    NAME: { description: 'What people call them, by code point.' },
  },
});

@InputType({ description: 'How shops are sorted; among equals by id.' })
export class ShopOrder {
  @Field(() => ShopOrderField, { defaultValue: 'CREATED_AT', description: 'By what.' })
  field!: ShopOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which shops: all conditions hold at once. Null asks nothing, an empty list finds nothing.' })
export class ShopWhere {
  @Field(() => [Marketplace], { nullable: true, description: 'At one of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => [ShopStatus], { nullable: true, description: 'In one of these states.' })
  statuses?: ShopStatus[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only pretend ones. False: only real ones.' })
  sandbox?: boolean | null;
}

@ArgsType()
export class ShopsArgs extends PageArgs {
  @Field(() => ShopWhere, { nullable: true, description: 'Which shops. Without it: all.' })
  where?: ShopWhere | null;

  @Field(() => ShopOrder, { nullable: true, description: 'How they are sorted. Without it: oldest first.' })
  orderBy?: ShopOrder | null;
}

const readShops: RootRead = (args: ShopsArgs) => {
  const { field = 'CREATED_AT', direction = 'ASC' } = args.orderBy ?? {};
  return listRead(shopList, args, { field, descending: direction === 'DESC' }, shopWhere(args.where ?? {}));
};

@Resolver()
export class ShopQueries {
  @Reads(readShops)
  @Query(() => ShopConnection, { description: 'The marketplace accounts that are read.' })
  shops(@Args(() => ShopsArgs) _: ShopsArgs, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readRoot(info, context);
  }
}
