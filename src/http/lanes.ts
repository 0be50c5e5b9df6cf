import type { Lane, RateHeaders } from '../commerce/marketplace.js';
import type { ConfiguredLimits, LanesUse, LaneUse, ObservedLimit, ObservedLimits } from '../commerce/rate-limit.js';
import { LaneQueue, type Passing } from './lane.js';
import type { Meter } from './meter.js';

/** What is known of an account's lanes by others than this process. Lanes that nobody declares any more are ignored. */
export interface LanesMemory {
  /** Null: not known, or of no interest since this process did it. */
  readonly use: { readonly lanes: LanesUse; readonly agoMs: number } | null;
  readonly observed: ObservedLimits;
}

/** A marketplace's rate limits, kept for one account: every attempt passes its lane before it is sent. */
export interface Lanes {
  /** Resolves when the request (`GET /v4/orders`) may be sent. Rejects when the lane is full, aborted or closed. */
  pass(request: string, meter: Meter, signal: AbortSignal): Promise<Passing>;
  /** Nothing passes the request's lane for this long: the source said that we are too fast. */
  hold(request: string, forMs: number): void;
  /** The window of the request's lane: how long after a 429 the source has certainly forgotten us. */
  windowMsOf(request: string): number;
  /** Limits that somebody set for the shop; lanes that are not named go by what is documented. */
  configure(limits: ConfiguredLimits): void;
  /** Goes on from where another process stopped. */
  recall(memory: LanesMemory): void;
  /** What the next process that works the shop must know. */
  spent(): LanesUse;
  /** Limits that the source told, of the lanes of which it did. */
  observed(): ObservedLimits;
  close(reason: Error): void;
}

/** `rateScale` multiplies the documented figures, for a sandbox that allows more. */
export function openLanes(lanes: readonly Lane[], rateScale = 1, headers: RateHeaders | null = null): Lanes {
  const queues = lanes.map((lane) => new LaneQueue(lane, rateScale, headers));
  const queueOf = (request: string): LaneQueue => {
    const queue = queues.find(({ lane }) => lane.pattern.test(request));
    if (!queue) throw new Error(`no lane covers ${request}`);
    return queue;
  };
  const byName = <T>(read: (queue: LaneQueue) => T | null): Record<string, T> =>
    Object.fromEntries(
      queues.flatMap((queue) => {
        const value = read(queue);
        return value === null ? [] : [[queue.lane.name, value]];
      }),
    );
  return {
    pass: (request, meter, signal) => queueOf(request).pass(request, meter, signal),
    hold: (request, forMs) => queueOf(request).hold(forMs),
    windowMsOf: (request) => queueOf(request).windowMs,
    configure(limits) {
      for (const queue of queues) queue.configure(limits[queue.lane.name] ?? null);
    },
    recall({ use, observed }) {
      for (const queue of queues) {
        const itsUse = use?.lanes[queue.lane.name];
        if (use && itsUse) queue.recall(itsUse, use.agoMs);
        const itsLimit = observed[queue.lane.name];
        if (itsLimit) queue.recallObserved(itsLimit);
      }
    },
    spent: () => byName<LaneUse>((queue) => queue.spent()),
    observed: () => byName<ObservedLimit>((queue) => queue.observed()),
    close: (reason) => {
      for (const queue of queues) queue.close(reason);
    },
  };
}
