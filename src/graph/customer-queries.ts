// Queries of customers and of their orders.
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { customerList, customerWhere } from '../store/shapes/customer.js';
import { among } from '../store/shapes/filters.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { Customer, CustomerConnection } from './customer.js';
import { SortDirection } from './enums.js';
import { OrderConnection } from './order.js';
import { OrdersArgs, ordersRead } from './order-queries.js';
import { keysOf, listRead, PageArgs } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';

export const CustomerOrderField = { CREATED_AT: 'CREATED_AT', REFERENCE: 'REFERENCE' } as const;
export type CustomerOrderField = keyof typeof CustomerOrderField;
registerEnumType(CustomerOrderField, {
  name: 'CustomerOrderField',
  description: 'By what customers are sorted.',
  valuesConfig: {
    CREATED_AT: { description: 'In the order in which they were first told.' },
    REFERENCE: { description: '`Customer.reference`, by code point.' },
  },
});

@InputType({ description: 'How customers are sorted.' })
export class CustomerOrder {
  @Field(() => CustomerOrderField, { defaultValue: 'CREATED_AT', description: 'By what.' })
  field!: CustomerOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({ description: 'Which customers. Null asks nothing, an empty list finds nothing.' })
export class CustomerWhere {
  @Field(() => [String], { nullable: true, description: 'With one of these keys of the shop front.' })
  references?: string[] | null;
}

@ArgsType()
export class CustomersArgs extends PageArgs {
  @Field(() => CustomerWhere, { nullable: true, description: 'Which customers. Without it: all.' })
  where?: CustomerWhere | null;

  @Field(() => CustomerOrder, { nullable: true, description: 'How they are sorted. Without it: the newest first.' })
  orderBy?: CustomerOrder | null;
}

@ArgsType()
export class OrdersOfCustomerArgs extends OrdersArgs {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

const readCustomers: RootRead = (args: CustomersArgs) => {
  const { field = 'CREATED_AT', direction = 'DESC' } = args.orderBy ?? {};
  return listRead(customerList, args, { field, descending: direction === 'DESC' }, customerWhere(args.where ?? {}));
};

const readCustomer: RootRead = ({ id }: { id: string }, { catalog }) => {
  const key = keyOf('Customer', id);
  return (key && rowByKey(catalog, 'Customer', [key])) || { kind: 'nothing' };
};

const readCustomerByReference: RootRead = ({ reference }: { reference: string }) => ({
  ...{ kind: 'row', shape: 'Customer' },
  where: among('reference', 'text', [reference]),
});

const readOrdersOfCustomer: RootRead = (args: OrdersOfCustomerArgs) =>
  ordersRead(args, ...among('customer_id', 'bigint', keysOf('Customer', [args.customerId], 'customerId')));

@Resolver()
export class CustomerQueries {
  @Reads(readCustomers)
  @Query(() => CustomerConnection, { description: 'Who buys directly, the newest first unless asked otherwise.' })
  customers(
    @Args(() => CustomersArgs) _: CustomersArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readCustomer)
  @Query(() => Customer, { nullable: true, description: 'One customer. Null when there is none of this id.' })
  customer(
    @Arg('id', () => ID, { description: 'Its id.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readCustomerByReference)
  @Query(() => Customer, {
    nullable: true,
    description: 'One customer by the shop front’s own key. Null when there is none.',
  })
  customerByReference(
    @Arg('reference', () => String, { description: 'The `reference` of the customer.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readOrdersOfCustomer)
  @Query(() => OrderConnection, {
    description: 'The orders of a customer, newest first unless asked otherwise. Empty where there are none.',
  })
  ordersOfCustomer(
    @Args(() => OrdersOfCustomerArgs) _: OrdersOfCustomerArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
