// Stock that carts hold beyond their time is free, also when the sweep has not come round yet.
import { releaseExpiredHolds } from '../store/cart-holds.js';
import type { Database } from '../store/database.js';
import type { Outcome } from './outcome.js';
import { UserErrorCode } from './user-error.js';

const lacksStock = ({ key, userErrors }: Outcome) =>
  key === null &&
  userErrors.some(({ code }) => code === UserErrorCode.INSUFFICIENT_STOCK || code === UserErrorCode.HELD_BY_CARTS);

/**
 * What is refused for want of stock is tried once more when holds whose time is over could be released. `takesLess`: it
 * would not be refused, but take what there is, so they are released before.
 */
export async function withExpiredStock<Did extends Outcome>(
  db: Database,
  takesLess: boolean,
  work: () => Promise<Did>,
): Promise<Did> {
  if (takesLess) await releaseExpiredHolds(db);
  const outcome = await work();
  if (!lacksStock(outcome) || (await releaseExpiredHolds(db)) === 0) return outcome;
  return work();
}
