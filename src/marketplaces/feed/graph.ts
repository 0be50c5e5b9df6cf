// What the API says of the feed's orders beyond the common nouns. The mapping writes the same names into `details`.
import { Field, InputType, ObjectType } from 'type-graphql';
import { Order } from '../../graph/order.js';
import { Return } from '../../graph/return.js';
import { ProductSales } from '../../graph/sales.js';
import { CurrencyCode, DateTime } from '../../graph/scalars.js';
import { Shipment } from '../../graph/shipment.js';

@ObjectType({
  implements: Order,
  description:
    'An order from the order feed. The feed tells number, items and address only: `orderedAt` is when it was received, every amount is 0 in the currency that the shop was set up with, and it stays READY, as the feed never says what became of it.',
})
export class FeedOrder extends Order {
  @Field(() => DateTime, { description: 'When the answer that it came with was here.' })
  receivedAt!: Date;
}

@ObjectType({
  implements: Shipment,
  description: 'A shipment from the order feed. There are none: it hands out orders.',
})
export class FeedShipment extends Shipment {}

@ObjectType({ implements: Return, description: 'A return from the order feed. There are none: it hands out orders.' })
export class FeedReturn extends Return {}

@ObjectType({
  implements: ProductSales,
  description: 'Sales of one product through the order feed only. What it grossed is 0: the feed tells no prices.',
})
export class FeedProductSales extends ProductSales {}

@InputType({
  description:
    'The order feed asks nobody who they are. There can be one shop of it: two would take the orders away from each other.',
})
export class FeedCredentialsInput {
  @Field(() => CurrencyCode, {
    description: 'Currency in which its orders, which carry no prices, are shown with an amount of 0.',
  })
  currency!: string;
}
