// A large world, made by the database itself in a few statements.
import pg from 'pg';

/** Orders with 2.5 lines, four of five of them shipped in one parcel; spread over a year, newest last. */
const fill = [
  `insert into shops (marketplace, name, account_digest, credentials, credentials_key_id)
    values ('OTTO', 'bench', '', '', '')`,
  `insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, imported_at, business_day,
      country, shipping_address, currency, total_minor, units_ordered, units_shipped, units_cancelled, units_returned,
      units_pending, units_to_ship, units_by_seller, last_shipped_at, details, content_hash, raw_id)
    select s.id, 'OTTO', 'o-' || n, 'n' || n, t, t + interval '1 hour', t + interval '2 hours', t::date, 'DE',
      jsonb_build_object('name', 'Maxi Muster', 'company', null, 'lines', jsonb_build_array('Weg ' || n % 200),
        'postalCode', '20095', 'city', 'Hamburg', 'stateOrProvince', null, 'country', 'DE'),
      'EUR', 4990 * lines, lines, case when n % 5 > 0 then lines else 0 end, 0, 0, 0,
      case when n % 5 > 0 then 0 else lines end, lines, case when n % 5 > 0 then t + interval '1 day' end,
      '{"paymentMethod": "PAYPAL", "deliveryFees": [], "discounts": [], "positionItems": []}', '', 0
    from shops s, generate_series(1, $1::int) n, lateral (select 2 + n % 2 as lines,
      timestamptz '2026-01-01' + n * (interval '365 days' / $1::int) as t) x`,
  `insert into order_lines (order_id, line_no, shop_id, external_ids, sku, ean, title, fulfilled_by, ordered, shipped,
      cancelled, returned, pending, unit_price_minor, total_minor, vat_rate, shipped_at, own_shipped_at)
    select o.id, l, o.shop_id, array[o.external_id || '-' || l], 'SKU-' || (o.id * 7 + l) % 5000, null,
      'Product ' || (o.id * 7 + l) % 5000, 'SELLER', 1, case when o.units_shipped > 0 then 1 else 0 end, 0, 0, 0, 4990, 4990, 19,
      o.last_shipped_at, o.last_shipped_at
    from orders o, generate_series(0, o.units_ordered - 1) l`,
  `insert into shipments (shop_id, marketplace, external_id, shipped_at, imported_at, fulfilled_by, carrier,
      tracking_number, details, content_hash, raw_id)
    select shop_id, 'OTTO', 's-' || id, last_shipped_at, last_shipped_at, 'SELLER', 'DHL', 'T' || id,
      '{"states": [], "items": []}', '', 0
    from orders where last_shipped_at is not null order by id`,
  `insert into shipment_lines (shipment_id, line_no, shop_id, order_external_id, external_id, quantity)
    select s.id, l.line_no, s.shop_id, o.external_id, l.external_ids[1], 1
    from shipments s join orders o on o.shop_id = s.shop_id and o.id = substr(s.external_id, 3)::bigint
    join order_lines l on l.order_id = o.id`,
];

export async function fillWorld(url: string, orders: number, log: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of fill) {
      const started = Date.now();
      const { rowCount } = await client.query(text, text.includes('$1') ? [orders] : []);
      log(`${rowCount} rows in ${((Date.now() - started) / 1000).toFixed(1)} s`);
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** Ids and cursors to ask for, spread over the world. */
export interface Places {
  readonly orderIds: readonly string[];
  readonly cursors: readonly { readonly orderedAt: string; readonly id: string }[];
}

export async function placesIn(url: string, orders: number): Promise<Places> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const ids = Array.from({ length: 200 }, (_, n) => 1 + Math.floor((n * 0.618034 * orders) % orders));
    const { rows } = await client.query<{ id: string; micros: string }>(
      `select id, (extract(epoch from ordered_at) * 1000000)::bigint as micros from orders where id = any($1)`,
      [ids],
    );
    return {
      orderIds: rows.map(({ id }) => id),
      cursors: rows.filter(({ id }) => Number(id) < orders * 0.6).map(({ id, micros }) => ({ id, orderedAt: micros })),
    };
  } finally {
    await client.end();
  }
}
