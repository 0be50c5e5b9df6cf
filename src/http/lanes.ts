import pThrottle from 'p-throttle';
import type { Lane } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import type { Meter } from './meter.js';

/** A marketplace's rate limits, kept for one account: every attempt passes its lane before it is sent. */
export interface Lanes {
  /** Resolves when the request (`GET /v4/orders`) may be sent. Rejects when the lane is full, aborted or closed. */
  pass(request: string, meter: Meter, signal: AbortSignal): Promise<void>;
  /** Nothing passes the request's lane for this long: the source said that we are too fast. */
  hold(request: string, forMs: number): void;
  /** The window of the request's lane: how long after a 429 the source has certainly forgotten us. */
  windowMsOf(request: string): number;
  close(reason: Error): void;
}

/** `rateScale` multiplies the documented figures, for a sandbox that allows more. */
export function openLanes(lanes: readonly Lane[], rateScale = 1): Lanes {
  const queues = lanes.map((lane) => new LaneQueue(lane, rateScale));
  const queueOf = (request: string): LaneQueue => {
    const queue = queues.find(({ lane }) => lane.pattern.test(request));
    if (!queue) throw new Error(`no lane covers ${request}`);
    return queue;
  };
  return {
    pass: (request, meter, signal) => queueOf(request).pass(request, meter, signal),
    hold: (request, forMs) => queueOf(request).hold(forMs),
    windowMsOf: (request) => queueOf(request).lane.windowMs,
    close: (reason) => {
      for (const queue of queues) queue.close(reason);
    },
  };
}

/** Requests do not all take the same time to arrive: so much longer than a window is waited for. */
const margin = 0.005;

interface Waiter {
  readonly release: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * One lane: p-throttle gives out slots, waiters are served first come, first served. Slots and waiters are kept apart so
 * that a waiter who gives up costs no slot, and so that a held lane can keep its order.
 */
class LaneQueue {
  private readonly waiters: Waiter[] = [];
  private readonly closing = new AbortController();
  private readonly takeSlot: () => Promise<void>;
  /** Requests that a slot lets through: 1 at the documented rates. */
  private readonly share: number;
  private readonly windowMs: number;
  private readonly perWindow: number;
  /** When the last requests were sent, at least a window's worth of them. */
  private readonly passed: { at: number }[] = [];
  private credit = 0;
  private slotsAsked = 0;
  private heldUntil = 0;
  private holding: NodeJS.Timeout | null = null;
  private readonly delayed = new Set<NodeJS.Timeout>();

  constructor(
    readonly lane: Lane,
    rateScale: number,
  ) {
    const { slots, windowMs, share } = slotsFor(lane, rateScale);
    this.share = share;
    this.windowMs = windowMs;
    this.perWindow = Math.max(1, Math.floor(slots * share + 1e-6));
    const throttle = pThrottle({ limit: slots, interval: windowMs, strict: true, signal: this.closing.signal });
    this.takeSlot = throttle(async () => this.serve());
  }

  async pass(request: string, meter: Meter, signal: AbortSignal): Promise<void> {
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
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const settled = () => signal.removeEventListener('abort', leave);
      const waiter: Waiter = {
        release: () => {
          settled();
          resolve();
        },
        refuse: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.askForSlots();
      waited = this.waiters.includes(waiter);
    }).finally(() => {
      if (waited) meter.throttledMs += performance.now() - since;
    });
  }

  hold(forMs: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + forMs);
  }

  close(reason: Error): void {
    if (this.holding) clearTimeout(this.holding);
    for (const timer of this.delayed) clearTimeout(timer);
    this.closing.abort(reason);
    for (const waiter of this.waiters.splice(0)) waiter.refuse(reason);
  }

  private askForSlots(): void {
    if (this.holding || this.closing.signal.aborted) return;
    const held = this.heldUntil - performance.now();
    if (held > 0) {
      this.holding = setTimeout(() => {
        this.holding = null;
        this.askForSlots();
      }, held);
      return;
    }
    while (this.credit + this.slotsAsked * this.share < this.waiters.length) {
      this.slotsAsked++;
      // rejected only when the lane is closed, and then every waiter is told by close()
      this.takeSlot().catch(() => undefined);
    }
  }

  /** A slot came up. */
  private serve(): void {
    const earlyBy = this.earlyBy();
    if (earlyBy > 0) {
      const timer = setTimeout(() => {
        this.delayed.delete(timer);
        this.serve();
      }, Math.ceil(earlyBy));
      this.delayed.add(timer);
      return;
    }
    this.slotsAsked--;
    if (this.heldUntil <= performance.now()) this.letThrough();
    this.askForSlots();
  }

  /**
   * p-throttle plans slots ahead and does not move them when one comes late: after a busy event loop, a late one and a
   * punctual one a window later would stand too close. So what was really let through is looked at once more.
   */
  private earlyBy(): number {
    const next = Math.max(1, Math.min(Math.floor(this.credit + this.share), this.waiters.length));
    const before = this.passed[this.passed.length - this.perWindow + next - 1];
    return before === undefined ? 0 : before.at + this.windowMs * (1 + margin) - performance.now();
  }

  private letThrough(): void {
    // what a slot leaves over is kept up to one request: a share of 1.6 lets through 1, 2, 1, 2, 2
    this.credit = Math.min(this.credit, 1) + this.share;
    while (this.credit >= 1 && this.waiters.length) {
      this.credit -= 1;
      const sent = { at: performance.now() };
      this.passed.push(sent);
      this.waiters.shift()?.release();
      // it leaves when the event loop gets round to it, and on a busy machine that is later: the window begins there
      setImmediate(() => {
        sent.at = performance.now();
      });
    }
    this.credit %= 1;
    if (this.passed.length > 4 * this.perWindow) this.passed.splice(0, 2 * this.perWindow);
  }
}

/** Timers have a grain of 1 ms and come late under load: above this rate a slot lets several requests through. */
const slotsPerSecondMax = 500;

/**
 * The slots that p-throttle gives out per window. It spaces them by whole milliseconds, so that 140 slots in 1,000 ms
 * would become 125; only counts whose rounded spacing still fits into the window are used, and each slot then lets
 * `share` requests through.
 */
export function slotsFor(lane: Lane, rateScale: number): { slots: number; windowMs: number; share: number } {
  const requests = lane.requests * rateScale;
  if (requests < 1) return { slots: 1, windowMs: Math.ceil(lane.windowMs / requests), share: 1 };
  const fits = (slots: number) => (slots - 1) * Math.ceil(lane.windowMs / slots) < lane.windowMs;
  let slots = Math.max(1, Math.floor(Math.min(requests, (slotsPerSecondMax * lane.windowMs) / 1_000)));
  while (!fits(slots)) slots--;
  return { slots, windowMs: lane.windowMs, share: requests / slots };
}
