// What the API says of Toy Market's records beyond the common nouns. The mapping writes the same names into `details`.
import { Field, InputType, ObjectType } from 'type-graphql';
import { Order } from '../../../src/graph/order.js';
import { Return } from '../../../src/graph/return.js';
import { ProductSales } from '../../../src/graph/sales.js';
import { Shipment } from '../../../src/graph/shipment.js';

@ObjectType({ implements: Order, description: 'An order at Toy Market.' })
export class ToyOrder extends Order {
  @Field(() => String, { nullable: true, description: 'giftNote: what to write on the card. Null when there is none.' })
  giftNote!: string | null;
}

@ObjectType({ implements: Shipment, description: 'A shipment to a buyer at Toy Market.' })
export class ToyShipment extends Shipment {
  @Field(() => String, { nullable: true, description: 'box: S, M or L. Null when Toy Market did not send it.' })
  box!: string | null;
}

@ObjectType({ implements: Return, description: 'Goods on their way back from a buyer at Toy Market.' })
export class ToyReturn extends Return {
  @Field(() => String, { nullable: true, description: 'comment: what the buyer wrote. Null when there is none.' })
  comment!: string | null;
}

@ObjectType({ implements: ProductSales, description: 'Sales of one product at Toy Market only.' })
export class ToyProductSales extends ProductSales {}

@InputType({ description: "The seller's own client at Toy Market (client credentials)." })
export class ToyCredentialsInput {
  @Field(() => String, { description: 'Client id, from the seller’s settings.' })
  clientId!: string;

  @Field(() => String, { description: 'Client secret. Sealed at rest, never returned.' })
  clientSecret!: string;
}
