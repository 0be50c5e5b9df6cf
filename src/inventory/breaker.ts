/** When a service that fails is left alone, and for how long. */
export interface Fuse {
  /** Failures in a row after which nothing is sent. */
  readonly failuresMax: number;
  /** How long nothing is sent then; twice as long after each probe that fails, up to `openMaxMs`. */
  readonly openMs: number;
  readonly openMaxMs: number;
}

/**
 * A circuit breaker. Closed: everything passes. Open, after too many failures in a row: nothing does, and whoever asks is told
 * so at once. Half open, when the time is over: one request passes, and decides.
 */
export class Breaker {
  private failures = 0;
  private openForMs: number;
  private openUntil: number | null = null;
  private probing = false;

  constructor(private readonly fuse: Fuse) {
    this.openForMs = fuse.openMs;
  }

  get state(): 'CLOSED' | 'OPEN' | 'HALF_OPEN' {
    if (this.openUntil === null) return 'CLOSED';
    return performance.now() < this.openUntil ? 'OPEN' : 'HALF_OPEN';
  }

  /** May a request be sent now? One that may must be followed by `succeeded` or `failed`. */
  pass(): boolean {
    if (this.state === 'CLOSED') return true;
    if (this.state === 'OPEN' || this.probing) return false;
    this.probing = true;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.openForMs = this.fuse.openMs;
    this.openUntil = null;
    this.probing = false;
  }

  failed(): void {
    this.failures += 1;
    const isProbe = this.openUntil !== null;
    this.probing = false;
    if (this.failures < this.fuse.failuresMax) return;
    if (isProbe) this.openForMs = Math.min(this.openForMs * 2, this.fuse.openMaxMs);
    this.openUntil = performance.now() + this.openForMs;
  }
}
