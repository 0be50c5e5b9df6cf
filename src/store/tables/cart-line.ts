import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product in a cart. */
@Entity('cart_lines')
export class CartLineRow {
  @PrimaryColumn({ name: 'cart_id', type: 'bigint' })
  cartId!: string;

  @PrimaryColumn({ name: 'product_id', type: 'bigint' })
  productId!: string;

  @Column({ type: 'int' })
  quantity!: number;

  /** Units of reserved stock that the cart holds. */
  @Column({ type: 'int', default: 0 })
  held!: number;

  @Column({ name: 'added_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', clock_timestamp())` })
  addedAt!: Date;
}
