import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { SyncMode } from '../../commerce/marketplace.js';

export type SyncStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** One synchronisation of a shop. */
@Entity('sync_runs')
export class SyncRunRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  mode!: SyncMode;

  @Column({ type: 'text' })
  trigger!: string;

  @Column({ type: 'text', default: 'QUEUED' })
  status!: SyncStatus;

  @Column({ name: 'queued_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  queuedAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'cancel_requested_at', type: 'timestamptz', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
