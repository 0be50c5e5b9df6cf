// The seller's own channel: products, stock with its ledger, customers, carts, and what orders of any channel take of the stock.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Inventory1760000600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...stock, ...orders, ...carts]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const stock = [
  `create table products (
    id bigint generated always as identity primary key,
    sku text not null unique check (sku <> ''),
    title text not null check (title <> ''),
    ean text,
    price_minor bigint not null check (price_minor >= 0),
    currency char(3) not null,
    vat_rate numeric check (vat_rate >= 0 and vat_rate < 100),
    is_active boolean not null default true,
    safety_buffer int not null default 0 check (safety_buffer >= 0),
    on_hand int not null default 0 check (on_hand >= 0),
    reserved int not null default 0 check (reserved >= 0),
    available int not null generated always as (greatest(0, on_hand - reserved - safety_buffer)) stored,
    -- when its stock was first set or adjusted: from then on sales take from it; null: nobody keeps its stock here
    stock_since timestamptz,
    version int not null default 1,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    changed_at timestamptz not null default date_trunc('milliseconds', now()),
    check (reserved <= on_hand)
  -- room on every page for the next version of its rows: stock changes with every order, and no index need know
  ) with (fillfactor = 50)`,
  'create index products_changed on products (changed_at, id)',
  // append-only; sums to the columns of products
  `create table stock_movements (
    id bigint generated always as identity primary key,
    product_id bigint not null references products,
    at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
    reason text not null check (reason in ('ADJUSTED', 'SET', 'ORDER_RESERVED', 'ORDER_RELEASED', 'ORDER_SHIPPED',
      'ORDER_CORRECTED', 'CART_HELD', 'CART_RELEASED')),
    on_hand_delta int not null,
    reserved_delta int not null,
    on_hand int not null check (on_hand >= 0),
    reserved int not null check (reserved >= 0),
    -- the order stays named when its shop is removed
    order_id bigint,
    line_no smallint,
    cart_id bigint,
    note text,
    check (on_hand_delta <> 0 or reserved_delta <> 0)
  )`,
  'create index stock_movements_product on stock_movements (product_id, id)',
  // what an order line took; changed under the lock of its product only
  `create table stock_claims (
    order_id bigint not null references orders on delete cascade,
    line_no smallint not null,
    product_id bigint not null references products,
    reserved int not null check (reserved >= 0),
    consumed int not null check (consumed >= 0),
    short int not null check (short >= 0),
    owed int not null check (owed >= 0),
    past int not null check (past >= 0),
    primary key (order_id, line_no)
  ) with (fillfactor = 70)`,
  'create index stock_claims_open on stock_claims (product_id, order_id) where reserved > 0 or short > 0 or owed > 0',
  'create index stock_claims_waiting on stock_claims (product_id, order_id) where short > 0 or owed > 0',
  `create table oversell_incidents (
    id bigint generated always as identity primary key,
    product_id bigint not null references products,
    shortfall int not null check (shortfall >= 0),
    -- the most that it ever was
    shortfall_max int not null check (shortfall_max >= shortfall),
    noticed_at timestamptz not null default date_trunc('milliseconds', now()),
    resolved_at timestamptz,
    check ((resolved_at is null) = (shortfall > 0))
  )`,
  'create unique index oversell_incidents_open on oversell_incidents (product_id) where resolved_at is null',
  'create index oversell_incidents_recent on oversell_incidents (noticed_at, id)',
];

const orders = [
  `create table customers (
    id bigint generated always as identity primary key,
    -- the shop front's own key of the customer
    reference text not null unique check (reference <> ''),
    name text,
    email text,
    version int not null default 1,
    created_at timestamptz not null default date_trunc('milliseconds', now())
  )`,
  'alter table orders add column customer_id bigint references customers',
  'create index orders_customer on orders (customer_id, ordered_at, id) where customer_id is not null',
  // what is to be packed, oldest first
  'create index orders_to_ship on orders (ordered_at, id) where units_to_ship > 0',
  'create sequence direct_order_numbers',
  `create table order_events (
    id bigint generated always as identity primary key,
    order_id bigint not null references orders on delete cascade,
    at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
    kind text not null check (kind in ('PLACED', 'CHANGED', 'CANCELLED', 'SHIPPED')),
    -- one sentence for people
    message text not null
  )`,
  'create index order_events_order on order_events (order_id, id)',
];

const carts = [
  `create table carts (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers,
    status text not null default 'OPEN' check (status in ('OPEN', 'ORDERED')),
    version int not null default 1,
    -- until when its lines hold stock; null: they do not
    held_until timestamptz,
    -- the order stays named when its shop is removed
    order_id bigint,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    changed_at timestamptz not null default date_trunc('milliseconds', now()),
    check ((order_id is not null) = (status = 'ORDERED'))
  )`,
  // a customer fills one cart at a time
  `create unique index carts_open on carts (customer_id) where status = 'OPEN'`,
  'create index carts_held on carts (held_until) where held_until is not null',
  `create table cart_lines (
    cart_id bigint not null references carts on delete cascade,
    product_id bigint not null references products,
    quantity int not null check (quantity > 0),
    -- units of the product's reserved stock that the cart holds
    held int not null default 0 check (held >= 0 and held <= quantity),
    added_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
    primary key (cart_id, product_id)
  )`,
];
