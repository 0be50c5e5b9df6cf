// How an order is placed, wherever its stock is kept, and what is answered.
import { orderMinorMax } from '../commerce/direct-order.js';
import { moneyText } from '../commerce/money.js';
import type { PlacedOrder, Placement } from '../store/order-place.js';
import { shortagesOf } from '../store/order-place.js';
import type { Context } from './context.js';
import { done, type Outcome } from './outcome.js';
import { insufficientStock, type UserError, userError } from './user-error.js';

export type Wish = Omit<Placement, 'shopId' | 'idempotency'>;

/** How an order is placed, by where its stock is kept. */
export interface Placing {
  place(idempotency: Placement['idempotency']): Promise<Outcome>;
  /** The answer for an order that was placed under the key before. */
  again(orderId: string): Promise<Outcome>;
}

export async function again({ db }: Context, orderId: string): Promise<Outcome> {
  const shortages = await shortagesOf(db, orderId);
  return { ...done(orderId), userErrors: shortages.map((one) => insufficientStock(one, 'input', 'lines')) };
}

/** Where the answer points to, of a line and of all of them. */
export interface LineFields {
  readonly line: (at: number, field: 'sku' | 'quantity') => readonly string[];
  readonly lines: readonly string[];
}

export const orderLineFields: LineFields = {
  line: (at, field) => ['input', 'lines', String(at), field],
  lines: ['input', 'lines'],
};

/** Why it was refused; or, with ACCEPT_AVAILABLE, what was short. */
export function placementErrors({ lines, isTooDear }: Omit<PlacedOrder, 'orderId'>, fields: LineFields): UserError[] {
  const unknown = lines.flatMap(({ sku, currency }, at) =>
    currency === null
      ? [userError('UNKNOWN_SKU', `No active product has the SKU ${sku}.`, ...fields.line(at, 'sku'))]
      : [],
  );
  if (unknown.length) return unknown;
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  if (currencies.length > 1) {
    const message = `The products cost ${currencies.join(' and ')}: place an order for each currency.`;
    return [userError('CURRENCY_MISMATCH', message, ...fields.lines)];
  }
  if (isTooDear) return [tooDear(currencies[0] as string, ...fields.lines)];
  return lines.flatMap((line, at) =>
    line.requested > line.available ? [insufficientStock(line, ...fields.line(at, 'quantity'))] : [],
  );
}

export function tooDear(currency: string, ...field: readonly string[]): UserError {
  const { amount } = moneyText({ minor: orderMinorMax, currency });
  return userError('INVALID', `The order comes to more than ${amount} ${currency}: place several.`, ...field);
}
