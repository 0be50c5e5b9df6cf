// Queries of products, the ledger of stock, and oversells.
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { keyOf } from '../commerce/id.js';
import { among } from '../store/shapes/filters.js';
import type { Where } from '../store/shapes/list.js';
import {
  oversellIncidentList,
  oversellIncidentWhere,
  productList,
  productWhere,
  stockMovementList,
  stockMovementWhere,
} from '../store/shapes/product.js';
import { rowByKey } from '../store/shapes/read.js';
import type { Context } from './context.js';
import { SortDirection } from './enums.js';
import { keysOf, listRead, PageArgs, rangeOf, TimeRange } from './page-args.js';
import {
  OversellIncidentConnection,
  Product,
  ProductConnection,
  StockMovementConnection,
  StockReason,
} from './product.js';
import { Reads, type RootRead, readRoot } from './reader.js';

export const ProductOrderField = { CHANGED_AT: 'CHANGED_AT', SKU: 'SKU' } as const;
export type ProductOrderField = keyof typeof ProductOrderField;
registerEnumType(ProductOrderField, {
  name: 'ProductOrderField',
  description: 'By what products are sorted; among equals by id.',
  valuesConfig: {
    CHANGED_AT: { description: '`Product.changedAt`.' },
    SKU: { description: '`Product.sku`, by code point.' },
  },
});

@InputType({ description: 'How products are sorted; among equals by id.' })
export class ProductOrder {
  @Field(() => ProductOrderField, { defaultValue: 'SKU', description: 'By what.' })
  field!: ProductOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@InputType({
  description: 'Which products: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class ProductWhere {
  @Field(() => [String], { nullable: true, description: 'With one of these SKUs.' })
  skus?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those that can be ordered. False: only others.' })
  isActive?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only what is available now. False: only what is not.' })
  inStock?: boolean | null;
}

@ArgsType()
export class ProductsArgs extends PageArgs {
  @Field(() => ProductWhere, { nullable: true, description: 'Which products. Without it: all.' })
  where?: ProductWhere | null;

  @Field(() => ProductOrder, { nullable: true, description: 'How they are sorted. Without it: by SKU.' })
  orderBy?: ProductOrder | null;
}

@InputType({
  description: 'Which movements: all conditions hold at once. Null asks nothing, an empty list finds nothing.',
})
export class StockMovementWhere {
  @Field(() => [ID], { nullable: true, description: 'Of one of these products.' })
  productIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Caused by this order.' })
  orderId?: string | null;

  @Field(() => [StockReason], { nullable: true, description: 'For one of these reasons.' })
  reasons?: StockReason[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Moved within.' })
  at?: TimeRange | null;
}

@ArgsType()
export class StockMovementsArgs extends PageArgs {
  @Field(() => StockMovementWhere, { nullable: true, description: 'Which movements. Without it: all.' })
  where?: StockMovementWhere | null;
}

@InputType({ description: 'Which oversells. Null asks nothing.' })
export class OversellIncidentWhere {
  @Field(() => Boolean, { nullable: true, description: 'True: something is missing still. False: only what is over.' })
  isOpen?: boolean | null;
}

@ArgsType()
export class OversellIncidentsArgs extends PageArgs {
  @Field(() => OversellIncidentWhere, { nullable: true, description: 'Which oversells. Without it: all.' })
  where?: OversellIncidentWhere | null;
}

const readProducts: RootRead = (args: ProductsArgs) => {
  const { field = 'SKU', direction = 'ASC' } = args.orderBy ?? {};
  return listRead(productList, args, { field, descending: direction === 'DESC' }, productWhere(args.where ?? {}));
};

const readProduct: RootRead = ({ id }: { id: string }, { catalog }) => {
  const key = keyOf('Product', id);
  return (key && rowByKey(catalog, 'Product', [key])) || { kind: 'nothing' };
};

const readProductBySku: RootRead = ({ sku }: { sku: string }) => ({
  ...{ kind: 'row', shape: 'Product' },
  where: among('sku', 'text', [sku]),
});

/** The conditions of a `where`. Throws INVALID_ID or INVALID_RANGE. */
export function stockMovementsWhere({ productIds, orderId, reasons, at }: StockMovementWhere): Where[] {
  return stockMovementWhere({
    productIds: keysOf('Product', productIds, 'where.productIds'),
    orderId: keysOf('Order', orderId == null ? null : [orderId], 'where.orderId')?.[0],
    reasons,
    at: rangeOf(at, 'where.at'),
  });
}

const readMovements: RootRead = (args: StockMovementsArgs) =>
  listRead(stockMovementList, args, { field: 'AT', descending: true }, stockMovementsWhere(args.where ?? {}));

const readOversells: RootRead = (args: OversellIncidentsArgs) =>
  listRead(
    oversellIncidentList,
    args,
    { field: 'NOTICED_AT', descending: true },
    oversellIncidentWhere(args.where ?? {}),
  );

@Resolver()
export class ProductQueries {
  @Reads(readProducts)
  @Query(() => ProductConnection, { description: 'What the seller sells from own stock.' })
  products(
    @Args(() => ProductsArgs) _: ProductsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readProduct)
  @Query(() => Product, { nullable: true, description: 'One product. Null when there is none of this id.' })
  product(
    @Arg('id', () => ID, { description: 'Its id.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readProductBySku)
  @Query(() => Product, { nullable: true, description: 'One product by its SKU. Null when there is none.' })
  productBySku(
    @Arg('sku', () => String, { description: 'The `sku` of the product.' }) _: string,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readMovements)
  @Query(() => StockMovementConnection, { description: 'The ledger of stock, the latest entry first.' })
  stockMovements(
    @Args(() => StockMovementsArgs) _: StockMovementsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readOversells)
  @Query(() => OversellIncidentConnection, {
    description: 'Where more was sold than there is, the latest first.',
  })
  oversellIncidents(
    @Args(() => OversellIncidentsArgs) _: OversellIncidentsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
