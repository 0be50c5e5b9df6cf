// Orders whose stock a catalog service keeps: what was asked of it and answered, step by step, so that a crash loses nothing.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OrderSagas1760001200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const statements = [
  // its units are taken from the catalog service, and never from the products here
  'alter table orders add column remote_stock boolean not null default false',
  `create table order_sagas (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders on delete cascade,
    -- PLACE: the order waits for its stock. CHANGE: a change waits for more of it. RETURN: some of it goes back.
    kind text not null check (kind in ('PLACE', 'CHANGE', 'RETURN')),
    state text not null check (state in ('TAKING', 'GIVING_BACK', 'DONE', 'UNDONE')),
    -- why it was given up
    reason text,
    -- when somebody else may take it up: whoever works it moves this on
    due_at timestamptz not null,
    -- counts who took it up: what an earlier one still holds must not be written
    epoch int not null default 0,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    finished_at timestamptz,
    check ((state in ('DONE', 'UNDONE')) = (finished_at is not null))
  )`,
  `create index order_sagas_due on order_sagas (due_at, id) where state in ('TAKING', 'GIVING_BACK')`,
  'create index order_sagas_order on order_sagas (order_id)',
  `create table saga_steps (
    saga_id bigint not null references order_sagas on delete cascade,
    step_no smallint not null,
    -- TAKE, GIVE: units of a product. The others: the customer's cart becomes ORDERED, or OPEN again.
    kind text not null check (kind in ('TAKE', 'GIVE', 'ORDER_CART', 'OPEN_CART')),
    -- of a cart: the customer's reference
    sku text not null,
    quantity int not null check (quantity > 0),
    -- the step that this one takes back
    reverses smallint,
    -- READING: it alone deals with the SKU. ASKED: the write was sent, or is about to be. SKIPPED: nothing was written.
    state text not null default 'PENDING' check (state in ('PENDING', 'READING', 'ASKED', 'DONE', 'SKIPPED')),
    attempts int not null default 0,
    -- what was read, what was asked for, and the version that the write was bound to
    quantity_before int,
    quantity_after int,
    etag text,
    -- what was answered last, or why nothing was
    answer text,
    -- nobody could tell whether the write was done: counted so that the service may have too few, never too many
    in_doubt boolean not null default false,
    changed_at timestamptz not null default date_trunc('milliseconds', now()),
    primary key (saga_id, step_no)
  )`,
  // one at a time deals with a SKU, or a cart: a quantity that is read back then tells what became of a write
  `create unique index saga_steps_sku on saga_steps ((kind in ('ORDER_CART', 'OPEN_CART')), sku) where state in ('READING', 'ASKED')`,
  'create unique index saga_steps_reverses on saga_steps (saga_id, reverses) where reverses is not null',
];
