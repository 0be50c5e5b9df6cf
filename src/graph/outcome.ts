import { directCode } from '../commerce/direct-order.js';
import { keyOf } from '../commerce/id.js';
import type { Executor } from '../store/database.js';
import { type FoundShop, lockShop } from '../store/shops.js';
import { type UserError, userError } from './user-error.js';

/** What a mutation did: the database key of what it made, changed or met, and why not more. */
export interface Outcome {
  readonly key: string | null;
  readonly userErrors: readonly UserError[];
}

export const done = (key: string): Outcome => ({ key, userErrors: [] });
export const refused = (...userErrors: UserError[]): Outcome => ({ key: null, userErrors });

/** Undoes the transaction that it is thrown in, and becomes the answer. */
export class Refused extends Error {
  constructor(readonly outcome: Outcome) {
    super('refused');
  }
}

/** The work's outcome, also where it refused half-way and everything was undone. */
export async function outcomeOf<Did extends Outcome>(work: () => Promise<Did>): Promise<Did> {
  try {
    return await work();
  } catch (error) {
    // thrown by the work itself, with an outcome of its own kind
    if (error instanceof Refused) return error.outcome as Did;
    throw error;
  }
}

/**
 * The shop of an id, locked until the transaction ends, at the version that the caller has seen. Throws a Refused that
 * says what is wrong.
 */
export async function shopToChange(
  tx: Executor,
  input: { shopId: string; expectedVersion?: number | null },
  field = 'shopId',
): Promise<FoundShop> {
  const key = keyOf('Shop', input.shopId);
  const shop = key && (await lockShop(tx, key));
  if (!shop) throw new Refused(refused(userError('SHOP_NOT_FOUND', 'No shop has this id.', 'input', field)));
  if (shop.marketplace === directCode) {
    const message = `"${shop.name}" is the shop of direct sales: it has no credentials and no syncs, and is always there.`;
    throw new Refused({ key: shop.id, userErrors: [userError('SHOP_IS_BUILT_IN', message, 'input', field)] });
  }
  const { expectedVersion } = input;
  if (expectedVersion != null && expectedVersion !== shop.version) {
    const message = `"${shop.name}" is at version ${shop.version}, not ${expectedVersion}: read it again.`;
    throw new Refused({
      key: shop.id,
      userErrors: [userError('STALE_VERSION', message, 'input', 'expectedVersion')],
    });
  }
  return shop;
}

/**
 * Control characters would break log lines and tables, those that turn the reading direction make a text look like
 * another one; U+0000 and halves of surrogate pairs are no text for the database.
 */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A text that must say something: trimmed, or why not. */
export function textOf(given: string, max: number, ...field: readonly string[]): string | UserError {
  const text = given.trim();
  const last = field.at(-1) ?? 'text';
  // an entry of a list is known by the list's name
  const name = /^\d+$/.test(last) ? `${field.at(-2)} entry` : last;
  if (!text) return userError('BLANK', `The ${name} must not be empty.`, ...field);
  if (text.length > max) return userError('TOO_LONG', `The ${name} may have up to ${max} characters.`, ...field);
  if (unprintable.test(text)) return userError('INVALID', `The ${name} must not have control characters.`, ...field);
  return text;
}

/** A text of several lines: trimmed, its line breaks as `\n`, or why not. */
export function noteOf(given: string, max: number, ...field: readonly string[]): string | UserError {
  const checked = textOf(given.replace(/[\r\n\t]/g, ' '), max, ...field);
  return typeof checked === 'string' ? given.trim().replace(/\r\n?/g, '\n') : checked;
}

/** Products, their stock and carts are kept by a service of the seller. */
export const catalogIsRemote = () =>
  userError('CATALOG_IS_REMOTE', 'CATALOG_URL names the service that keeps products and stock: change them there.');
