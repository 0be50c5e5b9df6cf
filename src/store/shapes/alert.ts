import { among } from './filters.js';
import type { ListShape, Where } from './list.js';
import { bigintKey, code, id, instant, int, many, maybe, orNull, raw, type Shape, text } from './shape.js';

export const alertShape: Shape = {
  noun: 'Alert',
  table: 'alerts',
  key: [bigintKey('id')],
  fields: {
    id: id('Alert', 'id'),
    kind: code('kind'),
    subject: text('subject'),
    shop: maybe('Shop', (alert, shop) => `shops ${shop} where ${shop}.id = ${alert}.shop_id`),
    severity: code('severity'),
    state: code('state'),
    message: text('message'),
    facts: raw('facts'),
    raisedAt: instant('raised_at'),
    lastSeenAt: instant('last_seen_at'),
    acknowledgedAt: orNull(instant('acknowledged_at')),
    resolvedAt: orNull(instant('resolved_at')),
    deliveries: many(
      'AlertDelivery',
      (alert, delivery) => `alert_deliveries ${delivery} where ${delivery}.alert_id = ${alert}.id`,
      (delivery) => `${delivery}.id`,
    ),
    version: int('version'),
  },
};

export const alertDeliveryShape: Shape = {
  noun: 'AlertDelivery',
  table: 'alert_deliveries',
  key: [bigintKey('id')],
  fields: {
    id: id('AlertDelivery', 'id'),
    alert: maybe('Alert', (delivery, alert) => `alerts ${alert} where ${alert}.id = ${delivery}.alert_id`),
    event: code('event'),
    eventId: code('event_id'),
    payload: raw('payload'),
    state: code('state'),
    attempts: int('attempts'),
    nextAttemptAt: orNull(instant((row) => `case when ${row}.state = 'PENDING' then ${row}.next_attempt_at end`)),
    lastStatus: orNull(int('last_status')),
    lastError: orNull(text('last_error')),
    createdAt: instant('created_at'),
    deliveredAt: orNull(instant('delivered_at')),
  },
};

export const alertList: ListShape = {
  name: 'alerts',
  shape: 'Alert',
  sort: { RAISED_AT: { column: 'raised_at', type: 'timestamptz' } },
};

export const alertDeliveryList: ListShape = {
  name: 'alertDeliveries',
  shape: 'AlertDelivery',
  sort: { CREATED_AT: { column: 'created_at', type: 'timestamptz' } },
};

/** Null asks nothing. An empty list finds nothing. */
export interface AlertFilter {
  readonly states?: readonly string[] | null;
  readonly kinds?: readonly string[] | null;
  readonly severities?: readonly string[] | null;
  readonly shopIds?: readonly string[] | null;
}

export function alertWhere({ states, kinds, severities, shopIds }: AlertFilter): Where[] {
  return [
    ...among('state', 'text', states),
    ...among('kind', 'text', kinds),
    ...among('severity', 'text', severities),
    ...among('shop_id', 'bigint', shopIds),
  ];
}

export function alertDeliveryWhere({ states }: { readonly states?: readonly string[] | null }): Where[] {
  return among('state', 'text', states);
}
