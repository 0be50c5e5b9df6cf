// The noun alert: what somebody must look at, and how the webhook was told.
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from './node.js';
import { connectionOf } from './paging.js';
import { DateTime, JSONValue } from './scalars.js';
import { Shop } from './shop.js';

export const AlertKind = {
  INVENTORY_UNAVAILABLE: 'INVENTORY_UNAVAILABLE',
  INVENTORY_UNSETTLED: 'INVENTORY_UNSETTLED',
  SHOP_NEEDS_CREDENTIALS: 'SHOP_NEEDS_CREDENTIALS',
  SHOP_BLOCKED: 'SHOP_BLOCKED',
  STREAM_LATE: 'STREAM_LATE',
  DATA_AT_RISK: 'DATA_AT_RISK',
  DATA_LOST: 'DATA_LOST',
  OVERSELL: 'OVERSELL',
} as const;
export type AlertKind = keyof typeof AlertKind;
registerEnumType(AlertKind, {
  name: 'AlertKind',
  description: 'What an alert is about, and when it is over.',
  valuesConfig: {
    INVENTORY_UNAVAILABLE: {
      description:
        'The catalog or the cart service does not answer, or takes no writes (subject `…:writes`). Over when it does again.',
    },
    INVENTORY_UNSETTLED: {
      description:
        'Stock of orders waits for minutes to be settled with the catalog or the cart service. Over when none does any more.',
    },
    SHOP_NEEDS_CREDENTIALS: {
      description:
        'The marketplace refused the shop’s credentials: nothing is read of it. Over with `shopUpdateCredentials`.',
    },
    SHOP_BLOCKED: {
      description:
        'The marketplace shuts the shop out, whatever its credentials: it is paused. Over with `shopResume` or `shopUpdateCredentials`.',
    },
    STREAM_LATE: {
      description:
        'A stream of an active shop is overdue by more than its period, or has failed for two. Over when it is read again, or the shop rests.',
    },
    DATA_AT_RISK: {
      description:
        'More than half of the time that the source can be asked back has passed since a stream was last read to its end, whoever is to blame. Over when it is.',
    },
    DATA_LOST: {
      description:
        'The source no longer answers for a time that was not read: see `Stream.lostSpans`. That has no end: it is over once it is acknowledged and the stream is read again.',
    },
    OVERSELL: { description: 'More of a SKU was sold than there is. Over when there is enough for what was sold.' },
  },
});

export const AlertSeverity = { WARNING: 'WARNING', CRITICAL: 'CRITICAL' } as const;
export type AlertSeverity = keyof typeof AlertSeverity;
registerEnumType(AlertSeverity, {
  name: 'AlertSeverity',
  description: 'How soon somebody should look.',
  valuesConfig: {
    WARNING: { description: 'Something is not as it should be; nothing is lost by waiting for a while.' },
    CRITICAL: { description: 'Orders, stock or data suffer until somebody acts.' },
  },
});

export const AlertState = { OPEN: 'OPEN', ACKNOWLEDGED: 'ACKNOWLEDGED', RESOLVED: 'RESOLVED' } as const;
export type AlertState = keyof typeof AlertState;
registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'How far an alert is.',
  valuesConfig: {
    OPEN: { description: 'Raised, and nobody has said that they look after it.' },
    ACKNOWLEDGED: { description: 'Somebody looks after it. Its cause is still there.' },
    RESOLVED: { description: 'Its cause is gone. Should it come back, another alert is raised.' },
  },
});

export const AlertEvent = { RAISED: 'RAISED', RESOLVED: 'RESOLVED' } as const;
export type AlertEvent = keyof typeof AlertEvent;
registerEnumType(AlertEvent, {
  name: 'AlertEvent',
  description: 'A change of an alert that the webhook is told.',
  valuesConfig: {
    RAISED: { description: 'It was raised: `alert.raised`.' },
    RESOLVED: { description: 'It was resolved: `alert.resolved`.' },
  },
});

