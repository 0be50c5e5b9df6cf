import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { MarketplaceCode } from '../../commerce/marketplace.js';
import type { ReturnStatus } from '../../commerce/return.js';

/** Goods on their way back. */
@Entity('returns')
export class ReturnRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  marketplace!: MarketplaceCode;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ type: 'text' })
  status!: ReturnStatus;

  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;

  @Column({ name: 'imported_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  importedAt!: Date;

  @Column({ type: 'text', nullable: true })
  carrier!: string | null;

  @Column({ name: 'tracking_numbers', type: 'text', array: true })
  trackingNumbers!: string[];

  @Column({ type: 'jsonb' })
  details!: Json;

  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash!: Buffer;

  @Column({ name: 'summary_hash', type: 'bytea', nullable: true })
  summaryHash!: Buffer | null;

  /** It was read after this moment, from which on only what its list shows can change; null: it may change unseen. */
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  @Column({ name: 'raw_id', type: 'bigint' })
  rawId!: string;
}
