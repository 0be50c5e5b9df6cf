// What the mutations of carts do, apart from the checkout and reading the result.
import { cartLinesMax, holdMinutesMax } from '../commerce/direct-order.js';
import { keyOf } from '../commerce/id.js';
import { releaseHolds } from '../store/cart-holds.js';
import {
  type CartLine,
  cartLines,
  changeCart,
  holdCart,
  type LockedCart,
  lockCart,
  openCart,
  putCartLine,
} from '../store/carts.js';
import { customerExists } from '../store/customers.js';
import type { Executor } from '../store/database.js';
import { type ProductToSell, productsToSell } from '../store/products.js';
import type {
  CartHoldInput,
  CartLineAddInput,
  CartLineChangeInput,
  CartLineRemoveInput,
  CartRef,
  CartReleaseInput,
} from './cart-inputs.js';
import type { Context } from './context.js';
import { changing } from './direct-order-changes.js';
import { noCustomer, quantityErrors } from './direct-order-place.js';
import { once, requestOf } from './once.js';
import { done, type Outcome, Refused, refused, textOf } from './outcome.js';
import { skuMax } from './product-changes.js';
import { type UserError, userError } from './user-error.js';

/** The cart that is meant, locked, open, and at the version that the caller has seen. Throws a Refused. */
export async function cartToChange(tx: Executor, input: CartRef): Promise<LockedCart> {
  const cart = await findCart(tx, input);
  if (cart.status === 'ORDERED') {
    throw stopped(cart, userError('CART_ALREADY_ORDERED', 'The cart became an order already.', 'input', 'cartId'));
  }
  checkVersion(cart, input.expectedVersion);
  return cart;
}

async function findCart(tx: Executor, { cartId, customerId }: CartRef): Promise<LockedCart> {
  if (cartId == null && customerId == null) {
    throw new Refused(refused(userError('INVALID', 'Name the cart, or the customer whose open cart it is.', 'input')));
  }
  const customer = customerId == null ? null : keyOf('Customer', customerId);
  if (cartId == null) {
    const cart = customer && (await lockCart(tx, { customerId: customer }));
    if (cart) return cart;
    const isKnown = customer !== null && (await customerExists(tx, customer));
    throw new Refused(refused(isKnown ? noCart('The customer has no open cart.', 'customerId') : noCustomer()));
  }
  const key = keyOf('Cart', cartId);
  const cart = key && (await lockCart(tx, { cartId: key }));
  if (!cart) throw new Refused(refused(noCart('No cart has this id.', 'cartId')));
  if (customerId != null && customer !== cart.customerId) {
    const message = 'The cart belongs to another customer.';
    throw new Refused(refused(userError('CART_OF_ANOTHER_CUSTOMER', message, 'input', 'customerId')));
  }
  return cart;
}

const noCart = (message: string, field: string) => userError('CART_NOT_FOUND', message, 'input', field);

function checkVersion(cart: LockedCart, expected: number | null | undefined): void {
  if (expected == null || expected === cart.version) return;
  const message = cart.version
    ? `The cart is at version ${cart.version}, not ${expected}: read it again.`
    : `There is no open cart, so none at version ${expected}: read it again.`;
  throw stopped(cart, userError('STALE_VERSION', message, 'input', 'expectedVersion'));
}

/** Undoes everything, also a cart that was opened for it. */
export const stopped = (cart: LockedCart, ...userErrors: UserError[]) =>
  new Refused({ key: cart.version ? cart.id : null, userErrors });

/** A hold whose time is over is over, also when nobody has released it yet. */
async function withoutExpired(tx: Executor, cart: LockedCart): Promise<LockedCart> {
  if (!cart.isExpired) return cart;
  await releaseHolds(tx, [cart.id]);
  return { ...cart, heldUntil: null, isExpired: false };
}

