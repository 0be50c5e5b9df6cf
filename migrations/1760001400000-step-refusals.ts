// What a service refuses again and again is left to people: so it is counted how often a step was refused.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StepRefusals1760001400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table saga_steps add column refusals int not null default 0');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}
