// Queries of the reports beside product sales: totals, times of fulfillment, and returns.
import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, InputType, Query, Resolver, registerEnumType } from 'type-graphql';
import { fulfillmentList, fulfillmentRead, fulfillmentReport } from '../store/shapes/fulfillment-times.js';
import { returnsList, returnsRead, returnsReport } from '../store/shapes/returns-rate.js';
import { periodList, totalsRead, totalsReport } from '../store/shapes/sales.js';
import type { Context } from './context.js';
import { FulfilledBy, SortDirection } from './enums.js';
import { FulfillmentTimesConnection } from './fulfillment-times.js';
import { ForwardPageArgs } from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { ReportDimension } from './report.js';
import { dimensionsOf, groupedPage, ordersPage, ProductSalesWhere, questionOf, requirePeriod } from './report-args.js';
import { ReturnsRateConnection } from './returns-rate.js';
import { SalesDimension } from './sales.js';
import { SalesTotalsConnection } from './sales-totals.js';

const zone =
  "IANA time zone whose days and months DAY, MONTH and `where.orderedOn` mean, e.g. `Europe/Berlin`. Null: the marketplace's business day.";

@ArgsType()
export class SalesTotalsArgs extends ForwardPageArgs {
  @Field(() => ProductSalesWhere, { nullable: true, description: 'Which sales. Without it: all.' })
  where?: ProductSalesWhere | null;

  @Field(() => [ReportDimension], {
    nullable: true,
    defaultValue: ['DAY'],
    description: 'By what sales are broken down, always per currency. Empty: one row per currency.',
  })
  groupBy?: ReportDimension[] | null;

  @Field(() => String, { nullable: true, description: zone })
  timeZone?: string | null;
}

const readTotals: RootRead = (args: SalesTotalsArgs, { zones }) => {
  const asked = { ...args, dimensions: dimensionsOf(args.groupBy), perCurrency: true };
  const { question, facts } = questionOf(totalsReport, asked, zones);
  const list = periodList('salesTotals', question);
  return totalsRead({ question, list, page: groupedPage(list, args), ordersPage, facts });
};

@ArgsType()
export class FulfillmentTimesArgs extends ForwardPageArgs {
  @Field(() => ProductSalesWhere, {
    nullable: true,
    description: 'Of which orders. With `skus`: those that sold one of them. Without it: all.',
  })
  where?: ProductSalesWhere | null;

  @Field(() => FulfilledBy, { nullable: true, description: 'Only orders of which this party sends every unit.' })
  fulfilledBy?: FulfilledBy | null;

  @Field(() => [ReportDimension], {
    nullable: true,
    defaultValue: ['MARKETPLACE'],
    description: 'By what times are broken down. Empty: one row over all orders.',
  })
  groupBy?: ReportDimension[] | null;

  @Field(() => String, { nullable: true, description: zone })
  timeZone?: string | null;
}

const readTimes: RootRead = (args: FulfillmentTimesArgs, { zones }) => {
  const asked = { ...args, dimensions: dimensionsOf(args.groupBy), sentBy: args.fulfilledBy };
  const { question, facts } = questionOf(fulfillmentReport, asked, zones);
  const list = fulfillmentList(question);
  return fulfillmentRead({ question, list, page: groupedPage(list, args), ordersPage, facts });
};

export const ReturnsRateOrderField = {
  UNITS_RETURNED: 'UNITS_RETURNED',
  UNITS_SOLD: 'UNITS_SOLD',
  RATE: 'RATE',
  SKU: 'SKU',
  PERIOD: 'PERIOD',
} as const;
export type ReturnsRateOrderField = keyof typeof ReturnsRateOrderField;
registerEnumType(ReturnsRateOrderField, {
  name: 'ReturnsRateOrderField',
  description: 'By what returns rates are sorted; among equals by SKU and the dimensions.',
  valuesConfig: {
    UNITS_RETURNED: { description: '`ReturnsRate.unitsReturned`.' },
    UNITS_SOLD: { description: '`ReturnsRate.unitsSold`.' },
    RATE: { description: '`ReturnsRate.rate`; rows without one count as less than 0.' },
    SKU: { description: '`ReturnsRate.sku`, character by character.' },
    PERIOD: { description: '`day`, else `month`. Only when grouped by DAY or MONTH.' },
  },
});

@InputType({ description: 'How returns rates are sorted.' })
export class ReturnsRateOrder {
  @Field(() => ReturnsRateOrderField, { defaultValue: 'UNITS_RETURNED', description: 'By what.' })
  field!: ReturnsRateOrderField;

  @Field(() => SortDirection, { defaultValue: 'DESC', description: 'Which end comes first.' })
  direction!: SortDirection;
}

@ArgsType()
export class ReturnsRateArgs extends ForwardPageArgs {
  @Field(() => ProductSalesWhere, { nullable: true, description: 'Of which sales. Without it: all.' })
  where?: ProductSalesWhere | null;

  @Field(() => [SalesDimension], {
    nullable: true,
    defaultValue: ['SKU'],
    description: 'By what it is broken down; SKU only where it is named. Empty: one row over everything.',
  })
  groupBy?: SalesDimension[] | null;

  @Field(() => ReturnsRateOrder, {
    nullable: true,
    description: 'How they are sorted. Without it: most returned first.',
  })
  orderBy?: ReturnsRateOrder | null;

  @Field(() => String, { nullable: true, description: zone })
  timeZone?: string | null;
}

const readReturns: RootRead = (args: ReturnsRateArgs, { zones }) => {
  const { field = 'UNITS_RETURNED', direction = 'DESC' } = args.orderBy ?? {};
  const dimensions = dimensionsOf(args.groupBy);
  if (field === 'PERIOD') requirePeriod('Returns rates', dimensions);
  const perSku = args.groupBy?.includes('SKU') ?? false;
  const { question, facts } = questionOf(returnsReport, { ...args, dimensions, perSku }, zones);
  const list = returnsList(question, { field, descending: direction === 'DESC' });
  return returnsRead({ question, list, page: groupedPage(list, args), ordersPage, facts });
};

@Resolver()
export class ReportQueries {
  @Reads(readTotals)
  @Query(() => SalesTotalsConnection, {
    description:
      'What was sold over all products, per currency: over time, by marketplace, shop or country; by period, oldest first.',
  })
  salesTotals(
    @Args(() => SalesTotalsArgs) _: SalesTotalsArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readTimes)
  @Query(() => FulfillmentTimesConnection, {
    description:
      'How long orders took from being placed to being shipped completely: average, median and percentiles; by period, oldest first, then by marketplace, shop and country.',
  })
  fulfillmentTimes(
    @Args(() => FulfillmentTimesArgs) _: FulfillmentTimesArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }

  @Reads(readReturns)
  @Query(() => ReturnsRateConnection, {
    description: 'How much of what was sold came back, per product, marketplace, country or period.',
  })
  returnsRate(
    @Args(() => ReturnsRateArgs) _: ReturnsRateArgs,
    @Info() info: GraphQLResolveInfo,
    @Ctx() context: Context,
  ): unknown {
    return readRoot(info, context);
  }
}
