import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { OrderEventKind } from '../../commerce/direct-order.js';

/** What happened to a direct order. */
@Entity('order_events')
export class OrderEventRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  @Column({ type: 'timestamptz', default: () => `date_trunc('milliseconds', clock_timestamp())` })
  at!: Date;

  @Column({ type: 'text' })
  kind!: OrderEventKind;

  @Column({ type: 'text' })
  message!: string;
}
