// How long orders take.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './paging.js';
import { describesItself, saysWhere } from './report.js';

@ObjectType({
  description:
    'How long orders took from being placed to the shipping of their last open unit. Percentiles are interpolated, figures rounded to whole seconds.',
})
export class FulfillmentTimes {
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
saysWhere(FulfillmentTimes.prototype);

export const FulfillmentTimesConnection = connectionOf('FulfillmentTimes', () => FulfillmentTimes);
describesItself(FulfillmentTimesConnection.prototype);
