import { directCode, directZone, orderMinorMax } from '../commerce/direct-order.js';
import type { Json } from '../commerce/json.js';
import type { Address } from '../commerce/order.js';
import type { Executor } from './database.js';
import { saleColumns } from './sales.js';

/*
 * Placing an order is one statement: products are locked in the order of their ids and seen as they are then, and either
 * all is written (order, lines, what they took, the ledger, the sales, the idempotency key) or nothing. Nothing is read first
 * and written later, so there is no moment between in which somebody else could sell the same unit, and a connection that is
 * cut leaves an order or nothing.
 *
 * Stock is written as it was seen under the lock, `on_hand` as well: the update begins with the row as it was before somebody
 * else changed it, and its check would refuse what only the stock that came in meanwhile allows.
 */

export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
  /** Units of it that the order's cart holds: they are the order's, whoever waits for stock. None when absent. */
  readonly held?: number;
}

export interface Placement {
  readonly shopId: string;
  readonly customerId: string | null;
  /** The cart that becomes the order, locked by this transaction; null: none does. What it holds is released. */
  readonly cartId?: string | null;
  /** Each SKU once. */
  readonly lines: readonly WantedLine[];
  /** What is in stock is taken, and the rest left; else all or nothing. */
  readonly acceptAvailable: boolean;
  readonly shippingAddress: Address | null;
  readonly billingAddress: Address | null;
  readonly note: string | null;
  readonly idempotency: { readonly operation: string; readonly key: string; readonly fingerprint: Buffer } | null;
}

/** What the stock said to a wanted line, in the order of the lines. */
export interface CheckedLine {
  readonly sku: string;
  readonly requested: number;
  /** What could be had at that moment. */
  readonly available: number;
  /** Null: no active product has this SKU. */
  readonly currency: string | null;
}

export interface PlacedOrder {
  /** Null: nothing was written. */
  readonly orderId: string | null;
  readonly lines: readonly CheckedLine[];
  /** It would come to more than an order may. */
  readonly isTooDear: boolean;
}

/** Throws a unique violation of `idempotency_keys` when the key was used meanwhile. */
export async function placeOrder(db: Executor, order: Placement): Promise<PlacedOrder> {
  const [row] = await db.run<PlacedOrder>({
    name: 'order-place',
    text: placeSql,
    values: [
      order.lines.map(({ sku }) => sku),
      order.lines.map(({ quantity }) => quantity),
      order.acceptAvailable,
      order.shopId,
      order.customerId,
      directZone,
      order.shippingAddress?.country ?? '',
      order.shippingAddress && JSON.stringify(order.shippingAddress),
      order.billingAddress && JSON.stringify(order.billingAddress),
      JSON.stringify({ note: order.note } satisfies Json),
      order.idempotency?.operation ?? null,
      order.idempotency?.key ?? null,
      order.idempotency?.fingerprint ?? null,
      order.lines.map(({ held = 0 }) => held),
      order.cartId ?? null,
    ],
  });
  return row as PlacedOrder;
}

const shortages = `coalesce((select jsonb_agg(jsonb_build_object('sku', sku, 'requested', quantity, 'available', available)
  order by place) from checked where available < quantity), '[]')`;

