// Orders of the seller's own channel: the types that stand beside those of the marketplaces.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { directCode, directZone } from '../commerce/direct-order.js';
import type { Channel } from '../commerce/marketplace.js';
import { Customer } from './customer.js';
import { Order } from './order.js';
import { ProductSales } from './sales.js';
import { DateTime } from './scalars.js';
import { Shipment } from './shipment.js';

export const OrderAction = { UPDATE: 'UPDATE', CANCEL: 'CANCEL', SHIP: 'SHIP' } as const;
export type OrderAction = keyof typeof OrderAction;
registerEnumType(OrderAction, {
  name: 'OrderAction',
  description: 'What can be done to a direct order.',
  valuesConfig: {
    UPDATE: { description: '`orderUpdate`: lines and addresses.' },
    CANCEL: { description: '`orderCancel`: what is not shipped yet.' },
    SHIP: { description: '`orderShip`: what is open.' },
  },
});

export const OrderEventKind = {
  PLACED: 'PLACED',
  CHANGED: 'CHANGED',
  CANCELLED: 'CANCELLED',
  SHIPPED: 'SHIPPED',
} as const;
export type OrderEventKind = keyof typeof OrderEventKind;
registerEnumType(OrderEventKind, {
  name: 'OrderEventKind',
  description: 'What happened to a direct order.',
  valuesConfig: {
    PLACED: { description: 'It was placed, and took its stock.' },
    CHANGED: { description: 'Its lines or addresses were changed.' },
    CANCELLED: { description: 'Units were cancelled, and their stock was given back.' },
    SHIPPED: { description: 'A parcel left.' },
  },
});

@ObjectType({ description: 'Whether something can be done to an order now, and why not.' })
export class SupportedAction {
  @Field(() => OrderAction, { description: 'What.' })
  action!: OrderAction;

  @Field(() => Boolean, { description: 'Can it be done now?' })
  isAvailable!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it cannot. Null: it can.' })
  reason!: string | null;
}

@ObjectType({ description: 'An entry of the timeline of a direct order.' })
export class OrderEvent {
  @Field(() => OrderEventKind, { description: 'What happened.' })
  kind!: OrderEventKind;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  @Field(() => String, { description: 'The same in one sentence, in English.' })
  message!: string;
}

@ObjectType({ description: 'A SKU of which less was in stock than was wanted when the order was placed.' })
export class OrderShortage {
  @Field(() => String, { description: 'The SKU.' })
  sku!: string;

  @Field(() => Int, { description: 'Units that were wanted.' })
  requested!: number;

  @Field(() => Int, { description: 'Units that were available, and were taken.' })
  available!: number;
}

@ObjectType({
  implements: Order,
  description:
    'An order that was placed here, by `orderPlace` or `cartCheckout`. READY when it is placed, or PENDING for a moment where a catalog service (`CATALOG_URL`) keeps the stock; FULFILLED and CANCELLED are final.',
})
export class DirectOrder extends Order {
  @Field(() => Customer, { nullable: true, description: 'Who placed it. Null: a guest.' })
  customer!: Customer | null;

  @Field(() => String, { nullable: true, description: 'What was noted with it. Null: nothing.' })
  note!: string | null;

  @Field(() => [OrderShortage], {
    description: 'With ACCEPT_AVAILABLE: what was wanted, but not in stock. Empty: all was.',
  })
  shortages!: OrderShortage[];

  @Field(() => [SupportedAction], { description: 'What can be done to it now, and why not more.' })
  supportedActions!: SupportedAction[];

  @Field(() => [OrderEvent], { description: 'What happened to it, oldest first.' })
  events!: OrderEvent[];
}

@ObjectType({
  implements: Shipment,
  description: 'A parcel of a direct order. Its key is the number of the order with that of the parcel: `D000012-1`.',
})
export class DirectShipment extends Shipment {}

@ObjectType({ implements: ProductSales, description: 'Direct sales of a SKU.' })
export class DirectProductSales extends ProductSales {}

/** The seller's own channel. It is no marketplace: nothing is read of it, and it signs in nowhere. */
export const direct: Channel = {
  id: 'direct',
  code: directCode,
  title: 'Direct sales',
  zone: directZone,
  types: { order: DirectOrder, shipment: DirectShipment, productSales: DirectProductSales },
};
