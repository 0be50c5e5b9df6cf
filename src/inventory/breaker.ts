/** When a service that fails is left alone, and for how long. */
export interface Fuse {
  /** Failures in a row after which nothing is sent. */
  readonly failuresMax: number;
  /** How long nothing is sent then; twice as long after each probe that fails, up to `openMaxMs`. */
  readonly openMs: number;
  readonly openMaxMs: number;
}

/** What a request was sent under. One that ends after the breaker has moved on says nothing any more. */
type Ticket = number;

/**
 * A circuit breaker. Closed: everything passes. Open, after too many failures in a row: nothing does, and whoever asks is told
 * so at once. Half open, when the time is over: one request passes, and decides.
 */
export class Breaker {
  private failures = 0;
  private openForMs: number;
  private openUntil: number | null = null;
  private probing = false;
  /** Another one begins whenever it opens: what is still under way then is no probe. */
  private round: Ticket = 0;

  constructor(private readonly fuse: Fuse) {
    this.openForMs = fuse.openMs;
  }

  get state(): 'CLOSED' | 'OPEN' | 'HALF_OPEN' {
    if (this.openUntil === null) return 'CLOSED';
    return performance.now() < this.openUntil ? 'OPEN' : 'HALF_OPEN';
  }

  /** May a request be sent now? Null: no. Its ticket must be handed to `succeeded`, `failed` or `left`. */
  pass(): Ticket | null {
    if (this.state === 'CLOSED') return this.round;
    if (this.state === 'OPEN' || this.probing) return null;
    this.probing = true;
    return this.round;
  }

  succeeded(ticket: Ticket): void {
    if (ticket !== this.round) return;
    this.failures = 0;
    this.openForMs = this.fuse.openMs;
    this.openUntil = null;
    this.probing = false;
  }

  failed(ticket: Ticket): void {
    if (ticket !== this.round) return;
    this.failures += 1;
    if (this.failures < this.fuse.failuresMax) return;
    if (this.openUntil !== null) this.openForMs = Math.min(this.openForMs * 2, this.fuse.openMaxMs);
    this.openUntil = performance.now() + this.openForMs;
    this.probing = false;
    this.round += 1;
  }

  /** Whoever asked waits no longer: nobody knows how it would have ended. */
  left(ticket: Ticket): void {
    if (ticket === this.round) this.probing = false;
  }
}
