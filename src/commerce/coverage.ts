import type { Json } from './json.js';
import type { Session } from './marketplace.js';
import type { FulfilledBy } from './order.js';

/*
 * Coverage: what a stream should hold, counted in a second way that is independent of how the stream is read. A stream
 * that silently misses records looks healthy; the second way is what tells.
 */

/** How a stream's records can be counted a second time. */
export type Coverage = ListCoverage | OrderCoverage | NoCoverage;

interface SecondPath {
  /** For people, in one line: what is counted. */
  readonly text: string;
  /** Each is counted by itself. */
  readonly methods: readonly FulfilledBy[];
  /** How many days back, today not counted, the marketplace can be asked; null: any. */
  readonly reachDays: number | null;
  /** Checked once a day without being asked, for the days since the last time. */
  readonly daily?: boolean;
}

/** The marketplace can list a day's records by another criterion than the one that the stream is read by. */
export interface ListCoverage extends SecondPath {
  readonly by: 'LIST';
  readonly list: (session: Session, asked: CountedDay, signal: AbortSignal) => Promise<CountedPage>;
}

/**
 * What the shop's orders say was shipped, against the shipments that are held. It costs no request where they agree;
 * where they do not, the marketplace is asked order by order.
 */
export interface OrderCoverage extends SecondPath {
  readonly by: 'ORDERS';
  /** The ids of all shipments that the marketplace names for an order, which comes as it was stored. */
  readonly shipmentsOf: (session: Session, order: StoredOrder, signal: AbortSignal) => Promise<readonly string[]>;
}

/** There is no second way. */
export interface NoCoverage {
  readonly by: 'NOTHING';
  readonly methods: readonly FulfilledBy[];
  /** Why, in a sentence. */
  readonly reason: string;
}

export interface CountedDay {
  /** `YYYY-MM-DD`, in the marketplace's time zone. */
  readonly day: string;
  readonly fulfilledBy: FulfilledBy;
  /** Where the page before ended, as it said; null: the first page. */
  readonly after: Json;
}

export interface CountedPage {
  readonly records: readonly CountedRecord[];
  /** Where the next page begins; null: this was the last one. */
  readonly after: Json;
}

export interface CountedRecord {
  readonly externalId: string;
  /** When it last changed, by the date that its mapping takes too: what is held must not be older. Null: not known. */
  readonly changedAt: Date | null;
}

export interface StoredOrder {
  readonly externalId: string;
  /** As the marketplace sent it. */
  readonly payload: Json;
}

/** What a check says of one stream, day and fulfillment method. */
export type CoverageState = 'MATCHED' | 'GAP' | 'UNVERIFIABLE';

/** What the figures of a check count. */
export type CoverageUnit = 'RECORDS' | 'UNITS';

/** Longest span of days that one check takes. */
export const coverageDaysMax = 100;
