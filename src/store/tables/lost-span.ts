import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StreamName } from '../../commerce/marketplace.js';

/** A time of which the source no longer answers, and that was not read while it did. */
@Entity('lost_spans')
export class LostSpanRow {
  @PrimaryColumn({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @PrimaryColumn({ type: 'text' })
  stream!: StreamName;

  @PrimaryColumn({ name: 'from_at', type: 'timestamptz' })
  fromAt!: Date;

  @Column({ name: 'to_at', type: 'timestamptz' })
  toAt!: Date;

  @Column({ name: 'noticed_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  noticedAt!: Date;
}
