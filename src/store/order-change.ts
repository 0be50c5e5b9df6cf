import { directCode, type OrderEventKind } from '../commerce/direct-order.js';
import { type Address, type FulfillmentStatus, type OrderLine, totalsOf } from '../commerce/order.js';
import type { Executor } from './database.js';
import { putLines, stockLineOf } from './orders.js';
import { updateSales } from './sales.js';
import { settleStock } from './stock.js';

/*
 * Changes of orders that were placed here: the order is locked, its lines are read after that (read together with the lock
 * they would be of the moment before it), and stock, sales, lines and sums are written in one transaction.
 */

export interface HeldLine {
  readonly lineNo: number;
  readonly line: OrderLine;
}

/** A direct order, locked until the transaction ends. */
export interface HeldOrder {
  readonly id: string;
  readonly shopId: string;
  readonly orderNumber: string;
  readonly customerId: string | null;
  readonly orderedAt: Date;
  readonly status: FulfillmentStatus;
  readonly version: number;
  readonly currency: string;
  readonly country: string;
  readonly businessDay: string;
  /** A catalog service keeps its stock: that here is none of its business. */
  readonly remoteStock: boolean;
  /** By their number. */
  readonly lines: readonly HeldLine[];
  /** The highest number that a line of it has or had: one that was removed keeps its own. */
  readonly lineNoMax: number;
}

export async function lockOrder(tx: Executor, id: string): Promise<HeldOrder | null> {
  const [order] = await tx.run<Omit<HeldOrder, 'lines'>>({
    name: 'order-lock',
    text: `select id, shop_id as "shopId", order_number as "orderNumber", customer_id as "customerId",
        ordered_at as "orderedAt", fulfillment_status as status, version, currency, country, business_day as "businessDay",
        remote_stock as "remoteStock", coalesce(line_no_max, 0) as "lineNoMax"
      from orders where id = $1 and marketplace = '${directCode}' for no key update`,
    values: [id],
  });
  if (!order) return null;
  const lines = await linesOf(tx, id);
  return { ...order, lines, lineNoMax: Math.max(order.lineNoMax, lines.at(-1)?.lineNo ?? 0) };
}

/** The marketplace of an order of any channel. */
export async function marketplaceOf(db: Executor, orderId: string): Promise<string | null> {
  const [order] = await db.run<{ marketplace: string }>({
    name: 'order-marketplace',
    text: 'select marketplace from orders where id = $1',
    values: [orderId],
  });
  return order?.marketplace ?? null;
}

type LineRow = Omit<OrderLine, 'quantity' | 'unitPriceMinor' | 'totalMinor'> &
  OrderLine['quantity'] & { readonly lineNo: number; readonly unitPriceMinor: string; readonly totalMinor: string };

async function linesOf(tx: Executor, orderId: string): Promise<HeldLine[]> {
  const rows = await tx.run<LineRow>({
    name: 'order-lines-held',
    text: `select line_no as "lineNo", external_ids as "externalIds", sku, ean, title, fulfilled_by as "fulfilledBy", ordered,
        shipped, cancelled, returned, pending, unit_price_minor as "unitPriceMinor", total_minor as "totalMinor",
        vat_rate as "vatRate", shipped_at as "shippedAt"
      from order_lines where order_id = $1 order by line_no`,
    values: [orderId],
  });
  return rows.map(({ lineNo, ordered, shipped, cancelled, returned, pending, ...line }) => ({
    lineNo,
    line: {
      ...line,
      unitPriceMinor: Number(line.unitPriceMinor),
      totalMinor: Number(line.totalMinor),
      quantity: { ordered, shipped, cancelled, returned, pending },
    },
  }));
}

export interface OrderChange {
  /** All lines as they shall be; one that is missing is removed. */
  readonly lines: readonly HeldLine[];
  /** Undefined leaves it as it is. */
  readonly shippingAddress?: Address;
  readonly billingAddress?: Address;
  /** An empty one removes it. */
  readonly note?: string;
  readonly event: { readonly kind: OrderEventKind; readonly message: string };
}

