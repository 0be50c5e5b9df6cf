import type { OrderLine } from '../commerce/order.js';
import type { Executor } from './database.js';

/** What sales are summed up by, within a shop. */
export interface SaleKey {
  /** Business day of the marketplace, `YYYY-MM-DD`. */
  readonly day: string;
  readonly sku: string;
  /** ISO 3166-1 alpha-2; '' while unknown. */
  readonly country: string;
  readonly currency: string;
}

export interface Sale extends SaleKey {
  unitsSold: number;
  unitsReturned: number;
  orderCount: number;
  grossMinor: number;
}

/** An order as far as sales know it. */
export interface SoldOrder {
  readonly businessDay: string;
  readonly country: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
}

type Sales = Map<string, Sale>;

const textOf = ({ day, country, currency, sku }: SaleKey) => `${day} ${country} ${currency} ${sku}`;

function add(sales: Sales, sale: Readonly<Sale>, sign: 1 | -1): void {
  const text = textOf(sale);
  const sum = sales.get(text) ?? { ...sale, unitsSold: 0, unitsReturned: 0, orderCount: 0, grossMinor: 0 };
  sum.unitsSold += sign * sale.unitsSold;
  sum.unitsReturned += sign * sale.unitsReturned;
  sum.orderCount += sign * sale.orderCount;
  sum.grossMinor += sign * sale.grossMinor;
  sales.set(text, sum);
}

/** What an order adds to the sales: it counts once per SKU of which at least one unit is sold. */
function addOrder(sales: Sales, { businessDay: day, country, currency, lines }: SoldOrder): void {
  const counted = new Set<string>();
  for (const { sku, quantity, totalMinor: grossMinor } of lines) {
    if (sku === null) continue;
    const unitsSold = quantity.ordered - quantity.cancelled;
    const orderCount = unitsSold > 0 && !counted.has(sku) ? 1 : 0;
    if (orderCount) counted.add(sku);
    add(sales, { day, sku, country, currency, unitsSold, unitsReturned: quantity.returned, orderCount, grossMinor }, 1);
  }
}

/**
 * Brings the roll-up up to date by the difference between what is stored of these orders and what will be. To be called
 * before the orders are written, in their transaction, by the only writer of the shop or of these orders.
 */
export async function updateSales(
  tx: Executor,
  shopId: string,
  knownIds: readonly string[],
  orders: readonly SoldOrder[],
): Promise<void> {
  const sales: Sales = new Map();
  for (const order of orders) addOrder(sales, order);
  const before = knownIds.length ? await storedSales(tx, knownIds) : [];
  for (const sale of before) add(sales, sale, -1);
  const changes = [...sales.values()].filter(
    (sale) => sale.unitsSold || sale.unitsReturned || sale.orderCount || sale.grossMinor,
  );
  if (changes.length === 0) return;
  await applyChanges(tx, shopId, changes);
  if (before.length) await dropEmpty(tx, shopId, before);
}

/** Units of sold lines that came back, or did not after all; counted at the time of their order. */
export async function addReturned(
  tx: Executor,
  shopId: string,
  lines: readonly (Omit<SaleKey, 'sku'> & { readonly sku: string | null; readonly unitsReturned: number })[],
): Promise<void> {
  const sales: Sales = new Map();
  for (const { day, sku, country, currency, unitsReturned } of lines) {
    if (sku === null) continue;
    add(sales, { day, sku, country, currency, unitsSold: 0, unitsReturned, orderCount: 0, grossMinor: 0 }, 1);
  }
  const changes = [...sales.values()].filter((sale) => sale.unitsReturned);
  if (changes.length) await applyChanges(tx, shopId, changes);
}

function storedSales(tx: Executor, orderIds: readonly string[]): Promise<Sale[]> {
  return tx.run<Sale>({
    name: 'sales-stored',
    text: `select o.business_day as day, l.sku, o.country, o.currency,
        sum(l.ordered - l.cancelled)::int as "unitsSold", sum(l.returned)::int as "unitsReturned",
        (count(distinct o.id) filter (where l.ordered > l.cancelled))::int as "orderCount",
        sum(l.total_minor)::float8 as "grossMinor"
      from unnest($1::bigint[]) as k (id) join orders o on o.id = k.id join order_lines l on l.order_id = o.id
      where l.sku is not null
      group by 1, 2, 3, 4`,
    values: [orderIds],
  });
}

/** Without the shop. */
export const saleColumns = 'day, sku, country, currency, units_sold, units_returned, order_count, gross_minor';

async function applyChanges(tx: Executor, shopId: string, changes: readonly Sale[]): Promise<void> {
  await tx.run({
    name: 'sales-apply',
    text: `insert into sales_daily as s
        (shop_id, ${saleColumns})
      select $1, c.* from unnest($2::date[], $3::text[], $4::text[], $5::bpchar[],
        $6::int[], $7::int[], $8::int[], $9::bigint[]) as c (${saleColumns})
      -- direct orders are written side by side: in one order, so that none waits for another in a circle
      order by sku, day, country, currency
      on conflict (shop_id, day, sku, country, currency) do update set
        units_sold = s.units_sold + excluded.units_sold, units_returned = s.units_returned + excluded.units_returned,
        order_count = s.order_count + excluded.order_count, gross_minor = s.gross_minor + excluded.gross_minor`,
    values: [
      shopId,
      changes.map((sale) => sale.day),
      changes.map((sale) => sale.sku),
      changes.map((sale) => sale.country),
      changes.map((sale) => sale.currency),
      changes.map((sale) => sale.unitsSold),
      changes.map((sale) => sale.unitsReturned),
      changes.map((sale) => sale.orderCount),
      changes.map((sale) => sale.grossMinor),
    ],
  });
}

/** Rows of which everything was taken away again go, as if they had never been. */
async function dropEmpty(tx: Executor, shopId: string, keys: readonly SaleKey[]): Promise<void> {
  await tx.run({
    name: 'sales-drop-empty',
    text: `delete from sales_daily s
      using unnest($2::date[], $3::text[], $4::text[], $5::bpchar[]) as k (day, sku, country, currency)
      where s.shop_id = $1 and s.day = k.day and s.sku = k.sku and s.country = k.country and s.currency = k.currency
        and s.units_sold = 0 and s.units_returned = 0 and s.order_count = 0 and s.gross_minor = 0`,
    values: [
      shopId,
      keys.map((key) => key.day),
      keys.map((key) => key.sku),
      keys.map((key) => key.country),
      keys.map((key) => key.currency),
    ],
  });
}
