// What the mutations of products and stock do, apart from reading the result.
import { priceMinorMax } from '../commerce/direct-order.js';
import { moneyText, parseMoney } from '../commerce/money.js';
import { type ProductWrite, upsertProducts } from '../store/products.js';
import { changeStock, onHandMax, type StockChange, type StockRefusal } from '../store/stock-changes.js';
import type { Context } from './context.js';
import { withExpiredStock } from './expired-holds.js';
import { once, requestOf } from './once.js';
import { catalogIsRemote, done, type Outcome, refused, textOf } from './outcome.js';
import {
  type ProductInput,
  type ProductUpsertInput,
  rowsMax,
  type StockAdjustInput,
  type StockSetInput,
  safetyBufferMax,
} from './product-inputs.js';
import { change } from './shop-changes.js';
import { type UserError, userError } from './user-error.js';

/** Characters of a SKU. */
export const skuMax = 100;
const titleMax = 300;
const noteMax = 300;
const deltaMax = 1_000_000;

/** The products that a change met, for the answer; none where nothing was done. */
export interface StockOutcome extends Outcome {
  readonly skus: readonly string[];
}

export interface UpsertOutcome extends StockOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

const nothing = { created: 0, updated: 0, unchanged: 0, skus: [] };

export async function productUpsert(context: Context, input: ProductUpsertInput): Promise<UpsertOutcome> {
  if (context.inventory) return { ...nothing, ...refused(catalogIsRemote()) };
  const { products, onError } = input;
  const amount = amountError(products.length, 'products');
  if (amount) return { ...nothing, ...refused(amount) };
  const checked = products.map((product, at) => checkProduct(product, ['input', 'products', String(at)]));
  const rows = checked.flatMap((one) => (Array.isArray(one) ? [] : [one as ProductWrite]));
  // a row that is wrong stands in no other's way
  const good = checked.map((one) => (Array.isArray(one) ? null : one));
  const errors = [...checked.flatMap((one) => (Array.isArray(one) ? one : [])), ...twice(good, 'products')];
  const first = rows.filter(({ sku }, at) => rows.findIndex((other) => other.sku === sku) === at);
  if (errors.length && (onError === 'REJECT_ALL' || first.length === 0)) return { ...nothing, ...refused(...errors) };
  const { created, updated } = await upsertProducts(context.db, first);
  const unchanged = first.length - created - updated;
  return { key: '', userErrors: errors, created, updated, unchanged, skus: first.map(({ sku }) => sku) };
}

const amountError = (rows: number, field: string): UserError | null =>
  rows >= 1 && rows <= rowsMax ? null : userError('INVALID', `Give 1 to ${rowsMax} rows, not ${rows}.`, 'input', field);

/** The SKUs that are named a second time; null: a row that does not count. */
export function twice(rows: readonly ({ readonly sku: string } | null)[], ...field: readonly string[]): UserError[] {
  const seen = new Map<string, number>();
  return rows.flatMap((row, at) => {
    if (!row) return [];
    const sku = row.sku.trim();
    const before = seen.get(sku);
    if (before === undefined) {
      seen.set(sku, at);
      return [];
    }
    const message = `The SKU of row ${at + 1} is that of row ${before + 1} too: give it once.`;
    return [userError('DUPLICATE_SKU', message, 'input', ...field, String(at), 'sku')];
  });
}

/** SKUs that are no text: to look for one would be an error of the database. */
export const skuErrors = (rows: readonly { readonly sku: string }[], ...field: readonly string[]): UserError[] =>
  rows.flatMap(({ sku }, at) => {
    const text = textOf(sku, skuMax, 'input', ...field, String(at), 'sku');
    return typeof text === 'string' ? [] : [text];
  });

function checkProduct(product: ProductInput, path: readonly string[]): ProductWrite | UserError[] {
  const sku = textOf(product.sku, skuMax, ...path, 'sku');
  const title = textOf(product.title, titleMax, ...path, 'title');
  const price = priceOf(product, path);
  const { ean, vatRate, safetyBuffer, isActive } = product;
  const wrong = (good: boolean, message: string, field: string) =>
    good ? [] : [userError('INVALID', message, ...path, field)];
  const errors = [
    ...[sku, title, price].filter((one): one is UserError => typeof one === 'object' && 'code' in one),
    ...wrong(ean == null || /^(\d{8}|\d{12,14})$/.test(ean), 'The ean has 8, 12, 13 or 14 digits.', 'ean'),
    ...wrong(
      vatRate == null || (Number(vatRate) >= 0 && Number(vatRate) < 100),
      'The vatRate is 0 or more, and below 100.',
      'vatRate',
    ),
    ...wrong(
      safetyBuffer == null || (safetyBuffer >= 0 && safetyBuffer <= safetyBufferMax),
      `The safetyBuffer is 0 to ${safetyBufferMax}.`,
      'safetyBuffer',
    ),
  ];
  if (errors.length) return errors;
  const { minor, currency } = price as { minor: number; currency: string };
  return {
    ...{ sku: sku as string, title: title as string, priceMinor: minor, currency, ean, vatRate },
    ...{ safetyBuffer: safetyBuffer ?? undefined, isActive: isActive ?? undefined },
  };
}

