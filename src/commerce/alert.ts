import type { Json } from './json.js';

/*
 * Alerts: what somebody must look at. An alert is about a subject, and there is at most one of a kind and subject that is
 * not resolved. Whoever finds the cause raises it, again and again if need be, and resolves it when the cause is gone.
 */

export type AlertKind =
  /** The catalog or the cart service does not answer, or takes no writes. Subject: `inventory:catalog`, `inventory:catalog:writes`. */
  | 'INVENTORY_UNAVAILABLE'
  /** What orders took or must give back is not settled with the services after minutes. Subject: `inventory:orders`. */
  | 'INVENTORY_UNSETTLED'
  /** The marketplace refused a shop's credentials. Subject: `shop:12`. */
  | 'SHOP_NEEDS_CREDENTIALS'
  /** The marketplace shuts a shop out, whatever the credentials. Subject: `shop:12`. */
  | 'SHOP_BLOCKED'
  /** A stream is not read in time. Subject: `stream:12:ORDERS`. */
  | 'STREAM_LATE'
  /** More than half of the time that the source can be asked back has passed. Subject: `stream:12:ORDERS`. */
  | 'DATA_AT_RISK'
  /** The source no longer answers for a time that was not read. Subject: `stream:12:ORDERS`. */
  | 'DATA_LOST'
  /** More was sold than there is. Subject: `sku:ABC`. */
  | 'OVERSELL';

export type AlertSeverity = 'WARNING' | 'CRITICAL';

export type AlertState = 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';

/** The changes of state that are told to the webhook. */
export type AlertEvent = 'RAISED' | 'RESOLVED';

export type AlertFacts = { readonly [name: string]: Json };

/** What an unresolved alert is known by. */
export interface AlertKey {
  readonly kind: AlertKind;
  /** `shop:12`, `stream:12:ORDERS`, `sku:ABC`, `inventory:catalog`: one thing, always written the same way. */
  readonly subject: string;
}

export interface NewAlert extends AlertKey {
  /** The shop that it is about, if it is about one: the alert goes with it. */
  readonly shopId?: string | null;
  readonly severity: AlertSeverity;
  /** What is wrong and what to do, for people. Names neither the shop, which stands beside it, nor a secret or a buyer. */
  readonly message: string;
  /** The figures behind it, for programs, under names in the form of the API. Neither secrets nor buyer data. */
  readonly facts: AlertFacts;
}
