import { cartLines, closeCart, orderOfCart } from '../store/carts.js';
import type { Executor } from '../store/database.js';
import { directShop } from '../store/direct-shop.js';
import { placeOrder } from '../store/order-place.js';
import { cartToChange, emptyCart, stopped } from './cart-changes.js';
import type { CartCheckoutInput } from './cart-inputs.js';
import type { Context } from './context.js';
import { type LineFields, placementErrors } from './direct-order-answer.js';
import { type OrderTerms, termsOf } from './direct-order-place.js';
import { withExpiredStock } from './expired-holds.js';
import { once, requestOf } from './once.js';
import { done, type Outcome, refused } from './outcome.js';
import { type CheckoutOutcome, checkOutRemotely } from './remote-checkout.js';
import { change } from './shop-changes.js';
import { insufficientStock } from './user-error.js';

/** The lines are not of the input: the answer names their SKUs. */
const cartFields: LineFields = { line: () => ['input'], lines: ['input'] };

/** Makes the order of a cart, once: whoever comes later gets the same order, and is told so. */
export async function cartCheckout(context: Context, input: CartCheckoutInput): Promise<CheckoutOutcome> {
  if (context.inventory) return checkOutRemotely(context, context.inventory, input);
  const { cartId = null, customerId = null, expectedVersion = null } = input;
  const terms = termsOf(input);
  const request = requestOf('cartCheckout', input.idempotencyKey, [cartId, customerId, expectedVersion, terms]);
  if (Array.isArray(terms)) return refused(...terms);
  if (request && 'code' in request) return refused(request);
  const shopId = await directShop(context.db);
  const outcome = await withExpiredStock(context.db, terms.acceptAvailable, () =>
    change(context, (tx) => once(tx, context, request, () => checkOut(tx, shopId, input, terms))),
  );
  const ordered = outcome.key === null ? null : await orderOfCart(context.db, outcome.key);
  if (!ordered || outcome.userErrors.length) return { ...outcome, orderKey: ordered?.orderId ?? null };
  const userErrors = ordered.shortages.map((one) => insufficientStock(one, 'input'));
  return { ...outcome, userErrors, orderKey: ordered.orderId };
}

/** Within one transaction: the cart is locked, its lines become an order which takes what it held, and it is closed. */
async function checkOut(tx: Executor, shopId: string, input: CartCheckoutInput, terms: OrderTerms): Promise<Outcome> {
  const cart = await cartToChange(tx, input);
  const lines = await cartLines(tx, cart.id);
  if (lines.length === 0) throw stopped(cart, emptyCart());
  const { id: cartId, customerId } = cart;
  const placed = await placeOrder(tx, { ...terms, shopId, customerId, cartId, lines, idempotency: null });
  if (placed.orderId === null) return refused(...placementErrors(placed, cartFields));
  await closeCart(tx, cartId, placed.orderId);
  return done(cartId);
}
