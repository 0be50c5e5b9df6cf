import type { Credentials } from '../../../commerce/marketplace.js';
import type { SandboxOptions } from '../../../sandbox/marketplace.js';
import type { ReturnDate } from './return-lists.js';

/** How the pretend bol is set up. What bol's documents leave open can be chosen; the default is the likelier guess. */
export interface BolSandboxOptions extends SandboxOptions {
  /** At the start; 1,000 if neither this nor `orders` is given. With both, `orders` is a minimum. */
  readonly shipments?: number;
  /** How far back the orders of a new world go; 80 if absent. */
  readonly historyDays?: number;
  /** "Up to 3 months": how many days back bol can be asked. Three months are 89 to 92 days; 89 if absent, the strictest. */
  readonly horizonDays?: number;
  /** New orders per hour of the world's time while it advances; if absent, as many as it had on average. */
  readonly ordersPerHour?: number;
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string };
  /** The API's version: `v3` is bol as it was in 2020, of orders and shipments only, with the limits of that time. */
  readonly version?: 'v10' | 'v3';
  /** Which table of rate limits is in force. */
  readonly limits?: LimitTable;
  /** A 429 without the header has been seen. */
  readonly retryAfter?: 'SENT' | 'ABSENT';
  /** Token requests of one client per minute before its address is blocked; 10 x `rateScale` if absent (bol tells no figure). */
  readonly tokensPerMinute?: number;
  /** By which clock tokens grow old. */
  readonly tokenClock?: 'REAL' | 'WORLD';
  /** What stands past the last page. */
  readonly pastTheEnd?: 'NO_MEMBER' | 'EMPTY_ARRAY';
  /** Which items a list of orders shows of an order that it names. */
  readonly listItems?: 'WHOLE_ORDER' | 'MATCHING';
  /** By which date the list of handled returns runs. */
  readonly handledReturnsBy?: ReturnDate;
  /** World time until a write is carried out; 60,000 if absent. */
  readonly processDelayMs?: number;
  /** World time for which a process status is kept; a day if absent. */
  readonly processKeptMs?: number;
}

export type LimitTable = '2025-11' | '2020-05';

export type BolSettings = Required<Omit<BolSandboxOptions, 'base' | 'orders' | 'shipments' | 'ordersPerHour'>> & {
  readonly base: number;
  readonly orders: number | null;
  readonly shipments: number | null;
  readonly ordersPerHour: number | null;
  readonly credentials: Credentials & { readonly clientId: string; readonly clientSecret: string };
};

export const demoCredentials = { clientId: 'lading-demo-bol', clientSecret: 'lading-demo-bol-secret' };
