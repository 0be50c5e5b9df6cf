// Queries of product sales.
import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, InputType, Int, Query, Resolver, registerEnumType } from 'type-graphql';
import { basketRead, basketReport } from '../store/shapes/baskets.js';
import { popularRead, popularReport, popularReportRead } from '../store/shapes/popular.js';
import { salesList, salesRead, salesReport } from '../store/shapes/sales.js';
import { BasketSize, PopularSku, PopularSkusReport } from './baskets.js';
import type { Context } from './context.js';
import { SortDirection } from './enums.js';
import { ForwardPageArgs, pageSize } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import {
  daysZone,
  dimensionsOf,
  groupedPage,
  ordersPage,
  ProductSalesWhere,
  questionOf,
  requirePeriod,
} from './report-args.js';
import { ProductSalesConnection, SalesDimension } from './sales.js';
import { CountryCode } from './scalars.js';

export const ProductSalesOrderField = {
  UNITS_SOLD: 'UNITS_SOLD',
  UNITS_RETURNED: 'UNITS_RETURNED',
  ORDER_COUNT: 'ORDER_COUNT',
  GROSS_REVENUE: 'GROSS_REVENUE',
  SKU: 'SKU',
  PERIOD: 'PERIOD',
} as const;
export type ProductSalesOrderField = keyof typeof ProductSalesOrderField;
registerEnumType(ProductSalesOrderField, {
  name: 'ProductSalesOrderField',
  description: 'By what sales are sorted; among equals by SKU, currency and the dimensions.',
  valuesConfig: {
    UNITS_SOLD: { description: '`ProductSales.unitsSold`.' },
    UNITS_RETURNED: { description: '`ProductSales.unitsReturned`.' },
    ORDER_COUNT: { description: '`ProductSales.orderCount`.' },
    GROSS_REVENUE: {
      description: 'The number of `grossRevenue`, in the smallest unit of its currency; nothing is converted.',
    },
    SKU: { description: '`ProductSales.sku`, character by character.' },
    PERIOD: { description: '`day`, else `month`. Only when grouped by DAY or MONTH.' },
  },
});

@InputType({ description: 'How sales are sorted.' })
export class ProductSalesOrder {
  @Field(() => ProductSalesOrderField, { defaultValue: 'UNITS_SOLD', description: 'By what.' })
  field!: ProductSalesOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@ArgsType()
export class ProductSalesArgs extends ForwardPageArgs {
  @Field(() => ProductSalesWhere, { nullable: true, description: 'Which sales. Without it: all.' })
  where?: ProductSalesWhere | null;

  @Field(() => [SalesDimension], {
    nullable: true,
    defaultValue: ['SKU'],
    description: 'By what sales are broken down. Always per SKU and currency.',
  })
  groupBy?: SalesDimension[] | null;

  @Field(() => ProductSalesOrder, { nullable: true, description: 'How they are sorted. Without it: most units first.' })
  orderBy?: ProductSalesOrder | null;

  @Field(() => String, {
    nullable: true,
    description:
      "IANA time zone whose days and months DAY and MONTH mean, e.g. `Europe/Berlin`. Null: the marketplace's business day.",
  })
  timeZone?: string | null;
}

const readSales: RootRead = (args: ProductSalesArgs, { zones }) => {
  const { field = 'UNITS_SOLD', direction = 'DESC' } = args.orderBy ?? {};
  const dimensions = dimensionsOf(args.groupBy);
  if (field === 'PERIOD') requirePeriod('Sales', dimensions);
  const asked = { ...args, dimensions, perSku: true, perCurrency: true };
  const { question, facts } = questionOf(salesReport, asked, zones);
  const list = salesList(question, { field, descending: direction === 'DESC' });
  return salesRead({ question, list, page: groupedPage(list, args), ordersPage, facts });
};

const readBasket: RootRead = (args: BasketSizeArgs, { zones }) => {
  const { question, facts } = questionOf(basketReport, args, zones);
  return basketRead(question, facts);
};

const popularQuestion = (args: PopularSkusReportArgs, zones: Readonly<Record<string, string>>) => {
  const { country, timeZone } = args;
  const given = args.where?.countries;
  const countries = country == null ? given : !given || given.includes(country) ? [country] : [];
  return questionOf(popularReport, { where: { ...args.where, countries }, timeZone, perSku: true }, zones);
};

const readPopular: RootRead = (args: PopularSkusArgs, { zones }) =>
  popularRead(popularQuestion(args, zones).question, pageSize(args.first), ordersPage);

const readPopularReport: RootRead = (args: PopularSkusReportArgs, { zones }) =>
  popularReportRead({
    ...popularQuestion(args, zones),
    ordersPage,
    sizeOf: ({ first }) => pageSize(first as number | null | undefined),
  });

@ArgsType()
export class BasketSizeArgs {
  @Field(() => ProductSalesWhere, {
    nullable: true,
    description: 'Over which orders. With `skus`: those that sold one of them, counted whole.',
  })
  where?: ProductSalesWhere | null;

  @Field(() => String, { nullable: true, description: daysZone })
  timeZone?: string | null;
}

@ArgsType()
export class PopularSkusReportArgs {
  @Field(() => ProductSalesWhere, { nullable: true, description: 'Of which sales. Without it: all.' })
  where?: ProductSalesWhere | null;

  @Field(() => CountryCode, { nullable: true, description: 'Shipped to this country only.' })
  country?: string | null;

  @Field(() => String, { nullable: true, description: daysZone })
  timeZone?: string | null;
}

@ArgsType()
export class PopularSkusArgs extends PopularSkusReportArgs {
  @Field(() => Int, { nullable: true, description: 'How many: 1 to 100. Without it: 20.' })
  first?: number | null;
}

@Resolver()
export class SalesQueries {
  @Reads(readSales)
  @Query(() => ProductSalesConnection, {
    description:
      'How often each product sold and what it grossed, over any period; most units first unless asked otherwise.',
  })
  productSales(
    @Args(() => ProductSalesArgs) _: ProductSalesArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
  @Reads(readBasket)
  @Query(() => BasketSize, { description: 'How much an order holds, on average and in the middle.' })
  basketSize(
    @Args(() => BasketSizeArgs) _: BasketSizeArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readPopular)
  @Query(() => [PopularSku], { description: 'The products of which most units were sold, most first.' })
  popularSkus(
    @Args(() => PopularSkusArgs) _: PopularSkusArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readPopularReport)
  @Query(() => PopularSkusReport, {
    description: 'What `popularSkus` tells, overall and by country, with what the figures are made of.',
  })
  popularSkusReport(
    @Args(() => PopularSkusReportArgs) _: PopularSkusReportArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
