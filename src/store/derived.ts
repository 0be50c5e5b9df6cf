import type { Derived } from '../commerce/marketplace.js';
import type { FulfilledBy, Order, OrderLine } from '../commerce/order.js';
import type { Executor } from './database.js';
import type { ShopRef } from './pages.js';
import { addReturned } from './sales.js';
import type { Placed } from './sift.js';
import { type StockLine, settleStock } from './stock.js';
import { factsOf, type LineFacts, type Told, toldOf } from './told.js';

/*
 * What the orders of some marketplaces do not tell: when a line was shipped, and how many of its units came back. The
 * shop's shipments and returns do. Whichever comes first, and whatever is corrected later: an order that is written
 * takes in what is held of both, and a shipment or return that is written has the orders changed that it names or did
 * name. The caller has locked the shop, so nothing comes in between.
 */

/** Orders that are to be written: their lines, with what the shop's shipments and returns tell of them. */
export async function linesWithFacts(
  tx: Executor,
  shop: ShopRef,
  orders: readonly Order[],
): Promise<(readonly OrderLine[])[]> {
  if (shop.derived.length === 0) return orders.map(({ lines }) => lines);
  const keys = orders.map(({ externalId }) => externalId);
  const told = await toldOf(tx, shop.id, keys, shop.derived);
  return orders.map(({ externalId, lines }) => {
    const facts = factsOf(externalId, lines, told);
    return lines.map((line, at): OrderLine => {
      const { shippedAt, returned } = facts[at] as LineFacts;
      return { ...line, shippedAt, quantity: { ...line.quantity, returned } };
    });
  });
}

const sources = {
  SHIPPED_AT: { table: 'shipment_lines', owner: 'shipment_id' },
  RETURNED: { table: 'return_lines', owner: 'return_id' },
} as const;

type Telling = { readonly lines: readonly { readonly orderExternalId: string }[] };

/**
 * Has shipments or returns written by `write`, and brings those orders up to date that they name, and that they named
 * before.
 */
export async function tellingOrders(
  tx: Executor,
  shop: ShopRef,
  fact: Derived,
  writes: readonly Placed<Telling>[],
  write: () => Promise<void>,
): Promise<void> {
  if (!shop.derived.includes(fact)) return write();
  const known = writes.filter(({ isNew }) => !isNew).map(({ id }) => id);
  const named = known.length ? await namedBy(tx, fact, known) : [];
  await write();
  const naming = writes.flatMap(({ noun }) => noun.lines.map((line) => line.orderExternalId));
  await deriveAgain(tx, shop.id, [...new Set([...named, ...naming])], fact);
}

async function namedBy(tx: Executor, fact: Derived, ids: readonly string[]): Promise<string[]> {
  const { table, owner } = sources[fact];
  const rows = await tx.run<{ key: string }>({
    name: `derived-named-${table}`,
    text: `select distinct l.order_external_id as key
      from unnest($1::bigint[]) as k (id) join ${table} l on l.${owner} = k.id`,
    values: [ids],
  });
  return rows.map(({ key }) => key);
}

interface StoredLine {
  readonly orderId: string;
  readonly orderKey: string;
  readonly day: string;
  readonly country: string;
  readonly currency: string;
  readonly lineNo: number;
  readonly externalIds: readonly string[];
  readonly sku: string | null;
  readonly ean: string | null;
  readonly fulfilledBy: FulfilledBy;
  readonly open: number;
  readonly shipped: number;
  readonly returned: number;
  readonly shippedAt: Date | null;
  readonly ownShippedAt: Date | null;
}

type Change = StoredLine & { readonly now: LineFacts };

/** Stored orders, once more: lines, sums, version, sales, stock. What is right already is not written. */
async function deriveAgain(tx: Executor, shopId: string, orderKeys: readonly string[], fact: Derived): Promise<void> {
  const orders = await storedOrders(tx, shopId, orderKeys);
  if (orders.length === 0) return;
  const told = await toldOf(
    tx,
    shopId,
    orders.map(([{ orderKey }]) => orderKey),
    [fact],
  );
  const changed = orders
    .map((lines) => changesOf(lines, told))
    .filter((lines) => lines.some((line) => differs(line, line.now)));
  if (changed.length === 0) return;
  const lines = changed.flat().filter((line) => differs(line, line.now));
  await putLines(tx, lines);
  await putSums(tx, changed);
  await addReturned(
    tx,
    shopId,
    lines.map(({ now, returned, ...line }) => ({ ...line, unitsReturned: now.returned - returned })),
  );
  if (fact === 'SHIPPED_AT') await settleStock(tx, changed.flat().map(stockLineOf));
}

