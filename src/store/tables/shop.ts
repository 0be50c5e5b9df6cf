import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { MarketplaceCode } from '../../commerce/marketplace.js';
import type { ConfiguredLimits, LanesUse, ObservedLimits } from '../../commerce/rate-limit.js';

/** A seller account at a marketplace. */
@Entity('shops')
export class ShopRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text' })
  marketplace!: MarketplaceCode;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', default: 'ACTIVE' })
  status!: 'ACTIVE' | 'PAUSED' | 'NEEDS_CREDENTIALS';

  @Column({ name: 'status_reason', type: 'text', nullable: true })
  statusReason!: string | null;

  /** When the marketplace shut us out and the shop was paused for that; null: it did not, or it is settled. */
  @Column({ name: 'blocked_at', type: 'timestamptz', nullable: true })
  blockedAt!: Date | null;

  /** Lives in the pretend marketplaces of this installation, never in the real ones. */
  @Column({ type: 'boolean', default: false })
  sandbox!: boolean;

  /** Keyed digest of the account's client id: finds the same account added twice without storing it readably. */
  @Column({ name: 'account_digest', type: 'bytea' })
  accountDigest!: Buffer;

  @Column({ type: 'bytea' })
  credentials!: Buffer;

  @Column({ name: 'credentials_key_id', type: 'text' })
  credentialsKeyId!: string;

  @Column({ type: 'int', default: 1 })
  version!: number;

  /** Raised by every worker that takes the shop: a write under an older epoch is refused. */
  @Column({ type: 'bigint', default: 0 })
  epoch!: string;

  @Column({ name: 'leased_by', type: 'text', nullable: true })
  leasedBy!: string | null;

  @Column({ name: 'leased_until', type: 'timestamptz', nullable: true })
  leasedUntil!: Date | null;

  /** Earliest next request when the source told us to stay away. */
  @Column({ name: 'backoff_until', type: 'timestamptz', nullable: true })
  backoffUntil!: Date | null;

  /** When the shop's next check of its coverage by schedule is due. */
  @Column({ name: 'coverage_due_at', type: 'timestamptz', nullable: true })
  coverageDueAt!: Date | null;

  /** Limits that somebody set instead of the documented ones. */
  @Column({ name: 'rate_limits', type: 'jsonb', default: {} })
  rateLimits!: ConfiguredLimits;

  /** Limits that the marketplace told. */
  @Column({ name: 'observed_limits', type: 'jsonb', default: {} })
  observedLimits!: ObservedLimits;

  /** What its lanes let through before `laneUseAt`, if `laneUseEpoch` is that of its last holder; else nobody knows. */
  @Column({ name: 'lane_use', type: 'jsonb', nullable: true })
  laneUse!: LanesUse | null;

  @Column({ name: 'lane_use_at', type: 'timestamptz', nullable: true })
  laneUseAt!: Date | null;

  @Column({ name: 'lane_use_epoch', type: 'bigint', nullable: true })
  laneUseEpoch!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;
}
