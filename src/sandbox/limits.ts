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
export const arrivalJitter = 0.05;

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

/** What a pretend marketplace's rate limits make of one request. */
export interface Turn {
  readonly ok: boolean;
  /** When it may come again; 0 if it may now. */
  readonly waitMs: number;
  /** The limit that it falls under; null: none. */
  readonly rule: string | null;
  /** What the answer tells of the limit. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Asker {
  readonly method: string;
  readonly path: string;
  readonly ip: string;
  /** Empty where no token is asked for. */
  readonly account: string;
}

/** The rate limits of a pretend marketplace. */
export interface Throttle {
  /** `now` and `lateMs` as for `Limiter.admit`. */
  take(asker: Asker, now: number, lateMs: number): Turn;
  /** The most requests that were let through within one window: of accounts, and of the token endpoint. */
  readonly peaks: { readonly account: number; readonly open: number };
}

/** One limit per account and one per IP address for what needs no token, both over any window. */
export class SlidingThrottle implements Throttle {
  private readonly limiters: { readonly account: Limiter; readonly open: Limiter };

  constructor(private readonly limits: { readonly account: RateLimit; readonly open: RateLimit }) {
    this.limiters = { account: new Limiter(limits.account), open: new Limiter(limits.open) };
  }

  take({ account, ip }: Asker, now: number, lateMs: number): Turn {
    const which = account === '' ? 'open' : 'account';
    const turn = this.limiters[which].admit(account || ip, now, lateMs);
    return { ok: turn.ok, waitMs: turn.ok ? 0 : turn.waitMs, rule: this.limits[which].name };
  }

  get peaks() {
    return { account: this.limiters.account.peak, open: this.limiters.open.peak };
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
