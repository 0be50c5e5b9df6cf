import { dayMs, hourMs } from '../../../sandbox/world.js';

/**
 * Dutch local time by the European rule (in force since 1996), worked out and not looked up: rendering 100,000 dates
 * through Intl takes seconds.
 */
function lastSundayAtOne(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0, 1));
  return last.getTime() - last.getUTCDay() * dayMs;
}

/** Ms that Dutch clocks are ahead of UTC: one hour, in summer two. */
export function dutchOffsetMs(at: number): number {
  const year = new Date(at).getUTCFullYear();
  return at >= lastSundayAtOne(year, 2) && at < lastSundayAtOne(year, 9) ? 2 * hourMs : hourMs;
}

/** `2026-11-15T21:37:05+01:00`; with a fraction where the instant has one. */
export function dutchTime(at: number): string {
  const offset = dutchOffsetMs(at);
  const local = new Date(at + offset).toISOString().slice(0, -1);
  return `${local.endsWith('.000') ? local.slice(0, -4) : local}+0${offset / hourMs}:00`;
}

/** Number of the Dutch calendar day. */
export const dayNumber = (at: number): number => Math.floor((at + dutchOffsetMs(at)) / dayMs);

/** `YYYY-MM-DD` of a day's number. */
export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The number of a `YYYY-MM-DD`; null for what is no day. */
export function dayOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const day = Date.parse(`${text}T00:00:00Z`) / dayMs;
  return Number.isInteger(day) && dayText(day) === text ? day : null;
}

/** When a Dutch day begins. */
export function dayStart(day: number): number {
  const midnight = day * dayMs;
  return midnight - dutchOffsetMs(midnight - dutchOffsetMs(midnight));
}
