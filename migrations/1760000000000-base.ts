// The tables of the main job: shops and their streams, runs, raw records, orders, shipments, returns, sales, rejects.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Base1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...shops, ...runs, ...orders, ...shipments, ...returns, ...sales]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

const shops = [
  `create table shops (
    id bigint generated always as identity primary key,
    marketplace text not null,
    name text not null check (name <> ''),
    status text not null default 'ACTIVE' check (status in ('ACTIVE', 'PAUSED', 'NEEDS_CREDENTIALS')),
    status_reason text,
    -- lives in the pretend marketplaces of this installation, never in the real ones
    sandbox boolean not null default false,
    -- keyed digest of the account's client id: finds the same account added twice without storing it readably
    account_digest bytea not null,
    credentials bytea not null,
    credentials_key_id text not null,
    version int not null default 1,
    -- raised by every worker that takes the shop: a write under an older epoch is refused
    epoch bigint not null default 0,
    leased_by text,
    leased_until timestamptz,
    -- earliest next request when the source told us to stay away
    backoff_until timestamptz,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    unique (marketplace, sandbox, account_digest)
  )`,
  `create table streams (
    shop_id bigint not null references shops on delete cascade,
    name text not null check (name in ('ORDERS', 'SHIPMENTS', 'RETURNS')),
    enabled boolean not null default true,
    -- null: the connector's default
    every_ms bigint check (every_ms >= 1000),
    overlap_ms bigint check (overlap_ms >= 0),
    window_ms bigint check (window_ms > 0),
    cursor jsonb,
    due_at timestamptz not null default date_trunc('milliseconds', now()),
    last_started_at timestamptz,
    -- when the last run that reached the source's end began: everything changed before it is here
    last_success_at timestamptz,
    last_error text,
    failures int not null default 0,
    mapping_version int not null default 0,
    -- where a re-mapping of stored records stands; null when none is under way
    remap_after text,
    primary key (shop_id, name)
  )`,
  `create table idempotency_keys (
    key text not null,
    operation text not null,
    input_digest bytea not null,
    result_id bigint not null,
    created_at timestamptz not null default now(),
    primary key (operation, key)
  )`,
];

const runs = [
  `create table sync_runs (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    mode text not null check (mode in ('INCREMENTAL', 'FULL')),
    trigger text not null check (trigger in ('SCHEDULE', 'MANUAL')),
    status text not null default 'QUEUED' check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    queued_at timestamptz not null default date_trunc('milliseconds', now()),
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested_at timestamptz,
    error_code text,
    error text
  )`,
  // at most one unfinished run per shop
  `create unique index sync_runs_open on sync_runs (shop_id) where status in ('QUEUED', 'RUNNING')`,
  'create index sync_runs_recent on sync_runs (queued_at, id)',
  'create index sync_runs_shop on sync_runs (shop_id, queued_at, id)',
  `create table stream_runs (
    run_id bigint not null references sync_runs on delete cascade,
    stream text not null,
    status text not null default 'QUEUED' check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    -- the connector's cursor of a run under way, so that a FULL run leaves the stream's own until it is through
    cursor jsonb,
    started_at timestamptz,
    finished_at timestamptz,
    requests int not null default 0,
    retries int not null default 0,
    throttled_ms int not null default 0,
    pages int not null default 0,
    fetched int not null default 0,
    created int not null default 0,
    updated int not null default 0,
    unchanged int not null default 0,
    rejected int not null default 0,
    error text,
    primary key (run_id, stream)
  )`,
  // append-only; the latest version of a record is the one that its order, shipment, return or reject points at
  `create table raw_records (
    id bigint generated always as identity primary key,
    shop_id bigint not null,
    stream text not null,
    external_id text,
    fetched_at timestamptz not null default date_trunc('milliseconds', now()),
    payload json not null
  )`,
  `create table rejects (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    stream text not null,
    external_id text,
    -- the external id, or the payload's digest where it has none
    record_key text not null,
    reason text not null,
    payload json not null,
    attempts int not null default 1,
    -- set by rejectRetry: the engine maps the payload again and clears it
    retry_requested_at timestamptz,
    mapping_version int not null,
    first_seen_at timestamptz not null default date_trunc('milliseconds', now()),
    last_seen_at timestamptz not null default date_trunc('milliseconds', now()),
    unique (shop_id, stream, record_key)
  )`,
  'create index rejects_recent on rejects (first_seen_at, id)',
  // asked at every tick
  'create index rejects_retry on rejects (shop_id, stream) where retry_requested_at is not null',
];

