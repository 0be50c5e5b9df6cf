import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { AlertEvent } from '../../commerce/alert.js';
import type { Json } from '../../commerce/json.js';

/** A change of an alert's state that the webhook is told, and how that went. */
@Entity('alert_deliveries')
export class AlertDeliveryRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** Null once the alert is gone with its shop. */
  @Column({ name: 'alert_id', type: 'bigint', nullable: true })
  alertId!: string | null;

  @Column({ type: 'text' })
  event!: AlertEvent;

  /** The same in every try. */
  @Column({ name: 'event_id', type: 'uuid', default: () => 'gen_random_uuid()' })
  eventId!: string;

  /** The body as it is sent, to the letter. */
  @Column({ type: 'json' })
  payload!: Json;

  @Column({ type: 'text', default: 'PENDING' })
  state!: 'PENDING' | 'DELIVERED' | 'FAILED';

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  @Column({ name: 'next_attempt_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  nextAttemptAt!: Date;

  /** A process is sending it, and has until then. */
  @Column({ name: 'sending_until', type: 'timestamptz', nullable: true })
  sendingUntil!: Date | null;

  @Column({ name: 'last_status', type: 'int', nullable: true })
  lastStatus!: number | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;

  /** When it was put in line: at first, or by hand. */
  @Column({ name: 'queued_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  queuedAt!: Date;

  @Column({ name: 'delivered_at', type: 'timestamptz', nullable: true })
  deliveredAt!: Date | null;
}