export async function cartLineAdd(context: Context, input: CartLineAddInput): Promise<Outcome> {
  const { idempotencyKey, ...wish } = input;
  const customerId = keyOf('Customer', input.customerId);
  const request = requestOf('cartLineAdd', idempotencyKey, wish);
  const sku = textOf(input.sku, skuMax, 'input', 'sku');
  const errors = [
    ...(typeof sku === 'string' ? [] : [sku]),
    ...quantityErrors(input.quantity, 'input', 'quantity'),
    ...(request && 'code' in request ? [request] : []),
    ...(customerId === null ? [noCustomer()] : []),
  ];
  if (errors.length) return refused(...errors);
  return changing(context, (tx) =>
    once(tx, context, request as Exclude<typeof request, UserError>, async () => {
      const opened = await openCart(tx, customerId as string);
      if (!opened) return refused(noCustomer());
      checkVersion(opened, input.expectedVersion);
      const cart = await withoutExpired(tx, opened);
      const lines = await cartLines(tx, cart.id);
      const line = await lineToAdd(tx, cart, lines, sku as string);
      const quantity = line.quantity + input.quantity;
      const tooMany = quantityErrors(quantity, 'input', 'quantity');
      if (tooMany.length) throw stopped(opened, ...tooMany);
      await putCartLine(tx, cart, line, quantity);
      return done(cart.id);
    }),
  );
}

/** The line of an active product, with what is in the cart of it. */
async function lineToAdd(tx: Executor, cart: LockedCart, lines: readonly CartLine[], sku: string): Promise<CartLine> {
  const stop = (code: 'UNKNOWN_SKU' | 'CURRENCY_MISMATCH' | 'INVALID', message: string) =>
    stopped(cart, userError(code, message, 'input', 'sku'));
  const [product] = await productsToSell(tx, [sku]);
  if (!product) throw stop('UNKNOWN_SKU', `No active product has the SKU ${sku}.`);
  const known = lines.find((line) => line.sku === sku);
  if (known) return known;
  const other = lines.find(({ currency }) => currency !== product.currency);
  if (other) {
    const message = `${sku} costs ${product.currency}, what is in the cart ${other.currency}: order that first.`;
    throw stop('CURRENCY_MISMATCH', message);
  }
  if (lines.length >= cartLinesMax) throw stop('INVALID', `A cart has up to ${cartLinesMax} products.`);
  return newLine(product);
}

const newLine = ({ id: productId, sku, currency }: ProductToSell): CartLine => ({
  ...{ productId, sku, currency, quantity: 0, held: 0, isActive: true },
});

export async function cartLineChange(context: Context, input: CartLineChangeInput): Promise<Outcome> {
  const errors = quantityErrors(input.quantity, 'input', 'quantity');
  return errors.length ? refused(...errors) : putLine(context, input, input.quantity);
}

export const cartLineRemove = (context: Context, input: CartLineRemoveInput): Promise<Outcome> =>
  putLine(context, input, 0);

async function putLine(context: Context, input: CartLineRemoveInput, quantity: number): Promise<Outcome> {
  const sku = textOf(input.sku, skuMax, 'input', 'sku');
  if (typeof sku !== 'string') return refused(sku);
  return changing(context, async (tx) => {
    const cart = await withoutExpired(tx, await cartToChange(tx, input));
    const line = (await cartLines(tx, cart.id)).find((one) => one.sku === sku);
    if (!line) throw stopped(cart, userError('CART_LINE_NOT_FOUND', `${sku} is not in the cart.`, 'input', 'sku'));
    await putCartLine(tx, cart, line, quantity);
    return done(cart.id);
  });
}

export async function cartHold(context: Context, input: CartHoldInput): Promise<Outcome> {
  const { minutes } = input;
  if (minutes < 1 || minutes > holdMinutesMax) {
    return refused(userError('INVALID', `The minutes are 1 to ${holdMinutesMax}.`, 'input', 'minutes'));
  }
  return changing(context, async (tx) => {
    const cart = await cartToChange(tx, input);
    const lines = await cartLines(tx, cart.id);
    if (lines.length === 0) throw stopped(cart, emptyCart());
    const gone = lines.filter(({ isActive }) => !isActive);
    if (gone.length) {
      const errors = gone.map(({ sku }) => userError('UNKNOWN_SKU', `${sku} is not sold any more.`, 'input'));
      throw stopped(cart, ...errors);
    }
    await holdCart(tx, cart, lines, minutes);
    return done(cart.id);
  });
}

export const emptyCart = () => userError('CART_EMPTY', 'There is nothing in the cart.', 'input');

export function cartRelease(context: Context, input: CartReleaseInput): Promise<Outcome> {
  return changing(context, async (tx) => {
    const cart = await cartToChange(tx, input);
    if (cart.heldUntil) {
      await releaseHolds(tx, [cart.id]);
      await changeCart(tx, cart.id);
    }
    return done(cart.id);
  });
}
