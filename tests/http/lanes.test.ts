import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/commerce/marketplace.js';
import { openLanes } from '../../src/http/lanes.js';
import { slotsFor } from '../../src/http/limit.js';
import { newMeter } from '../../src/http/meter.js';

const lane: Lane = { name: 'all', pattern: /./, requests: 20, windowMs: 1_000, queueMax: 500, source: 'test' };
const signal = new AbortController().signal;
setMaxListeners(0, signal);

/** Sends `count` requests through the lane, all at once; the times in ms at which each was let through. */
async function passAll(lanes: ReturnType<typeof openLanes>, count: number, meter = newMeter()): Promise<number[]> {
  const start = performance.now();
  return Promise.all(
    Array.from({ length: count }, async () => {
      const passing = await lanes.pass('GET /x', meter, signal);
      passing.sent();
      passing.answered(new Headers());
      return performance.now() - start;
    }),
  );
}

/** The most that was let through in any window of this length. */
const busiest = (times: readonly number[], windowMs: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

describe('a lane', () => {
  it('lets through what is documented in any window, and hardly less over time', async () => {
    const meter = newMeter();
    const times = await passAll(openLanes([lane]), 100, meter);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // looked at from outside, a little later than it happened: 5 % are forgiven
    expect(busiest(times, 950)).toBeLessThanOrEqual(20);
    // 100 ÷ 20/s = 5 s, the first 20 at once; a machine under load may come late, but not by half a window
    expect(times.at(-1)).toBeLessThan(5_450);
    expect(times.at(-1)).toBeGreaterThanOrEqual(3_900);
    expect(meter.throttledMs).toBeGreaterThan(100_000);
    expect(meter.requests).toBe(0);
  });

  it('keeps the window after the event loop was blocked', async () => {
    const lanes = openLanes([{ ...lane, windowMs: 300 }]);
    const blocked = setInterval(() => {
      const until = performance.now() + 70;
      while (performance.now() < until);
    }, 170);
    // the first burst is let through before anybody can look at the clock
    const times = (await passAll(lanes, 120)).slice(20);
    clearInterval(blocked);
    // without a second look the gaps shrink by what the loop was blocked: 70 ms
    expect(busiest(times, 285)).toBeLessThanOrEqual(20);
  });

  it('keeps a window and a little more between requests, and hardly loses by it', async () => {
    const times = await passAll(openLanes([{ ...lane, windowMs: 200 }]), 400);
    const gaps = times.slice(20).map((at, index) => at - (times[index] as number));
    // a waiter learns of its turn a moment later than it was given
    expect(gaps.filter((gap) => gap < 200).length).toBeLessThan(gaps.length / 20);
    // 20 windows, of which the first is free
    expect(times.at(-1)).toBeLessThan(20 * 200 * 1.25);
  });

  it('planned slots add up to the rate, at every scale', () => {
    for (const scale of [0.01, 0.05, 0.5, 1, 1.3, 2, 3, 7, 20, 25, 50, 77, 100, 1_000]) {
      const { count, windowMs, share } = slotsFor({ ...lane, requests: lane.requests * scale });
      expect((count * share * 1_000) / windowMs / (20 * scale)).toBeCloseTo(1, 2);
      // p-throttle's spacing in whole ms must not stretch the window
      expect((count - 1) * Math.ceil(windowMs / count)).toBeLessThan(windowMs);
      expect((count * 1_000) / windowMs).toBeLessThanOrEqual(500);
    }
  });

  it('at a hundred times the rate several pass per slot', async () => {
    const times = await passAll(openLanes([{ ...lane, queueMax: 5_000 }], 100), 3_000);
    expect(busiest(times, 950)).toBeLessThanOrEqual(2_000);
    expect(times.at(-1)).toBeLessThan(3_000);
  });

  it('is bounded, and says so', async () => {
    const lanes = openLanes([{ ...lane, requests: 1, queueMax: 3 }]);
    const waiting = passAll(lanes, 4).catch(() => undefined);
    await expect(lanes.pass('GET /y', newMeter(), signal)).rejects.toMatchObject({
      failure: 'RATE_LIMITED',
      message: 'GET /y was not sent: 3 requests already wait in the lane "all"',
    });
    lanes.close(new Error('closed'));
    await waiting;
    await expect(lanes.pass('GET /y', newMeter(), signal)).rejects.toThrow('closed');
  });

  it('a waiter who gives up leaves at once and costs nobody a slot', async () => {
    const lanes = openLanes([{ ...lane, requests: 1, windowMs: 300 }]);
    await passAll(lanes, 1);
    const hasty = new AbortController();
    const given = Array.from({ length: 5 }, () => lanes.pass('GET /x', newMeter(), hasty.signal));
    const last = passAll(lanes, 1);
    hasty.abort(new Error('no time'));
    for (const outcome of await Promise.allSettled(given)) expect(outcome.status).toBe('rejected');
    expect((await last)[0]).toBeLessThan(1_500);
    lanes.close(new Error('closed'));
  });

  it('the first pattern that matches serves; held, it lets nothing pass, its neighbour does', async () => {
    const lanes = openLanes([{ ...lane, name: 'token', pattern: /^POST \/token$/ }, lane]);
    lanes.hold('GET /x', 1_000);
    const start = performance.now();
    await lanes.pass('POST /token', newMeter(), signal);
    expect(performance.now() - start).toBeLessThan(900);
    expect((await passAll(lanes, 1))[0]).toBeGreaterThan(100);
  });
});
