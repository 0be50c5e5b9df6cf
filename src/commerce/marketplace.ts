import type { Coverage } from './coverage.js';
import type { Inbox } from './inbox.js';
import type { Json } from './json.js';
import type { Order } from './order.js';
import type { Return } from './return.js';
import type { Shipment } from './shipment.js';

/** Values of the `Marketplace` enum: the folder's name in capitals. */
export type MarketplaceCode = Uppercase<string>;
export type StreamName = 'ORDERS' | 'SHIPMENTS' | 'RETURNS';
export type SyncMode = 'INCREMENTAL' | 'FULL';

/** The values of a marketplace's credentials input, by field name. Secret: never logged, never returned. */
export type Credentials = Readonly<Record<string, string>>;

/** What orders come through: a marketplace, or the seller's own sales. */
export interface Channel {
  /** The folder's name. */
  readonly id: string;
  readonly code: MarketplaceCode;
  readonly title: string;
  /** IANA time zone of its business day, by which sales are counted. */
  readonly zone: string;
  /** GraphQL classes that implement `Order`, `Shipment`, `Return`, `ProductSales`; a channel without returns has no type of them. */
  readonly types: ChannelTypes;
}

/**
 * A marketplace, told to the engine as plain data and small functions: a connector holds no state, never sleeps,
 * never throttles and never writes. The engine runs its requests through the lanes, renews its tokens, retries,
 * stores what it finds and moves the cursors.
 */
export interface Marketplace extends Channel {
  /** Where the real API lives, without a trailing slash: `https://api.otto.market`. */
  readonly origin: string;
  /** Where its tokens come from, when that is another host: `https://login.bol.com`. */
  readonly loginOrigin?: string;
  /** Which credentials field tells one account from another (a client id): two shops may not share it. Empty: there is one account. */
  readonly accountField: string;
  /** The first lane whose pattern matches serves a request; each marketplace ends with one that matches all. */
  readonly lanes: readonly Lane[];
  /** Headers in which every answer tells the limit of its lane. Absent: it tells none. */
  readonly rateHeaders?: RateHeaders;
  /** Header in which a failed answer tells for how many milliseconds to stay away. `Retry-After` is understood without this. */
  readonly retryAfterMsHeader?: string;
  /** Null: its requests carry no token. */
  readonly token: TokenFlow | null;
  /**
   * What its orders do not tell, and the store takes from the shop's shipments (when a line was shipped) and returns (how
   * many units came back) instead.
   */
  readonly derived: readonly Derived[];
  /** Who sends an order is told only until it is sent: who reads later guesses (`isFulfillerGuessed`). */
  readonly forgetsFulfiller?: true;
  /** Raised whenever `map` changes: stored records are then mapped again, without a request. */
  readonly mappingVersion: number;
  readonly streams: readonly Stream[];
  /** What a failure of theirs means, where the status code alone does not say it. */
  readonly classify: (answer: FailedAnswer) => Failure | null;
  /** One cheap authorised request: resolves when the credentials work, rejects with a classified error. */
  readonly verify: (session: Session, signal: AbortSignal) => Promise<void>;
  /** With the credentials input. */
  readonly types: MarketplaceTypes;
}

/** A rate limit: at most `requests` in any window of `windowMs`, per shop. */
export interface Lane {
  readonly name: string;
  /** Matches `METHOD path`, e.g. `/^GET \/v4\/orders/`. */
  readonly pattern: RegExp;
  readonly requests: number;
  readonly windowMs: number;
  /** Requests that may wait in the lane; one more is refused. */
  readonly queueMax: number;
  /** Where the figure comes from. */
  readonly source: string;
}

export type Derived = 'SHIPPED_AT' | 'RETURNED';

/** Names of headers, in any case: requests per window, requests left in it, seconds until it ends. */
export interface RateHeaders {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

/** How a token is fetched. The engine reuses it, fetches one at a time and renews it before it dies. */
export interface TokenFlow {
  /** Sends the request and reads the answer. Throws `HttpFailure` CREDENTIALS_REFUSED when they are wrong. */
  readonly fetch: (http: PlainHttp, credentials: Credentials, signal: AbortSignal) => Promise<Token>;
}

export interface Token {
  readonly value: string;
  /** Seconds of life from the moment of the answer, as the source says. */
  readonly expiresInSeconds: number;
}

export interface FailedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The body's first 4,000 characters, as it came: JSON, HTML or empty. */
  readonly body: string;
}

/** What to do next about a failure, which is also whose fault it is. */
export type Failure =
  /** Theirs, passing: try again with back-off. */
  | 'RETRY_LATER'
  /** Ours, passing: slow down, then try again. */
  | 'RATE_LIMITED'
  /** The token died: fetch another and try once more. */
  | 'SIGN_IN_AGAIN'
  /** The account's owner must act: stop the shop until the credentials are replaced. */
  | 'CREDENTIALS_REFUSED'
  /** We are shut out, whatever the credentials: pause the shop until somebody has settled it with the marketplace. */
  | 'BLOCKED'
  /** Our request is wrong: never repeated unchanged. */
  | 'OUR_REQUEST'
  /** Their answer is broken: not JSON, or not of the promised shape. */
  | 'THEIR_ANSWER'
  /** What was asked for does not exist (any more). */
  | 'GONE';

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Requests without a token. Paths start with `/`; answers are parsed JSON; failures are `HttpFailure`s. */
export interface PlainHttp {
  get(path: string, options: { query?: Query; headers?: Record<string, string>; signal: AbortSignal }): Promise<Json>;
  post(
    path: string,
    options: {
      query?: Query;
      form?: Record<string, string>;
      json?: Json;
      headers?: Record<string, string>;
      signal: AbortSignal;
    },
  ): Promise<Json>;
}

