// How much of what was sold came back.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './paging.js';
import { describesItself, saysWhere } from './report.js';

@ObjectType({ description: 'How much of what was sold came back, over all currencies.' })
export class ReturnsRate {
  @Field(() => String, {
    nullable: true,
    description: "The seller's own key of the product; null unless grouped by SKU.",
  })
  sku!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the product in the order imported last; null unless grouped by SKU.',
  })
  title!: string | null;

  @Field(() => Int, { description: 'Ordered minus cancelled.' })
  unitsSold!: number;

  @Field(() => Int, { description: 'Units that came back, counted at the time of their order.' })
  unitsReturned!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      '`unitsReturned` of `unitsSold`, rounded to 4 decimals: 0.25 is one of four. Null when nothing was sold.',
  })
  rate!: number | null;
}
saysWhere(ReturnsRate.prototype);

export const ReturnsRateConnection = connectionOf('ReturnsRate', () => ReturnsRate);
describesItself(ReturnsRateConnection.prototype);
