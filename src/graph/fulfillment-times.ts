// How long orders take.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { connectionOf } from './paging.js';
import { describesItself } from './report.js';
import { CalendarDay, CountryCode } from './scalars.js';

@ObjectType({
  description:
    'How long orders took from being placed to the shipping of their last open unit. Percentiles are interpolated, figures rounded to whole seconds.',
})
export class FulfillmentTimes {
  @Field(() => Marketplace, {
    nullable: true,
    description: 'The marketplace of the row; null unless grouped by MARKETPLACE.',
  })
  marketplace!: Marketplace | null;

  @Field(() => CountryCode, {
    nullable: true,
    description: 'Country of the shipping address; null unless grouped by COUNTRY, and for orders without an address.',
  })
  country!: string | null;

  @Field(() => CalendarDay, {
    nullable: true,
    description: 'The day on which the orders were placed; null unless grouped by DAY.',
  })
  day!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The month in which the orders were placed, `2026-03`; null unless grouped by MONTH.',
  })
  month!: string | null;

  @Field(() => Int, { description: 'The orders that were counted.' })
  orderCount!: number;

  @Field(() => Float, { description: 'Mean, in seconds.' })
  averageSeconds!: number;

  @Field(() => Float, { description: 'Half of the orders took at most so many seconds.' })
  medianSeconds!: number;

  @Field(() => Float, { description: 'Nine of ten orders took at most so many seconds.' })
  p90Seconds!: number;

  @Field(() => Float, { description: '95 of 100 orders took at most so many seconds.' })
  p95Seconds!: number;

  @Field(() => Float, { description: '99 of 100 orders took at most so many seconds.' })
  p99Seconds!: number;
}

export const FulfillmentTimesConnection = connectionOf('FulfillmentTimes', () => FulfillmentTimes);
describesItself(FulfillmentTimesConnection.prototype);
