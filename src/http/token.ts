import type { Token } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { unlessAborted } from './abort.js';
import type { Meter } from './meter.js';

/** One account's access token: fetched once for everyone who waits, reused, renewed before it dies. */
export interface Tokens {
  /** A token that is alive as far as we know. The meter is charged if one must be fetched. */
  current(meter: Meter, signal: AbortSignal): Promise<string>;
  /** The source refused this token: the next one, the same for all whose token was refused with it. */
  instead(refused: string, meter: Meter, signal: AbortSignal): Promise<string>;
}

interface Held {
  readonly value: string;
  readonly lifeMs: number;
  readonly renewAt: number;
  readonly diesAt: number;
}

/**
 * A token is renewed in the last sixtieth of its life, at most 10 s before its end, while it still serves: early enough for an
 * answer to come in time. (A token that dies on the way is answered by 401, and `instead` repairs that.)
 */
export function renewalLeadMs(lifeMs: number): number {
  return Math.min(10_000, lifeMs / 60);
}

/** After a renewal failed while the old token still lives, so long no other is tried. */
const renewalPauseMs = 5_000;

/** Where we are shut out, asking again at once for each of the many who wait would be hammering. */
const blockedPauseMs = 10_000;

/** `fetch` must not depend on one caller's signal: its outcome belongs to all who wait. */
export function openTokens(
  fetch: (meter: Meter) => Promise<Token>,
  now: () => number = () => performance.now(),
): Tokens {
  let held: Held | null = null;
  let flight: Promise<Held> | null = null;
  let pausedUntil = 0;
  let blocked: { until: number; error: HttpFailure } | null = null;
  /** Tokens in a row of which each was fetched because the one before came to its end, and since when. */
  let row = { began: 0, count: 0 };

  const keep = (token: Token): Held => {
    const lifeMs = token.expiresInSeconds * 1_000;
    const diesAt = now() + lifeMs;
    if (row.count++ === 0) row.began = now();
    held = { value: token.value, lifeMs, diesAt, renewAt: diesAt - renewalLeadMs(lifeMs) };
    return held;
  };
  const renew = (meter: Meter): Promise<Held> => {
    if (blocked && now() < blocked.until) return Promise.reject(blocked.error);
    flight ??= fetch(meter)
      .then(keep)
      .catch((error: unknown) => {
        if (error instanceof HttpFailure && error.failure === 'BLOCKED') {
          blocked = { until: now() + blockedPauseMs, error };
          pausedUntil = held?.diesAt ?? 0;
        }
        throw error;
      })
      .finally(() => {
        flight = null;
      });
    return flight;
  };
  /**
   * Each early renewal gains a little on the clock. Once that has added up to a lifetime, the next token is fetched only when the
   * old one is dead: so there are never more than lifetimes begun, and one.
   */
  const mayLead = ({ lifeMs }: Held): boolean => row.count <= Math.ceil((now() - row.began) / lifeMs);

  return {
    async current(meter, signal) {
      const at = now();
      if (!held || at >= held.diesAt) return (await unlessAborted(renew(meter), signal)).value;
      if (at >= held.renewAt && at >= pausedUntil && !flight && mayLead(held)) {
        // the failure is met again, by someone who waits for it, once the old token is dead
        renew(meter).catch(() => {
          pausedUntil = Math.max(pausedUntil, now() + renewalPauseMs);
        });
      }
      return held.value;
    },
    async instead(refused, meter, signal) {
      if (held && held.value !== refused && !flight) return held.value;
      // it did not come to its end, so the count begins anew
      if (!flight) row = { began: 0, count: 0 };
      return (await unlessAborted(renew(meter), signal)).value;
    },
  };
}
