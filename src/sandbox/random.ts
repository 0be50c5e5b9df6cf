/**
 * Seeded chance: the same seed and keys give the same numbers on every machine, in any order of asking. So a world of
 * 100,000 orders needs no memory for what can be worked out again from an order's number.
 */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** An integer in [from, to]. */
  int(from: number, to: number): number;
  /** True with this probability. */
  is(probability: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** An index into the weights, each as likely as its share of their sum. */
  weighted(weights: readonly number[]): number;
}

/** Mixes numbers into 32 bits (the finalizer of MurmurHash3, one round per key). */
export function hash32(...keys: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const key of keys) {
    hash ^= key >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A stream of chance of its own for these keys (mulberry32). */
export function chance(...keys: readonly number[]): Chance {
  let state = hash32(...keys);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    is: (probability) => next() < probability,
    pick: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
    weighted(weights) {
      let rest = next() * weights.reduce((sum, weight) => sum + weight, 0);
      const found = weights.findIndex((weight) => {
        rest -= weight;
        return rest < 0;
      });
      return found < 0 ? weights.length - 1 : found;
    },
  };
}
