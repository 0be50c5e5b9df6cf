// Checks of what is held against a second way of counting: what was asked for, and what was found per day.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Coverage1760000500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [checks, open, recent, days, schedule]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const checks = `create table coverage_checks (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    trigger text not null check (trigger in ('SCHEDULE', 'MANUAL')),
    streams text[] not null,
    -- days of the marketplace's time zone, both included
    from_day date not null,
    to_day date not null check (to_day >= from_day),
    status text not null default 'QUEUED' check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    requested_at timestamptz not null default date_trunc('milliseconds', now()),
    started_at timestamptz,
    finished_at timestamptz,
    -- after a failure: not before
    due_at timestamptz not null default date_trunc('milliseconds', now()),
    failures int not null default 0,
    error text,
    requests int not null default 0,
    steps_done int not null default 0,
    -- null until it is known how many there are
    steps_total int,
    -- a day that is counted half, when a slice ended in it
    progress jsonb
  )`;

// at most one unfinished check per shop
const open = `create unique index coverage_checks_open on coverage_checks (shop_id) where status in ('QUEUED', 'RUNNING')`;

const recent = 'create index coverage_checks_shop on coverage_checks (shop_id, id)';

/** What the last check of a day found. */
const days = `create table coverage_days (
    shop_id bigint not null references shops on delete cascade,
    stream text not null,
    day date not null,
    fulfilled_by text not null check (fulfilled_by in ('SELLER', 'MARKETPLACE')),
    check_id bigint not null,
    checked_at timestamptz not null default date_trunc('milliseconds', now()),
    state text not null check (state in ('MATCHED', 'GAP', 'UNVERIFIABLE')),
    reason text,
    -- what the figures count; null with them: nothing could be counted
    unit text check (unit in ('RECORDS', 'UNITS')),
    counted int,
    held int,
    rejected int,
    missing text[] not null default '{}',
    -- of the missing, how many are held since, and how much is held in all since then
    fetched int not null default 0,
    held_after int,
    repaired_at timestamptz,
    -- nothing is left to do about it
    is_settled boolean not null,
    primary key (shop_id, stream, day, fulfilled_by)
  )`;

// when the shop's next check by schedule is due
const schedule = `alter table shops add column coverage_due_at timestamptz
    default date_trunc('milliseconds', now()) + interval '1 day'`;