export const AlertDeliveryState = { PENDING: 'PENDING', DELIVERED: 'DELIVERED', FAILED: 'FAILED' } as const;
export type AlertDeliveryState = keyof typeof AlertDeliveryState;
registerEnumType(AlertDeliveryState, {
  name: 'AlertDeliveryState',
  description: 'How far a delivery is.',
  valuesConfig: {
    PENDING: { description: 'To be sent, now or again later. Dropped after a day if no webhook is set.' },
    DELIVERED: { description: 'The receiver answered with a status of 200 to 299.' },
    FAILED: { description: 'Given up after several attempts. `alertDeliveryRetry` sends it again.' },
  },
});

@ObjectType({
  implements: Node,
  description:
    'Something that somebody must look at. It is raised once, however often its cause is found, and resolves by itself.',
})
export class Alert extends Node {
  @Field(() => AlertKind, { description: 'What it is about.' })
  kind!: AlertKind;

  @Field(() => String, {
    description:
      'The thing that it is about, e.g. `shop:12`, `stream:12:ORDERS` or `sku:ABC`: of a kind and subject at most one alert is not resolved.',
  })
  subject!: string;

  @Field(() => Shop, { nullable: true, description: 'The shop that it is about. Null when it is not about one.' })
  shop!: Shop | null;

  @Field(() => AlertSeverity, { description: 'How soon somebody should look.' })
  severity!: AlertSeverity;

  @Field(() => AlertState, { description: 'How far it is.' })
  state!: AlertState;

  @Field(() => String, { description: 'What is wrong and what to do, for people, as of `lastSeenAt`.' })
  message!: string;

  @Field(() => JSONValue, {
    description: 'The figures behind the message, for programs: an object. Which there are depends on the kind.',
  })
  facts!: unknown;

  @Field(() => DateTime, { description: 'When it was raised.' })
  raisedAt!: Date;

  @Field(() => DateTime, { description: 'When its cause was found last. That is no change of state.' })
  lastSeenAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was acknowledged. Null: nobody did.' })
  acknowledgedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When its cause was found to be gone. Null before.' })
  resolvedAt!: Date | null;

  @Field(() => [AlertDelivery], {
    description: 'What the webhook was told of it, oldest first: at most that it was raised, and that it is resolved.',
  })
  deliveries!: AlertDelivery[];

  @Field(() => Int, { description: 'Rises by one with every change of state: give it as `expectedVersion`.' })
  version!: number;
}

@ObjectType({
  implements: Node,
  description: 'A change of an alert that is sent to `ALERT_WEBHOOK_URL`, and how that went. Kept for 30 days.',
})
export class AlertDelivery extends Node {
  @Field(() => Alert, { nullable: true, description: 'The alert. Null once it is gone, with its shop say.' })
  alert!: Alert | null;

  @Field(() => AlertEvent, { description: 'What is told.' })
  event!: AlertEvent;

  @Field(() => String, { description: 'The header `webhook-id`: the same in every attempt.' })
  eventId!: string;

  @Field(() => JSONValue, { description: 'The body that is sent: the alert as it was at the event.' })
  payload!: unknown;

  @Field(() => AlertDeliveryState, { description: 'How far it is.' })
  state!: AlertDeliveryState;

  @Field(() => Int, { description: 'How often it was sent, since it was last put in line.' })
  attempts!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is sent next, if it is not being sent right now. Null unless it is PENDING.',
  })
  nextAttemptAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The HTTP status of the last attempt. Null: there was none, or no answer came.',
  })
  lastStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed. Null when it did not.' })
  lastError!: string | null;

  @Field(() => DateTime, { description: 'When the alert changed.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the receiver took it. Null unless it is DELIVERED.' })
  deliveredAt!: Date | null;
}

export const AlertConnection = connectionOf('Alert', () => Alert);
export const AlertDeliveryConnection = connectionOf('AlertDelivery', () => AlertDelivery);
