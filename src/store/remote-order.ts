import { directCode, directZone } from '../commerce/direct-order.js';
import type { Units } from '../commerce/inventory-service.js';
import type { Executor } from './database.js';
import { changeOrder, type HeldOrder, lockOrder } from './order-change.js';
import type { Placement } from './order-place.js';
import { startSaga } from './order-sagas.js';
import type { ProductToSell } from './products.js';
import { saleColumns } from './sales.js';

/*
 * Orders whose stock a catalog service keeps. They are written before anything is asked of the service, PENDING and with the
 * steps that are to be taken; nothing here touches the products and the stock of this database.
 */

/** A line as the catalog tells it, with the units that are to be taken. */
export interface RemoteLine extends Omit<ProductToSell, 'id'> {
  readonly units: number;
}

export interface RemotePlacement extends Omit<Placement, 'lines' | 'acceptAvailable' | 'cartId'> {
  /** All of one currency. */
  readonly lines: readonly RemoteLine[];
  readonly shortages: readonly { readonly sku: string; readonly requested: number; readonly available: number }[];
  /** The customer whose cart it comes from, by `reference`; null: from none. */
  readonly cartOf: string | null;
  /** How long nobody else takes the saga up. */
  readonly leaseMs: number;
}

/** One statement. Throws a unique violation of `idempotency_keys` when the key was used meanwhile. */
export async function placeRemoteOrder(
  db: Executor,
  order: RemotePlacement,
): Promise<{ orderId: string; sagaId: string }> {
  const { lines } = order;
  const [row] = await db.run<{ orderId: string; sagaId: string }>({
    name: 'order-place-remote',
    text: placeSql,
    values: [
      lines.map(({ sku }) => sku),
      lines.map(({ title }) => title),
      lines.map(({ ean }) => ean),
      lines.map(({ priceMinor }) => priceMinor),
      lines.map(({ vatRate }) => vatRate),
      lines.map(({ units }) => units),
      lines[0]?.currency,
      order.shopId,
      order.customerId,
      directZone,
      order.shippingAddress?.country ?? '',
      order.shippingAddress && JSON.stringify(order.shippingAddress),
      order.billingAddress && JSON.stringify(order.billingAddress),
      JSON.stringify({ note: order.note, shortages: order.shortages }),
      order.idempotency?.operation ?? null,
      order.idempotency?.key ?? null,
      order.idempotency?.fingerprint ?? null,
      order.leaseMs,
      order.cartOf,
    ],
  });
  return row as { orderId: string; sagaId: string };
}

const placeSql = `with line as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::numeric[], $6::int[])
      with ordinality as l (sku, title, ean, price_minor, vat_rate, units, line_no)),
  sums as (select sum(units)::int as units, sum(units * price_minor)::bigint as total_minor from line),
  named as (select 'D' || lpad(nextval('direct_order_numbers')::text, 6, '0') as number),
  placed as (
    insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, business_day, country,
      shipping_address, billing_address, currency, total_minor, units_ordered, units_shipped, units_cancelled,
      units_returned, units_pending, units_to_ship, units_by_seller, customer_id, details, content_hash, raw_id, remote_stock)
    select $8, '${directCode}', number, number, date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), (now() at time zone $10)::date, $11,
      $12::jsonb, $13::jsonb, $7, total_minor, units, 0, 0, 0, units, 0, units, $9, $14::jsonb, '', 0, true
    from named, sums returning id, business_day),
  lines as (
    insert into order_lines (order_id, line_no, shop_id, external_ids, sku, ean, title, fulfilled_by, ordered, shipped,
      cancelled, returned, pending, unit_price_minor, total_minor, vat_rate)
    select placed.id, line_no, $8, array[line_no::text], sku, ean, title, 'SELLER', units, 0, 0, 0, units, price_minor,
      units * price_minor, vat_rate
    from line, placed),
  sold as (
    insert into sales_daily as s (shop_id, ${saleColumns})
    select $8, business_day, sku, $11, $7, units, 0, 1, units * price_minor from line, placed order by sku
    on conflict (shop_id, day, sku, country, currency) do update set units_sold = s.units_sold + excluded.units_sold,
      order_count = s.order_count + 1, gross_minor = s.gross_minor + excluded.gross_minor),
  told as (
    insert into order_events (order_id, kind, message)
    select placed.id, 'PLACED', format('Placed with %s; the catalog is asked for %s.', case when units = 1 then '1 unit' else units || ' units' end,
      case when units = 1 then 'it' else 'them' end) from placed, sums),
  saga as (
    insert into order_sagas (order_id, kind, state, due_at)
    select id, 'PLACE', 'TAKING', now() + $18 * interval '1 ms' from placed returning id),
  steps as (
    insert into saga_steps (saga_id, step_no, kind, sku, quantity)
    select saga.id, line_no, 'TAKE', sku, units from line, saga
    union all select saga.id, (select count(*) + 1 from line), 'ORDER_CART', $19, 1 from saga where $19::text is not null),
  remembered as (
    insert into idempotency_keys (operation, key, input_digest, result_id)
    select $15, $16, $17, id from placed where $16::text is not null)
  select placed.id as "orderId", saga.id as "sagaId" from placed, saga`;

/** Every unit was taken: the order can be worked on. */
export async function confirmRemoteOrder(tx: Executor, orderId: string): Promise<void> {
  const order = (await lockOrder(tx, orderId)) as HeldOrder;
  const lines = order.lines.map(({ lineNo, line }) => ({
    lineNo,
    line: { ...line, quantity: { ...line.quantity, pending: 0 } },
  }));
  await changeOrder(tx, order, { lines, event: { kind: 'CHANGED', message: 'The catalog gave all units.' } });
}

/** Nothing is held for it any more: it is cancelled, as if it had not come. */
export async function cancelRemoteOrder(tx: Executor, orderId: string, reason: string): Promise<void> {
  const order = (await lockOrder(tx, orderId)) as HeldOrder;
  const lines = order.lines.map(({ lineNo, line }) => ({
    lineNo,
    line: { ...line, totalMinor: 0, quantity: { ...line.quantity, cancelled: line.quantity.ordered, pending: 0 } },
  }));
  await changeOrder(tx, order, { lines, event: { kind: 'CANCELLED', message: `Not placed: ${reason}.` } });
}

/** Units of a changed order go back to the catalog, as soon as it takes them. */
export async function returnUnits(tx: Executor, orderId: string, units: readonly Units[]): Promise<void> {
  if (units.length === 0) return;
  await startSaga(tx, { orderId, kind: 'RETURN', state: 'GIVING_BACK', step: 'GIVE', units, forMs: 0 });
}

/** Whoever reads the order learns that its stock must be counted. */
export async function tellDoubt(tx: Executor, orderId: string, message: string): Promise<void> {
  await tx.run({
    name: 'order-doubt',
    text: `insert into order_events (order_id, kind, message) values ($1, 'CHANGED', $2)`,
    values: [orderId, message],
  });
}

/** Is the stock of this order kept by a catalog service? */
export async function isRemoteOrder(db: Executor, orderId: string): Promise<boolean> {
  const [row] = await db.run<{ remote: boolean }>({
    name: 'order-is-remote',
    text: 'select remote_stock as remote from orders where id = $1',
    values: [orderId],
  });
  return row?.remote ?? false;
}
