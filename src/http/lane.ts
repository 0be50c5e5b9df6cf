import pThrottle from 'p-throttle';
import type { Lane, RateHeaders } from '../commerce/marketplace.js';
import type { ConfiguredLimit, LaneUse, ObservedLimit } from '../commerce/rate-limit.js';
import { HttpFailure } from '../errors.js';
import { Allowance, type Told, toldBy } from './allowance.js';
import { limitOf, type Slots, slotsFor } from './limit.js';
import type { Meter } from './meter.js';
import { PassLog } from './pass-log.js';

/** A request that may be sent. */
export interface Passing {
  /** It leaves now: say so where something came in between. */
  sent(): void;
  /** Its answer came; null: it came to nothing. To be called once, whatever happens. */
  answered(headers: Headers | null): void;
}

interface Waiter {
  readonly release: (passing: Passing) => void;
  readonly refuse: (reason: unknown) => void;
}

/** However long a source says that its window lasts, so soon one request asks again. */
const holdMaxMs = 60_000;

/**
 * One lane: p-throttle gives out slots, waiters are served first come, first served. Slots and waiters are kept apart so
 * that a waiter who gives up costs no slot, and so that a held lane can keep its order. A slot only paces: what passes is
 * decided by the log of what passed, which outlives a change of the limit and the process.
 */
export class LaneQueue {
  private readonly waiters: Waiter[] = [];
  private readonly closing = new AbortController();
  private readonly log: PassLog;
  private readonly allowance = new Allowance();
  private slots: Slots;
  private throttle: { take: () => Promise<void>; end: AbortController };
  /** Slots that were asked for and not used, and how many of them are there. */
  private slotsAsked = 0;
  private slotsReady = 0;
  private credit = 0;
  private underWay = 0;
  private heldUntil = 0;
  private timer: NodeJS.Timeout | null = null;
  private configured: ConfiguredLimit | null = null;
  private told: { requests: number; at: number } | null = null;

  constructor(
    readonly lane: Lane,
    private readonly rateScale: number,
    private readonly headers: RateHeaders | null,
  ) {
    this.slots = slotsFor(limitOf(lane, rateScale, null, null));
    this.log = new PassLog(this.slots.windowMs);
    this.throttle = this.newThrottle();
  }

  get windowMs(): number {
    return this.slots.windowMs;
  }

  async pass(request: string, meter: Meter, signal: AbortSignal): Promise<Passing> {
    signal.throwIfAborted();
    this.closing.signal.throwIfAborted();
    if (this.waiters.length >= this.lane.queueMax) {
      throw new HttpFailure(
        'RATE_LIMITED',
        `${request} was not sent: ${this.lane.queueMax} requests already wait in the lane "${this.lane.name}"`,
      );
    }
    const since = performance.now();
    let waited = false;
    return new Promise<Passing>((resolve, reject) => {
      const leave = () => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const settled = () => signal.removeEventListener('abort', leave);
      const waiter: Waiter = {
        release: (passing) => {
          settled();
          resolve(passing);
        },
        refuse: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.askForSlots();
      this.serve();
      waited = this.waiters.includes(waiter);
    }).finally(() => {
      if (waited) meter.throttledMs += performance.now() - since;
    });
  }

  hold(forMs: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + forMs);
  }

  /** What somebody set for the shop; null: the documented limit. */
  configure(configured: ConfiguredLimit | null): void {
    this.configured = configured;
    this.tune();
  }

  spent(): LaneUse {
    const heldMs = Math.min(holdMaxMs, Math.max(this.heldUntil - performance.now(), this.allowance.heldMs(), 0));
    return { passed: this.log.spent(), heldMs: Math.round(heldMs) };
  }

  /** Another process worked the shop until so long ago. */
  recall(use: LaneUse, agoMs: number): void {
    this.log.recall(use.passed, agoMs);
    if (use.heldMs > agoMs) this.hold(use.heldMs - agoMs);
  }

  observed(): ObservedLimit | null {
    return this.told && { requests: this.told.requests, at: new Date(this.told.at).toISOString() };
  }

  recallObserved({ requests, at }: ObservedLimit): void {
    if (!this.headers) return;
    this.told = { requests, at: Date.parse(at) };
    this.tune();
  }

  close(reason: Error): void {
    if (this.timer) clearTimeout(this.timer);
    this.closing.abort(reason);
    this.throttle.end.abort(reason);
    for (const waiter of this.waiters.splice(0)) waiter.refuse(reason);
  }

