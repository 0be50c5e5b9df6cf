import type { RateHeaders } from '../commerce/marketplace.js';

/** What an answer tells of its lane's limit; null where it is silent or not to be understood. */
export interface Told {
  /** Requests per window. */
  readonly limit: number | null;
  /** Requests left in the present window. */
  readonly remaining: number | null;
  /** Milliseconds until the window ends. */
  readonly resetMs: number | null;
}

export function toldBy(headers: Headers, names: RateHeaders): Told {
  const number = (name: string): number | null => {
    const text = /^\s*(\d{1,9})\s*($|[,;])/.exec(headers.get(name) ?? '')?.[1];
    return text === undefined ? null : Number(text);
  };
  const seconds = number(names.reset);
  return {
    limit: number(names.limit) || null,
    remaining: number(names.remaining),
    // some send a moment since 1970 under such a name: that is no time to wait
    resetMs: seconds === null || seconds > 86_400 ? null : seconds * 1_000,
  };
}

interface Count {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the source's window ends. */
  readonly resetMs: number;
  /** Requests of ours that the source may have counted when it answered. */
  readonly ours: number;
  /** Requests of ours without an answer yet: counted or not, nobody knows. */
  readonly underWay: number;
}

/**
 * What may still be sent where others use the account too, or the source's window is longer than we think. As long as our own
 * requests explain what the source counted, it says nothing and the lane's own window is enough: `remaining` reaches zero in
 * every window of a lane that is used well, and to wait for its end each time would cost throughput.
 */
export class Allowance {
  private left = Number.POSITIVE_INFINITY;
  private lowest = Number.POSITIVE_INFINITY;
  private until = 0;
  /** A single request is on its way to ask how things stand. */
  private asking = false;

  /** Milliseconds until a request may pass; infinite while one that passed before must first be answered. */
  waitMs(): number {
    const now = performance.now();
    if (this.left > 0 && now >= this.until) this.free();
    if (this.left > 0) return 0;
    return this.asking ? Number.POSITIVE_INFINITY : Math.max(0, this.until - now);
  }

  /** Milliseconds for which nothing may pass, as far as that is known. */
  heldMs(): number {
    return this.left > 0 ? 0 : Math.max(0, this.until - performance.now());
  }

  /** A request passes. True: it goes alone, after a window in which nothing was left, to ask how things stand. */
  take(): boolean {
    if (this.left > 0) this.left--;
    else this.asking = true;
    return this.asking;
  }

  /** A request came to nothing. */
  unanswered(asked: boolean): void {
    if (asked) this.asking = false;
  }

  /** An answer came; null: it does not tell. */
  answered(asked: boolean, count: Count | null): void {
    if (asked) this.free();
    if (!count || count.limit - count.remaining <= count.ours) return;
    const now = performance.now();
    // answers overtake each other: the one with the least left is the newest of a window
    if (now < this.until && count.remaining > this.lowest) return;
    this.lowest = count.remaining;
    this.left = Math.max(0, count.remaining - count.underWay);
    this.until = now + count.resetMs;
  }

  private free(): void {
    this.left = Number.POSITIVE_INFINITY;
    this.lowest = Number.POSITIVE_INFINITY;
    this.until = 0;
    this.asking = false;
  }
}
