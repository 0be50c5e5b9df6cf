import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StepKind, StepState } from '../../commerce/inventory-service.js';

/** One write to a product of the catalog service, or to a cart of the cart service. */
@Entity('saga_steps')
export class SagaStepRow {
  @PrimaryColumn({ name: 'saga_id', type: 'bigint' })
  sagaId!: string;

  @PrimaryColumn({ name: 'step_no', type: 'smallint' })
  stepNo!: number;

  @Column({ type: 'text' })
  kind!: StepKind;

  /** Of a cart: the customer's reference. */
  @Column({ type: 'text' })
  sku!: string;

  @Column({ type: 'int' })
  quantity!: number;

  /** The step that this one takes back. */
  @Column({ type: 'smallint', nullable: true })
  reverses!: number | null;

  @Column({ type: 'text', default: 'PENDING' })
  state!: StepState;

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /** How often the service refused it: too often, and it is left to people. */
  @Column({ type: 'int', default: 0 })
  refusals!: number;

  /** What was read before it asked. */
  @Column({ name: 'quantity_before', type: 'int', nullable: true })
  quantityBefore!: number | null;

  /** What it asked for. */
  @Column({ name: 'quantity_after', type: 'int', nullable: true })
  quantityAfter!: number | null;

  /** The version that the write was bound to; null: the service tells none. */
  @Column({ type: 'text', nullable: true })
  etag!: string | null;

  /** What was answered last, or why nothing was. */
  @Column({ type: 'text', nullable: true })
  answer!: string | null;

  /** Nobody could tell whether the write was done. */
  @Column({ name: 'in_doubt', type: 'boolean', default: false })
  inDoubt!: boolean;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  changedAt!: Date;
}
