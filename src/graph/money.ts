import { Field, ObjectType } from 'type-graphql';
import { CountryCode, CurrencyCode, Decimal } from './scalars.js';

@ObjectType({ description: 'An exact amount of money.' })
export class Money {
  @Field(() => Decimal, {
    description:
      'In whole currency units (euros, not cents), with all decimals of the currency: `"12.30"`, `"1230"` for JPY.',
  })
  amount!: string;

  @Field(() => CurrencyCode, { description: 'The currency of the amount. Amounts of two currencies are never summed.' })
  currency!: string;
}

const absent = 'Null when the marketplace did not send it.';

@ObjectType({ description: 'A postal address.' })
export class Address {
  @Field(() => String, { nullable: true, description: `First and last name. ${absent}` })
  name!: string | null;

  @Field(() => String, { nullable: true, description: `Company name. ${absent}` })
  company!: string | null;

  @Field(() => [String], { description: 'Street, house number and additions, in the order in which they are printed.' })
  lines!: string[];

  @Field(() => String, { nullable: true, description: `Postal code, as text. ${absent}` })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: `City or place. ${absent}` })
  city!: string | null;

  @Field(() => String, { nullable: true, description: `State, province or region. ${absent}` })
  stateOrProvince!: string | null;

  @Field(() => CountryCode, {
    nullable: true,
    description: `ISO 3166-1 alpha-2, whatever the marketplace sends (OTTO sends alpha-3). ${absent}`,
  })
  country!: string | null;
}
