// Limits set for a shop, limits its marketplace told, and what the last holder's lanes let through.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RateLimits1760000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table shops
      -- by name of the lane: {"requests", "windowMs"}, what somebody set instead of the documented limit
      add column rate_limits jsonb not null default '{}',
      -- by name of the lane: {"requests", "at"}, what the marketplace's answers told last
      add column observed_limits jsonb not null default '{}',
      -- what the lanes let through of late, when that was written down, and under which epoch: known only if that was the last
      add column lane_use jsonb,
      add column lane_use_at timestamptz,
      add column lane_use_epoch bigint`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