/** Units are as they were; when they left tells whether they were ever part of the stock. */
function stockLineOf({ orderId, lineNo, sku, fulfilledBy, open, shipped, shippedAt, now }: Change): StockLine {
  return {
    ...{ orderId, lineNo, sku: fulfilledBy === 'SELLER' ? sku : null, open, shipped, mayBegin: false },
    ...{ shippedAt: now.shippedAt, isCorrected: shippedAt?.getTime() !== now.shippedAt?.getTime() },
  };
}

function changesOf(lines: readonly [StoredLine, ...StoredLine[]], told: Told): Change[] {
  const [{ orderKey }] = lines;
  const facts = factsOf(
    orderKey,
    lines.map(({ externalIds, ean, ownShippedAt, shippedAt, shipped, returned }) => ({
      ...{ externalIds, ean, shippedAt: told.shipped ? ownShippedAt : shippedAt },
      quantity: { ordered: 0, shipped, cancelled: 0, returned, pending: 0 },
    })),
    told,
  );
  return lines.map((line, at) => ({ ...line, now: facts[at] as LineFacts }));
}

const differs = (a: LineFacts, b: LineFacts) =>
  a.returned !== b.returned || a.shippedAt?.getTime() !== b.shippedAt?.getTime();

async function storedOrders(
  tx: Executor,
  shopId: string,
  orderKeys: readonly string[],
): Promise<[StoredLine, ...StoredLine[]][]> {
  const rows = await tx.run<StoredLine>({
    name: 'derived-stored',
    text: `select o.id as "orderId", k.key as "orderKey", o.business_day as day, o.country, o.currency,
        l.line_no as "lineNo", l.external_ids as "externalIds", l.sku, l.ean, l.fulfilled_by as "fulfilledBy",
        l.ordered - l.shipped - l.cancelled as open, l.shipped, l.returned,
        l.shipped_at as "shippedAt", l.own_shipped_at as "ownShippedAt"
      from unnest($2::text[]) as k (key)
      cross join lateral (select id, business_day, country, currency from orders
        where shop_id = $1 and external_id = k.key offset 0) o
      join order_lines l on l.order_id = o.id
      order by o.id, l.line_no`,
    values: [shopId, orderKeys],
  });
  const orders: [StoredLine, ...StoredLine[]][] = [];
  for (const line of rows) {
    const order = orders.at(-1);
    if (order?.[0].orderId === line.orderId) order.push(line);
    else orders.push([line]);
  }
  return orders;
}

async function putLines(tx: Executor, lines: readonly Change[]): Promise<void> {
  await tx.run({
    name: 'derived-put-lines',
    text: `update order_lines l set shipped_at = n.shipped_at, returned = n.returned
      from unnest($1::bigint[], $2::smallint[], $3::timestamptz[], $4::int[]) as n (order_id, line_no, shipped_at, returned)
      where l.order_id = n.order_id and l.line_no = n.line_no`,
    values: [
      lines.map((line) => line.orderId),
      lines.map((line) => line.lineNo),
      lines.map((line) => line.now.shippedAt?.toISOString() ?? null),
      lines.map((line) => line.now.returned),
    ],
  });
}

async function putSums(tx: Executor, orders: readonly (readonly Change[])[]): Promise<void> {
  const sums = orders.map((lines) => ({
    id: (lines[0] as Change).orderId,
    returned: lines.reduce((sum, { now }) => sum + now.returned, 0),
    shippedAt: lines.reduce<Date | null>(
      (last, { now: { shippedAt } }) => (shippedAt && (!last || shippedAt > last) ? shippedAt : last),
      null,
    ),
  }));
  await tx.run({
    name: 'derived-put-orders',
    text: `update orders o set units_returned = n.returned, last_shipped_at = n.shipped_at, version = o.version + 1
      from unnest($1::bigint[], $2::int[], $3::timestamptz[]) as n (id, returned, shipped_at) where o.id = n.id`,
    values: [
      sums.map((sum) => sum.id),
      sums.map((sum) => sum.returned),
      sums.map((sum) => sum.shippedAt?.toISOString() ?? null),
    ],
  });
}
