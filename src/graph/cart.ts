// The noun cart: what a customer is about to order, at the prices and with the stock of this moment.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Customer } from './customer.js';
import { DirectOrder } from './direct-order.js';
import { Money } from './money.js';
import { Node } from './node.js';
import { Product } from './product.js';
import { DateTime } from './scalars.js';

export const CartStatus = { OPEN: 'OPEN', ORDERED: 'ORDERED' } as const;
export type CartStatus = keyof typeof CartStatus;
registerEnumType(CartStatus, {
  name: 'CartStatus',
  description: 'Whether a cart can still be filled.',
  valuesConfig: {
    OPEN: { description: 'It is being filled. A customer has at most one of these.' },
    ORDERED: { description: 'It became an order, and never changes again.' },
  },
});

@ObjectType({ description: 'A product in a cart, at its price and with its stock of this moment.' })
export class CartLine {
  @Field(() => Product, { description: 'What is wanted.' })
  product!: Product;

  @Field(() => Int, { description: 'Units that are wanted: at least 1.' })
  quantity!: number;

  @Field(() => Int, {
    description: 'The part of `quantity` that is kept for this cart, see `cartHold`: all of it or 0.',
  })
  held!: number;

  @Field(() => Int, {
    description: 'Units that this cart could order now: `Product.available`, and what it holds itself.',
  })
  available!: number;

  @Field(() => Boolean, { description: 'Is `available` enough for `quantity`?' })
  isEnough!: boolean;

  @Field(() => Boolean, { description: 'Is the product still sold? Otherwise the cart cannot be ordered.' })
  isActive!: boolean;

  @Field(() => Money, { description: 'What a unit costs now, incl. VAT.' })
  unitPriceGross!: Money;

  @Field(() => Money, { description: 'What the units cost now, incl. VAT.' })
  totalGross!: Money;

  @Field(() => DateTime, { description: 'When the product was put into the cart.' })
  addedAt!: Date;
}

@ObjectType({
  implements: Node,
  description:
    'What a customer is about to order. Prices and stock are those of the moment it is read; an order keeps its own.',
})
export class Cart extends Node {
  @Field(() => Customer, { description: 'Whose it is.' })
  customer!: Customer;

  @Field(() => CartStatus, { description: 'Can it still be filled?' })
  status!: CartStatus;

  @Field(() => Int, {
    description: 'Rises by one with every change by a mutation; that a hold ran out does not change it.',
  })
  version!: number;

  @Field(() => [CartLine], { description: 'What is in it, in the order in which it was put there.' })
  lines!: CartLine[];

  @Field(() => Int, { description: 'Units over all lines.' })
  unitCount!: number;

  @Field(() => Money, {
    nullable: true,
    description:
      'What all lines cost now, incl. VAT. Null: it is empty, or a product’s price is in another currency since.',
  })
  totalGross!: Money | null;

  @Field(() => Boolean, {
    description:
      'Could it be ordered now, whole? It is open and not empty, every product is sold and in stock, in one currency.',
  })
  isOrderable!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Until when its stock is held. Within seconds after that it is free again. Null: it holds nothing, stock is taken at the checkout.',
  })
  heldUntil!: Date | null;

  @Field(() => DirectOrder, {
    nullable: true,
    description: 'The order that it became. Null: none yet, or the order was removed.',
  })
  order!: DirectOrder | null;

  @Field(() => DateTime, { description: 'When something was first put into it.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When a mutation last changed it.' })
  changedAt!: Date;
}
