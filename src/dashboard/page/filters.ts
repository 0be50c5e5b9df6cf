// What the page shows: kept in its address, so that a view can be bookmarked and sent to a colleague.

/** The last days until today, or calendar days from … to, both included; days of the viewer's own time zone. */
export type Range = { readonly days: number } | { readonly from: string; readonly to: string };

export interface Filters {
  readonly range: Range;
  /** A shop's id; null: all. */
  readonly shop: string | null;
  readonly marketplace: string | null;
  /** ISO 3166-1 alpha-2; null: all. Narrows the popular SKUs only. */
  readonly country: string | null;
  /** Whose amounts are shown; null: the one with most units. */
  readonly currency: string | null;
  readonly metric: 'revenue' | 'units';
}

export const presets = [7, 30, 90, 365] as const;
const daysDefault = 30;
/** A view of decades would be a table, not a chart. */
const daysMax = 3_660;
const dayMs = 86_400_000;

export function parseFilters(search: string): Filters {
  const given = new URLSearchParams(search);
  return {
    range: rangeIn(given),
    shop: given.get('shop') || null,
    marketplace: matching(given.get('marketplace'), /^[A-Z]{2,20}$/),
    country: matching(given.get('country'), /^[A-Z]{2}$/),
    currency: matching(given.get('currency'), /^[A-Z]{3}$/),
    metric: given.get('metric') === 'units' ? 'units' : 'revenue',
  };
}

/** Without a shop or a marketplace that nobody has: an address may be older than the shops. The same value when all are there. */
export function fitting(
  filters: Filters,
  shops: readonly { readonly id: string; readonly marketplace: string }[],
): Filters {
  const { shop, marketplace } = filters;
  const isShop = !shop || shops.some(({ id }) => id === shop);
  const isMarketplace = !marketplace || shops.some((one) => one.marketplace === marketplace);
  if (isShop && isMarketplace) return filters;
  return { ...filters, shop: isShop ? shop : null, marketplace: isMarketplace ? marketplace : null };
}

const matching = (text: string | null, pattern: RegExp) => (text && pattern.test(text) ? text : null);

function rangeIn(given: URLSearchParams): Range {
  const [from, to] = [given.get('from'), given.get('to')];
  if (from && to && isRange(from, to)) return { from, to };
  const days = Number(given.get('days'));
  return { days: presets.some((one) => one === days) ? days : daysDefault };
}

/** Two days of the calendar, in order, and not decades apart. */
export function isRange(from: string, to: string): boolean {
  const count = (instantOf(to) - instantOf(from)) / dayMs + 1;
  return count >= 1 && count <= daysMax;
}

/** UTC midnight of `YYYY-MM-DD`; NaN for what is no day: 30 February. */
function instantOf(day: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== day ? Number.NaN : instant;
}

/** What stands in the address; what is as usual is left out. */
export function filtersQuery({ range, ...filters }: Filters): string {
  const query = new URLSearchParams();
  if ('from' in range) {
    query.set('from', range.from);
    query.set('to', range.to);
  } else if (range.days !== daysDefault) query.set('days', String(range.days));
  for (const name of ['shop', 'marketplace', 'country', 'currency'] as const) {
    const value = filters[name];
    if (value) query.set(name, value);
  }
  if (filters.metric !== 'revenue') query.set('metric', filters.metric);
  const text = query.toString();
  return text ? `?${text}` : '';
}

/** Instants as the API takes them: from inclusive, to exclusive. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Period extends Span {
  /** As many days, right before. */
  readonly before: Span;
  readonly days: number;
  /** The first and the last day, `YYYY-MM-DD`. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** More than a year and a bit is shown by months. */
  readonly unit: 'DAY' | 'MONTH';
}

const daysOfBars = 400;

/** The instants of a range in the viewer's time zone, whose midnights need not be 24 hours apart. */
export function periodOf(range: Range, now: Date): Period {
  const [first, last] = 'from' in range ? [midnight(range.from), midnight(range.to)] : [null, startOf(now)];
  const days = 'days' in range ? range.days : Math.round((last.getTime() - (first as Date).getTime()) / dayMs) + 1;
  const begins = first ?? moved(last, 1 - days);
  const ends = moved(last, 1);
  return {
    from: begins.toISOString(),
    to: ends.toISOString(),
    before: { from: moved(begins, -days).toISOString(), to: begins.toISOString() },
    days,
    firstDay: dayText(begins),
    lastDay: dayText(last),
    unit: days > daysOfBars ? 'MONTH' : 'DAY',
  };
}

function midnight(day: string): Date {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date);
}

const startOf = (now: Date) => new Date(now.getFullYear(), now.getMonth(), now.getDate());
const moved = (date: Date, days: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);

/** The calendar day of an instant in the viewer's time zone: `2026-03-14`. */
export function dayText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Every day, or every month (`2026-03`), from the first to the last, both included. */
export function periodNames(first: string, last: string, unit: Period['unit']): string[] {
  const names: string[] = [];
  const [end, size] = unit === 'DAY' ? [last, 10] : [last.slice(0, 7), 7];
  for (let at = new Date(`${first.slice(0, size)}${unit === 'DAY' ? '' : '-01'}T00:00:00Z`); ; ) {
    const name = at.toISOString().slice(0, size);
    if (name > end) return names;
    names.push(name);
    if (unit === 'DAY') at = new Date(at.getTime() + dayMs);
    else at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
  }
}

/** A part fits into a page as long as one currency is sold in. */
const partDays = 95;

/** A span of days in parts; a span of months is one, as it has few rows and months must not be cut. */
export function partsOf({ from, to, unit }: Pick<Period, 'from' | 'to' | 'unit'>): Span[] {
  const parts: Span[] = [];
  const [first, end] = [Date.parse(from), Date.parse(to)];
  const size = unit === 'DAY' ? partDays * dayMs : end - first;
  for (let at = first; at < end; at += size) {
    parts.push({ from: new Date(at).toISOString(), to: new Date(Math.min(end, at + size)).toISOString() });
  }
  return parts;
}