/** Writes a change with all that follows from it. Throws `InsufficientStock` where there is not enough for it here. */
export async function changeOrder(tx: Executor, order: HeldOrder, change: OrderChange): Promise<void> {
  const { lines } = change;
  const country = change.shippingAddress ? (change.shippingAddress.country ?? '') : order.country;
  if (!order.remoteStock) {
    const stockLines = (held: readonly HeldLine[]) =>
      held.map(({ lineNo, line }) => stockLineOf(order.id, lineNo, line));
    await settleStock(tx, stockLines(lines), { before: stockLines(order.lines), orderIds: [order.id] });
  }
  await updateSales(tx, order.shopId, [order.id], [{ ...order, country, lines: lines.map(({ line }) => line) }]);
  await putLines(
    tx,
    order.shopId,
    lines.map(({ lineNo, line }) => ({ orderId: order.id, lineNo, line, own: line })),
  );
  await tx.run({
    name: 'order-lines-drop',
    text: 'delete from order_lines where order_id = $1 and line_no <> all($2::smallint[])',
    values: [order.id, lines.map(({ lineNo }) => lineNo)],
  });
  await putOrder(tx, order, change, country);
}

async function putOrder(tx: Executor, order: HeldOrder, change: OrderChange, country: string): Promise<void> {
  const totals = totalsOf(change.lines.map(({ line }) => line));
  await tx.run({
    name: 'order-change',
    text: `with told as (insert into order_events (order_id, kind, message) values ($1, $13, $14))
      update orders set version = version + 1, changed_at = date_trunc('milliseconds', clock_timestamp()),
        units_ordered = $2, units_shipped = $3, units_cancelled = $4, units_returned = $5, units_pending = $6,
        units_to_ship = $7, units_by_seller = $8, total_minor = $9, last_shipped_at = $10, country = $11,
        shipping_address = coalesce($12, shipping_address), billing_address = coalesce($15, billing_address),
        details = case when $16::text is null then details else details || jsonb_build_object('note', nullif($16, '')) end,
        line_no_max = greatest($17::smallint, (select max(line_no) from order_lines where order_id = $1))
      where id = $1`,
    values: [
      order.id,
      ...[totals.unitsOrdered, totals.unitsShipped, totals.unitsCancelled, totals.unitsReturned, totals.unitsPending],
      ...[totals.unitsToShip, totals.unitsBySeller, totals.totalMinor, totals.lastShippedAt?.toISOString() ?? null],
      country,
      change.shippingAddress && JSON.stringify(change.shippingAddress),
      change.event.kind,
      change.event.message,
      change.billingAddress && JSON.stringify(change.billingAddress),
      change.note,
      order.lineNoMax,
    ],
  });
}

export interface DirectParcel {
  readonly shippedAt: Date;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[];
}

/** A parcel of a locked order; its number is the order's, counted on. Returns the shipment's id. */
export async function addParcel(tx: Executor, order: HeldOrder, parcel: DirectParcel): Promise<string> {
  const [row] = await tx.run<{ id: string }>({
    name: 'order-parcel',
    text: `with parcel as (
        insert into shipments (shop_id, marketplace, external_id, shipped_at, fulfilled_by, carrier, tracking_number, details,
          content_hash, raw_id)
        select $1, '${directCode}', $2 || '-' || (1 + (select count(distinct shipment_id) from shipment_lines
          where shop_id = $1 and order_external_id = $2)), $3, 'SELLER', $4, $5, '{}', '', 0
        returning id),
      lines as (
        insert into shipment_lines (shipment_id, line_no, shop_id, order_external_id, external_id, quantity)
        select parcel.id, row_number() over (), $1, $2, n.line_no, n.quantity
        from parcel, unnest($6::text[], $7::int[]) as n (line_no, quantity))
      select id from parcel`,
    values: [
      order.shopId,
      order.orderNumber,
      parcel.shippedAt.toISOString(),
      parcel.carrier,
      parcel.trackingNumber,
      parcel.lines.map(({ lineNo }) => String(lineNo)),
      parcel.lines.map(({ quantity }) => quantity),
    ],
  });
  return (row as { id: string }).id;
}
