import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who buys directly. */
@Entity('customers')
export class CustomerRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** The shop front's own key. */
  @Column({ type: 'text' })
  reference!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => `date_trunc('milliseconds', now())` })
  createdAt!: Date;
}
