/** A rate limit as the pretend marketplace enforces it, per key (partner, IP address). */
export interface RateLimit {
  readonly name: string;
  readonly requests: number;
  readonly windowMs: number;
}

/**
 * Arrivals jitter: requests sent exactly a window apart may arrive a little closer on a busy machine. A window is
 * taken as this share shorter, so that a client which keeps the limit is never told otherwise.
 */
const arrivalJitter = 0.05;

/** Counts what was let through in any window, not per calendar second: the stricter of the two readings of "20/s". */
export class Limiter {
  private readonly arrivals = new Map<string, number[]>();
  private most = 0;

  constructor(private readonly limit: RateLimit) {}

  /** The most requests that were let through within one window. */
  get peak(): number {
    return this.most;
  }

  /** Lets a request of this key through, or says how many ms it came too early. */
  admit(key: string, now: number): { ok: true } | { ok: false; waitMs: number } {
    const windowMs = this.limit.windowMs * (1 - arrivalJitter);
    const times = this.arrivals.get(key) ?? [];
    while (times.length && (times[0] as number) <= now - windowMs) times.shift();
    if (times.length >= this.limit.requests) return { ok: false, waitMs: (times[0] as number) + windowMs - now };
    times.push(now);
    this.arrivals.set(key, times);
    if (times.length > this.most) this.most = times.length;
    return { ok: true };
  }
}
