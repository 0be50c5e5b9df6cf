import type { Lane } from '../commerce/marketplace.js';
import type { ConfiguredLimit } from '../commerce/rate-limit.js';

export interface Limit {
  /** May be a fraction: 0.5 requests per second are one in two seconds. */
  readonly requests: number;
  readonly windowMs: number;
}

/**
 * What holds: what the marketplace tells, but never more than was configured for the shop; where neither is known, what is
 * documented. `rateScale` multiplies documented figures, while what is told or configured is absolute; below 1 it means
 * "leave room for others", which is true of a told limit as well.
 */
export function limitOf(
  lane: Pick<Lane, 'requests' | 'windowMs'>,
  rateScale: number,
  configured: ConfiguredLimit | null,
  told: number | null,
): Limit {
  const windowMs = configured?.windowMs ?? lane.windowMs;
  if (configured) return { requests: Math.min(configured.requests, told ?? configured.requests), windowMs };
  return { requests: told === null ? lane.requests * rateScale : told * Math.min(1, rateScale), windowMs };
}

/** What p-throttle is to give out. */
export interface Slots {
  /** Per window. */
  readonly count: number;
  readonly windowMs: number;
  /** Requests that a slot lets through: 1 at the documented rates. */
  readonly share: number;
  /** Requests per window, whole ones. */
  readonly perWindow: number;
}

/** Timers have a grain of 1 ms and come late under load: above this rate a slot lets several requests through. */
const slotsPerSecondMax = 500;

/**
 * The slots that p-throttle gives out per window. It spaces them by whole milliseconds, so that 140 slots in 1,000 ms
 * would become 125; only counts whose rounded spacing still fits into the window are used, and each slot then lets
 * `share` requests through.
 */
export function slotsFor({ requests, windowMs }: Limit): Slots {
  if (requests < 1) return { count: 1, windowMs: Math.ceil(windowMs / requests), share: 1, perWindow: 1 };
  const fits = (slots: number) => (slots - 1) * Math.ceil(windowMs / slots) < windowMs;
  let count = Math.max(1, Math.floor(Math.min(requests, (slotsPerSecondMax * windowMs) / 1_000)));
  while (!fits(count)) count--;
  return { count, windowMs, share: requests / count, perWindow: Math.max(1, Math.floor(requests + 1e-6)) };
}
