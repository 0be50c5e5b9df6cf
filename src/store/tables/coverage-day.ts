import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CoverageState, CoverageUnit } from '../../commerce/coverage.js';
import type { StreamName } from '../../commerce/marketplace.js';
import type { FulfilledBy } from '../../commerce/order.js';

/** What the last check found of one stream, day and fulfillment method. */
@Entity('coverage_days')
export class CoverageDayRow {
  @PrimaryColumn({ name: 'shop_id', type: 'bigint' })
  shopId!: string;

  @PrimaryColumn({ type: 'text' })
  stream!: StreamName;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  @PrimaryColumn({ name: 'fulfilled_by', type: 'text' })
  fulfilledBy!: FulfilledBy;

  /** The check that found it. */
  @Column({ name: 'check_id', type: 'bigint' })
  checkId!: string;

  @Column({ name: 'checked_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  checkedAt!: Date;

  @Column({ type: 'text' })
  state!: CoverageState;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** What the figures count; null with them: nothing could be counted. */
  @Column({ type: 'text', nullable: true })
  unit!: CoverageUnit | null;

  @Column({ type: 'int', nullable: true })
  counted!: number | null;

  @Column({ type: 'int', nullable: true })
  held!: number | null;

  @Column({ type: 'int', nullable: true })
  rejected!: number | null;

  @Column({ type: 'text', array: true, default: '{}' })
  missing!: string[];

  /** Of the missing, how many are held since. */
  @Column({ type: 'int', default: 0 })
  fetched!: number;

  /** How much is held in all since then. */
  @Column({ name: 'held_after', type: 'int', nullable: true })
  heldAfter!: number | null;

  @Column({ name: 'repaired_at', type: 'timestamptz', nullable: true })
  repairedAt!: Date | null;

  /** Nothing is left to do about it. */
  @Column({ name: 'is_settled', type: 'boolean' })
  isSettled!: boolean;
}
