import type { Strategy } from './marketplace.js';

/**
 * The first strategy that reaches back over the whole gap; the widest one where none does, or where nothing is held yet
 * (`gapMs` null). They are declared cheapest first, each reaching further than the one before.
 */
export function strategyFor(strategies: readonly [Strategy, ...Strategy[]], gapMs: number | null): Strategy {
  const widest = strategies[strategies.length - 1] as Strategy;
  if (gapMs === null) return widest;
  return strategies.find(({ reachMs }) => reachMs === null || gapMs <= reachMs) ?? widest;
}
