// How much an order holds, and what sells most.
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { describesItself } from './report.js';
import { CountryCode } from './scalars.js';

@ObjectType({ description: 'The orders that hold so many units.' })
export class BasketBar {
  @Field(() => Int, { description: 'Units sold in each of these orders, at least.' })
  unitsFrom!: number;

  @Field(() => Int, { nullable: true, description: 'At most. Null: without bound.' })
  unitsTo!: number | null;

  @Field(() => Int, { description: 'The orders.' })
  orderCount!: number;
}

@ObjectType({ description: 'Units and lines per order, over orders with at least one unit not cancelled.' })
export class BasketSize {
  @Field(() => Float, {
    nullable: true,
    description: 'Units sold per order, rounded to 4 decimals. Null without orders.',
  })
  averageUnits!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Lines with a sold unit per order, rounded to 4 decimals. Null without orders.',
  })
  averageLines!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Half of the orders hold fewer or as many units. Null without orders.',
  })
  medianUnits!: number | null;

  @Field(() => Int, { description: 'The orders that were counted.' })
  orderCount!: number;

  @Field(() => [BasketBar], {
    description:
      'How many orders hold how many units: a bar for each of 1 to 10, and one for all above, also where it is 0.',
  })
  distribution!: BasketBar[];
}
describesItself(BasketSize.prototype);

@ObjectType({ description: 'A product and how much it sold, over all currencies.' })
export class PopularSku {
  @Field(() => String, { description: "The seller's own key of the product." })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'Title of the product in the order imported last.' })
  title!: string | null;

  @Field(() => Int, { description: 'Ordered minus cancelled.' })
  unitsSold!: number;

  @Field(() => Int, { description: 'Orders with at least one sold unit of the product.' })
  orderCount!: number;
}

@ObjectType({ description: 'What sells most in one country.' })
export class PopularSkusOfCountry {
  @Field(() => CountryCode, { nullable: true, description: 'Country of the shipping address. Null: not known.' })
  country!: string | null;

  @Field(() => Int, { description: 'Units sold to the country, of all products that have a SKU.' })
  unitsSold!: number;
}

@ObjectType({ description: 'The products of which most units were sold, overall and by country, over all currencies.' })
export class PopularSkusReport {}
describesItself(PopularSkusReport.prototype);
