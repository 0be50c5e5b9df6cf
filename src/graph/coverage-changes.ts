// What the mutation of coverage does, apart from reading the result.
import { coverageDaysMax } from '../commerce/coverage.js';
import { daysBetween, isDay } from '../commerce/day.js';
import { globalId } from '../commerce/id.js';
import { type CheckWish, queueCheck, type UnfinishedCheck, unfinishedCheckOf } from '../store/coverage-requests.js';
import { recall } from '../store/idempotency.js';
import type { FoundShop } from '../store/shops.js';
import type { Context } from './context.js';
import type { SyncCoverageStartInput } from './coverage-inputs.js';
import { keyReused } from './once.js';
import { done, type Outcome, outcomeOf, refused, shopToChange, textOf } from './outcome.js';

import { streamsToRead } from './sync-changes.js';
import { type UserError, userError } from './user-error.js';

const keyMax = 200;

/**
 * Queues a check. A shop has one unfinished check at most: where that one still waits and covers the wish, it is the
 * answer; otherwise it comes with COVERAGE_ALREADY_RUNNING.
 */
export function syncCoverageStart(context: Context, input: SyncCoverageStartInput): Promise<Outcome> {
  const { from, to } = input;
  const wrong = wrongDays(from, to);
  if (wrong) return Promise.resolve(refused(wrong));
  const key = input.idempotencyKey == null ? null : textOf(input.idempotencyKey, keyMax, 'input', 'idempotencyKey');
  if (key !== null && typeof key !== 'string') return Promise.resolve(refused(key));
  const operation = 'syncCoverageStart';
  const request = key && { operation, key, input: JSON.stringify([input.shopId, input.streams ?? null, from, to]) };
  return outcomeOf(() =>
    context.db.transaction(async (tx) => {
      const before = request ? await recall(tx, context.vault, request) : null;
      if (before?.state === 'DONE') return done(before.resultId);
      if (before?.state === 'REUSED') return refused(keyReused());
      const shop = await shopToChange(tx, { shopId: input.shopId });
      const wish = { streams: await streamsToRead(tx, shop, input.streams ?? null), from, to };
      const open = await unfinishedCheckOf(tx, shop.id);
      if (open) return meet(shop, open, wish);
      const queued = await queueCheck(tx, {
        shopId: shop.id,
        ...wish,
        idempotency: request && before ? { operation, key: request.key, fingerprint: before.fingerprint } : null,
      });
      if (queued) return done(queued);
      // the schedule opened one between the two statements
      const now = await unfinishedCheckOf(tx, shop.id);
      return now ? meet(shop, now, wish) : refused(alreadyRunning(shop, null));
    }),
  );
}

function wrongDays(from: string, to: string): UserError | null {
  if (!isDay(from)) return userError('INVALID', 'from is not a day of the calendar.', 'input', 'from');
  if (!isDay(to)) return userError('INVALID', 'to is not a day of the calendar.', 'input', 'to');
  const days = daysBetween(from, to) + 1;
  if (days < 1) return userError('INVALID', 'to must not be before from.', 'input', 'to');
  if (days <= coverageDaysMax) return null;
  return userError('INVALID', `These are ${days} days: check at most ${coverageDaysMax} at a time.`, 'input', 'to');
}

/** An unfinished check meets a wish for another one. */
function meet(shop: FoundShop, open: UnfinishedCheck, wish: CheckWish): Outcome {
  const covers =
    open.status === 'QUEUED' &&
    open.from <= wish.from &&
    open.to >= wish.to &&
    wish.streams.every((name) => open.streams.includes(name));
  return covers ? done(open.id) : { key: open.id, userErrors: [alreadyRunning(shop, open)] };
}

function alreadyRunning(shop: FoundShop, open: UnfinishedCheck | null): UserError {
  const what = open
    ? `${globalId('CoverageCheck', open.id)} of ${open.from} to ${open.to} is ${open.status}`
    : 'one is open';
  return userError(
    'COVERAGE_ALREADY_RUNNING',
    `A shop has one coverage check at a time, and of "${shop.name}" ${what}: wait for it.`,
    'input',
    'shopId',
  );
}
