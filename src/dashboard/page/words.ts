// Figures and times in the viewer’s own locale and time zone; words in the page’s English.
import type { Amount } from './currency.js';

const locale = navigator.language;
export const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const money = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency} ${options.notation ?? ''}`;
  let format = money.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency, ...options });
    money.set(key, format);
  }
  return format;
}

/** Exact: the amount is decimal text and never becomes a binary fraction. */
export const moneyText = ({ amount, currency }: Amount) => moneyFormat(currency, {}).format(amount as `${number}`);

/** For axes: `€12K`. */
export const shortMoney = (value: number, currency: string) =>
  moneyFormat(currency, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);

const counts = new Intl.NumberFormat(locale);
export const countText = (value: number) => counts.format(value);
const shortCounts = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
export const shortCount = (value: number) => shortCounts.format(value);
const averages = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const averageText = (value: number) => averages.format(value);
const percents = new Intl.NumberFormat(locale, {
  style: 'percent',
  signDisplay: 'exceptZero',
  maximumFractionDigits: 0,
});
export const changeText = (ratio: number) => percents.format(ratio);

const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
/** Date and time in the viewer's time zone. */
export const momentText = (instant: string) => moments.format(new Date(instant));
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
export const clockText = (at: Date) => clock.format(at);

const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const shortDays = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const shortMonths = new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' });

/** A calendar day (`2026-03-14`) or month (`2026-03`): no time zone may move it. */
export function periodText(name: string): string {
  return name.length === 7 ? months.format(new Date(`${name}-01`)) : days.format(new Date(name));
}

export const shortDay = (at: Date) => shortDays.format(at);
export const shortMonth = (at: Date) => shortMonths.format(at);

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `3 hours ago`, `in 2 days`. */
export function agoText(instant: string, now: number): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (Math.abs(seconds) < 10) return 'just now';
  const [unit, size] = units.find(([, one]) => Math.abs(seconds) >= one) ?? units[3];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** A length of time in its largest unit: `5 min`. */
export function lengthText(seconds: number): string {
  const [unit, size] = units.find(([, one]) => seconds >= one) ?? units[3];
  const format = new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'short' });
  return format.format(Math.floor(seconds / size));
}

const regions = new Intl.DisplayNames('en', { type: 'region' });
export const countryText = (country: string) => regions.of(country) ?? country;

const marketplaces: Readonly<Record<string, string>> = {
  BOL: 'bol.com',
  OTTO: 'OTTO',
  SKUBANA: 'Skubana',
  FEED: 'Order feed',
  DIRECT: 'Direct',
};
export const marketplaceText = (code: string) => marketplaces[code] ?? code;

/** `ORDERS` → `Orders`. */
export const wordOf = (code: string) => {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** `1 order`, `2 orders`. */
export const some = (count: number, word: string) => `${countText(count)} ${word}${count === 1 ? '' : 's'}`;

/** Where figures and dates are stated to be from. */
export const localeText = () => {
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(locale) ?? locale;
  return `${name} notation, time zone ${timeZone}`;
};
