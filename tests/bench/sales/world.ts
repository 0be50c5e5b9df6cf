// Orders of a year, made by the database itself in a few statements; more can be added to the same year.
import pg from 'pg';

/** Lines per order on average. */
export const linesPerOrder = 2.5;

const shops = `insert into shops (marketplace, name, account_digest, credentials, credentials_key_id)
  select case when n > 2 then 'BOL' else 'OTTO' end, 'bench ' || n, n::text::bytea, '', '' from generate_series(1, 4) n`;

/** One to four lines an order, four of five orders shipped, one of twenty with a cancelled line. */
const orders = `insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, imported_at,
    business_day, country, currency, total_minor, units_ordered, units_shipped, units_cancelled, units_returned,
    units_pending, units_to_ship, units_by_seller, last_shipped_at, details, content_hash, raw_id)
  select s.id, s.marketplace, 'o-' || n, 'n' || n, t, t, t, (t at time zone 'Europe/Berlin')::date,
    (case when s.marketplace = 'OTTO' then '{DE,DE,DE,AT}'::text[] else '{NL,NL,BE,NL}' end)[1 + n / 4 % 4], 'EUR', 0, lines,
    case when n % 5 > 0 then lines else 0 end, case when n % 20 = 0 then 1 else 0 end, 0, 0, 0, lines,
    case when n % 5 > 0 then t + (n % 97) * interval '1 hour' end, '{}', '', 0
  from generate_series($1::int, $2::int) n join shops s on s.id = 1 + n % 4, lateral (select 1 + n / 4 % 4 as lines,
    timestamptz '2026-01-01' + (n::bigint * 7919 % 31536000) * interval '1 second' as t) x`;

/** Some products are far more popular than others. */
const lines = `insert into order_lines (order_id, line_no, shop_id, external_ids, sku, title, fulfilled_by, ordered, shipped,
    cancelled, returned, pending, unit_price_minor, total_minor, shipped_at, own_shipped_at)
  select o.id, l, o.shop_id, '{}', 'SKU-' || sku, 'Product ' || sku, 'SELLER', 1, shipped, cancelled,
    case when shipped > 0 and (o.id + l) % 17 = 0 then 1 else 0 end, 0, 4990, 4990 * (1 - cancelled), o.last_shipped_at, o.last_shipped_at
  from (select * from orders where id between $1 and $2) o, generate_series(0, o.units_ordered - 1) l,
    lateral (select floor(power(((o.id * 48271 + l * 16807) % 99991) / 99991.0, 3) * 5000)::int as sku,
      case when o.units_cancelled > 0 and l = 0 then 1 else 0 end as cancelled,
      case when o.units_shipped > 0 then 1 else 0 end as shipped) x`;

const rollUp = `insert into sales_daily as s (shop_id, day, sku, country, currency, units_sold, units_returned, order_count, gross_minor)
  select o.shop_id, o.business_day, l.sku, o.country, o.currency, sum(l.ordered - l.cancelled), sum(l.returned),
    count(distinct o.id) filter (where l.ordered > l.cancelled), sum(l.total_minor)
  from orders o join order_lines l on l.order_id = o.id where o.id between $1 and $2 group by 1, 2, 3, 4, 5
  on conflict (shop_id, day, sku, country, currency) do update set units_sold = s.units_sold + excluded.units_sold,
    units_returned = s.units_returned + excluded.units_returned, order_count = s.order_count + excluded.order_count,
    gross_minor = s.gross_minor + excluded.gross_minor`;

/** Fills up to so many orders. What is stored keeps its place: ids are the numbers of the orders. */
export async function fillSales(url: string, upTo: number, log: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const timed = async (what: string, text: string, values: unknown[] = []) => {
    const started = Date.now();
    const { rowCount } = await client.query(text, values);
    log(`${what}: ${rowCount ?? 0} rows in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  };
  try {
    // every line's order is there: ten million look-ups to make sure would take longer than all the rest
    await client.query(
      `set session_replication_role = replica; set work_mem = '256MB'; set maintenance_work_mem = '512MB'`,
    );
    const { rows } = await client.query<{ stored: number }>('select coalesce(max(id), 0)::int as stored from orders');
    const from = (rows[0]?.stored ?? 0) + 1;
    if (from === 1) await client.query(shops);
    const indexes = await dropIndexes(client);
    await timed('orders', orders, [from, upTo]);
    await timed('lines', lines, [from, upTo]);
    for (const index of indexes) await client.query(index);
    await client.query('analyze');
    await timed('roll-up', rollUp, [from, upTo]);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** Made again afterwards, they take a fraction of the time. Those of the keys stay. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made from pg_index i
      where i.indrelid in ('orders'::regclass, 'order_lines'::regclass) and not i.indisunique`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ made }) => made);
}