  private newThrottle(): { take: () => Promise<void>; end: AbortController } {
    const end = new AbortController();
    const { count, windowMs } = this.slots;
    const throttled = pThrottle({ limit: count, interval: windowMs, strict: true, signal: end.signal });
    const take = throttled(async () => {
      this.slotsReady++;
      this.serve();
    });
    return { take, end };
  }

  /** Takes up the limit that holds now. Slots that an old throttle planned are given up with it. */
  private tune(): void {
    const limit = limitOf(this.lane, this.rateScale, this.configured, this.told?.requests ?? null);
    const slots = slotsFor(limit);
    const { count, windowMs, perWindow } = this.slots;
    if (slots.count === count && slots.windowMs === windowMs && slots.perWindow === perWindow) return;
    if (this.closing.signal.aborted) return;
    this.throttle.end.abort(new Error('the limit changed'));
    this.slots = slots;
    this.log.windowMs = slots.windowMs;
    this.slotsAsked = 0;
    this.slotsReady = 0;
    this.credit = 0;
    this.throttle = this.newThrottle();
    this.askForSlots();
  }

  private askForSlots(): void {
    if (this.closing.signal.aborted) return;
    while (this.credit + this.slotsAsked * this.slots.share < this.waiters.length) {
      this.slotsAsked++;
      // rejected only when the throttle is given up, and whoever does that sees to the waiters
      this.throttle.take().catch(() => undefined);
    }
  }

  /** Uses the slots that are there, or comes back when one may be used. */
  private serve(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.slotsReady > 0 && this.waiters.length > 0) {
      const waitMs = this.waitMs();
      if (waitMs > 0) {
        if (waitMs < Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.serve(), Math.ceil(waitMs));
        return;
      }
      this.slotsReady--;
      this.slotsAsked--;
      this.letThrough();
    }
  }

  /**
   * p-throttle plans slots ahead and does not move them when one comes late: after a busy event loop, a late one and a
   * punctual one a window later would stand too close. So what was really let through is looked at once more.
   */
  private waitMs(): number {
    const { share, perWindow } = this.slots;
    const next = Math.max(1, Math.min(Math.floor(this.credit + share), this.waiters.length));
    const held = this.heldUntil - performance.now();
    return Math.max(held, this.log.waitMs(perWindow, next), this.allowance.waitMs());
  }

  private letThrough(): void {
    // what a slot leaves over is kept up to one request: a share of 1.6 lets through 1, 2, 1, 2, 2
    this.credit = Math.min(this.credit, 1) + this.slots.share;
    while (this.credit >= 1 && this.waiters.length && this.allowance.waitMs() === 0) {
      this.credit -= 1;
      this.waiters.shift()?.release(this.newPassing());
    }
    this.credit %= 1;
    this.askForSlots();
  }

  private newPassing(): Passing {
    const pass = this.log.add();
    const asks = this.allowance.take();
    this.underWay++;
    return {
      sent: () => this.log.sent(pass),
      answered: (headers) => {
        this.underWay--;
        if (headers) {
          const tookMs = this.log.answered(pass);
          if (this.headers) this.learn(toldBy(headers, this.headers), asks, tookMs);
        } else {
          this.log.failed(pass);
          this.allowance.unanswered(asks);
        }
        this.serve();
      },
    };
  }

  private learn(told: Told, asked: boolean, roundTripMs: number): void {
    const { windowMs, perWindow } = this.slots;
    const resetMs = told.resetMs ?? windowMs;
    // then a higher limit is none for our window, and what we know of our requests explains nothing
    const isLonger = resetMs > windowMs + 1_000;
    if (told.limit !== null && !(isLonger && told.limit > perWindow)) this.learnLimit(told.limit);
    if (told.remaining === null) {
      this.allowance.answered(asked, null);
      return;
    }
    this.allowance.answered(asked, {
      limit: told.limit ?? perWindow,
      remaining: told.remaining,
      // seconds may have been rounded down
      resetMs: Math.min(resetMs + Math.min(1_000, windowMs / 60), Math.max(holdMaxMs, windowMs)),
      ours: isLonger ? 0 : this.log.countWithin(roundTripMs),
      underWay: this.underWay,
    });
  }

  /**
   * A lower figure counts at once, a higher one only when nothing lower was told for a whole window: a lane may serve requests
   * that the source counts by different rules, and answers overtake each other.
   */
  private learnLimit(requests: number): void {
    const now = Date.now();
    if (this.told && requests > this.told.requests && now - this.told.at < this.slots.windowMs) return;
    this.told = { requests, at: now };
    this.tune();
  }
}
