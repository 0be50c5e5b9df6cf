import type { Credentials } from '../commerce/marketplace.js';
import type { FulfilledBy, FulfillmentStatus } from '../commerce/order.js';
import type { ReturnStatus } from '../commerce/return.js';
import type { Faults } from './faults.js';
import type { Chance } from './random.js';
import type { Counters } from './server.js';

/** What every marketplace's `sandbox.ts` exports: the demo, the drills, the invariants and the benchmarks know no more of it. */
export interface SandboxModule {
  startSandbox(options?: SandboxOptions): Promise<RunningSandbox>;
  /** What its documents leave open, so or otherwise, by chance: options that only it knows. */
  readonly variants?: (by: Chance) => SandboxOptions;
}

/** What every pretend marketplace can be told; each may take more. */
export interface SandboxOptions {
  readonly seed?: number;
  /** How many orders its world holds at the start, in round numbers; its own default if absent. */
  readonly orders?: number;
  readonly port?: number;
  readonly host?: string;
  /** Multiplies the documented rate limits. */
  readonly rateScale?: number;
  readonly tokenLifetimeSeconds?: number;
  /** The world's "now" at the start. */
  readonly base?: Date | string;
}

/** A pretend marketplace that runs: real HTTP on this machine, a world of its own. */
export interface RunningSandbox {
  /** `http://127.0.0.1:…`, to be used in place of the real API; and of the real login host, where that is another. */
  readonly origin: string;
  readonly credentials: Credentials;
  readonly faults: Faults;
  readonly counters: Counters & { readonly tokensIssued: number };
  /** What is so now, worked out from the world's own records and never through a mapping. */
  truth(): Truth;
  /** Makes so many different orders change now: new ones, and next steps of old ones. */
  change(n: number): unknown;
  /** Moves the world's clock and lets happen what is due. */
  advance(ms: number): unknown;
  /** Every token given out so far stops working. */
  revokeTokens(): void;
  /** The client is refused from now on (tokens too), or let in again. */
  refuseCredentials(refuse?: boolean): void;
  stop(): Promise<void>;
}

export interface Truth {
  readonly orders: readonly TrueOrder[];
  readonly shipments: readonly TrueShipment[];
  readonly returns: readonly TrueReturn[];
  /** Over all time and countries, by SKU; only SKUs of which an order sold a unit. */
  readonly sales: readonly TrueSales[];
}

/** Instants as `YYYY-MM-DDTHH:MM:SS.mmmZ`, amounts in cents. */
export interface TrueOrder {
  readonly externalId: string;
  readonly orderNumber: string;
  readonly status: FulfillmentStatus;
  /** Absent: the marketplace does not know. */
  readonly orderedAt?: string;
  /** When the last of its shipped units was shipped; null while none was. */
  readonly shippedAt: string | null;
  /** ISO 3166-1 alpha-2; null while the marketplace keeps it back. */
  readonly country: string | null;
  readonly ordered: number;
  readonly pending: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  /** Of units sold (ordered minus cancelled), after discounts. */
  readonly totalMinor: number;
}

export interface TrueShipment {
  readonly externalId: string;
  readonly fulfilledBy: FulfilledBy;
  readonly shippedAt: string;
  readonly lines: readonly {
    readonly orderExternalId: string;
    readonly externalId: string;
    readonly quantity: number;
  }[];
}

export interface TrueReturn {
  readonly externalId: string;
  readonly status: ReturnStatus;
  readonly lines: readonly {
    readonly orderExternalId: string;
    readonly externalId: string;
    readonly quantity: number;
    readonly accepted: number;
  }[];
}

export interface TrueSales {
  readonly sku: string;
  /** Ordered minus cancelled. */
  readonly unitsSold: number;
  readonly unitsReturned: number;
  /** Orders with at least one sold unit of it. */
  readonly orderCount: number;
  readonly grossMinor: number;
}
