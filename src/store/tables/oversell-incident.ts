import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** More of a product was sold than there is. */
@Entity('oversell_incidents')
export class OversellIncidentRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'product_id', type: 'bigint' })
  productId!: string;

  @Column({ type: 'int' })
  shortfall!: number;

  @Column({ name: 'shortfall_max', type: 'int' })
  shortfallMax!: number;

  @Column({ name: 'noticed_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  noticedAt!: Date;

  @Column({ name: 'resolved_at', type: 'timestamptz', nullable: true })
  resolvedAt!: Date | null;
}
