// The noun sales totals: what was sold over all products.
import { Field, Int, ObjectType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { Money } from './money.js';
import { connectionOf } from './paging.js';
import { describesItself } from './report.js';
import { CalendarDay, CountryCode } from './scalars.js';

@ObjectType({ description: 'What was sold over all products that have a SKU, in one currency.' })
export class SalesTotals {
  @Field(() => Int, { description: 'Ordered minus cancelled.' })
  unitsSold!: number;

  @Field(() => Int, { description: 'Units that came back, counted at the time of their order.' })
  unitsReturned!: number;

  @Field(() => Money, {
    description:
      "What the units sold cost, exactly. Incl. VAT, after the marketplace's discounts; one currency per row, never a sum over two.",
  })
  grossRevenue!: Money;

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

export const SalesTotalsConnection = connectionOf('SalesTotals', () => SalesTotals);
describesItself(SalesTotalsConnection.prototype);
