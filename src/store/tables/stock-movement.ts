import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { StockReason } from '../../commerce/inventory.js';

/** An entry of the ledger: append-only, sums to the stock of its product. */
@Entity('stock_movements')
export class StockMovementRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'product_id', type: 'bigint' })
  productId!: string;

  @Column({ type: 'timestamptz', default: () => `date_trunc('milliseconds', clock_timestamp())` })
  at!: Date;

  @Column({ type: 'text' })
  reason!: StockReason;

  @Column({ name: 'on_hand_delta', type: 'int' })
  onHandDelta!: number;

  @Column({ name: 'reserved_delta', type: 'int' })
  reservedDelta!: number;

  /** After it. */
  @Column({ name: 'on_hand', type: 'int' })
  onHand!: number;

  /** After it. */
  @Column({ type: 'int' })
  reserved!: number;

  @Column({ name: 'order_id', type: 'bigint', nullable: true })
  orderId!: string | null;

  @Column({ name: 'line_no', type: 'smallint', nullable: true })
  lineNo!: number | null;

  @Column({ name: 'cart_id', type: 'bigint', nullable: true })
  cartId!: string | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;
}
