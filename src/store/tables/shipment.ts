import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { MarketplaceCode } from '../../commerce/marketplace.js';
import type { FulfilledBy } from '../../commerce/order.js';

/** A parcel or consignment of any marketplace. */
@Entity('shipments')
export class ShipmentRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  marketplace!: MarketplaceCode;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ name: 'shipped_at', type: 'timestamptz' })
  shippedAt!: Date;

  @Column({ name: 'imported_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  importedAt!: Date;

  @Column({ name: 'fulfilled_by', type: 'text' })
  fulfilledBy!: FulfilledBy;

  @Column({ type: 'text', nullable: true })
  carrier!: string | null;

  @Column({ name: 'tracking_number', type: 'text', nullable: true })
  trackingNumber!: string | null;

  @Column({ type: 'jsonb' })
  details!: Json;

  /** Of the list's summary: tells whether the whole record must be fetched again. */
  @Column({ name: 'summary_hash', type: 'bytea', nullable: true })
  summaryHash!: Buffer | null;

  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash!: Buffer;

  /** It was read after this moment, from which on only what its list shows can change; null: it may change unseen. */
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  @Column({ name: 'raw_id', type: 'bigint' })
  rawId!: string;
}
