import { expect } from 'vitest';
import type { Executor } from '../../src/store/database.js';

/**
 * What must agree, whatever was done to stock, carts and direct orders: ledger, claims, holds of carts, lines, sums of
 * orders, sales. No direct order is short of anything, unless the shelf was counted to be emptier than was promised.
 */
export async function expectAgreement(db: Executor, { countedDown = false } = {}): Promise<void> {
  const wrong = await db.run({
    text: `select 'ledger' as what, sku from products p
        left join (select product_id, sum(on_hand_delta) as h, sum(reserved_delta) as r from stock_movements group by 1) m
          on m.product_id = p.id
        where (on_hand, reserved) is distinct from (coalesce(h, 0), coalesce(r, 0))
      union all select 'claims', sku from products p
        where reserved <> (select coalesce(sum(reserved), 0) from stock_claims c where c.product_id = p.id)
          + (select coalesce(sum(held), 0) from cart_lines l where l.product_id = p.id)
      union all select 'holds', c.id::text from carts c
        where (select coalesce(sum(held), 0) from cart_lines l where l.cart_id = c.id)
          <> case when c.held_until is null then 0 else (select coalesce(sum(quantity), 0) from cart_lines l where l.cart_id = c.id) end
        or c.held_until is not null and c.status <> 'OPEN'
      union all select 'lines', l.sku from order_lines l join orders o on o.id = l.order_id and o.marketplace = 'DIRECT'
        left join stock_claims c using (order_id, line_no)
        where (c.reserved + case when $1 then c.short else 0 end, c.consumed) is distinct from (l.ordered - l.shipped - l.cancelled, l.shipped)
      union all select 'sums', o.order_number from orders o
        where (units_ordered, units_shipped, units_cancelled, total_minor) is distinct from
          (select (sum(ordered)::int, sum(shipped)::int, sum(cancelled)::int, sum(total_minor)::bigint)
            from order_lines l where l.order_id = o.id)
      union all select 'sales', k.sku from
        (select sku, sum(ordered - cancelled) as units, sum(total_minor) as gross from order_lines where sku is not null group by 1) k
        full join (select sku, sum(units_sold) as units, sum(gross_minor) as gross from sales_daily group by 1) s using (sku)
        where (coalesce(k.units, 0), coalesce(k.gross, 0)) is distinct from (coalesce(s.units, 0), coalesce(s.gross, 0))`,
    values: [countedDown],
  });
  expect(wrong).toEqual([]);
}
