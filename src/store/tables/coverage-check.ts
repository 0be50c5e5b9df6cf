import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { StreamName } from '../../commerce/marketplace.js';
import type { SyncStatus } from './sync-run.js';

/** A check of what is held against a second way of counting. */
@Entity('coverage_checks')
export class CoverageCheckRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  trigger!: 'SCHEDULE' | 'MANUAL';

  @Column({ type: 'text', array: true })
  streams!: StreamName[];

  /** Days of the marketplace's time zone, both included. */
  @Column({ name: 'from_day', type: 'date' })
  fromDay!: string;

  @Column({ name: 'to_day', type: 'date' })
  toDay!: string;

  @Column({ type: 'text', default: 'QUEUED' })
  status!: SyncStatus;

  @Column({ name: 'requested_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  requestedAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** After a failure: not before. */
  @Column({ name: 'due_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  dueAt!: Date;

  @Column({ type: 'int', default: 0 })
  failures!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ type: 'int', default: 0 })
  requests!: number;

  @Column({ name: 'steps_done', type: 'int', default: 0 })
  stepsDone!: number;

  /** Null until it is known how many there are. */
  @Column({ name: 'steps_total', type: 'int', nullable: true })
  stepsTotal!: number | null;

  /** A day that is counted half, when a slice ended in it. */
  @Column({ type: 'jsonb', nullable: true })
  progress!: Json | null;
}
