import type { Failure } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { isAway } from '../store/pool.js';
import type { RefusalCode, RunErrorCode } from '../store/runs.js';

/** A statement of ours failed. Never the marketplace's fault. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  constructor(override readonly cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** What to do about a failure in a stream. */
export type Verdict =
  /** Stop the shop: its owner must act. */
  | { readonly next: 'REFUSE'; readonly code: RefusalCode; readonly error: string }
  /** Try again later. `awayMs`: the source named a time, during which nothing of the shop may be asked. */
  | { readonly next: 'RETRY'; readonly code: RunErrorCode; readonly error: string; readonly awayMs: number | null }
  /** Repeating it would not help this run. */
  | { readonly next: 'FAIL'; readonly code: RunErrorCode; readonly error: string }
  /** The database is away: nothing can be written down, so the slice ends where it stands. */
  | { readonly next: 'LEAVE' };

const codes: Record<Exclude<Failure, RefusalCode>, { code: RunErrorCode; next: 'RETRY' | 'FAIL' }> = {
  RETRY_LATER: { code: 'MARKETPLACE_UNAVAILABLE', next: 'RETRY' },
  RATE_LIMITED: { code: 'RATE_LIMITED', next: 'RETRY' },
  // a new token was refused as well: theirs to repair, or the account was just closed
  SIGN_IN_AGAIN: { code: 'MARKETPLACE_UNAVAILABLE', next: 'RETRY' },
  OUR_REQUEST: { code: 'REQUEST_REFUSED', next: 'FAIL' },
  GONE: { code: 'REQUEST_REFUSED', next: 'FAIL' },
  THEIR_ANSWER: { code: 'ANSWER_BROKEN', next: 'FAIL' },
};

export function judge(error: unknown): Verdict {
  if (error instanceof HttpFailure) {
    const { failure } = error;
    if (failure === 'CREDENTIALS_REFUSED' || failure === 'BLOCKED') {
      return { next: 'REFUSE', code: failure, error: error.message };
    }
    const { code, next } = codes[failure];
    return next === 'RETRY'
      ? { next, code, error: error.message, awayMs: error.retryAfterMs }
      : { next, code, error: error.message };
  }
  if (error instanceof StoreFailure && isPassing(error.cause)) return { next: 'LEAVE' };
  if (error instanceof StoreFailure && isSlow(error.cause)) {
    return {
      next: 'RETRY',
      code: 'INTERNAL',
      error: 'The database is too slow: the log has the details',
      awayMs: null,
    };
  }
  return { next: 'FAIL', code: 'INTERNAL', error: 'Internal error: the log has the details' };
}

/** Is it the database that is away, or busy with itself: a conflict of two transactions (40)? */
export function isPassing(error: unknown): boolean {
  return isAway(error) || /^40/.test(String((error as { code?: unknown } | null)?.code));
}

/** It answers, but gave up on a statement (57014), a lock (55P03) or an idle transaction (25P03) after waiting for long. */
function isSlow(error: unknown): boolean {
  return /^(57014|55P03|25P0[234])$/.test(String((error as { code?: unknown }).code));
}

export interface BackOff {
  /** After the first failure; doubled with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** A longer time to stay away than this is not believed. */
  readonly awayMaxMs: number;
  /** Failures in a row after which a run is given up. */
  readonly failuresMax: number;
}

/** Random around `ms`, so that many shops that failed together do not come back together. */
export function jitter(ms: number, share = 0.1): number {
  return Math.round(ms * (1 - share + 2 * share * Math.random()));
}

/** How long to wait after so many failures in a row. */
export function backOffMs(failures: number, { firstMs, maxMs }: Pick<BackOff, 'firstMs' | 'maxMs'>): number {
  return jitter(Math.min(firstMs * 2 ** Math.max(failures - 1, 0), maxMs), 0.25);
}
