import type { Executor } from './database.js';

/*
 * The outbox of the webhook. A row that is due is claimed by one process for a time that is longer than sending takes. Should
 * the process die between sending and writing that down, the time passes and the row is sent again under the same event id:
 * at least once, never by two processes at a time. The events of an alert are sent in their order.
 */

/** A delivery as the process that claimed it sees it. */
export interface ClaimedDelivery {
  readonly id: string;
  /** Null once the alert is gone with its shop. */
  readonly alertId: string | null;
  readonly eventId: string;
  /** The body, as it was written with the event. */
  readonly body: string;
  /** This try included. */
  readonly attempt: number;
}

/** The alert of a delivery: its event names it, also once it is gone with its shop. */
const alertOf = (delivery: string) => `${delivery}.payload #>> '{data,id}'`;

/** Is `e` an event of the same alert that comes before `d`, and is still to be sent? By key where there is one. */
const comesBefore = `e.state = 'PENDING' and e.id < d.id and case when d.alert_id is null
  then e.alert_id is null and ${alertOf('e')} = ${alertOf('d')} else e.alert_id = d.alert_id end`;

/** Claims deliveries that are due, the longest due first. */
export function claimDeliveries(db: Executor, limit: number, forMs: number): Promise<ClaimedDelivery[]> {
  return db.run<ClaimedDelivery>({
    name: 'alert-deliveries-claim',
    text: `with due as (
        select id from alert_deliveries d
        where state = 'PENDING' and next_attempt_at <= now() and (sending_until is null or sending_until <= now())
          and not exists (select from alert_deliveries e where ${comesBefore})
        order by next_attempt_at, id limit $1 for update skip locked)
      update alert_deliveries d set attempts = attempts + 1, sending_until = now() + $2 * interval '1 ms'
      from due where d.id = due.id
      returning d.id, d.alert_id as "alertId", d.event_id as "eventId", d.payload::text as body, d.attempts as attempt`,
    values: [limit, forMs],
  });
}

/** How a try ended. */
export type Sent =
  | { readonly state: 'DELIVERED'; readonly status: number }
  /** Failed: again after that time; null: given up. */
  | {
      readonly state: 'FAILED';
      readonly status: number | null;
      readonly error: string;
      readonly againInMs: number | null;
    }
  /** Broken off because the process stops: does not count, and another process may try at once. */
  | { readonly state: 'LEFT' };

/** Writes down how a try ended; nothing happens when another process has claimed the delivery since. */
export async function settleDelivery(db: Executor, { id, attempt }: ClaimedDelivery, sent: Sent): Promise<void> {
  const failed = sent.state === 'FAILED' ? sent : null;
  const state = sent.state === 'DELIVERED' || (failed && failed.againInMs === null) ? sent.state : 'PENDING';
  await db.run({
    name: 'alert-delivery-settle',
    text: `update alert_deliveries set state = $3, sending_until = null,
        attempts = case when $4 then attempts - 1 else attempts end,
        last_status = case when $4 then last_status else $5::int end,
        last_error = case when $4 then last_error else $6 end,
        next_attempt_at = ${now} + $7::float8 * interval '1 ms',
        delivered_at = case when $3 = 'DELIVERED' then ${now} end
      where id = $1 and attempts = $2 and state = 'PENDING'`,
    values: [
      ...[id, attempt, state, sent.state === 'LEFT'],
      ...[sent.state === 'LEFT' ? null : sent.status, failed?.error ?? null, failed?.againInMs ?? 0],
    ],
  });
}

const now = `date_trunc('milliseconds', now())`;

/**
 * Puts a delivery in line again, under its event id, and wakes who sends: one that was given up or delivered with all its
 * tries, one that waits for its next try at once. One that is being sent is left alone. False: there is none of this id.
 */
export async function retryDelivery(db: Executor, id: string): Promise<boolean> {
  const [row] = await db.run({
    name: 'alert-delivery-retry',
    text: `with retried as (
        update alert_deliveries set state = 'PENDING', delivered_at = null, queued_at = ${now}, next_attempt_at = ${now},
          attempts = case when state = 'PENDING' then attempts else 0 end
        where id = $1 returning id)
      select pg_notify('lading_alerts', '') from retried`,
    values: [id],
  });
  return row !== undefined;
}

/**
 * Bounds what is kept: deliveries for 30 days after they came to an end, resolved alerts for a year. What nobody tried to
 * send within a day is dropped, as there is no webhook: one that is set later must not begin with a flood of old news. What waits
 * for an earlier event of its alert is kept with that.
 */
export async function forgetOldAlerts(db: Executor): Promise<void> {
  await db.run({
    name: 'alert-deliveries-forget',
    text: `delete from alert_deliveries d
      where state <> 'PENDING' and greatest(queued_at, delivered_at) < now() - interval '30 days'
        or state = 'PENDING' and attempts = 0 and queued_at < now() - interval '1 day'
          and not exists (select from alert_deliveries e
            where ${comesBefore} and (e.attempts > 0 or e.queued_at >= now() - interval '1 day'))`,
  });
  await db.run({
    name: 'alerts-forget',
    text: `delete from alerts where resolved_at < now() - interval '1 year'`,
  });
}
