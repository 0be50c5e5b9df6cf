import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { AlertFacts, AlertKind, AlertSeverity, AlertState } from '../../commerce/alert.js';

/** Something that somebody must look at. */
@Entity('alerts')
export class AlertRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text' })
  kind!: AlertKind;

  /** What it is about: makes an unresolved alert of a kind unique. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ name: 'shop_id', type: 'bigint', nullable: true })
  shopId!: string | null;

  @Column({ type: 'text' })
  severity!: AlertSeverity;

  @Column({ type: 'text', default: 'OPEN' })
  state!: AlertState;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'jsonb', default: {} })
  facts!: AlertFacts;

  @Column({ name: 'raised_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  raisedAt!: Date;

  /** When its cause was found last. */
  @Column({ name: 'last_seen_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  lastSeenAt!: Date;

  @Column({ name: 'acknowledged_at', type: 'timestamptz', nullable: true })
  acknowledgedAt!: Date | null;

  @Column({ name: 'resolved_at', type: 'timestamptz', nullable: true })
  resolvedAt!: Date | null;

  /** Raised by every change of state. */
  @Column({ type: 'int', default: 1 })
  version!: number;
}
