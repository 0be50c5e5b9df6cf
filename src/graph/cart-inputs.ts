import { Field, ID, InputType, Int } from 'type-graphql';
import { cartLinesMax, holdMinutesMax, lineQuantityMax } from '../commerce/direct-order.js';
import { AddressInput, OutOfStockPolicy } from './direct-order-inputs.js';
import { idempotencyKey } from './shop-inputs.js';

/** Which cart is meant, and what of it was seen. */
@InputType({ description: 'A cart.' })
abstract class CartInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Whose open cart it is; together with `cartId`: the cart of another customer is refused.',
  })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The cart. Null: the open one of the customer.' })
  cartId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The `version` of the cart that the change is based on; STALE_VERSION when it has moved on. Null: not checked.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'Units of a product that a customer puts into the cart.' })
export class CartLineAddInput {
  @Field(() => ID, { description: 'Whose cart. One is opened where there is none.' })
  customerId!: string;

  @Field(() => String, {
    description: `The SKU of an active product, in the currency of what is in the cart. Up to ${cartLinesMax} products.`,
  })
  sku!: string;

  @Field(() => Int, {
    defaultValue: 1,
    description: `Units, on top of those that are in the cart: 1 to ${lineQuantityMax} in all.`,
  })
  quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The `version` of the open cart that the change is based on, 0: there was none; STALE_VERSION when that has moved on. Null: not checked.',
  })
  expectedVersion?: number | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

const sku = { description: 'The SKU of a product in the cart, sold any more or not.' };

@InputType({ description: 'Another quantity of a product in a cart.' })
export class CartLineChangeInput extends CartInput {
  @Field(() => String, sku)
  sku!: string;

  @Field(() => Int, { description: `Units from now on: 1 to ${lineQuantityMax}. See \`cartLineRemove\` for none.` })
  quantity!: number;
}

@InputType({ description: 'A product that is taken out of a cart.' })
export class CartLineRemoveInput extends CartInput {
  @Field(() => String, sku)
  sku!: string;
}

@InputType({ description: 'A cart of which the stock is kept for a while.' })
export class CartHoldInput extends CartInput {
  @Field(() => Int, {
    description: `Minutes from now, by the clock of the database: 1 to ${holdMinutesMax}. A hold that there is ends then as well.`,
  })
  minutes!: number;
}

@InputType({ description: 'A cart that holds stock no longer.' })
export class CartReleaseInput extends CartInput {}

@InputType({ description: 'A cart that becomes an order.' })
export class CartCheckoutInput extends CartInput {
  @Field(() => AddressInput, { nullable: true, description: 'Where the goods go. Null: it is picked up.' })
  shippingAddress?: AddressInput | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where the invoice goes. Null: to the shipping address.' })
  billingAddress?: AddressInput | null;

  @Field(() => OutOfStockPolicy, { defaultValue: 'REJECT', description: 'What to do when there is not enough.' })
  outOfStock!: OutOfStockPolicy;

  @Field(() => String, { nullable: true, description: 'A note of up to 1,000 characters.' })
  note?: string | null;

  @Field(() => String, idempotencyKey)
  idempotencyKey?: string | null;
}

export type CartRef = CartInput;
