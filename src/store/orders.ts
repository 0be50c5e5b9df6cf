import { dayIn } from '../commerce/day.js';
import { type Order, type OrderLine, type OrderTotals, totalsOf } from '../commerce/order.js';
import type { Executor } from './database.js';
import { linesWithFacts } from './derived.js';
import { linesWithFulfillers } from './fulfillers.js';
import type { ShopRef } from './pages.js';
import { updateSales } from './sales.js';
import { dropSurplusLines, type Placed } from './sift.js';
import { type StockLine, settleStock } from './stock.js';

interface OrderWrite {
  readonly placed: Placed<Order>;
  readonly order: Order;
  /** With what shipments and returns tell of them, and who sends them. */
  readonly lines: readonly OrderLine[];
  readonly totals: OrderTotals;
  readonly businessDay: string;
  /** '' while there is no address. */
  readonly country: string;
}

/** Writes orders with their lines, and the sales that they make up. The shop is locked by the caller. */
export async function writeOrders(tx: Executor, shop: ShopRef, placed: readonly Placed<Order>[]): Promise<void> {
  const facts = await linesWithFacts(
    tx,
    shop,
    placed.map((one) => one.noun),
  );
  const told = await linesWithFulfillers(
    tx,
    placed.map(({ id }, at) => ({ id, lines: facts[at] as readonly OrderLine[] })),
  );
  const writes = placed.map((one, at): OrderWrite => {
    const order = one.noun;
    const lines = told[at] as readonly OrderLine[];
    return {
      placed: one,
      order,
      lines,
      totals: totalsOf(lines),
      businessDay: dayIn(shop.zone, order.orderedAt),
      country: order.shippingAddress?.country ?? '',
    };
  });
  const known = writes.filter((write) => !write.placed.isNew);
  await updateSales(
    tx,
    shop.id,
    known.map((write) => write.placed.id),
    writes.map(({ order, lines, businessDay, country }) => ({ businessDay, country, currency: order.currency, lines })),
  );
  await putOrders(tx, shop, writes);
  await putLines(tx, shop.id, lineRowsOf(writes));
  await dropSurplusLines(tx, { table: 'order_lines', owner: 'order_id' }, placed);
  await settleStock(
    tx,
    writes.flatMap(({ placed: { id }, lines }) => lines.map((line, at) => stockLineOf(id, at + 1, line))),
  );
}

/**
 * What a line asks of the own stock: nothing, where the marketplace sends it. One that was seen only after it had left may
 * have been the marketplace's: it takes nothing, as units that are missing here could not be told from sold ones.
 */
export function stockLineOf(orderId: string, lineNo: number, line: OrderLine): StockLine {
  const { ordered, shipped, cancelled } = line.quantity;
  const sku = line.fulfilledBy === 'SELLER' ? line.sku : null;
  const open = ordered - shipped - cancelled;
  const mayBegin = open > 0 || !line.isFulfillerGuessed;
  return { orderId, lineNo, sku, open, shipped, shippedAt: line.shippedAt, mayBegin };
}

/** What the marketplace says. `id`, `version` and `imported_at` are ours and are never overwritten. */
const remoteColumns = [
  ...['order_number', 'ordered_at', 'changed_at', 'business_day', 'ship_by', 'country', 'currency', 'total_minor'],
  ...['units_ordered', 'units_shipped', 'units_cancelled', 'units_returned', 'units_pending', 'units_to_ship'],
  ...['units_by_seller', 'last_shipped_at', 'shipping_address', 'billing_address', 'details'],
];
/** Where it came from: may change while the order stays the same. */
const originColumns = ['content_hash', 'summary_hash', 'settled_at', 'raw_id'];

async function putOrders(tx: Executor, shop: ShopRef, writes: readonly OrderWrite[]): Promise<void> {
  const of = (prefix: string) => remoteColumns.map((column) => `${prefix}.${column}`).join(', ');
  await tx.run({
    name: 'orders-put',
    text: `insert into orders as o (id, shop_id, marketplace, external_id, ${originColumns.join(', ')}, ${remoteColumns.join(', ')})
      overriding system value
      select id, $1, $2, external_id, content_hash, summary_hash, settled_at, raw_id,
        order_number, ordered_at, changed_at, business_day, ship_by, country, currency, total_minor,
        units_ordered, units_shipped, units_cancelled, units_returned, units_pending, units_to_ship,
        units_by_seller, last_shipped_at, nullif(shipping_address, 'null'), nullif(billing_address, 'null'), details
      from rows from (
        unnest($3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::timestamptz[], $8::bigint[], $9::text[],
          $10::timestamptz[], $11::timestamptz[], $12::date[], $13::timestamptz[], $14::text[], $15::bpchar[],
          $16::bigint[], $17::int[], $18::int[], $19::int[], $20::int[], $21::int[], $22::int[], $23::int[],
          $24::timestamptz[]),
        jsonb_array_elements($25), jsonb_array_elements($26), jsonb_array_elements($27))
        as n (id, external_id, content_hash, summary_hash, settled_at, raw_id, order_number, ordered_at, changed_at, business_day,
          ship_by, country, currency, total_minor, units_ordered, units_shipped, units_cancelled, units_returned,
          units_pending, units_to_ship, units_by_seller, last_shipped_at, shipping_address, billing_address, details)
      on conflict (shop_id, external_id) do update set
        ${[...originColumns, ...remoteColumns].map((column) => `${column} = excluded.${column}`).join(', ')},
        version = o.version + (o.content_hash <> excluded.content_hash or (${of('o')}) is distinct from (${of('excluded')}))::int`,
    values: [shop.id, shop.marketplace, ...orderValues(writes)],
  });
}

