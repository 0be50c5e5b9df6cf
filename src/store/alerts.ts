import type { AlertEvent, AlertKey, AlertKind, AlertState, NewAlert } from '../commerce/alert.js';
import { globalId } from '../commerce/id.js';
import type { Executor } from './database.js';

/*
 * Alerts and the outbox of their changes. Whoever finds or ends a cause calls these within its own transaction: the alert,
 * the event for the webhook and what the transaction is about are then written together, or not at all.
 */

const now = `date_trunc('milliseconds', now())`;

/** As the API writes it; null stays null. */
const instant = (expression: string) => `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Puts an event for every alert of the common table `changed` into the outbox, and wakes who sends. Ends a statement. */
function told(event: AlertEvent): string {
  const shop = `case when s.id is not null then json_build_object(
        'id', '${globalId('Shop')}_' || s.id, 'name', s.name, 'marketplace', s.marketplace) end`;
  return `told as (
      insert into alert_deliveries (alert_id, event, payload)
      select a.id, '${event}', json_build_object('type', 'alert.${event.toLowerCase()}', 'timestamp', ${instant(now)},
        'data', json_build_object('id', '${globalId('Alert')}_' || a.id, 'kind', a.kind, 'subject', a.subject,
          'severity', a.severity, 'state', a.state, 'message', a.message, 'facts', a.facts, 'shop', ${shop},
          'raisedAt', ${instant('a.raised_at')}, 'resolvedAt', ${instant('a.resolved_at')}))
      from changed a left join shops s on s.id = a.shop_id order by a.id returning id)
    select pg_notify('lading_alerts', '') from told limit 1`;
}

/** Raises an alert. While one of its kind and subject is unresolved, that one is only brought up to date. */
export function raiseAlert(tx: Executor, alert: NewAlert): Promise<void> {
  return raiseAlerts(tx, [alert]);
}

/** Raises several at once, each as `raiseAlert` does. */
export async function raiseAlerts(tx: Executor, alerts: readonly NewAlert[]): Promise<void> {
  if (alerts.length === 0) return;
  // one statement may not touch a row twice
  const last = [...new Map(alerts.map((alert) => [`${alert.kind} ${alert.subject}`, alert])).values()];
  await tx.run({
    name: 'alerts-raise',
    // in one order, so that two who raise the same alerts do not wait for each other; a row that is new has no xmax
    text: `with raised as (
        insert into alerts as a (kind, subject, shop_id, severity, message, facts)
        select g.kind, g.subject, g.shop_id, g.severity, g.message, g.facts
        from rows from (unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]),
          jsonb_array_elements($6::jsonb)) as g (kind, subject, shop_id, severity, message, facts)
        order by g.kind, g.subject
        on conflict (kind, subject) where state <> 'RESOLVED' do update set severity = excluded.severity,
          message = excluded.message, facts = excluded.facts, shop_id = excluded.shop_id, last_seen_at = ${now}
        returning a.*, a.xmax = 0 as is_new),
      changed as (select * from raised where is_new),
      ${told('RAISED')}`,
    values: [
      last.map(({ kind }) => kind),
      last.map(({ subject }) => subject),
      last.map(({ shopId }) => shopId ?? null),
      last.map(({ severity }) => severity),
      last.map(({ message }) => message),
      JSON.stringify(last.map(({ facts }) => facts)),
    ],
  });
}

/** The cause is gone. Nothing happens where no such alert is unresolved. */
export async function resolveAlert(tx: Executor, { kind, subject }: AlertKey): Promise<void> {
  await tx.run({
    name: 'alert-resolve',
    text: resolve(`kind = $1 and subject = $2`),
    values: [kind, subject],
  });
}

export async function isAlertUnresolved(db: Executor, { kind, subject }: AlertKey): Promise<boolean> {
  const rows = await db.run({
    name: 'alert-is-unresolved',
    text: `select from alerts where kind = $1 and subject = $2 and state <> 'RESOLVED'`,
    values: [kind, subject],
  });
  return rows.length > 0;
}

/** Resolves what there is about a shop: of these kinds, or of all. */
export async function resolveAlertsOfShop(
  tx: Executor,
  shopId: string,
  kinds: readonly AlertKind[] | null = null,
): Promise<void> {
  await tx.run({
    name: 'alerts-resolve-shop',
    text: resolve(`shop_id = $1 and ($2::text[] is null or kind = any ($2))`),
    values: [shopId, kinds],
  });
}

/**
 * Resolves the alerts of these kinds about these shops, apart from those that are found to go on. A loss has no end that
 * could be found: it is resolved once somebody has acknowledged it.
 */
export async function resolveOtherAlerts(
  tx: Executor,
  looked: { kinds: readonly AlertKind[]; shopIds: readonly string[]; found: readonly AlertKey[] },
): Promise<void> {
  await tx.run({
    name: 'alerts-resolve-others',
    text: resolve(`shop_id = any ($1::bigint[]) and kind = any ($2)
      and (kind <> 'DATA_LOST' or state = 'ACKNOWLEDGED')
      and (kind, subject) not in (select * from unnest($3::text[], $4::text[]))`),
    values: [
      looked.shopIds,
      looked.kinds,
      looked.found.map(({ kind }) => kind),
      looked.found.map(({ subject }) => subject),
    ],
  });
}

const resolve = (which: string) => `with changed as (
    update alerts set state = 'RESOLVED', resolved_at = ${now}, version = version + 1
    where state <> 'RESOLVED' and ${which} returning *),
  ${told('RESOLVED')}`;

/** An alert as it was found by a change. */
export interface FoundAlert {
  readonly id: string;
  readonly state: AlertState;
  readonly version: number;
}

/** Finds the alert and keeps others from changing it until the transaction ends. */
export async function lockAlert(tx: Executor, id: string): Promise<FoundAlert | null> {
  const [alert] = await tx.run<FoundAlert>({
    name: 'alert-lock',
    text: 'select id, state, version from alerts where id = $1 for no key update',
    values: [id],
  });
  return alert ?? null;
}

/** Somebody looks after it. Told to nobody. */
export async function acknowledgeAlert(tx: Executor, id: string): Promise<void> {
  await tx.run({
    name: 'alert-acknowledge',
    text: `update alerts set state = 'ACKNOWLEDGED', acknowledged_at = ${now}, version = version + 1 where id = $1`,
    values: [id],
  });
}
