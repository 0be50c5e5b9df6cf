import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an order line took of the stock; see `Claim`. */
@Entity('stock_claims')
export class StockClaimRow {
  @PrimaryColumn({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  @PrimaryColumn({ name: 'line_no', type: 'smallint' })
  lineNo!: number;

  @Column({ name: 'product_id', type: 'bigint' })
  productId!: string;

  @Column({ type: 'int' })
  reserved!: number;

  @Column({ type: 'int' })
  consumed!: number;

  @Column({ type: 'int' })
  short!: number;

  @Column({ type: 'int' })
  owed!: number;

  @Column({ type: 'int' })
  past!: number;
}
