// What reports are asked: which sales, which days, whose days. Checked here, once, with a code and a message for each.
import { Field, ID, InputType } from 'type-graphql';
import { dayAfter, dayBegins, dayIn, isDay, isTimeZone } from '../commerce/day.js';
import { orderList } from '../store/shapes/filters.js';
import { type GroupedList, type GroupedPage, groupedAfter } from '../store/shapes/grouped.js';
import { type Report, type ReportFacts, reportFacts } from '../store/shapes/report-facts.js';
import type { OrdersPage } from '../store/shapes/report-read.js';
import type { DaySpan, SalesDimension, SalesQuestion } from '../store/shapes/sales-sums.js';
import { Marketplace } from './enums.js';
import { ApiError, unknownTimeZone } from './errors.js';
import {
  type ForwardPageArgs,
  invalidCursor,
  listRead,
  pageSize,
  type Range,
  rangeOf,
  shopKeys,
  TimeRange,
} from './page-args.js';
import { DayRange } from './report.js';
import { CountryCode, CurrencyCode } from './scalars.js';

@InputType({ description: 'Which sales: all conditions hold at once. Null asks nothing, an empty list finds nothing.' })
export class ProductSalesWhere {
  @Field(() => [ID], { nullable: true, description: 'Of these shops.' })
  shopIds?: string[] | null;

  @Field(() => [Marketplace], { nullable: true, description: 'Of these marketplaces.' })
  marketplaces?: Marketplace[] | null;

  @Field(() => TimeRange, { nullable: true, description: 'Of orders placed within. Any instants, exactly.' })
  orderedAt?: TimeRange | null;

  @Field(() => DayRange, {
    nullable: true,
    description:
      'Of orders placed on these days of `timeZone`, which must be given then. Together with `orderedAt`: within both.',
  })
  orderedOn?: DayRange | null;

  @Field(() => [CountryCode], { nullable: true, description: 'Shipped to one of these countries.' })
  countries?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of these products.' })
  skus?: string[] | null;

  @Field(() => [CurrencyCode], { nullable: true, description: 'In one of these currencies.' })
  currencies?: string[] | null;
}

/** Of the argument `timeZone` where nothing is grouped by days. */
export const daysZone = 'IANA time zone whose days `where.orderedOn` means, e.g. `Europe/Berlin`.';

interface Asked {
  readonly where?: ProductSalesWhere | null;
  readonly timeZone?: string | null;
  readonly dimensions?: SalesQuestion['dimensions'];
  readonly perSku?: boolean;
  readonly perCurrency?: boolean;
  readonly sentBy?: SalesQuestion['filter']['sentBy'];
}

export interface Question {
  readonly question: SalesQuestion;
  readonly facts: ReportFacts;
}

/** Which sales, whether the roll-up of business days can tell, and what the report says of itself. */
export function questionOf(report: Report, asked: Asked, zones: Readonly<Record<string, string>>): Question {
  const { dimensions = [], perSku = false, perCurrency = false, sentBy = null } = asked;
  const where = asked.where ?? {};
  const zone = zoneOf(asked.timeZone);
  const byTime = dimensions.includes('DAY') || dimensions.includes('MONTH');
  const orderedAt = orderedWithin(where, zone);
  const scope = (where.marketplaces ?? Object.keys(zones)).filter((code) => zones[code]);
  const ownDays = zone !== null && byTime && !scope.every((code) => zones[code] === zone);
  const { shopIds, marketplaces, countries, skus, currencies } = where;
  const question: SalesQuestion = {
    filter: { shopIds: shopKeys(shopIds), marketplaces, countries, skus, currencies, sentBy },
    orderedAt,
    ...(ownDays ? { days: null, edges: [] } : businessDays(orderedAt, scope, zones)),
    zone: ownDays ? zone : null,
    ...{ dimensions, perSku, perCurrency },
  };
  const businessZones = Object.fromEntries(scope.map((code) => [code, zones[code] as string]));
  return { question, facts: reportFacts(report, question, { timeZone: zone, businessZones }) };
}

