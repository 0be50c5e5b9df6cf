import type { FaultRule } from '../sandbox/faults.js';
import type { SandboxModule, SandboxOptions } from '../sandbox/marketplace.js';
import type { Chance } from '../sandbox/random.js';
import { hourMs, minuteMs } from '../sandbox/world.js';
import type { EngineOptions } from '../sync/engine.js';
import { haste } from './stage.js';

const ofStreams = /orders|shipments|returns/;

/** What a fault strikes: one stream's requests, or all there are. */
export const places: readonly RegExp[] = [/orders/, /shipments/, /returns/, /^/];

/**
 * What a round of bad weather may bring. Times are bounded, so that a seed means the same weather on a slow machine.
 * A 404 is not among it: it says that a record is gone, and is believed.
 */
export const weather: readonly ((by: Chance) => FaultRule)[] = [
  (by) => ({ kind: 'TOO_MANY_REQUESTS', times: by.int(3, 25) }),
  () => ({ kind: 'TOO_MANY_REQUESTS', rate: 0.1, times: 5, retryAfterSeconds: 1 }),
  () => ({ kind: 'TOO_MANY_REQUESTS', rate: 0.1, times: 1, retryAfterSeconds: 3_600 }),
  (by) => ({ kind: 'SERVER_ERROR', status: by.pick([500, 502, 503, 504]), times: by.int(1, 20) }),
  () => ({ kind: 'DROP', rate: 0.1, times: 10 }),
  () => ({ kind: 'DROP_MID_BODY', rate: 0.1, times: 10 }),
  () => ({ kind: 'HANG', rate: 0.05, times: 3 }),
  () => ({ kind: 'SLOW_BODY', rate: 0.05, times: 3, ms: 200 }),
  () => ({ kind: 'TRUNCATED_JSON', rate: 0.2, times: 8 }),
  () => ({ kind: 'HTML_200', rate: 0.2, times: 8 }),
  () => ({ kind: 'EMPTY_200', rate: 0.2, times: 8 }),
  // not of the token itself, and not more in a row than a token that is tried by such a request bears: refused twice, credentials
  // are for their owner to replace
  () => ({ kind: 'UNAUTHORIZED', rate: 0.1, times: 2, match: ofStreams }),
  () => ({ kind: 'FORBIDDEN_HTML', rate: 0.05, times: 3 }),
  () => ({ kind: 'DUPLICATE_ENTRIES', rate: 0.5 }),
  () => ({ kind: 'SHIFTED_PAGES', rate: 0.5, times: 30 }),
  () => ({ kind: 'STUCK_CURSOR', rate: 0.3, times: 5 }),
  () => ({ kind: 'MALFORMED_RECORDS', rate: 0.5, times: 5 }),
];

/** Its clock is ours, or runs ahead of it or behind by minutes or days; what its documents leave open is so or otherwise. */
export function worldOf(
  { variants }: Pick<SandboxModule, 'variants'>,
  by: Chance,
  size: { readonly seed: number; readonly orders: number; readonly rateScale: number },
): SandboxOptions & { readonly tokenLifetimeSeconds: number } {
  const skewMs = by.pick([0, -5 * minuteMs, 5 * minuteMs, -40 * minuteMs, 40 * minuteMs, -72 * hourMs, 72 * hourMs]);
  return {
    ...variants?.(by),
    ...size,
    base: new Date(Date.now() + skewMs),
    tokenLifetimeSeconds: by.pick([2, 1_800]),
  };
}

/** How patient an engine is, and how long it works at a time. */
export function timingOf(by: Chance): NonNullable<EngineOptions['timing']> {
  return {
    ...haste,
    sliceMs: by.pick([100, 400, 30_000]),
    backOff: { awayMaxMs: 1_000, firstMs: 20, maxMs: 200, failuresMax: by.pick([3, 100]) },
    patience: { attemptsMax: by.pick([1, 4]), backOffMs: 10, backOffMaxMs: 100, timeoutMs: 300 },
  };
}
