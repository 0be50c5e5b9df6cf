import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { StreamName } from '../../commerce/marketplace.js';

/** A record that could not be mapped. */
@Entity('rejects')
export class RejectRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  stream!: StreamName;

  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId!: string | null;

  /** The external id, or the payload's digest where it has none. */
  @Column({ name: 'record_key', type: 'text' })
  recordKey!: string;

  @Column({ type: 'text' })
  reason!: string;

  @Column({ type: 'json' })
  payload!: Json;

  @Column({ type: 'int', default: 1 })
  attempts!: number;

  /** Set by rejectRetry: the engine maps the payload again and clears it. */
  @Column({ name: 'retry_requested_at', type: 'timestamptz', nullable: true })
  retryRequestedAt!: Date | null;

  @Column({ name: 'mapping_version', type: 'int' })
  mappingVersion!: number;

  @Column({ name: 'first_seen_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  firstSeenAt!: Date;

  @Column({ name: 'last_seen_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  lastSeenAt!: Date;
}
