import type { Token } from '../commerce/marketplace.js';
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
  readonly renewAt: number;
  readonly diesAt: number;
}

/**
 * A token is renewed in the last twentieth of its life, at most 30 s before its end, while it still serves: early enough
 * for a slow answer, late enough that a run costs no more tokens than lifetimes. (A token that dies on the way is
 * answered by 401, and `instead` repairs that.)
 */
export function renewalLeadMs(lifeMs: number): number {
  return Math.min(30_000, lifeMs / 20);
}

/** After a renewal failed while the old token still lives, so long no other is tried. */
const renewalPauseMs = 5_000;

/** `fetch` must not depend on one caller's signal: its outcome belongs to all who wait. */
export function openTokens(
  fetch: (meter: Meter) => Promise<Token>,
  now: () => number = () => performance.now(),
): Tokens {
  let held: Held | null = null;
  let flight: Promise<Held> | null = null;
  let pausedUntil = 0;

  const renew = (meter: Meter): Promise<Held> => {
    flight ??= fetch(meter)
      .then((token) => {
        const lifeMs = token.expiresInSeconds * 1_000;
        const diesAt = now() + lifeMs;
        held = { value: token.value, diesAt, renewAt: diesAt - renewalLeadMs(lifeMs) };
        return held;
      })
      .finally(() => {
        flight = null;
      });
    return flight;
  };

  return {
    async current(meter, signal) {
      const at = now();
      if (!held || at >= held.diesAt) return (await unlessAborted(renew(meter), signal)).value;
      if (at >= held.renewAt && at >= pausedUntil && !flight) {
        // the failure is met again, by someone who waits for it, once the old token is dead
        renew(meter).catch(() => {
          pausedUntil = now() + renewalPauseMs;
        });
      }
      return held.value;
    },
    async instead(refused, meter, signal) {
      if (held && held.value !== refused && !flight) return held.value;
      return (await unlessAborted(renew(meter), signal)).value;
    },
  };
}
