// Queries of orders.
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { orderByKey, orderList, orderWhere } from '../store/shapes/filters.js';
import type { ListRead, Where } from '../store/shapes/list.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { FulfilledBy, FulfillmentStatus, Marketplace, SortDirection } from './enums.js';
import { Order, OrderConnection } from './order.js';
import { keysOf, listRead, PageArgs, rangeOf, shopKeys, TimeRange } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { CountryCode } from './scalars.js';

export const OrderOrderField = {
  ORDERED_AT: 'ORDERED_AT',
  CHANGED_AT: 'CHANGED_AT',
  FULFILLED_AT: 'FULFILLED_AT',
} as const;
export type OrderOrderField = keyof typeof OrderOrderField;
registerEnumType(OrderOrderField, {
  name: 'OrderOrderField',
  description: 'By what orders are sorted; among equals by id.',
  valuesConfig: {
    ORDERED_AT: { description: '`Order.orderedAt`.' },
    CHANGED_AT: { description: '`Order.changedAt`.' },
    FULFILLED_AT: {
      description: '`Order.fulfilledAt`. Orders that are not fulfilled have none and are not in such a list.',
    },
  },
});

@InputType({ description: 'How orders are sorted.' })
export class OrderOrder {
  @Field(() => OrderOrderField, { defaultValue: 'ORDERED_AT', description: 'By what.' })
  field!: OrderOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({
  description: 'Which orders: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class OrderWhere {
  @Field(() => [ID], { nullable: true, description: 'Of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [Marketplace], { nullable: true, description: 'Of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => [FulfillmentStatus], {
    nullable: true,
    description: 'In one of these states. What waits to be packed is found by `toShip`.',
  })
  fulfillmentStatuses?: FulfillmentStatus[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: with units that the seller has to ship now, whatever else is open (pending units, or the marketplace’s part, are not). False: without.',
  })
  toShip?: boolean | null;

  @Field(() => FulfilledBy, { nullable: true, description: 'With at least one line that this party sends.' })
  fulfilledBy?: FulfilledBy | null;

  @Field(() => TimeRange, { nullable: true, description: 'Placed within.' })
  orderedAt?: TimeRange | null;

  @Field(() => TimeRange, { nullable: true, description: 'Last changed within, by the clock of the marketplace.' })
  changedAt?: TimeRange | null;

  @Field(() => TimeRange, {
    nullable: true,
    description: 'Last open unit shipped within. Finds fulfilled orders only.',
  })
  fulfilledAt?: TimeRange | null;

  @Field(() => [CountryCode], { nullable: true, description: 'Shipped to one of these countries.' })
  countries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'With at least one line of these SKUs, cancelled ones too.' })
  skus?: string[] | null;

  @Field(() => String, { nullable: true, description: 'With exactly this number.' })
  orderNumber?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Placed directly by one of these customers.' })
  customerIds?: string[] | null;
}

@ArgsType()
export class OrdersArgs extends PageArgs {
  @Field(() => OrderWhere, { nullable: true, description: 'Which orders. Without it: all.' })
  where?: OrderWhere | null;

  @Field(() => OrderOrder, { nullable: true, description: 'How they are sorted. Without it: newest first.' })
  orderBy?: OrderOrder | null;
}

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function ordersWhere(where: OrderWhere): Where[] {
  return orderWhere({
    ...where,
    shopIds: shopKeys(where.shopIds),
    customerIds: keysOf('Customer', where.customerIds, 'where.customerIds'),
    orderedAt: rangeOf(where.orderedAt, 'where.orderedAt'),
    changedAt: rangeOf(where.changedAt, 'where.changedAt'),
    fulfilledAt: rangeOf(where.fulfilledAt, 'where.fulfilledAt'),
  });
}

/** A page of orders, of one customer where that is said. Throws what is wrong with the arguments. */
export function ordersRead(args: OrdersArgs, ...more: readonly Where[]): ListRead {
  const { field = 'ORDERED_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(orderList, args, { field, descending: direction === 'DESC' }, [
    ...more,
    ...ordersWhere(args.where ?? {}),
  ]);
}

const readOrders: RootRead = (args: OrdersArgs) => ordersRead(args);

const readOrder: RootRead = ({ id }: { id: string }, { catalog }) => {
  const key = keyOf('Order', id);
  return (key && rowByKey(catalog, 'Order', [key])) || { kind: 'nothing' };
};

const readOrderByReference: RootRead = ({ shopId, externalId }: { shopId: string; externalId: string }) => {
  const key = keyOf('Shop', shopId);
  return key ? orderByKey(key, externalId) : { kind: 'nothing' };
};

@Resolver()
export class OrderQueries {
  @Reads(readOrders)
  @Query(() => OrderConnection, { description: 'Orders of all shops, newest first unless asked otherwise.' })
  orders(@Args(() => OrdersArgs) _: OrdersArgs, @Info() info: GraphQLResolveInfo, @Ctx() context: Context): unknown {
    return readRoot(info, context);
  }

  @Reads(readOrder)
  @Query(() => Order, { nullable: true, description: 'One order. Null when there is none of this id.' })
  order(
    @Arg('id', () => ID, { description: 'Its id.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readOrderByReference)
  @Query(() => Order, {
    nullable: true,
    description: "One order by the marketplace's own key. Null when the shop has none of it.",
  })
  orderByReference(
    @Arg('shopId', () => ID, { description: 'The shop.' }) _: string,
    @Arg('externalId', () => String, { description: 'The `externalId` of the order.' }) __: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
