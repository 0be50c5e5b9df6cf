/*
 * What is known of a shop's rate limits besides the documented figures, by the name of the lane. Plain data: it is stored with
 * the shop, so that the next process which works it goes on where this one stopped.
 */

/** A limit that somebody set for a shop instead of the documented one: absolute, no rate scale applies to it. */
export interface ConfiguredLimit {
  /** Requests in any window. */
  readonly requests: number;
  /** Milliseconds; null: the documented window. */
  readonly windowMs: number | null;
}

export type ConfiguredLimits = Readonly<Record<string, ConfiguredLimit>>;

/** The limit that the marketplace's answers told last. */
export interface ObservedLimit {
  /** Requests in a window of the lane. */
  readonly requests: number;
  /** When it was told last, ISO 8601. */
  readonly at: string;
}

export type ObservedLimits = Readonly<Record<string, ObservedLimit>>;

/** What a lane let through within its window. */
export interface LaneUse {
  /** How many, and how many milliseconds ago, the oldest first. */
  readonly passed: readonly (readonly [msAgo: number, count: number])[];
  /** Milliseconds for which nothing more may pass; 0: it may. */
  readonly heldMs: number;
}

export type LanesUse = Readonly<Record<string, LaneUse>>;
