// Queries of product sales.
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql';
import { dayAfter, dayIn, isTimeZone } from '../commerce/day.js';
import { basketRead, popularRead } from '../store/shapes/baskets.js';
import { openCursor } from '../store/shapes/cursor.js';
import { orderList } from '../store/shapes/filters.js';
import { type SalesPage, type SalesSort, salesListName, salesRead, salesSort } from '../store/shapes/sales.js';
import type { DaySpan, SalesQuestion } from '../store/shapes/sales-sums.js';
import type { Context } from './context.js';
import { Marketplace, SortDirection } from './enums.js';
import { ApiError } from './errors.js';
import {
  ForwardPageArgs,
  invalidCursor,
  listRead,
  pageSize,
  type Range,
  rangeOf,
  shopKeys,
  TimeRange,
} from './page-args.js';
import { Reads, type RootRead, readRoot } from './reader.js';
import { BasketSize, PopularSku, ProductSalesConnection, SalesDimension } from './sales.js';
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

@InputType({ description: 'Which sales: all conditions hold at once. Null asks nothing, an empty list finds nothing.' })
export class ProductSalesWhere {
  @Field(() => [ID], { nullable: true, description: 'Of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [Marketplace], { nullable: true, description: 'Of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Of orders placed within. Any instants, exactly.' })
  orderedAt?: TimeRange | null;

  @Field(() => [CountryCode], { nullable: true, description: 'Shipped to one of these countries.' })
  countries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of these products.' })
  skus?: string[] | null;
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

interface Asked {
  readonly where?: ProductSalesWhere | null;
  readonly dimensions: SalesQuestion['dimensions'];
  readonly zone: string | null;
}

/** Which sales, and whether the roll-up of business days can tell. */
function questionOf({ where: given, dimensions, zone }: Asked, zones: Readonly<Record<string, string>>): SalesQuestion {
  const where = given ?? {};
  const byTime = dimensions.includes('DAY') || dimensions.includes('MONTH');
  const orderedAt = rangeOf(where.orderedAt, 'where.orderedAt');
  const scope = (where.marketplaces ?? Object.keys(zones)).filter((code) => zones[code]);
  const ownDays = zone !== null && byTime && !scope.every((code) => zones[code] === zone);
  return {
    filter: { ...where, shopIds: shopKeys(where.shopIds) },
    orderedAt,
    ...(ownDays ? { days: null, edges: false } : businessDays(orderedAt, scope, zones)),
    zone: ownDays ? zone : null,
    dimensions,
  };
}

/** Which sales, broken down. Throws INVALID_ID, INVALID_RANGE or UNKNOWN_TIME_ZONE. */
export function salesQuestion(
  { where, groupBy, timeZone }: Pick<ProductSalesArgs, 'where' | 'groupBy' | 'timeZone'>,
  zones: Readonly<Record<string, string>>,
): SalesQuestion {
  const dimensions = [...new Set(groupBy ?? [])].filter((one) => one !== 'SKU');
  return questionOf({ where, dimensions, zone: zoneOf(timeZone) }, zones);
}

const readSales: RootRead = (args: ProductSalesArgs, { zones }) => {
  const { field = 'UNITS_SOLD', direction = 'DESC' } = args.orderBy ?? {};
  const question = salesQuestion(args, zones);
  const { dimensions } = question;
  if (field === 'PERIOD' && !dimensions.includes('DAY') && !dimensions.includes('MONTH')) {
    throw new ApiError('BAD_USER_INPUT', 'Sales can be sorted by PERIOD only when `groupBy` has DAY or MONTH.');
  }
  const sort: SalesSort = { field, descending: direction === 'DESC' };
  const page = { size: pageSize(args.first), after: afterOf(args.after, question, sort) };
  return salesRead(question, sort, page, (nested) => {
    return listRead(orderList, nested, { field: 'ORDERED_AT', descending: true }, []).page;
  });
};

const readBasket: RootRead = ({ where }: { where?: ProductSalesWhere | null }, { zones }) =>
  basketRead(questionOf({ where, dimensions: [], zone: null }, zones));

const readPopular: RootRead = (args: PopularSkusArgs, { zones }) => {
  const { country } = args;
  const given = args.where?.countries;
  const countries = country == null ? given : !given || given.includes(country) ? [country] : [];
  const where = { ...args.where, countries };
  return popularRead(questionOf({ where, dimensions: [], zone: null }, zones), pageSize(args.first));
};

function zoneOf(zone: string | null | undefined): string | null {
  if (zone == null) return null;
  // the database's own list is about the same, but abbreviations like CEST mean fixed offsets there
  if (zone.length > 64 || !isTimeZone(zone) || !/^(UTC|[A-Z][A-Za-z]+\/[\w+/-]+)$/.test(zone)) {
    throw new ApiError('UNKNOWN_TIME_ZONE', '`timeZone` is not in the IANA list: e.g. `Europe/Berlin` or `UTC`.', {
      argument: 'timeZone',
    });
  }
  return zone;
}

/** The whole business days of each marketplace within the range, and whether the range cuts through others. */
function businessDays(
  range: Range | null,
  scope: readonly string[],
  zones: Readonly<Record<string, string>>,
): Pick<SalesQuestion, 'days' | 'edges'> {
  const days: Record<string, DaySpan> = {};
  let edges = false;
  if (range) {
    for (const code of scope) {
      const [from, to] = [range.from, range.to].map((at) => at && dayAround(zones[code] as string, at));
      days[code] = { from: from ? (from.begins ? from.day : dayAfter(from.day)) : null, to: to?.day ?? null };
      edges ||= from?.begins === false || to?.begins === false;
    }
  }
  return { days, edges };
}

/** The day of an instant, and whether the day begins with it. */
function dayAround(zone: string, at: Date): { day: string; begins: boolean } {
  const day = dayIn(zone, at);
  return { day, begins: day !== dayIn(zone, new Date(at.getTime() - 1)) };
}

function afterOf(cursor: string | null | undefined, question: SalesQuestion, sort: SalesSort): SalesPage['after'] {
  if (cursor == null) return null;
  const key = keyWithin(openCursor(cursor, salesListName(question, sort)));
  const isNumber = salesSort[sort.field].type === 'bigint';
  if (!key || (isNumber && !/^-?\d{1,18}$/.test(key[0]))) throw invalidCursor('after');
  return key;
}

function keyWithin(text: string | null): [string, string] | null {
  try {
    const key: unknown = JSON.parse(text ?? '');
    const fits = Array.isArray(key) && key.length === 2 && key.every((one) => typeof one === 'string');
    return fits ? (key as [string, string]) : null;
  } catch {
    return null;
  }
}

@ArgsType()
export class PopularSkusArgs {
  @Field(() => ProductSalesWhere, { nullable: true, description: 'Of which sales. Without it: all.' })
  where?: ProductSalesWhere | null;

  @Field(() => CountryCode, { nullable: true, description: 'Shipped to this country only.' })
  country?: string | null;

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
    @Arg('where', () => ProductSalesWhere, {
      nullable: true,
      description: 'Over which orders. With `skus`: those that sold one of them, counted whole.',
    })
    _: ProductSalesWhere | null | undefined,
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
}
