// Is a shop read as it should be? Pure: what the badge of a shop and of a stream says.
import { isRead, type ShopState } from './groups.js';
import type { Tone } from './parts.js';

export type StreamState = ShopState['streams'][number];

export interface Verdict {
  readonly tone: Tone;
  readonly word: string;
}

/** The same bounds as those of the alerts STREAM_LATE and DATA_AT_RISK: half of the window, a whole period. */
export function streamVerdict(stream: StreamState, now: number, status: ShopState['status'] = 'ACTIVE'): Verdict {
  const { enabled, lastSuccessAt, dueAt, everySeconds, lastError, dataAtRiskAt, windowSeconds, lostSpans } = stream;
  if (!enabled) return { tone: 'calm', word: 'off' };
  if (lostSpans.length) return { tone: 'bad', word: 'time lost' };
  const left = dataAtRiskAt === null ? Number.POSITIVE_INFINITY : secondsUntil(dataAtRiskAt, now);
  if (left < 0) return { tone: 'bad', word: 'losing data' };
  if (lastError !== null) return { tone: 'bad', word: 'fails' };
  if (left < (windowSeconds ?? 0) / 2) return { tone: 'warn', word: 'at risk' };
  // of a shop that is not read the shop says why
  if (status !== 'ACTIVE') return { tone: 'calm', word: 'stopped' };
  if (secondsUntil(dueAt, now) < -everySeconds) return { tone: 'warn', word: 'late' };
  return lastSuccessAt === null ? { tone: 'calm', word: 'not read yet' } : { tone: 'good', word: 'fresh' };
}

const secondsUntil = (instant: string, now: number) => (Date.parse(instant) - now) / 1000;

export function shopVerdict(shop: ShopState, now: number): Verdict {
  const { status, streams } = shop;
  if (status === 'PAUSED') return { tone: 'warn', word: 'paused' };
  if (status === 'NEEDS_CREDENTIALS') return { tone: 'bad', word: 'needs credentials' };
  if (!isRead(shop)) return { tone: 'good', word: 'nothing to read' };
  const all = streams.map((one) => streamVerdict(one, now));
  for (const tone of ['bad', 'warn'] as const) {
    const found = all.find((one) => one.tone === tone);
    if (found) return found;
  }
  if (all.some(({ word }) => word === 'not read yet')) return { tone: 'calm', word: 'not read yet' };
  return { tone: 'good', word: 'fresh' };
}

const order: readonly Tone[] = ['bad', 'warn', 'calm', 'good'];

/** What needs somebody comes first. */
export const byVerdict = (shops: readonly ShopState[], now: number): ShopState[] =>
  shops.toSorted((a, b) => order.indexOf(shopVerdict(a, now).tone) - order.indexOf(shopVerdict(b, now).tone));