function orderValues(writes: readonly OrderWrite[]): unknown[] {
  const time = (at: Date | null) => at?.toISOString() ?? null;
  const json = (of: (write: OrderWrite) => unknown) => JSON.stringify(writes.map(of));
  return [
    writes.map((write) => write.placed.id),
    writes.map((write) => write.order.externalId),
    writes.map((write) => write.placed.contentHash),
    writes.map((write) => write.placed.summaryHash),
    writes.map((write) => time(write.placed.settledAt)),
    writes.map((write) => write.placed.rawId),
    writes.map((write) => write.order.orderNumber),
    writes.map((write) => time(write.order.orderedAt)),
    writes.map((write) => time(write.order.changedAt)),
    writes.map((write) => write.businessDay),
    writes.map((write) => time(write.order.shipBy)),
    writes.map((write) => write.country),
    writes.map((write) => write.order.currency),
    writes.map((write) => write.totals.totalMinor),
    writes.map((write) => write.totals.unitsOrdered),
    writes.map((write) => write.totals.unitsShipped),
    writes.map((write) => write.totals.unitsCancelled),
    writes.map((write) => write.totals.unitsReturned),
    writes.map((write) => write.totals.unitsPending),
    writes.map((write) => write.totals.unitsToShip),
    writes.map((write) => write.totals.unitsBySeller),
    writes.map((write) => time(write.totals.lastShippedAt)),
    json((write) => write.order.shippingAddress),
    json((write) => write.order.billingAddress),
    json((write) => write.order.details),
  ];
}

const lineColumns = [
  ...['external_ids', 'sku', 'ean', 'title', 'fulfilled_by', 'ordered', 'shipped', 'cancelled', 'returned', 'pending'],
  ...['unit_price_minor', 'total_minor', 'vat_rate', 'shipped_at', 'own_shipped_at'],
];

/** A line and its place, counted from 1. */
export interface LineRow {
  readonly orderId: string;
  readonly lineNo: number;
  readonly line: OrderLine;
  /** As the order itself tells it. */
  readonly own: OrderLine;
}

/** A line is known by its position. One that is the same is not written again. */
export async function putLines(tx: Executor, shopId: string, rows: readonly LineRow[]): Promise<void> {
  const of = (prefix: string) => lineColumns.map((column) => `${prefix}.${column}`).join(', ');
  await tx.run({
    name: 'order-lines-put',
    // arrays of arrays must be rectangular, so the ids of a line's units travel as one JSON text
    text: `insert into order_lines as l (order_id, line_no, shop_id, ${lineColumns.join(', ')})
      select order_id, line_no, $1, string_to_array(external_ids, E'\\u001f'), sku, ean, title, fulfilled_by, ordered, shipped, cancelled, returned,
        pending, unit_price_minor, total_minor, vat_rate, shipped_at, own_shipped_at
      from unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
        $10::int[], $11::int[], $12::int[], $13::int[], $14::bigint[], $15::bigint[], $16::numeric[], $17::timestamptz[], $18::timestamptz[])
        as n (order_id, line_no, external_ids, ${lineColumns.slice(1).join(', ')})
      on conflict (order_id, line_no) do update set
        ${lineColumns.map((column) => `${column} = excluded.${column}`).join(', ')}
      where (${of('l')}) is distinct from (${of('excluded')})`,
    values: [shopId, ...lineValues(rows)],
  });
}

function lineRowsOf(writes: readonly OrderWrite[]): LineRow[] {
  return writes.flatMap(({ placed, order, lines }) =>
    order.lines.map((own, at) => ({ orderId: placed.id, lineNo: at + 1, line: lines[at] as OrderLine, own })),
  );
}

function lineValues(lines: readonly LineRow[]): unknown[] {
  const each = (of: (line: OrderLine) => unknown) => lines.map(({ line }) => of(line));
  return [
    lines.map((line) => line.orderId),
    lines.map((line) => line.lineNo),
    each((line) => line.externalIds.join('\u001f')),
    each((line) => line.sku),
    each((line) => line.ean),
    each((line) => line.title),
    each((line) => line.fulfilledBy),
    each((line) => line.quantity.ordered),
    each((line) => line.quantity.shipped),
    each((line) => line.quantity.cancelled),
    each((line) => line.quantity.returned),
    each((line) => line.quantity.pending),
    each((line) => line.unitPriceMinor),
    each((line) => line.totalMinor),
    each((line) => line.vatRate),
    each((line) => line.shippedAt?.toISOString() ?? null),
    lines.map(({ own }) => own.shippedAt?.toISOString() ?? null),
  ];
}
