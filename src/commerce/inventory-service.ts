/*
 * A catalog that another service keeps, in place of the products here. Taking its stock needs several writes to it, which no
 * transaction holds together, so each is recorded before it is sent and after it was answered: a saga.
 *
 *   PLACE    TAKING ──► DONE           every unit is taken, the order is READY
 *              └──► GIVING_BACK ──► UNDONE     what was taken is given back, the order is CANCELLED
 *   CHANGE   the same for a change that needs more; the order stays as it was where it is UNDONE
 *   RETURN   GIVING_BACK ──► DONE      an order became smaller or was cancelled
 */

export type SagaKind = 'PLACE' | 'CHANGE' | 'RETURN';
export type SagaState = 'TAKING' | 'GIVING_BACK' | 'DONE' | 'UNDONE';
/** The cart that an order comes from becomes ORDERED when everything is taken, and OPEN again where that was for nothing. */
export type StepKind = 'TAKE' | 'GIVE' | 'ORDER_CART' | 'OPEN_CART';
export type StepState = 'PENDING' | 'READING' | 'ASKED' | 'DONE' | 'SKIPPED';

/** A product as the catalog service tells it. */
export interface RemoteProduct {
  readonly sku: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly currency: string;
  /** Units that can be sold. */
  readonly quantity: number;
  readonly vatRate: string | null;
  readonly ean: string | null;
}

/** Units of a SKU that an order takes or gives back. */
export interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** A cart as the cart service tells it. */
export interface RemoteCart {
  /** The customer's `reference`. */
  readonly customerId: string;
  readonly status: 'OPEN' | 'ORDERED';
  /** Each SKU once. */
  readonly lines: readonly Units[];
}

/** How taking the stock of a saga ended. */
export type Taking =
  | { readonly state: 'TAKEN' }
  /** There is less of a SKU by now. */
  | { readonly state: 'SHORT'; readonly sku: string; readonly requested: number; readonly available: number }
  /** The cart that it comes from is not what it was any more. */
  | { readonly state: 'CART_CHANGED' }
  | { readonly state: 'UNAVAILABLE'; readonly reason: string };

/** What the API asks of a catalog service. Each call ends when its signal does. */
export interface InventoryService {
  /** How long an answer of the API waits for the service, all requests and repetitions included. */
  readonly answerWithinMs: number;
  /** How long a new saga is left to the request that began it: longer than that may take. */
  readonly leaseMs: number;
  /** By SKU; those that the service does not know are missing. Throws `InventoryUnavailable`. */
  products(skus: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, RemoteProduct>>;
  /**
   * Takes what the recorded steps of a saga say; one that comes from a cart, if that is still as it was seen. Never throws
   * because of the service.
   */
  take(sagaId: string, signal: AbortSignal, cart?: RemoteCart): Promise<Taking>;
  /** The cart of a customer, by `reference`; null: there is none. Throws `InventoryUnavailable`. Absent: no cart service is set. */
  readonly cartOf?: (customerId: string, signal: AbortSignal) => Promise<RemoteCart | null>;
}
