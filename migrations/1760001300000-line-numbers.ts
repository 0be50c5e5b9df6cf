// A number that a line of a direct order had is never another line's: clients keep ids of lines, and so does the stock's ledger.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LineNumbers1760001300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const statements = [
  // null: no line was removed yet, so the lines themselves tell
  'alter table orders add column line_no_max smallint',
  // the ledger still names lines that were removed
  `update orders o set line_no_max = m.line_no
    from (select order_id, max(line_no) as line_no from stock_movements where order_id is not null group by order_id) m
    where o.id = m.order_id and o.marketplace = 'DIRECT' and o.version > 1`,
];
