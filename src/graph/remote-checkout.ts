// Orders from carts that a cart service keeps.
import { keyOf } from '../commerce/id.js';
import type { InventoryService, RemoteCart } from '../commerce/inventory-service.js';
import { InventoryUnavailable } from '../errors.js';
import { referenceOf } from '../store/customers.js';
import type { Placement } from '../store/order-place.js';
import type { CartCheckoutInput } from './cart-inputs.js';
import type { Context } from './context.js';
import type { LineFields } from './direct-order-answer.js';
import { noCustomer, type OrderTerms, placeOnce, termsOf } from './direct-order-place.js';
import { requestOf } from './once.js';
import { catalogIsRemote, type Outcome, refused } from './outcome.js';
import { place, placedBefore, unavailable } from './remote-order.js';
import { userError } from './user-error.js';

export interface CheckoutOutcome extends Outcome {
  readonly orderKey?: string | null;
}

/** The lines are not of the input: the answer names their SKUs. */
const cartFields: LineFields = { line: () => ['input'], lines: ['input'] };

/** Makes the order of a customer's cart; the answer names the order, and no cart of ours. */
export async function checkOutRemotely(
  context: Context,
  inventory: InventoryService,
  input: CartCheckoutInput,
): Promise<CheckoutOutcome> {
  const { cartOf } = inventory;
  if (!cartOf) return refused(catalogIsRemote());
  if (input.customerId == null || input.cartId != null || input.expectedVersion != null) {
    const message = 'A cart of the cart service is named by its customer alone: give no cartId and no expectedVersion.';
    return refused(userError('INVALID', message, 'input'));
  }
  const terms = termsOf(input);
  const request = requestOf('remoteCartCheckout', input.idempotencyKey, [input.customerId, terms]);
  if (Array.isArray(terms)) return refused(...terms);
  if (request && 'code' in request) return refused(request);
  const customerId = keyOf('Customer', input.customerId);
  const reference = customerId && (await referenceOf(context.db, customerId));
  if (!reference) return refused(noCustomer());
  const signal = AbortSignal.timeout(inventory.answerWithinMs);
  const placing = {
    again: (orderId: string) => placedBefore(context, orderId, signal),
    place: async (key: Placement['idempotency']) => {
      const cart = await askCart(cartOf, reference, signal);
      if ('code' in cart) return refused(cart);
      const wish = { ...(terms as OrderTerms), customerId, lines: cart.lines };
      return place(context, inventory, wish, key, signal, { fields: cartFields, cart });
    },
  };
  const outcome = await (request ? placeOnce(context, request, placing) : placing.place(null));
  return { key: null, orderKey: outcome.key, userErrors: outcome.userErrors };
}

/** A cart that can be ordered, or why it cannot. */
async function askCart(cartOf: NonNullable<InventoryService['cartOf']>, reference: string, signal: AbortSignal) {
  let cart: RemoteCart | null;
  try {
    cart = await cartOf(reference, signal);
  } catch (error) {
    if (error instanceof InventoryUnavailable) return unavailable(error.message);
    throw error;
  }
  if (!cart) return userError('CART_NOT_FOUND', 'The customer has no cart.', 'input', 'customerId');
  if (cart.status === 'ORDERED') {
    return userError('CART_ALREADY_ORDERED', 'The cart became an order already.', 'input', 'customerId');
  }
  if (cart.lines.length === 0) return userError('CART_EMPTY', 'There is nothing in the cart.', 'input');
  return cart;
}