const placeSql = `with wanted as (
    select * from unnest($1::text[], $2::int[], $14::int[]) with ordinality as w (sku, quantity, held, place)),
  held as (
    select p.id, p.sku, p.title, p.ean, p.price_minor, p.currency, p.vat_rate, p.on_hand, p.reserved, p.available
    from products p where p.sku = any($1) and p.is_active order by p.id for no key update),
  offered as (
    select w.*, h.id as product_id, h.title, h.ean, h.price_minor, h.currency, h.vat_rate, h.on_hand, h.reserved,
      coalesce(h.available + w.held, 0) as available
    from wanted w left join held h using (sku)),
  checked as (select o.*, case when $3 then least(quantity, available) else quantity end as units from offered o),
  verdict as (
    select min(currency) as currency, sum(units) as units, sum(units * price_minor::numeric) as total_minor from checked
    having bool_and(product_id is not null) and count(distinct currency) = 1
      and sum(units) > 0 and bool_and(units <= available) and sum(units * price_minor::numeric) <= ${orderMinorMax}),
  line as (
    select c.*, row_number() over (order by c.place) as line_no from checked c, verdict where c.units > 0),
  taken as (
    update products p set on_hand = l.on_hand, reserved = l.reserved + l.units - l.held from line l where p.id = l.product_id
    returning p.id, p.on_hand, p.reserved),
  named as (select 'D' || lpad(nextval('direct_order_numbers')::text, 6, '0') as number from verdict),
  placed as (
    insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, business_day, country,
      shipping_address, billing_address, currency, total_minor, units_ordered, units_shipped, units_cancelled,
      units_returned, units_pending, units_to_ship, units_by_seller, customer_id, details, content_hash, raw_id)
    select $4, '${directCode}', number, number, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), (now() at time zone $6)::date, $7,
      $8::jsonb, $9::jsonb, currency, total_minor, units, 0, 0, 0, 0, units, units, $5, $10::jsonb || jsonb_build_object('shortages', ${shortages}), '', 0
    from named, verdict
    returning id, currency, business_day),
  lines as (
    insert into order_lines (order_id, line_no, shop_id, external_ids, sku, ean, title, fulfilled_by, ordered, shipped,
      cancelled, returned, pending, unit_price_minor, total_minor, vat_rate)
    select placed.id, line_no, $4, array[line_no::text], sku, ean, title, 'SELLER', units, 0, 0, 0, 0, price_minor,
      units * price_minor, vat_rate
    from line, placed),
  claimed as (
    insert into stock_claims (order_id, line_no, product_id, reserved, consumed, short, owed, past)
    select placed.id, line_no, product_id, units, 0, 0, 0, 0 from line, placed),
  moved as (
    insert into stock_movements (product_id, reason, on_hand_delta, reserved_delta, on_hand, reserved, order_id, line_no, cart_id)
    select t.id, 'CART_RELEASED', 0, -l.held, t.on_hand, t.reserved - l.units, null, null, $15::bigint
    from taken t join line l on l.product_id = t.id where l.held > 0
    union all
    select t.id, 'ORDER_RESERVED', 0, l.units, t.on_hand, t.reserved, placed.id, l.line_no, null
    from taken t join line l on l.product_id = t.id, placed),
  sold as (
    insert into sales_daily as s (shop_id, ${saleColumns})
    select $4, business_day, sku, $7, l.currency, units, 0, 1, units * price_minor from line l, placed order by sku
    on conflict (shop_id, day, sku, country, currency) do update set units_sold = s.units_sold + excluded.units_sold,
      order_count = s.order_count + 1, gross_minor = s.gross_minor + excluded.gross_minor),
  told as (
    insert into order_events (order_id, kind, message)
    select placed.id, 'PLACED', format('Placed with %s %s.', units, case when units = 1 then 'unit' else 'units' end)
    from placed, verdict),
  remembered as (
    insert into idempotency_keys (operation, key, input_digest, result_id)
    select $11, $12, $13, id from placed where $12::text is not null)
  select (select id from placed) as "orderId",
    (select json_agg(json_build_object('sku', sku, 'requested', quantity, 'available', available, 'currency', currency)
      order by place) from checked) as lines,
    coalesce((select sum(units * price_minor::numeric) from checked), 0) > ${orderMinorMax} as "isTooDear"`;

/** The idempotency key of a placement was used meanwhile; nothing was written. */
export function isKeyUsed(error: unknown): boolean {
  const { code, table } = error as { code?: string; table?: string };
  return code === '23505' && table === 'idempotency_keys';
}

/** What was short when an order was placed. */
export async function shortagesOf(
  db: Executor,
  orderId: string,
): Promise<{ sku: string; requested: number; available: number }[]> {
  const [row] = await db.run<{ shortages: { sku: string; requested: number; available: number }[] }>({
    name: 'order-shortages',
    text: `select coalesce(details->'shortages', '[]') as shortages from orders where id = $1`,
    values: [orderId],
  });
  return row?.shortages ?? [];
}
