import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What the seller sells from own stock. */
@Entity('products')
export class ProductRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text' })
  sku!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  ean!: string | null;

  @Column({ name: 'price_minor', type: 'bigint' })
  priceMinor!: string;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ name: 'vat_rate', type: 'numeric', nullable: true })
  vatRate!: string | null;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ name: 'safety_buffer', type: 'int', default: 0 })
  safetyBuffer!: number;

  @Column({ name: 'on_hand', type: 'int', default: 0 })
  onHand!: number;

  @Column({ type: 'int', default: 0 })
  reserved!: number;

  /** Derived by the database. */
  @Column({ type: 'int', insert: false, update: false })
  available!: number;

  /** When its stock was first set or adjusted; null: nobody keeps its stock here. */
  @Column({ name: 'stock_since', type: 'timestamptz', nullable: true })
  stockSince!: Date | null;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  @Column({ name: 'changed_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  changedAt!: Date;
}
