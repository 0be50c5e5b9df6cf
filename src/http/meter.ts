/** What was spent on a marketplace's API while this meter was in use. Plain numbers: read and reset as you like. */
export interface Meter {
  /** Requests sent, token requests and repeated ones included. */
  requests: number;
  /** How many of them repeated a failed one. */
  retries: number;
  /** Waits for a free place in a lane, summed over requests: with several at once this exceeds the time on the clock. */
  throttledMs: number;
}

export function newMeter(): Meter {
  return { requests: 0, retries: 0, throttledMs: 0 };
}