const orders = [
  `create table orders (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    marketplace text not null,
    external_id text not null,
    order_number text not null,
    ordered_at timestamptz not null,
    changed_at timestamptz not null,
    imported_at timestamptz not null default date_trunc('milliseconds', now()),
    business_day date not null,
    ship_by timestamptz,
    -- of the shipping address; '' while there is none
    country text not null default '',
    shipping_address jsonb,
    billing_address jsonb,
    currency char(3) not null,
    total_minor bigint not null,
    units_ordered int not null,
    units_shipped int not null,
    units_cancelled int not null,
    units_returned int not null,
    units_pending int not null,
    units_to_ship int not null,
    units_by_seller int not null,
    last_shipped_at timestamptz,
    details jsonb not null,
    content_hash bytea not null,
    -- of the list's summary, where the list gives no more: tells whether the whole record must be fetched again
    summary_hash bytea,
    raw_id bigint not null,
    version int not null default 1,
    fulfillment_status text not null generated always as (case
      when units_ordered = units_cancelled then 'CANCELLED'
      when units_ordered = units_cancelled + units_shipped then 'FULFILLED'
      when units_shipped > 0 then 'PARTIALLY_FULFILLED'
      when units_to_ship > 0 then 'READY'
      when units_pending > 0 then 'PENDING'
      else 'AWAITING_MARKETPLACE' end) stored,
    fulfilled_at timestamptz generated always as (case
      when units_shipped > 0 and units_ordered = units_cancelled + units_shipped then last_shipped_at end) stored,
    unique (shop_id, external_id)
  )`,
  'create index orders_ordered on orders (ordered_at, id)',
  'create index orders_changed on orders (changed_at, id)',
  'create index orders_status on orders (fulfillment_status, ordered_at, id)',
  'create index orders_fulfilled on orders (fulfilled_at, id) where fulfilled_at is not null',
  'create index orders_number on orders (order_number)',
  `create table order_lines (
    order_id bigint not null references orders on delete cascade,
    line_no smallint not null,
    shop_id bigint not null,
    external_ids text[] not null,
    sku text,
    ean text,
    title text not null,
    fulfilled_by text not null check (fulfilled_by in ('SELLER', 'MARKETPLACE')),
    ordered int not null check (ordered > 0),
    shipped int not null check (shipped >= 0),
    cancelled int not null check (cancelled >= 0),
    returned int not null check (returned >= 0 and returned <= shipped),
    pending int not null check (pending >= 0),
    unit_price_minor bigint not null,
    vat_rate numeric,
    shipped_at timestamptz,
    primary key (order_id, line_no),
    check (ordered - shipped - cancelled >= pending)
  )`,
  'create index order_lines_sku on order_lines (sku, order_id)',
];

const shipments = [
  `create table shipments (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    marketplace text not null,
    external_id text not null,
    shipped_at timestamptz not null,
    imported_at timestamptz not null default date_trunc('milliseconds', now()),
    fulfilled_by text not null check (fulfilled_by in ('SELLER', 'MARKETPLACE')),
    carrier text,
    tracking_number text,
    details jsonb not null,
    -- of the list's summary: tells whether the whole record must be fetched again
    summary_hash bytea,
    content_hash bytea not null,
    raw_id bigint not null,
    unique (shop_id, external_id)
  )`,
  'create index shipments_shipped on shipments (shipped_at, id)',
  'create index shipments_tracking on shipments (tracking_number) where tracking_number is not null',
  // orders are joined by their natural key: a shipment may be known before its order
  `create table shipment_lines (
    shipment_id bigint not null references shipments on delete cascade,
    line_no smallint not null,
    shop_id bigint not null,
    order_external_id text not null,
    external_id text not null,
    quantity int not null check (quantity > 0),
    primary key (shipment_id, line_no)
  )`,
  'create index shipment_lines_order on shipment_lines (shop_id, order_external_id)',
];

const returns = [
  `create table returns (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops on delete cascade,
    marketplace text not null,
    external_id text not null,
    status text not null check (status in ('ANNOUNCED', 'ACCEPTED', 'REJECTED', 'MISDIRECTED')),
    changed_at timestamptz not null,
    imported_at timestamptz not null default date_trunc('milliseconds', now()),
    carrier text,
    tracking_numbers text[] not null,
    details jsonb not null,
    content_hash bytea not null,
    summary_hash bytea,
    raw_id bigint not null,
    unique (shop_id, external_id)
  )`,
  'create index returns_changed on returns (changed_at, id)',
  `create table return_lines (
    return_id bigint not null references returns on delete cascade,
    line_no smallint not null,
    shop_id bigint not null,
    order_external_id text not null,
    external_id text not null,
    quantity int not null check (quantity > 0),
    reason text,
    primary key (return_id, line_no)
  )`,
  'create index return_lines_order on return_lines (shop_id, order_external_id)',
];

const sales = [
  // kept in the transaction of the orders that it sums up
  `create table sales_daily (
    shop_id bigint not null references shops on delete cascade,
    day date not null,
    sku text not null,
    country text not null,
    currency char(3) not null,
    units_sold int not null,
    units_returned int not null,
    order_count int not null,
    gross_minor bigint not null,
    primary key (shop_id, day, sku, country, currency)
  -- room on every page for the next version of its rows: sums change with almost every order, and no index need know
  ) with (fillfactor = 70)`,
  'create index sales_daily_sku on sales_daily (sku, day)',
];
