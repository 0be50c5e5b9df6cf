import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { StreamName } from '../../commerce/marketplace.js';

/** An answer of a source that hands out each record once, as it came. */
@Entity('inbox')
export class InboxRow {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  stream!: StreamName;

  /** Written down before the request is sent. */
  @Column({ name: 'asked_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', clock_timestamp())` })
  askedAt!: Date;

  @Column({ type: 'bytea', nullable: true })
  body!: Buffer | null;

  @Column({ name: 'received_at', type: 'timestamptz', nullable: true })
  receivedAt!: Date | null;

  @Column({ name: 'is_whole', type: 'boolean', default: false })
  isWhole!: boolean;

  @Column({ name: 'stored_at', type: 'timestamptz', nullable: true })
  storedAt!: Date | null;

  @Column({ name: 'lost_at', type: 'timestamptz', nullable: true })
  lostAt!: Date | null;
}
