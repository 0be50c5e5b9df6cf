import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { StreamName } from '../../commerce/marketplace.js';

/** A record as the marketplace sent it. A changed one is another row. */
@Entity('raw_records')
export class RawRecordRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  stream!: StreamName;

  @Column({ name: 'external_id', type: 'text', nullable: true })
  externalId!: string | null;

  @Column({ name: 'fetched_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  fetchedAt!: Date;

  @Column({ type: 'json' })
  payload!: Json;
}
