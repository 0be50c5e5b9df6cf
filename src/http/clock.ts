/** A marketplace's clock, as its answers tell it. */
export interface TheirClock {
  /** False until an answer told the time. */
  readonly isKnown: boolean;
  /**
   * The time by their clock, in ms since 1970. Never ahead of it by more than clocks drift between two answers: the header
   * drops the fraction of its second, and the answer was some time on its way. Ours, before the first answer.
   */
  now(): number;
  learn(headers: Headers): void;
}

export function newClock(ours: () => number = Date.now): TheirClock {
  let offset: number | null = null;
  return {
    get isKnown() {
      return offset !== null;
    },
    now: () => ours() + (offset ?? 0),
    learn(headers) {
      const theirs = dateOf(headers);
      if (theirs !== null) offset = theirs - ours();
    },
  };
}

/** When the answer was given, by the clock of who gave it; null when it does not say. */
export function dateOf(headers: Headers): number | null {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? null : at;
}
