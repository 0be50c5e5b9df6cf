import { expect } from 'vitest';
import type { Database } from '../../src/store/database.js';

const rollUp = `select day, sku, country, currency, units_sold, units_returned, order_count, gross_minor
  from sales_daily where shop_id = $1`;
const rawAggregate = `select (o.ordered_at at time zone 'Europe/Berlin')::date as day, l.sku, o.country, o.currency,
    sum(l.ordered - l.cancelled)::int as units_sold, sum(l.returned)::int as units_returned,
    (count(distinct o.id) filter (where l.ordered > l.cancelled))::int as order_count,
    sum(l.total_minor)::bigint as gross_minor
  from orders o join order_lines l on l.order_id = o.id where o.shop_id = $1 and l.sku is not null
  group by 1, 2, 3, 4
  having sum(l.ordered - l.cancelled) <> 0 or sum(l.returned) <> 0 or sum(l.total_minor) <> 0`;
const wrongTotals = `select external_id from orders o
  where shop_id = $1 and (total_minor, units_ordered::bigint, units_shipped::bigint, units_cancelled::bigint,
    units_returned::bigint, units_pending::bigint, units_to_ship::bigint, last_shipped_at)
    is distinct from (select (sum(total_minor)::bigint, sum(ordered), sum(shipped), sum(cancelled),
      sum(returned), sum(pending),
      coalesce(sum(ordered - shipped - cancelled - pending) filter (where fulfilled_by = 'SELLER'), 0), max(shipped_at))
      from order_lines where order_id = o.id)`;

/** Sales and the orders' sums say what the order lines of the shop say. */
export async function expectAgreement(db: Database, shopId: string): Promise<void> {
  const values = [shopId];
  const kept = await db.run({ text: `${rollUp} order by day, sku, country, currency`, values });
  expect(kept).toEqual(await db.run({ text: `${rawAggregate} order by day, sku, country, currency`, values }));
  expect(await db.run({ text: wrongTotals, values })).toEqual([]);
}
