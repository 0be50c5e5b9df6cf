// Answers of sources that hand out each record once and never again: kept as they came, before anybody looks into them.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Inbox1760000800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [inbox, waiting, unnoticed]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

/** A row is there before its answer is asked for: one that never came is known, too. */
const inbox = `create table inbox (
    id uuid primary key default gen_random_uuid(),
    shop_id bigint not null references shops on delete cascade,
    stream text not null,
    asked_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
    -- byte by byte; null: nothing came yet
    body bytea,
    received_at timestamptz,
    -- it came to its end
    is_whole boolean not null default false,
    -- all that it says is stored as records
    stored_at timestamptz,
    -- somebody was told that it did not come whole
    lost_at timestamptz
  )`;

const waiting = `create index inbox_waiting on inbox (shop_id, stream, asked_at, id)
  where body is not null and stored_at is null`;

const unnoticed = 'create index inbox_unnoticed on inbox (shop_id, stream) where not is_whole and lost_at is null';
