import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { StreamName, SyncMode } from '../../commerce/marketplace.js';
import type { SyncStatus } from './sync-run.js';

/** The part of a run that pulls one stream, with its figures. */
@Entity('stream_runs')
export class StreamRunRow {
  @PrimaryColumn({ name: 'run_id', type: 'bigint' })
  runId!: string;

  @PrimaryColumn({ type: 'text' })
  stream!: StreamName;

  @Column({ type: 'text', default: 'QUEUED' })
  status!: SyncStatus;

  /** Null: as the run says. */
  @Column({ type: 'text', nullable: true })
  mode!: SyncMode | null;

  /** The connector's cursor of a run under way, so that a FULL run leaves the stream's own until it is through. */
  @Column({ type: 'jsonb', nullable: true })
  cursor!: Json | null;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @Column({ type: 'int', default: 0 })
  requests!: number;

  @Column({ type: 'int', default: 0 })
  retries!: number;

  @Column({ name: 'throttled_ms', type: 'int', default: 0 })
  throttledMs!: number;

  /** How it found out what is new: a code of the connector; null before the first page. */
  @Column({ type: 'text', nullable: true })
  strategy!: string | null;

  @Column({ type: 'int', default: 0 })
  pages!: number;

  @Column({ type: 'int', default: 0 })
  fetched!: number;

  @Column({ type: 'int', default: 0 })
  created!: number;

  @Column({ type: 'int', default: 0 })
  updated!: number;

  @Column({ type: 'int', default: 0 })
  unchanged!: number;

  @Column({ type: 'int', default: 0 })
  rejected!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
