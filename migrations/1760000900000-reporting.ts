// The schema `reporting`: stable views for BI tools, the role that may read them, and indexes over what reports leave out.
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Reporting1760000900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    for (const view of views) {
      for (const statement of statementsOf(view)) await runner.query(statement);
    }
    await runner.query(role);
    for (const index of leftOut) await runner.query(index);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only: restore a backup instead.');
  }
}

interface Column {
  readonly name: string;
  readonly is: string;
  readonly comment: string;
}

interface View {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly Column[];
  readonly from: string;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

function statementsOf({ name, comment, columns, from }: View): string[] {
  const listed = columns.map((column) => `${column.is} as ${column.name}`).join(',\n');
  return [
    `create view reporting.${name} as select ${listed} ${from}`,
    `comment on view reporting.${name} is ${quoted(comment)}`,
    ...columns.map((column) => `comment on column reporting.${name}.${column.name} is ${quoted(column.comment)}`),
  ];
}

// made by hand before, where the database user may not make schemas
const schema = `do $$ begin
    if not exists (select from pg_catalog.pg_namespace where nspname = 'reporting') then
      create schema reporting;
    end if;
    comment on schema reporting is
      'Stable views for BI tools: documented column by column, never changed but by adding columns at the end.';
  end $$`;

/**
 * Roles belong to the whole server: another database's migration may make it at the same moment, and waits here for it or
 * is waited for. Without the right to make roles the views are there all the same; the README says what is left to run.
 */
const role = `do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'lading_reporting') then
      begin
        create role lading_reporting nologin;
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then null;
      end;
    end if;
    if exists (select from pg_catalog.pg_roles where rolname = 'lading_reporting') then
      grant usage on schema reporting to lading_reporting;
      grant select on all tables in schema reporting to lading_reporting;
      -- views that later migrations add
      alter default privileges in schema reporting grant select on tables to lading_reporting;
    end if;
  end $$`;

/**
 * The marketplace's own number as long as it is unique here: the order that was imported first keeps it, whatever comes
 * later. A number that looks like a qualified one is qualified itself, so no two orders can ever have the same.
 */
const orderNumber = `case when o.order_number ~ ' \\[ord_[0-9]+\\]$'
    or exists (select from public.orders e where e.order_number = o.order_number and e.id < o.id)
  then o.order_number || ' [ord_' || o.id || ']' else o.order_number end`;

/** An amount in whole units of its currency from minor ones, with all decimals. */
const amount = (minor: string, currency: string) => `(${minor}) * case
    when ${currency} = 'EUR' then 0.01
    when ${currency} in ('AFN', 'ALL', 'BIF', 'CLP', 'COP', 'DJF', 'GNF', 'HUF', 'IDR', 'IQD', 'IRR', 'ISK', 'JPY', 'KMF',
      'KPW', 'KRW', 'LAK', 'LBP', 'MGA', 'MMK', 'PKR', 'PYG', 'RWF', 'SLL', 'SOS', 'SYP', 'UGX', 'VND', 'VUV', 'XAF',
      'XOF', 'XPF', 'YER') then 1
    when ${currency} in ('BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 0.001
    else 0.01 end`;

const column = (name: string, is: string, comment: string): Column => ({ name, is, comment });

const orderNumberColumn = column(
  'ordernumber',
  orderNumber,
  'Unique over all shops and marketplaces: the number that buyers and support quote. Where an order that is held for longer has the same number, the id stands behind it: "4711 [ord_12]". Never null, never changes while that older order is held.',
);

const place = (row: string): Column[] => [
  column('marketplace', `${row}.marketplace`, 'OTTO, BOL, … as in the API. Never null.'),
  column('shop_id', `'shop_' || s.id`, 'Id of the shop, as in the API. Never null.'),
  column('shop', 's.name', 'What people call the shop; need not be unique. Never null.'),
  column('sandbox', 's.sandbox', 'True for shops in the pretend marketplaces: leave them out of real figures.'),
];

const orderKeys: Column[] = [
  column('order_id', `'ord_' || o.id`, 'Id of the order, as in the API: unique. Never null.'),
  column('external_id', 'o.external_id', 'Key of the order at its marketplace, unique within a shop. Never null.'),
  column(
    'plain_ordernumber',
    'o.order_number',
    'The number as the marketplace sent it: need not be unique. Never null.',
  ),
  column('ordered_at', 'o.ordered_at', 'When the buyer placed the order. Never null.'),
  column('business_day', 'o.business_day', "The day of ordered_at in the marketplace's time zone. Never null."),
];

const fromOrders = 'from public.orders o join public.shops s on s.id = o.shop_id';

const address = (name: string, key: string, comment: string) =>
  column(name, `coalesce(o.shipping_address->>'${key}', '')`, `${comment} '' when unknown, never null.`);

const orderAddress: View = {
  name: 'order_address',
  comment:
    "Where the goods of each order go: one row per order, key ordernumber. An order whose address the marketplace keeps back (OTTO: while ANNOUNCED) has a row with ''.",
  columns: [
    orderNumberColumn,
    column('country', 'o.country', "ISO 3166-1 alpha-2, e.g. DE. '' when unknown, never null."),
    column(
      'line1',
      `coalesce(o.shipping_address->'lines'->>0, '')`,
      "First line: street and number. '' when unknown, never null.",
    ),
    column(
      'line2',
      `coalesce((select string_agg(l.line, ', ' order by l.place)
        from jsonb_array_elements_text(o.shipping_address->'lines') with ordinality l (line, place) where l.place > 1), '')`,
      "All further lines, joined by a comma. '' when there are none, never null.",
    ),
    address('name', 'name', 'First and last name.'),
    address('postalcode', 'postalCode', 'Postal code as text, with its leading zeros.'),
    address('stateprovince', 'stateOrProvince', 'State, province or region.'),
    address('city', 'city', 'City or place.'),
    address('company', 'company', 'Company name.'),
    ...place('o'),
    ...orderKeys,
  ],
  from: fromOrders,
};

const units = (name: string, comment: string) =>
  column(name, `sum(l.${name.replace('quantity_', '')})::bigint`, comment);

const orderItem: View = {
  name: 'order_item',
  comment:
    "What each order holds: one row per order and SKU, key (ordernumber, sku). Lines of the same SKU are summed up. Lines without a SKU are one row per order with sku ''. Cancelled units stay in quantity; what was sold is quantity minus quantity_cancelled.",
  columns: [
    orderNumberColumn,
    column(
      'sku',
      `coalesce(l.sku, '')`,
      "The seller's own key of the product. '' when the marketplace gives none, never null.",
    ),
    column('quantity', 'sum(l.ordered)::bigint', 'Units ordered, cancelled ones included. Never null.'),
    units('quantity_cancelled', 'Units cancelled, a part of quantity. Never null.'),
    units('quantity_shipped', 'Units handed to a carrier, later returned ones included. Never null.'),
    units('quantity_returned', 'Units that came back, a part of quantity_shipped. Never null.'),
    column(
      'gross_revenue',
      amount('sum(l.total_minor)::bigint', 'o.currency'),
      "What the units sold (ordered minus cancelled) cost: in whole units of currency, incl. VAT, after the marketplace's discounts. Never null.",
    ),
    column('currency', 'o.currency::text', 'ISO 4217 code of gross_revenue: never sum over two. Never null.'),
    column('title', 'max(l.title)', "The product's title at the time of the order. Never null."),
    column('country', 'o.country', "ISO 3166-1 alpha-2 of the shipping address. '' when unknown, never null."),
    ...place('o'),
    ...orderKeys,
  ],
  from: `${fromOrders} join public.order_lines l on l.order_id = o.id group by o.id, s.id, coalesce(l.sku, '')`,
};

const productSalesDaily: View = {
  name: 'product_sales_daily',
  comment:
    'How often each product sold per day: key (shop_id, day, sku, country, currency). Units sold are ordered minus cancelled, at the day of their order. Lines without a SKU are not in it; they are in order_item.',
  columns: [
    column('day', 'd.day', "The day of the order in the marketplace's time zone. Never null."),
    column('sku', 'd.sku', "The seller's own key of the product. Never null."),
    column('country', 'd.country', "ISO 3166-1 alpha-2 of the shipping address. '' when unknown, never null."),
    column('currency', 'd.currency::text', 'ISO 4217 code of gross_revenue: never sum over two. Never null.'),
    column('units_sold', 'd.units_sold', 'Units ordered minus cancelled. Never null.'),
    column('units_returned', 'd.units_returned', 'Units that came back, at the day of their order. Never null.'),
    column(
      'order_count',
      'd.order_count',
      'Orders with at least one sold unit of the product. Adds up over days, countries and shops, not over SKUs. Never null.',
    ),
    column(
      'gross_revenue',
      amount('d.gross_minor', 'd.currency'),
      "What the units sold cost: in whole units of currency, incl. VAT, after the marketplace's discounts. Never null.",
    ),
    ...place('s'),
    column(
      'title',
      `coalesce((select l.title from public.order_lines l where l.sku = d.sku order by l.order_id desc, l.line_no limit 1), '')`,
      "The product's title in the order imported last. '' when there is none, never null.",
    ),
  ],
  from: `from public.sales_daily d join public.shops s on s.id = d.shop_id
    where d.units_sold <> 0 or d.units_returned <> 0`,
};

const fulfillment: View = {
  name: 'fulfillment',
  comment: 'How far each order is and how long it took: one row per order, key ordernumber.',
  columns: [
    orderNumberColumn,
    column(
      'status',
      'o.fulfillment_status',
      'PENDING, READY, AWAITING_MARKETPLACE, PARTIALLY_FULFILLED, FULFILLED or CANCELLED, as in the API. Never null.',
    ),
    column('ordered_at', 'o.ordered_at', 'When the buyer placed the order. Never null.'),
    column(
      'ship_by',
      'o.ship_by',
      'The latest moment to hand it to the carrier. Null where the marketplace sets none.',
    ),
    column(
      'first_shipped_at',
      '(select min(l.shipped_at) from public.order_lines l where l.order_id = o.id)',
      'When the first line was shipped, as far as it is told. Null while none was.',
    ),
    column('last_shipped_at', 'o.last_shipped_at', 'When the last line so far was shipped. Null while none was.'),
    column('fulfilled_at', 'o.fulfilled_at', 'When the last open unit was shipped. Null until then.'),
    column(
      'hours_to_ship',
      'round(extract(epoch from o.fulfilled_at - o.ordered_at) / 3600, 2)',
      'Hours from ordered_at to fulfilled_at, to two decimals. Null until fulfilled.',
    ),
    column(
      'is_late',
      `case when o.fulfillment_status <> 'CANCELLED' and (o.fulfillment_status <> 'FULFILLED' or o.fulfilled_at is not null)
        then coalesce(o.fulfilled_at, now()) > o.ship_by end`,
      'Was it shipped after ship_by, or is it still open then? Null where the marketplace sets no ship_by or tells no time of shipping, and when it was cancelled.',
    ),
    column('units_ordered', 'o.units_ordered', 'Units ordered, cancelled ones included. Never null.'),
    column('units_shipped', 'o.units_shipped', 'Units handed to a carrier, later returned ones included. Never null.'),
    column('units_cancelled', 'o.units_cancelled', 'Units cancelled by anyone. Never null.'),
    column('units_returned', 'o.units_returned', 'Units that came back, a part of units_shipped. Never null.'),
    column(
      'units_open',
      'o.units_ordered - o.units_shipped - o.units_cancelled',
      'Units neither shipped nor cancelled. Never null.',
    ),
    column(
      'units_by_seller',
      'o.units_by_seller',
      "Units that the seller sends, a part of units_ordered; the others leave the marketplace's warehouse. Never null.",
    ),
    column('country', 'o.country', "ISO 3166-1 alpha-2 of the shipping address. '' when unknown, never null."),
    ...place('o'),
    ...orderKeys.filter(({ name }) => name !== 'ordered_at'),
  ],
  from: fromOrders,
};

/** Few lines each, which every report counts: without an index it would read all lines for that. */
const leftOut = [
  'create index order_lines_nameless on public.order_lines (order_id) where sku is null',
  'create index order_lines_cancelled on public.order_lines (order_id) where ordered = cancelled',
];

const views: readonly View[] = [orderAddress, orderItem, productSalesDaily, fulfillment];
