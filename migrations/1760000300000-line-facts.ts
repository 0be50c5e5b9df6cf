// What lines cost exactly, when a record cannot change any more, and what of a return was accepted.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LineFacts1760000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...orderLines, ...returns, ...settled]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const orderLines = [
  // of all units sold, exactly: a discount on a line need not divide by its units
  'alter table order_lines add column total_minor bigint',
  // as the order itself tells it; `shipped_at` may come from a shipment
  'alter table order_lines add column own_shipped_at timestamptz',
  'update order_lines set total_minor = (ordered - cancelled) * unit_price_minor, own_shipped_at = shipped_at',
  'alter table order_lines alter column total_minor set not null',
];

const returns = [
  'alter table return_lines add column ean text',
  'alter table return_lines add column accepted int not null default 0 check (accepted >= 0)',
  // so far every line was one unit, which came back or did not
  `update return_lines l set accepted = l.quantity from returns r where r.id = l.return_id and r.status = 'ACCEPTED'`,
  'alter table return_lines alter column accepted drop default',
  'alter table returns drop constraint returns_status_check',
  `alter table returns add constraint returns_status_check check
    (status in ('ANNOUNCED', 'ACCEPTED', 'PARTIALLY_ACCEPTED', 'REJECTED', 'MISDIRECTED', 'CANCELLED'))`,
];

/** Set when the record was read after this moment, from which on only what its list shows can change; else null. */
const settled = ['orders', 'shipments', 'returns'].map(
  (table) => `alter table ${table} add column settled_at timestamptz`,
);
