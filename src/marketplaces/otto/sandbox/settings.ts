import type { ChangeDate } from './change-log.js';

/** How the pretend OTTO is set up. What OTTO's documents leave open can be chosen; the default is the likelier guess. */
export interface OttoSandboxOptions {
  /** The same seed gives the same world; 7 if absent. */
  readonly seed?: number;
  /** 16, the case study's world, if absent; larger worlds begin with the same 16. */
  readonly orders?: number;
  /** Any free port if absent. */
  readonly port?: number;
  readonly host?: string;
  /** The world's "now" at the start; fixed if absent (`sandboxEpoch`). */
  readonly base?: string | Date;
  /** Multiplies the documented rate limits. */
  readonly rateScale?: number;
  /** 1,800 if absent. */
  readonly tokenLifetimeSeconds?: number;
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string };
  /** What this client may ask for; `orders shipments returns …` if absent. */
  readonly scopes?: readonly string[];
  readonly tooManyBody?: 'HTML' | 'EMPTY' | 'JSON';
  /** Sends `Retry-After` with every 429; OTTO is not known to. */
  readonly tooManyRetryAfterSeconds?: number;
  /** What a 401 of the API says; by default nothing. */
  readonly unauthorizedBody?: 'EMPTY' | 'JSON';
  /** Which date `fromDate` and the order of the list go by. */
  readonly changeDate?: ChangeDate;
  /** In OTTO's own test data the newer shipment stands first. */
  readonly shipmentDirection?: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  /** As in OTTO's real sandbox: `GET /v3/returns` finds none. */
  readonly emptyReturns?: boolean;
  /** What `limit=1000` does to a list of orders. */
  readonly limitAboveMax?: 'CLAMP' | 'REFUSE';
  /** New orders per hour of the world's time while it advances; none if absent. */
  readonly arrivalsPerHour?: number;
}

export type OttoSettings = Required<Omit<OttoSandboxOptions, 'tooManyRetryAfterSeconds' | 'base'>> & {
  readonly base: number;
  readonly tooManyRetryAfterSeconds: number | undefined;
};

export const demoCredentials = { clientId: 'lading-demo', clientSecret: 'lading-demo-secret' };

export const allScopes: readonly string[] = [
  'orders',
  'shipments',
  'returns',
  'products',
  'receipts',
  'availability',
  'quantities',
  'price-reduction',
  'shipping-profiles',
  'partnerId',
  'developer',
];
