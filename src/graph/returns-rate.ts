// How much of what was sold came back.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { connectionOf } from './paging.js';
import { describesItself } from './report.js';
import { CalendarDay, CountryCode } from './scalars.js';

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

  @Field(() => CalendarDay, { nullable: true, description: 'The day of the row; null unless grouped by DAY.' })
  day!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The month of the row, `2026-03`; null unless grouped by MONTH.',
  })
  month!: string | null;
}

export const ReturnsRateConnection = connectionOf('ReturnsRate', () => ReturnsRate);
describesItself(ReturnsRateConnection.prototype);
