import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a shipment holds of which order: joined by the natural key, for the order may come later. */
@Entity('shipment_lines')
export class ShipmentLineRow {
  @PrimaryColumn({ name: 'shipment_id', type: 'bigint' })
  shipmentId!: string;

  @PrimaryColumn({ name: 'line_no', type: 'smallint' })
  lineNo!: number;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ name: 'order_external_id', type: 'text' })
  orderExternalId!: string;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ type: 'int' })
  quantity!: number;
}
