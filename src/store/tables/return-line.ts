import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a return holds of which order. */
@Entity('return_lines')
export class ReturnLineRow {
  @PrimaryColumn({ name: 'return_id', type: 'bigint' })
  returnId!: string;

  @PrimaryColumn({ name: 'line_no', type: 'smallint' })
  lineNo!: number;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ name: 'order_external_id', type: 'text' })
  orderExternalId!: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ type: 'text', nullable: true })
  ean!: string | null;

  @Column({ type: 'int' })
  quantity!: number;

  /** Units that came back and were accepted. */
  @Column({ type: 'int' })
  accepted!: number;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;
}