/** `orderedAt` and `orderedOn` together. */
function orderedWithin({ orderedAt, orderedOn }: ProductSalesWhere, zone: string | null): Range | null {
  const instants = rangeOf(orderedAt, 'where.orderedAt');
  const days = daysWithin(orderedOn, zone);
  if (!instants || !days) return instants ?? days;
  const later = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b));
  const earlier = (a: Date | null, b: Date | null) => (a && b ? (a < b ? a : b) : (a ?? b));
  return { from: later(instants.from, days.from), to: earlier(instants.to, days.to) };
}

function daysWithin(days: DayRange | null | undefined, zone: string | null): Range | null {
  const begins = (part: 'from' | 'to') => {
    const day = days?.[part];
    if (day == null) return null;
    if (!isDay(day)) {
      const argument = `where.orderedOn.${part}`;
      throw new ApiError('BAD_USER_INPUT', `\`${argument}\` is not a day of the calendar.`, { argument });
    }
    if (zone === null) {
      throw new ApiError('BAD_USER_INPUT', '`where.orderedOn` needs `timeZone`: whose days are meant?', {
        argument: 'timeZone',
      });
    }
    return dayBegins(zone, day);
  };
  return rangeOf({ from: begins('from'), to: begins('to') }, 'where.orderedOn');
}

/** What is grouped by, once each. */
export function dimensionsOf(groupBy: readonly (SalesDimension | 'SKU')[] | null | undefined): SalesDimension[] {
  return [...new Set(groupBy ?? [])].filter((one) => one !== 'SKU');
}

/** Throws BAD_USER_INPUT when rows have no period to be sorted by. */
export function requirePeriod(what: string, dimensions: readonly SalesDimension[]): void {
  if (dimensions.includes('DAY') || dimensions.includes('MONTH')) return;
  throw new ApiError('BAD_USER_INPUT', `${what} can be sorted by PERIOD only when \`groupBy\` has DAY or MONTH.`);
}

/** The page of a list of groups. Throws INVALID_PAGE_SIZE or INVALID_CURSOR. */
export function groupedPage(list: GroupedList, { first, after }: ForwardPageArgs): GroupedPage {
  const size = pageSize(first);
  if (after == null) return { size, after: null };
  const values = groupedAfter(list, after);
  if (!values) throw invalidCursor('after');
  return { size, after: values };
}

/** The page of `contributingOrders`. */
export const ordersPage: OrdersPage = (args) =>
  listRead(orderList, args, { field: 'ORDERED_AT', descending: true }, []).page;

function zoneOf(zone: string | null | undefined): string | null {
  if (zone == null) return null;
  // the database's own list is about the same, but abbreviations like CEST mean fixed offsets there
  if (zone.length > 64 || !isTimeZone(zone) || !/^(UTC|GMT|[A-Z][A-Za-z]+\/[\w+/-]+)$/.test(zone)) {
    throw unknownTimeZone();
  }
  return zone;
}

/** The whole business days of each marketplace within the range, and the marketplaces of which it cuts through others. */
function businessDays(
  range: Range | null,
  scope: readonly string[],
  zones: Readonly<Record<string, string>>,
): Pick<SalesQuestion, 'days' | 'edges'> {
  const days: Record<string, DaySpan> = {};
  const edges: string[] = [];
  if (range) {
    for (const code of scope) {
      const [from, to] = [range.from, range.to].map((at) => at && dayAround(zones[code] as string, at));
      days[code] = { from: from ? (from.begins ? from.day : dayAfter(from.day)) : null, to: to?.day ?? null };
      if (from?.begins === false || to?.begins === false) edges.push(code);
    }
  }
  return { days, edges };
}

/** The day of an instant, and whether the day begins with it. */
function dayAround(zone: string, at: Date): { day: string; begins: boolean } {
  const day = dayIn(zone, at);
  return { day, begins: day !== dayIn(zone, new Date(at.getTime() - 1)) };
}
