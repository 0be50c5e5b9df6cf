// Streams that are read whole from time to time by the schedule, and runs whose streams are read in different ways.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FullReadings1760000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // when the schedule reads it whole again; null: never, or not read once yet
    await runner.query('alter table streams add column full_due_at timestamptz');
    // null: as its run says
    await runner.query(`alter table stream_runs add column mode text check (mode in ('INCREMENTAL', 'FULL'))`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
