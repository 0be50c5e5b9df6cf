// Queries of carts.
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { openCartOf } from '../store/shapes/cart.js';
import { Cart } from './cart.js';
import type { Context } from './context.js';
import { Reads, type RootRead, readRoot } from './reader.js';

const readCart: RootRead = ({ customerId }: { customerId: string }) => {
  const key = keyOf('Customer', customerId);
  return key ? openCartOf(key) : { kind: 'nothing' };
};

@Resolver()
export class CartQueries {
  @Reads(readCart)
  @Query(() => Cart, {
    nullable: true,
    description: 'The open cart of a customer, with prices and stock of this moment. Null when there is none.',
  })
  cart(
    @Arg('customerId', () => ID, { description: 'Whose.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
