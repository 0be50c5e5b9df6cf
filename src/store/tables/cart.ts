import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What a customer is about to order. */
@Entity('carts')
export class CartRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'customer_id', type: 'bigint' })
  customerId!: string;

  @Column({ type: 'text', default: 'OPEN' })
  status!: 'OPEN' | 'ORDERED';

  @Column({ type: 'int', default: 1 })
  version!: number;

  /** Until when its lines hold stock; null: they do not. */
  @Column({ name: 'held_until', type: 'timestamptz', nullable: true })
  heldUntil!: Date | null;

  @Column({ name: 'order_id', type: 'bigint', nullable: true })
  orderId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  changedAt!: Date;
}
