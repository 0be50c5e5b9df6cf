// Exports: what was asked for, under which link it is fetched, and how far the last fetch came.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Exports1760001000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [exports, expiry]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const exports = `create table exports (
    id bigint generated always as identity primary key,
    kind text not null,
    format text not null check (format in ('CSV', 'JSON_LINES')),
    -- the input of exportStart as JSON, which is read again when the link is fetched
    request text not null,
    -- part of the link; readable, as whoever reads this database has everything that it leads to
    link_key text not null,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    expires_at timestamptz not null default date_trunc('milliseconds', now()) + interval '1 hour',
    status text not null default 'READY' check (status in ('READY', 'RUNNING', 'COMPLETED', 'ABORTED', 'FAILED')),
    -- counts fetches: what follows is about the last one
    fetches int not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    -- last sign of life of the process that sends it
    told_at timestamptz,
    rows_total int,
    rows_written int not null default 0,
    error text
  )`;

const expiry = 'create index exports_expiry on exports (expires_at)';
