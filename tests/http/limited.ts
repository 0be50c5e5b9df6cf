import { watchLateness } from '../../src/sandbox/limits.js';
import { json, type Stranger, startStranger } from './stranger.js';

/** What a sliding window forgives, as a share of it: requests that left a window apart arrive a little closer on a busy machine. */
const forgiven = 0.05;

/** How a source counts: windows one after the other from its first request on, or the last `windowMs` at any moment. */
export type Counting = 'FIXED' | 'SLIDING';

export interface LimitedRule {
  readonly counting: Counting;
  requests: number;
  readonly windowMs: number;
  /** Seconds as a whole number, as headers have them. */
  readonly rounding?: 'UP' | 'DOWN';
}

/** A server that keeps one limit for all but its token, tells it in headers and counts whom it refused. */
export interface Limited extends Stranger {
  refused: number;
  served: number;
  readonly rule: LimitedRule;
  /** Another program with the same account. */
  spend(): void;
}

export async function startLimited(
  rule: LimitedRule,
  options: { headers?: boolean; answerAfterMs?: () => number } = {},
): Promise<Limited> {
  // client and server share an event loop: what waited there did not come just now
  const lateness = watchLateness();
  const counted: number[] = [];
  let windowBegan = Number.NEGATIVE_INFINITY;
  const look = (now: number): void => {
    if (rule.counting === 'FIXED' && now - windowBegan >= rule.windowMs) {
      counted.length = 0;
      windowBegan = now - lateness.lateMs();
    }
    while (
      rule.counting === 'SLIDING' &&
      counted.length &&
      (counted[0] as number) <= now - rule.windowMs * (1 - forgiven)
    )
      counted.shift();
  };
  const resetMs = (now: number): number =>
    Math.max(0, (rule.counting === 'FIXED' ? windowBegan : (counted[0] ?? now)) + rule.windowMs - now);
  const round = rule.rounding === 'DOWN' ? Math.floor : Math.ceil;
  const stranger = await startStranger((request, response) => {
    if (request.url === '/token') return json(response, 200, { token: 'x', life: 3_600 });
    const now = performance.now();
    look(now);
    const tooMany = counted.length >= rule.requests;
    if (tooMany) limited.refused++;
    else {
      counted.push(now - lateness.lateMs());
      limited.served++;
    }
    const headers =
      options.headers === false
        ? {}
        : {
            'x-ratelimit-LIMIT': rule.requests,
            'X-RateLimit-Remaining': Math.max(0, rule.requests - counted.length),
            'x-Ratelimit-Reset': round(resetMs(now) / 1_000),
          };
    const answer = () => json(response, tooMany ? 429 : 200, [], headers);
    const lateMs = options.answerAfterMs?.() ?? 0;
    if (lateMs > 0) setTimeout(answer, lateMs);
    else answer();
  });
  const limited: Limited = {
    ...stranger,
    close() {
      lateness.stop();
      return stranger.close();
    },
    rule,
    refused: 0,
    served: 0,
    spend() {
      look(performance.now());
      if (counted.length < rule.requests) counted.push(performance.now());
    },
  };
  return limited;
}
