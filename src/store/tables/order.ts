import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Json } from '../../commerce/json.js';
import type { MarketplaceCode } from '../../commerce/marketplace.js';
import type { Address, FulfillmentStatus } from '../../commerce/order.js';

/** An order of any marketplace. */
@Entity('orders')
export class OrderRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @Column({ type: 'text' })
  marketplace!: MarketplaceCode;

  @Column({ name: 'external_id', type: 'text' })
  externalId!: string;

  @Column({ name: 'order_number', type: 'text' })
  orderNumber!: string;

  @Column({ name: 'ordered_at', type: 'timestamptz' })
  orderedAt!: Date;

  @Column({ name: 'changed_at', type: 'timestamptz' })
  changedAt!: Date;

  @Column({ name: 'imported_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  importedAt!: Date;

  @Column({ name: 'business_day', type: 'date' })
  businessDay!: string;

  @Column({ name: 'ship_by', type: 'timestamptz', nullable: true })
  shipBy!: Date | null;

  /** Of the shipping address; '' while there is none. */
  @Column({ type: 'text', default: '' })
  country!: string;

  @Column({ name: 'shipping_address', type: 'jsonb', nullable: true })
  shippingAddress!: Address | null;

  @Column({ name: 'billing_address', type: 'jsonb', nullable: true })
  billingAddress!: Address | null;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ name: 'total_minor', type: 'bigint' })
  totalMinor!: string;

  @Column({ name: 'units_ordered', type: 'int' })
  unitsOrdered!: number;

  @Column({ name: 'units_shipped', type: 'int' })
  unitsShipped!: number;

  @Column({ name: 'units_cancelled', type: 'int' })
  unitsCancelled!: number;

  @Column({ name: 'units_returned', type: 'int' })
  unitsReturned!: number;

  @Column({ name: 'units_pending', type: 'int' })
  unitsPending!: number;

  @Column({ name: 'units_to_ship', type: 'int' })
  unitsToShip!: number;

  @Column({ name: 'units_by_seller', type: 'int' })
  unitsBySeller!: number;

  @Column({ name: 'last_shipped_at', type: 'timestamptz', nullable: true })
  lastShippedAt!: Date | null;

  /** Who placed it directly; null for orders of marketplaces and of guests. */
  @Column({ name: 'customer_id', type: 'bigint', nullable: true })
  customerId!: string | null;

  /** Its units are taken from the catalog service, never from the products here. */
  @Column({ name: 'remote_stock', type: 'boolean', default: false })
  remoteStock!: boolean;

  /** The highest number that a line of a direct order ever had; null: none was removed yet. */
  @Column({ name: 'line_no_max', type: 'smallint', nullable: true })
  lineNoMax!: number | null;

  @Column({ type: 'jsonb' })
  details!: Json;

  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash!: Buffer;

  /** Of the list's summary, where the list gives no more: tells whether the whole record must be fetched again. */
  @Column({ name: 'summary_hash', type: 'bytea', nullable: true })
  summaryHash!: Buffer | null;

  /** It was read after this moment, from which on only what its list shows can change; null: it may change unseen. */
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt!: Date | null;

  @Column({ name: 'raw_id', type: 'bigint' })
  rawId!: string;

  @Column({ type: 'int', default: 1 })
  version!: number;

  /** Derived by the database. */
  @Column({ name: 'fulfillment_status', type: 'text', insert: false, update: false })
  fulfillmentStatus!: FulfillmentStatus;

  /** Derived by the database. */
  @Column({ name: 'fulfilled_at', type: 'timestamptz', nullable: true, insert: false, update: false })
  fulfilledAt!: Date | null;
}
