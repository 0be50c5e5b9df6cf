// What somebody must look at, and the webhook that tells them: alerts with their state, and an outbox of their changes.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Alerts1760000700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...alerts, ...deliveries]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const alerts = [
  `create table alerts (
    id bigint generated always as identity primary key,
    kind text not null,
    -- what it is about: makes an unresolved alert of a kind unique
    subject text not null check (subject <> ''),
    shop_id bigint references shops on delete cascade,
    severity text not null check (severity in ('WARNING', 'CRITICAL')),
    state text not null default 'OPEN' check (state in ('OPEN', 'ACKNOWLEDGED', 'RESOLVED')),
    message text not null,
    facts jsonb not null default '{}',
    raised_at timestamptz not null default date_trunc('milliseconds', now()),
    -- when its cause was found last
    last_seen_at timestamptz not null default date_trunc('milliseconds', now()),
    acknowledged_at timestamptz,
    resolved_at timestamptz,
    -- raised by every change of state; finding the cause again is none
    version int not null default 1,
    check ((state = 'RESOLVED') = (resolved_at is not null))
  )`,
  `create unique index alerts_unresolved on alerts (kind, subject) where state <> 'RESOLVED'`,
  'create index alerts_raised on alerts (raised_at, id)',
  'create index alerts_state on alerts (state, raised_at, id)',
  'create index alerts_shop on alerts (shop_id, raised_at, id)',
];

const deliveries = [
  `create table alert_deliveries (
    id bigint generated always as identity primary key,
    -- null once the alert is gone with its shop: that it is resolved is told all the same
    alert_id bigint references alerts on delete set null,
    event text not null check (event in ('RAISED', 'RESOLVED')),
    -- the same in every try, so that the receiver knows what it has had
    event_id uuid not null unique default gen_random_uuid(),
    -- the body as it is sent, to the letter
    payload json not null,
    state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
    attempts int not null default 0,
    next_attempt_at timestamptz not null default date_trunc('milliseconds', now()),
    -- a process is sending it; should it die meanwhile, another one may from then on
    sending_until timestamptz,
    last_status int,
    last_error text,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    -- when it was put in line: at first, or by hand
    queued_at timestamptz not null default date_trunc('milliseconds', now()),
    delivered_at timestamptz,
    check ((state = 'DELIVERED') = (delivered_at is not null))
  )`,
  // asked at every tick
  `create index alert_deliveries_due on alert_deliveries (next_attempt_at, id) where state = 'PENDING'`,
  'create index alert_deliveries_alert on alert_deliveries (alert_id, id)',
  'create index alert_deliveries_created on alert_deliveries (created_at, id)',
  'create index alert_deliveries_state on alert_deliveries (state, created_at, id)',
];
