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

  /**
   * Lets a request of this key through, or says how many ms it came too early. `lateMs`: by how much it may have been
   * here before it was looked at.
   */
  admit(key: string, now: number, lateMs = 0): { ok: true } | { ok: false; waitMs: number } {
    const windowMs = this.limit.windowMs * (1 - arrivalJitter);
    const times = this.arrivals.get(key) ?? [];
    while (times.length && (times[0] as number) <= now - windowMs) times.shift();
    if (times.length >= this.limit.requests) return { ok: false, waitMs: (times[0] as number) + windowMs - now };
    times.push(now - lateMs);
    this.arrivals.set(key, times);
    if (times.length > this.most) this.most = times.length;
    return { ok: true };
  }
}

const beatMs = 10;

/**
 * How late this process looks at what arrives, because it was busy or the machine is: a request that waited here must
 * not seem to have come just now, close to the next one. Returns the question, and the way to stop.
 */
export function watchLateness(): { lateMs: () => number; stop: () => void } {
  let last = performance.now();
  let gap = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    gap = now - last;
    last = now;
  }, beatMs);
  timer.unref();
  return {
    lateMs: () => Math.max(0, gap - beatMs, performance.now() - last - beatMs),
    stop: () => clearInterval(timer),
  };
}