/** What a stream may use while it pulls: authorised, throttled, retried requests to one shop's account. */
export interface Session {
  readonly http: PlainHttp;
  /** The time by the marketplace's clock, as its answers tell it: what "today" and "an hour ago" mean in a request. */
  now(signal: AbortSignal): Promise<Date>;
}

/** How a stream finds out what changed. */
export type StrategyCode = 'CHANGE_FEED' | 'INTERVAL_POLL' | 'DAY_SWEEP' | 'SHIPMENT_SWEEP' | 'LIST_BACK' | 'DRAIN';

/** A way to catch up, and how much time it can make good. */
export interface Strategy {
  readonly code: StrategyCode;
  /** One line for the API: what it reads and how it knows what is new. */
  readonly text: string;
  /** How far back it can ask the source; null: everything. */
  readonly reachMs: number | null;
}

interface StreamOf<Name extends StreamName, Noun> {
  readonly name: Name;
  /** Ways to catch up, the cheapest first: a run takes the first that reaches back to what is held, a FULL run the last. */
  readonly strategies: readonly [Strategy, ...Strategy[]];
  /** Time between two incremental runs, unless the shop's configuration says otherwise. */
  readonly everyMs: number;
  /**
   * Time after which the schedule reads the whole stream again, for what no incremental run can see. Absent: never; then
   * only a FULL run by hand does.
   */
  readonly fullEveryMs?: number;
  /** How far an incremental run reads back behind its watermark, so that nothing slips between two reads. */
  readonly overlapMs: number;
  /** How far back the source can be asked; null: everything it has. What is older than that at the next read is lost. */
  readonly windowMs: number | null;
  /** Its source hands out each record once and never again: what comes is received through `PullFrom.inbox`. */
  readonly drains?: true;
  /**
   * Reads pages from the cursor on until the source is empty. `null` as cursor, or mode FULL at its first page: from
   * the beginning. Each page carries the cursor with which the next one is read; the engine stores both in one
   * transaction, and may stop after any page.
   */
  readonly pull: (session: Session, from: PullFrom, signal: AbortSignal) => AsyncIterable<Page>;
  /** A record that is known by its key only, to be loaded. Absent: the source cannot be asked for a single one. */
  readonly byKey?: (session: Session, externalId: string) => RawRecord;
  /** Pure and total: the canonical record, or a thrown `MappingError` that says what is wrong with it. */
  readonly map: (payload: Json) => Noun;
  /** A second way to count its records. Absent: none is declared, and none of its days can be verified. */
  readonly coverage?: Coverage;
}

export type OrderStream = StreamOf<'ORDERS', Order>;
export type ShipmentStream = StreamOf<'SHIPMENTS', Shipment>;
export type ReturnStream = StreamOf<'RETURNS', Return>;
export type Stream = OrderStream | ShipmentStream | ReturnStream;

/** A stream's place in its source: the connector's own, stored as JSON. */
export type Cursor = { readonly [key: string]: Json };

export interface PullFrom {
  readonly mode: SyncMode;
  readonly cursor: Cursor | null;
  readonly overlapMs: number;
  readonly windowMs: number | null;
  /**
   * A run begins with this pull. What an earlier run left unfinished is gone on with, but says nothing of what came in
   * behind it since: the run must read that as well before its last page.
   */
  readonly runBegins?: boolean;
  readonly now: Date;
  /** Of a stream that drains its source. */
  readonly inbox?: Inbox;
}

export interface Page {
  readonly records: readonly RawRecord[];
  readonly cursor: Cursor;
  /** True on the last page: the source had no more. */
  readonly done: boolean;
  /** How it was found; absent: by the stream's only strategy. */
  readonly strategy?: StrategyCode;
  /** On the first page after an outage that lasted too long: what changed in this time can no longer be asked for. */
  readonly lost?: TimeSpan;
  /** The answer in the inbox that is stored as records with this page, to its end. */
  readonly received?: string;
}

/** Half open: `from` inclusive, `to` exclusive. */
export interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

/** A record as the source sent it. */
export interface RawRecord {
  /** Its key at the marketplace; null when the record has none that can be read. */
  readonly externalId: string | null;
  /** What the list said of it. Where there is no `load`, the record itself. */
  readonly payload: Json;
  /**
   * Where the list is only a summary: fetches the whole record. The engine calls it only when the summary differs from
   * the one it stored, or in a FULL run for what may still change, several at a time.
   */
  readonly load?: (signal: AbortSignal) => Promise<Json>;
  /** Another list only names it, so the payload says nothing of it: loaded where no record of this key is held, else skipped. */
  readonly isHint?: boolean;
}

/** Classes made by type-graphql's decorators, which only the graph reads. */
export type GraphClass = new () => object;

export interface ChannelTypes {
  readonly order: GraphClass;
  readonly shipment: GraphClass;
  readonly return?: GraphClass;
  readonly productSales: GraphClass;
}

export interface MarketplaceTypes extends ChannelTypes {
  readonly return: GraphClass;
  /** The input type of `ShopCredentialsInput`'s field named like the folder. */
  readonly credentials: GraphClass;
}
