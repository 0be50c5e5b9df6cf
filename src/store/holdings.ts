import type { FulfilledBy, FulfillmentStatus } from '../commerce/order.js';
import type { ReturnStatus } from '../commerce/return.js';
import type { Executor } from './database.js';

/*
 * What is held of a shop, as plain facts that can be compared with what is so at its marketplace, and whether what is held
 * agrees with itself. For proofs: it reads everything.
 */

/** Instants as `YYYY-MM-DDTHH:MM:SS.mmmZ`. Lines are sorted by their order's key and their own. */
export interface Holdings {
  readonly orders: readonly HeldOrder[];
  readonly shipments: readonly HeldShipment[];
  readonly returns: readonly HeldReturn[];
  /** Over all days and countries, from the roll-up; only SKUs of which an order sold a unit. */
  readonly sales: readonly HeldSales[];
}

export interface HeldOrder {
  readonly externalId: string;
  readonly orderNumber: string;
  readonly status: FulfillmentStatus;
  readonly orderedAt: string;
  readonly shippedAt: string | null;
  readonly country: string | null;
  readonly ordered: number;
  readonly pending: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly totalMinor: number;
}

export interface HeldShipment {
  readonly externalId: string;
  readonly fulfilledBy: FulfilledBy;
  readonly shippedAt: string;
  readonly lines: readonly HeldLine[];
}

export interface HeldReturn {
  readonly externalId: string;
  readonly status: ReturnStatus;
  readonly lines: readonly (HeldLine & { readonly accepted: number })[];
}

export interface HeldLine {
  readonly orderExternalId: string;
  readonly externalId: string;
  readonly quantity: number;
}

export interface HeldSales {
  readonly sku: string;
  readonly unitsSold: number;
  readonly unitsReturned: number;
  readonly orderCount: number;
  readonly grossMinor: number;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const lines = (table: string, owner: string, more = '') =>
  `(select json_agg(json_build_object('orderExternalId', l.order_external_id, 'externalId', l.external_id,
      'quantity', l.quantity ${more}) order by l.order_external_id, l.external_id) from ${table} l where l.${owner} = t.id)`;

export async function holdingsOf(db: Executor, shopId: string): Promise<Holdings> {
  const all = <Row>(text: string) => db.run<Row>({ text, values: [shopId] });
  return {
    orders: await all(
      `select external_id as "externalId", order_number as "orderNumber", fulfillment_status as status,
        ${instant('ordered_at')} as "orderedAt", ${instant('last_shipped_at')} as "shippedAt",
        nullif(country, '') as country, units_ordered as ordered, units_pending as pending, units_shipped as shipped,
        units_cancelled as cancelled, units_returned as returned, total_minor::float8 as "totalMinor"
      from orders where shop_id = $1`,
    ),
    shipments: await all(
      `select external_id as "externalId", fulfilled_by as "fulfilledBy", ${instant('shipped_at')} as "shippedAt",
        ${lines('shipment_lines', 'shipment_id')} as lines from shipments t where shop_id = $1`,
    ),
    returns: await all(
      `select external_id as "externalId", status, ${lines('return_lines', 'return_id', `, 'accepted', l.accepted`)} as lines
      from returns t where shop_id = $1`,
    ),
    sales: await all(
      `select sku, sum(units_sold)::int as "unitsSold", sum(units_returned)::int as "unitsReturned",
        sum(order_count)::int as "orderCount", sum(gross_minor)::float8 as "grossMinor"
      from sales_daily where shop_id = $1 group by sku having sum(order_count) > 0`,
    ),
  };
}

/** Records that are held more than once, by noun and key. */
export function duplicatesOf(db: Executor, shopId: string): Promise<{ noun: string; key: string }[]> {
  return db.run({
    text: ['orders', 'shipments', 'returns']
      .map(
        (noun) =>
          `select '${noun}' as noun, external_id as key from ${noun} where shop_id = $1 group by 2 having count(*) > 1`,
      )
      .join(' union all '),
    values: [shopId],
  });
}

/** Where sums do not say what the order lines say, one readable line each: of the roll-up of sales, and of orders. */
export async function wrongSumsOf(db: Executor, shopId: string): Promise<string[]> {
  const key = 'shop_id, day, sku, country, currency';
  const rows = await db.run<{ what: string }>({
    text: `with lines as (
        select o.shop_id, o.business_day as day, l.sku, o.country, o.currency,
          sum(l.ordered - l.cancelled) as units_sold, sum(l.returned) as units_returned,
          count(distinct o.id) filter (where l.ordered > l.cancelled) as order_count,
          sum(l.total_minor) as gross_minor
        from orders o join order_lines l on l.order_id = o.id where o.shop_id = $1 and l.sku is not null
        group by 1, 2, 3, 4, 5),
      held as (select * from sales_daily where shop_id = $1)
      select concat_ws(' ', 'sales of', sku, 'on', day, country, currency) as what
      from lines l full join held s using (${key})
      where (l.units_sold, l.units_returned, l.order_count, l.gross_minor)
        is distinct from (s.units_sold, s.units_returned, s.order_count, s.gross_minor)
        and (l.units_sold <> 0 or l.units_returned <> 0 or s.sku is not null)
      union all
      select concat_ws(' ', 'sums of order', o.external_id) from orders o
      cross join lateral (select sum(ordered) as ordered, sum(shipped) as shipped, sum(cancelled) as cancelled,
          sum(returned) as returned, sum(pending) as pending, sum(total_minor) as total, max(shipped_at) as shipped_at
        from order_lines where order_id = o.id) l
      where o.shop_id = $1 and (l.ordered, l.shipped, l.cancelled, l.returned, l.pending, l.total, l.shipped_at)
        is distinct from (o.units_ordered, o.units_shipped, o.units_cancelled, o.units_returned, o.units_pending,
          o.total_minor, o.last_shipped_at)`,
    values: [shopId],
  });
  return rows.map(({ what }) => what);
}

/** Rejects that wait for a correction. */
export async function rejectsOf(
  db: Executor,
  shopId: string,
): Promise<{ stream: string; key: string; reason: string }[]> {
  return db.run({
    text: 'select stream, record_key as key, reason from rejects where shop_id = $1 order by stream, record_key',
    values: [shopId],
  });
}