function priceOf({ price }: ProductInput, path: readonly string[]) {
  try {
    const money = parseMoney(price.amount, price.currency);
    if (money.minor >= 0 && money.minor <= priceMinorMax) return money;
    const most = moneyText({ minor: priceMinorMax, currency: money.currency });
    return userError('INVALID', `A price is 0 to ${most.amount} ${most.currency}.`, ...path, 'price', 'amount');
  } catch (error) {
    return userError('INVALID', `The price cannot be used: ${(error as Error).message}.`, ...path, 'price', 'amount');
  }
}

export function stockAdjust(context: Context, input: StockAdjustInput): Promise<StockOutcome> {
  const errors = input.changes.flatMap(({ delta }, at) =>
    delta !== 0 && Math.abs(delta) <= deltaMax
      ? []
      : [userError('INVALID', `A delta is 1 to ${deltaMax}, or negative.`, 'input', 'changes', String(at), 'delta')],
  );
  const changes = input.changes.map(({ sku, delta }) => ({ sku: sku.trim(), delta }));
  return changeAll(context, 'stockAdjust', input, changes, errors, 'delta');
}

export function stockSet(context: Context, input: StockSetInput): Promise<StockOutcome> {
  const errors = input.changes.flatMap(({ quantity }, at) =>
    quantity >= 0 && quantity <= onHandMax
      ? []
      : [userError('INVALID', `A quantity is 0 to ${onHandMax}.`, 'input', 'changes', String(at), 'quantity')],
  );
  const changes = input.changes.map(({ sku, quantity, changeFromQuantity }) => ({
    ...{ sku: sku.trim(), quantity, from: changeFromQuantity ?? null },
  }));
  return changeAll(context, 'stockSet', input, changes, errors, 'quantity');
}

async function changeAll(
  context: Context,
  operation: string,
  input: StockAdjustInput | StockSetInput,
  changes: readonly StockChange[],
  wrong: readonly UserError[],
  field: string,
): Promise<StockOutcome> {
  if (context.inventory) return { ...refused(catalogIsRemote()), skus: [] };
  const note = input.note == null ? null : textOf(input.note, noteMax, 'input', 'note');
  const request = requestOf(operation, input.idempotencyKey, [changes, input.note ?? null]);
  const amount = amountError(changes.length, 'changes');
  const errors = [
    ...(amount ? [amount] : [...wrong, ...skuErrors(changes, 'changes'), ...twice(changes, 'changes')]),
    ...[note, request].filter((one): one is UserError => one !== null && typeof one === 'object' && 'code' in one),
  ];
  if (errors.length) return { ...refused(...errors), skus: [] };
  const outcome = await withExpiredStock(context.db, false, () =>
    change(context, (tx) =>
      once(tx, context, request as Exclude<typeof request, UserError>, async () => {
        const refusals = await changeStock(tx, changes, note as string | null);
        return refusals.length ? refused(...refusals.map((refusal) => refusalOf(refusal, changes, field))) : done('0');
      }),
    ),
  );
  return { ...outcome, skus: outcome.userErrors.length ? [] : changes.map(({ sku }) => sku) };
}

function refusalOf(refusal: StockRefusal, changes: readonly StockChange[], field: string): UserError {
  const path = ['input', 'changes', String(refusal.at)];
  const { sku } = changes[refusal.at] as StockChange;
  switch (refusal.kind) {
    case 'UNKNOWN_SKU':
      return userError('UNKNOWN_SKU', `There is no product ${sku}: make it with productUpsert first.`, ...path, 'sku');
    case 'STALE': {
      const message = `${refusal.onHand} of ${sku} are on hand by now: read it again.`;
      return userError('STALE_QUANTITY', message, ...path, 'changeFromQuantity');
    }
    case 'BELOW_ZERO':
      return userError('INVALID', `Only ${refusal.onHand} of ${sku} are on hand.`, ...path, field);
    case 'TOO_MUCH':
      return userError('INVALID', `There would be more than ${onHandMax} of ${sku}.`, ...path, field);
    case 'HELD_BY_CARTS': {
      const message = `Carts hold ${refusal.held} of ${sku}, more than would be left.`;
      return userError('HELD_BY_CARTS', message, ...path, field);
    }
  }
}
