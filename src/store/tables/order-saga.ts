import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { SagaKind, SagaState } from '../../commerce/inventory-service.js';

/** What is done at the catalog service for an order, and how far that is. */
@Entity('order_sagas')
export class OrderSagaRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  @Column({ type: 'text' })
  kind!: SagaKind;

  @Column({ type: 'text' })
  state!: SagaState;

  /** Why it was given up. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** When somebody else may take it up. */
  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt!: Date;

  /** Counts who took it up. */
  @Column({ type: 'int', default: 0 })
  epoch!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
