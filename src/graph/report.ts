// What every report says of itself: what its figures are made of, how fresh they are, what is not in them.
import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Marketplace } from './enums.js';
import { CalendarDay, CountryCode, DateTime } from './scalars.js';
import { Shop } from './shop.js';

@InputType({ description: 'A span of days, half open: from inclusive, to exclusive.' })
export class DayRange {
  @Field(() => CalendarDay, { nullable: true, description: 'The first day within. Null: since ever.' })
  from?: string | null;

  @Field(() => CalendarDay, { nullable: true, description: 'The first day after it. Null: without end.' })
  to?: string | null;
}

export const ReportDimension = {
  MARKETPLACE: 'MARKETPLACE',
  SHOP: 'SHOP',
  COUNTRY: 'COUNTRY',
  DAY: 'DAY',
  MONTH: 'MONTH',
} as const;
export type ReportDimension = keyof typeof ReportDimension;
registerEnumType(ReportDimension, {
  name: 'ReportDimension',
  description: 'By what a report that is not about single products is broken down.',
  valuesConfig: {
    MARKETPLACE: { description: 'Per marketplace.' },
    SHOP: { description: 'Per shop: one account at one marketplace.' },
    COUNTRY: { description: 'Per country of the shipping address.' },
    DAY: {
      description: "Per day of the order: of `timeZone`, or of the marketplace's business day where none is given.",
    },
    MONTH: { description: 'Per calendar month, by the same days.' },
  },
});

@ObjectType({ description: 'A marketplace and the time zone of its business day.' })
export class MarketplaceTimeZone {
  @Field(() => Marketplace, { description: 'The marketplace.' })
  marketplace!: Marketplace;

  @Field(() => String, { description: 'IANA time zone, e.g. `Europe/Berlin`.' })
  timeZone!: string;
}

@ObjectType({ description: 'What the figures of a report are made of.' })
export class ReportBasis {
  @Field(() => String, { description: 'The report in one sentence, to put under a chart.' })
  summary!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What its amounts of money are: gross, incl. VAT … Null for a report without money.',
  })
  amounts!: string | null;

  @Field(() => String, { description: 'How it deals with several currencies. None is ever converted into another.' })
  currencies!: string;

  @Field(() => String, { description: 'Which units or orders count.' })
  counts!: string;

  @Field(() => String, { description: 'The field whose instant decides to which period an order belongs.' })
  dateField!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The time zone that was asked for. Null: days are the business days of each marketplace.',
  })
  timeZone!: string | null;

  @Field(() => [MarketplaceTimeZone], {
    description: 'The business days of the marketplaces that are asked about: they hold where `timeZone` is null.',
  })
  businessDays!: MarketplaceTimeZone[];

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The first instant of the range as it was understood, of `orderedAt` and `orderedOn` together. Null: open.',
  })
  from!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The first instant after the range. Null: open.' })
  to!: Date | null;
}

export const FreshnessState = {
  CURRENT: 'CURRENT',
  LATE: 'LATE',
  FAILING: 'FAILING',
  STOPPED: 'STOPPED',
  NEVER_READ: 'NEVER_READ',
} as const;
export type FreshnessState = keyof typeof FreshnessState;
registerEnumType(FreshnessState, {
  name: 'FreshnessState',
  description: "How a shop's part of a report is kept up to date; of several streams the worst counts.",
  valuesConfig: {
    CURRENT: { description: 'Read by schedule, in time.' },
    LATE: { description: 'Overdue by more than a whole period of its schedule.' },
    FAILING: { description: 'The last tries failed; see `Stream.lastError`.' },
    STOPPED: {
      description: 'Not read any more: the shop is paused or needs credentials, or a stream is switched off.',
    },
    NEVER_READ: { description: 'Not read to its end yet: figures grow until it is.' },
  },
});

@ObjectType({ description: "How fresh one shop's part of a report is." })
export class ReportFreshness {
  @Field(() => Shop, { description: 'The shop.' })
  shop!: Shop;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Everything that the marketplace changed before is in the figures: the oldest `lastSuccessAt` of the streams that the report is made of. Null: one was never read to its end.',
  })
  lastSuccessAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Seconds since then. Null with it.' })
  lagSeconds!: number | null;

  @Field(() => FreshnessState, { description: 'Is it kept up to date?' })
  state!: FreshnessState;
}

