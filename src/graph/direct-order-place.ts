import { lineQuantityMax, orderLinesMax, orderUnitsMax } from '../commerce/direct-order.js';
import { keyOf } from '../commerce/id.js';
import type { Address } from '../commerce/order.js';
import { retryContended } from '../store/contention.js';
import { customerExists } from '../store/customers.js';
import { directShop } from '../store/direct-shop.js';
import { type KeyedRequest, lookUp } from '../store/idempotency.js';
import { isKeyUsed, type Placement, placeOrder } from '../store/order-place.js';
import { addressOf } from './address-input.js';
import type { Context } from './context.js';
import { again, orderLineFields, type Placing, placementErrors, type Wish } from './direct-order-answer.js';
import type { OrderLineInput, OrderPlaceInput } from './direct-order-inputs.js';
import { withExpiredStock } from './expired-holds.js';
import { keyReused, requestOf } from './once.js';
import { noteOf, type Outcome, refused } from './outcome.js';
import { skuErrors, twice } from './product-changes.js';
import { remotePlacing } from './remote-order.js';
import { type UserError, userError } from './user-error.js';

export const noteMax = 1_000;

/** Takes the stock and makes the order, in one statement; asked again under the same key, the first order is the answer. */
export async function orderPlace(context: Context, input: OrderPlaceInput): Promise<Outcome> {
  const wish = wishOf(input);
  const request = requestOf('orderPlace', input.idempotencyKey, wish);
  if (Array.isArray(wish)) return refused(...wish);
  if (request && 'code' in request) return refused(request);
  if (wish.customerId !== null && !(await customerExists(context.db, wish.customerId))) return refused(noCustomer());
  const remotely = context.inventory && remotePlacing(context, context.inventory, wish);
  const placing: Placing = remotely ?? {
    again: (orderId) => again(context, orderId),
    place: (key) => place(context, wish, key),
  };
  return request ? placeOnce(context, request, placing) : placing.place(null);
}

export const noCustomer = () => userError('CUSTOMER_NOT_FOUND', 'No customer has this id.', 'input', 'customerId');

/** The first to write the key has placed the order: whoever finds it written undoes what it did, and answers with that one. */
export async function placeOnce(context: Context, request: KeyedRequest, placing: Placing): Promise<Outcome> {
  const before = await lookUp(context.db, context.vault, request);
  if (before.state === 'REUSED') return refused(keyReused());
  if (before.state === 'DONE') return placing.again(before.resultId);
  const outcome = await placing.place({ ...request, fingerprint: before.fingerprint }).catch((error: unknown) => {
    if (isKeyUsed(error)) return refused(keyReused());
    throw error;
  });
  if (outcome.key !== null) return outcome;
  // what it lacked may be what the same wish, sent at the same time, took just before
  const now = await lookUp(context.db, context.vault, request);
  if (now.state === 'NEW') return outcome;
  return now.state === 'DONE' ? placing.again(now.resultId) : refused(keyReused());
}

async function place({ db }: Context, wish: Wish, idempotency: Placement['idempotency']): Promise<Outcome> {
  const shopId = await directShop(db);
  return withExpiredStock(db, wish.acceptAvailable, async () => {
    const placed = await retryContended(() => placeOrder(db, { ...wish, shopId, idempotency }));
    return { key: placed.orderId, userErrors: placementErrors(placed, orderLineFields) };
  });
}

function wishOf(input: OrderPlaceInput): Wish | UserError[] {
  const terms = termsOf(input);
  const customerId = input.customerId == null ? null : keyOf('Customer', input.customerId);
  const errors = [
    ...lineErrors(input.lines, 'lines'),
    ...(Array.isArray(terms) ? terms : []),
    ...(input.customerId != null && customerId === null ? [noCustomer()] : []),
  ];
  if (errors.length) return errors;
  return {
    lines: input.lines.map(({ sku, quantity }) => ({ sku: sku.trim(), quantity })),
    ...(terms as OrderTerms),
    customerId,
  };
}

/** What is said of an order beside its lines, in the form that it is kept in; or everything that is wrong with it. */
export type OrderTerms = Pick<Placement, 'acceptAvailable' | 'shippingAddress' | 'billingAddress' | 'note'>;
type OrderTermsInput = Pick<OrderPlaceInput, 'outOfStock' | 'shippingAddress' | 'billingAddress' | 'note'>;

export function termsOf(input: OrderTermsInput): OrderTerms | UserError[] {
  const shippingAddress = addressOf(input.shippingAddress, 'shippingAddress');
  const billingAddress = addressOf(input.billingAddress, 'billingAddress');
  const note = input.note == null ? null : noteOf(input.note, noteMax, 'input', 'note');
  const errors = [
    ...[shippingAddress, billingAddress].flatMap((one) => (Array.isArray(one) ? one : [])),
    ...(note !== null && typeof note === 'object' ? [note] : []),
  ];
  if (errors.length) return errors;
  return {
    acceptAvailable: input.outOfStock === 'ACCEPT_AVAILABLE',
    ...{ shippingAddress: shippingAddress as Address | null, billingAddress: billingAddress as Address | null },
    note: note as string | null,
  };
}

/** What is wrong with new lines, whatever is in stock. */
export function lineErrors(lines: readonly OrderLineInput[], field: string): UserError[] {
  if (lines.length < 1 || lines.length > orderLinesMax) {
    return [userError('INVALID', `An order has 1 to ${orderLinesMax} lines, not ${lines.length}.`, 'input', field)];
  }
  return [
    ...lines.flatMap(({ quantity }, at) => quantityErrors(quantity, 'input', field, String(at), 'quantity')),
    ...skuErrors(lines, field),
    ...twice(lines, field),
    ...unitsErrors(
      lines.reduce((sum, { quantity }) => sum + quantity, 0),
      'input',
      field,
    ),
  ];
}

export const unitsErrors = (units: number, ...path: readonly string[]): UserError[] =>
  units <= orderUnitsMax
    ? []
    : [userError('INVALID', `An order has up to ${orderUnitsMax} units, not ${units}.`, ...path)];

export function quantityErrors(quantity: number, ...path: readonly string[]): UserError[] {
  const good = quantity >= 1 && quantity <= lineQuantityMax;
  return good ? [] : [userError('INVALID', `A quantity is 1 to ${lineQuantityMax}, not ${quantity}.`, ...path)];
}
