import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import * as changes from './cart-changes.js';
import { cartCheckout } from './cart-checkout.js';
import {
  CartCheckoutInput,
  CartHoldInput,
  CartLineAddInput,
  CartLineChangeInput,
  CartLineRemoveInput,
  CartReleaseInput,
} from './cart-inputs.js';
import type { Context } from './context.js';
import { catalogIsRemote, type Outcome, refused } from './outcome.js';
import {
  CartCheckoutPayload,
  CartHoldPayload,
  CartLineAddPayload,
  CartLineChangePayload,
  CartLineRemovePayload,
  CartReleasePayload,
} from './payload.js';

const input = { description: 'What to do.' };

/** Carts are filled here only where their products are kept here. */
const ownCart = async (context: Context, work: () => Promise<Outcome>): Promise<Outcome> =>
  context.inventory ? refused(catalogIsRemote()) : work();

@Resolver()
export class CartMutations {
  @Mutation(() => CartLineAddPayload, {
    description:
      'Puts units of a product into the customer’s open cart, or opens one. What is in it already becomes more. Stock is not looked at, unless the cart holds its own: then these units are held too, or refused.',
  })
  cartLineAdd(
    @Arg('input', () => CartLineAddInput, input) given: CartLineAddInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return ownCart(context, () => changes.cartLineAdd(context, given));
  }

  @Mutation(() => CartLineChangePayload, {
    description: 'Sets how many units of a product are in a cart. What the cart holds of the stock follows.',
  })
  cartLineChange(
    @Arg('input', () => CartLineChangeInput, input) given: CartLineChangeInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return ownCart(context, () => changes.cartLineChange(context, given));
  }

  @Mutation(() => CartLineRemovePayload, {
    description: 'Takes a product out of a cart. What the cart held of it is free again.',
  })
  cartLineRemove(
    @Arg('input', () => CartLineRemoveInput, input) given: CartLineRemoveInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return ownCart(context, () => changes.cartLineRemove(context, given));
  }

  @Mutation(() => CartHoldPayload, {
    description:
      'Keeps the stock of everything in a cart for a while, so that nobody else gets it; or for longer. All of it or nothing.',
  })
  cartHold(@Arg('input', () => CartHoldInput, input) given: CartHoldInput, @Ctx() context: Context): Promise<Outcome> {
    return ownCart(context, () => changes.cartHold(context, given));
  }

  @Mutation(() => CartReleasePayload, {
    description: 'Gives back what a cart holds of the stock; what is in the cart stays there.',
  })
  cartRelease(
    @Arg('input', () => CartReleaseInput, input) given: CartReleaseInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return ownCart(context, () => changes.cartRelease(context, given));
  }

  @Mutation(() => CartCheckoutPayload, {
    description:
      'Makes a cart an order, like `orderPlace` at the prices of this moment, and takes what the cart holds first. Once: afterwards the answer is CART_ALREADY_ORDERED with that order, and the customer’s next product opens a new cart.',
  })
  cartCheckout(
    @Arg('input', () => CartCheckoutInput, input) given: CartCheckoutInput,
    @Ctx() context: Context,
  ): Promise<Outcome> {
    return cartCheckout(context, given);
  }
}