export const ExclusionReason = {
  NO_SKU: 'NO_SKU',
  CANCELLED: 'CANCELLED',
  NO_COUNTRY: 'NO_COUNTRY',
  OTHER_CURRENCY: 'OTHER_CURRENCY',
  UNREADABLE: 'UNREADABLE',
  NOT_SHIPPED: 'NOT_SHIPPED',
  NO_SHIP_TIME: 'NO_SHIP_TIME',
  SHIPPED_BEFORE_ORDERED: 'SHIPPED_BEFORE_ORDERED',
} as const;
export type ExclusionReason = keyof typeof ExclusionReason;
registerEnumType(ExclusionReason, {
  name: 'ExclusionReason',
  description: 'Why something that a report was asked about is not in its figures.',
  valuesConfig: {
    NO_SKU: { description: 'Lines with a sold unit that have no SKU. Not told where `skus` are asked for.' },
    CANCELLED: { description: 'Every unit was cancelled: of the line, or of the order where orders are counted.' },
    NO_COUNTRY: { description: 'The country is not known (yet), and `countries` are asked for.' },
    OTHER_CURRENCY: { description: 'In another currency than `currencies` asks for.' },
    UNREADABLE: {
      description:
        'Records of any time, of the streams that the report is made of, that could not be mapped: see `rejects`. Nobody knows to which period they belong.',
    },
    NOT_SHIPPED: { description: 'Orders with an open unit.' },
    NO_SHIP_TIME: { description: 'Shipped orders of which the marketplace does not tell (yet) when.' },
    SHIPPED_BEFORE_ORDERED: { description: 'Orders shipped before they were placed, by the dates of the marketplace.' },
  },
});

export const ExclusionUnit = { LINES: 'LINES', ORDERS: 'ORDERS', RECORDS: 'RECORDS' } as const;
export type ExclusionUnit = keyof typeof ExclusionUnit;
registerEnumType(ExclusionUnit, {
  name: 'ExclusionUnit',
  description: 'What is counted as excluded.',
  valuesConfig: {
    LINES: { description: 'Lines of orders.' },
    ORDERS: { description: 'Orders.' },
    RECORDS: { description: 'Records as the marketplace sent them.' },
  },
});

@ObjectType({ description: 'How much is not in the figures of a report, for one reason.' })
export class ReportExclusion {
  @Field(() => ExclusionReason, { description: 'Why.' })
  reason!: ExclusionReason;

  @Field(() => ExclusionUnit, { description: 'What is counted.' })
  unit!: ExclusionUnit;

  @Field(() => Int, { description: 'How many, under the same filter; 0 when there are none.' })
  count!: number;
}

/** Gives a report's type the fields that every report has. */
export function describesItself(report: object): void {
  Field(() => ReportBasis, { description: 'What the figures are made of.' })(report, 'basis');
  Field(() => [ReportFreshness], {
    description: 'How fresh the figures are, per shop that is asked about.',
  })(report, 'freshness');
  Field(() => [ReportExclusion], {
    description:
      'What is not in the figures though it was asked about: every reason that applies, with its true count.',
  })(report, 'excluded');
}

/** Gives a row's type the fields that say of which part of the whole it is. `shop` comes with the relations. */
export function saysWhere(row: object): void {
  Field(() => Marketplace, {
    nullable: true,
    description: 'The marketplace of the row; null unless grouped by MARKETPLACE.',
  })(row, 'marketplace');
  Field(() => CountryCode, {
    nullable: true,
    description: 'Country of the shipping address; null unless grouped by COUNTRY, and for orders without an address.',
  })(row, 'country');
  Field(() => CalendarDay, {
    nullable: true,
    description: 'The day on which its orders were placed; null unless grouped by DAY.',
  })(row, 'day');
  Field(() => String, {
    nullable: true,
    description: 'The month in which its orders were placed, `2026-03`; null unless grouped by MONTH.',
  })(row, 'month');
}
