import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Something to be fetched as a file, and how far the last fetch came. */
@Entity('exports')
export class ExportRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  format!: 'CSV' | 'JSON_LINES';

  /** The input of `exportStart` as JSON. */
  @Column({ type: 'text' })
  request!: string;

  @Column({ name: 'link_key', type: 'text' })
  linkKey!: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', default: () => `now() + interval '1 hour'` })
  expiresAt!: Date;

  @Column({ type: 'text', default: 'READY' })
  status!: 'READY' | 'RUNNING' | 'COMPLETED' | 'ABORTED' | 'FAILED';

  /** Counts fetches: what follows is about the last one. */
  @Column({ type: 'int', default: 0 })
  fetches!: number;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** Last sign of life of the process that sends it. */
  @Column({ name: 'told_at', type: 'timestamptz', nullable: true })
  toldAt!: Date | null;

  @Column({ name: 'rows_total', type: 'int', nullable: true })
  rowsTotal!: number | null;

  @Column({ name: 'rows_written', type: 'int', default: 0 })
  rowsWritten!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
