// What an outage costs: how a run caught up, what the source no longer answers for, and that it shuts us out.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Outages1760000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stream_runs add column strategy text');
    // it was paused because the marketplace shuts us out, not by a person
    await runner.query('alter table shops add column blocked_at timestamptz');
    await runner.query(`create table lost_spans (
      shop_id bigint not null references shops on delete cascade,
      stream text not null check (stream in ('ORDERS', 'SHIPMENTS', 'RETURNS')),
      -- by the marketplace's clock; what changed in it for the last time can no longer be asked for
      from_at timestamptz not null,
      to_at timestamptz not null check (to_at > from_at),
      noticed_at timestamptz not null default date_trunc('milliseconds', now()),
      primary key (shop_id, stream, from_at)
    )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
