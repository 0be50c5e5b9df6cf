import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FulfilledBy } from '../../commerce/order.js';

/** A line of an order, known by its position. */
@Entity('order_lines')
export class OrderLineRow {
  @PrimaryColumn({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  @PrimaryColumn({ name: 'line_no', type: 'smallint' })
  lineNo!: number;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ name: 'external_ids', type: 'text', array: true })
  externalIds!: string[];

  @Column({ type: 'text', nullable: true })
  sku!: string | null;

  @Column({ type: 'text', nullable: true })
  ean!: string | null;

  @Column({ type: 'text' })
  title!: string;

  @Column({ name: 'fulfilled_by', type: 'text' })
  fulfilledBy!: FulfilledBy;

  @Column({ type: 'int' })
  ordered!: number;

  @Column({ type: 'int' })
  shipped!: number;

  @Column({ type: 'int' })
  cancelled!: number;

  @Column({ type: 'int' })
  returned!: number;

  @Column({ type: 'int' })
  pending!: number;

  @Column({ name: 'unit_price_minor', type: 'bigint' })
  unitPriceMinor!: string;

  /** Of all units sold, exactly. */
  @Column({ name: 'total_minor', type: 'bigint' })
  totalMinor!: string;

  @Column({ name: 'vat_rate', type: 'numeric', nullable: true })
  vatRate!: string | null;

  @Column({ name: 'shipped_at', type: 'timestamptz', nullable: true })
  shippedAt!: Date | null;

  /** As the order itself tells it; `shippedAt` may come from a shipment. */
  @Column({ name: 'own_shipped_at', type: 'timestamptz', nullable: true })
  ownShippedAt!: Date | null;
}
