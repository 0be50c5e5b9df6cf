import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { StreamName } from '../../commerce/marketplace.js';

/** What is pulled of a shop, and where that stands. */
@Entity('streams')
export class StreamRow {
  @PrimaryColumn({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @PrimaryColumn({ type: 'text' })
  name!: StreamName;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** Null: the connector's default. */
  @Column({ name: 'every_ms', type: 'bigint', nullable: true })
  everyMs!: string | null;

  @Column({ name: 'overlap_ms', type: 'bigint', nullable: true })
  overlapMs!: string | null;

  @Column({ name: 'window_ms', type: 'bigint', nullable: true })
  windowMs!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  cursor!: Json | null;

  @Column({ name: 'due_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  dueAt!: Date;

  @Column({ name: 'last_started_at', type: 'timestamptz', nullable: true })
  lastStartedAt!: Date | null;

  /** When the schedule reads it whole again; null: never, or it was not read once yet. */
  @Column({ name: 'full_due_at', type: 'timestamptz', nullable: true })
  fullDueAt!: Date | null;

  /** When the last run that reached the source's end began: everything changed before it is here. */
  @Column({ name: 'last_success_at', type: 'timestamptz', nullable: true })
  lastSuccessAt!: Date | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ type: 'int', default: 0 })
  failures!: number;

  @Column({ name: 'mapping_version', type: 'int', default: 0 })
  mappingVersion!: number;

  /** Where a re-mapping of stored records stands; null when none is under way. */
  @Column({ name: 'remap_after', type: 'text', nullable: true })
  remapAfter!: string | null;
}
