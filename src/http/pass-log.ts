import type { LaneUse } from '../commerce/rate-limit.js';

/** A request that was let through. Times are of `performance.now()`. */
export interface Pass {
  sentAt: number;
  /** The source has counted it by then: when its answer came, or what is assumed until it does. */
  countedBy: number;
  /** When its answer came, or it was given up; infinite until then. */
  endedAt: number;
}

/**
 * Until its answer comes, a request is taken to arrive so late, as a share of the window, but at least so many milliseconds:
 * a busy machine is late by tenths of a second, which is nothing in a minute and much in a second. A later answer is not
 * waited for; and as the shortest time there and back is taken off again, a source that is always slow costs no throughput.
 */
const onItsWay = 0.05;
const onItsWayMs = 250;

/** Clocks and timers have grains: so much longer than a window is waited for. */
const grain = 0.001;

/** Answers after which a shortest time is forgotten, since the source may have become slower. */
const fastestOf = 500;

/** Entries of a use that is handed over: so fine is a window resolved, always to the safe side. */
const stepsPerWindow = 100;

/** What a lane let through, in order, for as long as the source may count it. */
export class PassLog {
  private passes: Pass[] = [];

  /** The shortest time between a request and its answer: of the present answers, and of as many before them. */
  private fastestMs = Number.POSITIVE_INFINITY;
  private fastestBeforeMs = Number.POSITIVE_INFINITY;
  private answers = 0;

  constructor(public windowMs: number) {}

  /** A request passes now. */
  add(): Pass {
    this.forget();
    const pass = { sentAt: 0, countedBy: 0, endedAt: Number.POSITIVE_INFINITY };
    this.sent(pass);
    this.passes.push(pass);
    return pass;
  }

  /** It leaves only now. */
  sent(pass: Pass): void {
    pass.sentAt = performance.now();
    pass.countedBy = pass.sentAt + Math.max(this.windowMs * onItsWay, Math.min(onItsWayMs, this.windowMs / 2));
  }

  /** Its answer came. Returns how long that took, in ms. */
  answered(pass: Pass): number {
    const now = performance.now();
    const tookMs = now - pass.sentAt;
    pass.endedAt = now;
    pass.countedBy = Math.min(pass.countedBy, now);
    this.fastestMs = Math.min(tookMs, this.fastestMs);
    if (++this.answers % fastestOf === 0) {
      this.fastestBeforeMs = this.fastestMs;
      this.fastestMs = tookMs;
    }
    return tookMs;
  }

  /** Milliseconds until `next` more may pass, if any window may hold `limit` of them; 0: they may. */
  waitMs(limit: number, next: number): number {
    const before = this.passes[this.passes.length - limit + next - 1];
    return before === undefined ? 0 : Math.max(0, this.freeAt(before) - performance.now());
  }

  /**
   * What leaves then arrives a window later than this one did. The way there and back takes some time at least, which is as
   * good as waited: so a source that answers everything equally late costs no throughput.
   */
  private freeAt({ sentAt, countedBy }: Pass): number {
    const leastMs = Math.min(this.fastestMs, this.fastestBeforeMs);
    return Math.max(sentAt, countedBy - leastMs) + this.windowMs * (1 + grain);
  }

  /** It came to nothing. Whether the source counted it, nobody knows. */
  failed(pass: Pass): void {
    pass.endedAt = performance.now();
  }

  /** How many the source may still have counted when it gave an answer that took so long: rather one too many. */
  countWithin(roundTripMs: number): number {
    const since = performance.now() - this.windowMs * (1 + grain) - roundTripMs;
    const [first, longBefore] = [this.firstSince(since), this.firstSince(since - this.windowMs)];
    const late = this.passes.slice(longBefore, first).filter(({ endedAt }) => endedAt >= since);
    return this.passes.length - first + late.length;
  }

  /** Index of the first that was sent at this moment or later. */
  private firstSince(moment: number): number {
    let [low, high] = [0, this.passes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.passes[middle] as Pass).sentAt < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** For another process. */
  spent(): LaneUse['passed'] {
    const now = performance.now();
    const stepMs = this.windowMs / stepsPerWindow;
    const steps = new Map<number, number>();
    for (const pass of this.passes) {
      const leftMs = this.freeAt(pass) - now;
      if (leftMs <= 0) continue;
      const step = Math.max(0, Math.floor((this.windowMs - leftMs) / stepMs));
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    return [...steps].sort(([a], [b]) => b - a).map(([step, count]) => [Math.round(step * stepMs), count] as const);
  }

  /** Forgets its own and goes on from what another process spent, so long ago. */
  recall(passed: LaneUse['passed'], agoMs: number): void {
    const now = performance.now();
    this.passes = passed.flatMap(([msAgo, count]) => {
      const at = now - agoMs - msAgo;
      return Array.from({ length: count }, () => ({ sentAt: at, countedBy: at, endedAt: at }));
    });
  }

  /** Three windows are kept, for answers that were on their way for long. In batches: a list that gives up its head is copied. */
  private forget(): void {
    const middle = this.passes.length >> 1;
    const half = this.passes[middle];
    if (middle > 32 && half && half.sentAt < performance.now() - 3 * this.windowMs) this.passes.splice(0, middle);
  }
}
