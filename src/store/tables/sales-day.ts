import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Roll-up of sales per shop, business day, SKU, country and currency. */
@Entity('sales_daily')
export class SalesDayRow {
  @PrimaryColumn({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  @PrimaryColumn({ type: 'text' })
  sku!: string;

  @PrimaryColumn({ type: 'text' })
  country!: string;

  @PrimaryColumn({ type: 'char', length: 3 })
  currency!: string;

  @Column({ name: 'units_sold', type: 'int' })
  unitsSold!: number;

  @Column({ name: 'units_returned', type: 'int' })
  unitsReturned!: number;

  @Column({ name: 'order_count', type: 'int' })
  orderCount!: number;

  @Column({ name: 'gross_minor', type: 'bigint' })
  grossMinor!: string;
}
