import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import { type Mapped, writePage, writeRemapped } from '../../src/store/pages.js';
import { seeded } from '../bench/orders.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { address, addShop, importedTables, line, mapped, order, pageOf, rowsOf } from './shop.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
const upTo = (random: Random, most: number) => Math.floor(random() * (most + 1));

function randomLine(random: Random): OrderLine {
  const ordered = 1 + upTo(random, 3);
  const cancelled = upTo(random, ordered);
  const shipped = upTo(random, ordered - cancelled);
  const pending = upTo(random, ordered - cancelled - shipped);
  return line({
    sku: pick(random, ['A', 'B', 'C', 'Ärmel "x"', null]),
    fulfilledBy: pick(random, ['SELLER', 'MARKETPLACE'] as const),
    quantity: { ordered, shipped, cancelled, returned: upTo(random, shipped), pending },
    unitPriceMinor: upTo(random, 5000),
    // no multiple of the price: a discount need not divide by the units
    totalMinor: ordered > cancelled ? upTo(random, 5000) : 0,
    shippedAt: shipped ? new Date(Date.UTC(2025, 5, 1 + upTo(random, 20))) : null,
  });
}

let serial = 0;
function randomOrder(random: Random, step: number): Mapped<Order> {
  return mapped(
    order({
      externalId: `o-${upTo(random, 40)}`,
      // around midnight in Berlin, so that the business day is not the UTC day
      orderedAt: new Date(Date.UTC(2025, 4, 1 + upTo(random, 3), pick(random, [10, 21, 22, 23]))),
      // often older than what is stored, and never the same twice: of two such versions nobody can tell the newer
      changedAt: new Date(Date.UTC(2025, 4, 10, 0, step - upTo(random, 5)) + (serial++ % 60_000)),
      shippingAddress: pick(random, [address('DE'), address('AT'), null]),
      currency: pick(random, ['EUR', 'EUR', 'CHF']),
      lines: Array.from({ length: 1 + upTo(random, 3) }, () => randomLine(random)),
    }),
  );
}

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
  where shop_id = $1 and (total_minor, units_ordered::bigint, units_shipped::bigint, units_cancelled::bigint, units_returned::bigint,
    units_pending::bigint, units_to_ship::bigint)
    is distinct from (select (sum(total_minor)::bigint, sum(ordered), sum(shipped), sum(cancelled),
      sum(returned), sum(pending),
      coalesce(sum(ordered - shipped - cancelled - pending) filter (where fulfilled_by = 'SELLER'), 0))
      from order_lines where order_id = o.id)`;

test.each([1, 2, 3])('whatever changes, sales equal the lines, totals equal the lines (seed %i)', async (seed) => {
  const { db } = fresh;
  const at = await addShop(db);
  const random = seeded(seed);
  const pages: Mapped<Order>[][] = [];
  for (let step = 0; step < 25; step++) {
    const page = Array.from({ length: 1 + upTo(random, 12) }, () => randomOrder(random, step));
    pages.push(page);
    await writePage(db, pageOf(at, page));
    // pages come twice, late, and cut in the middle
    if (random() < 0.3) await writePage(db, pageOf(at, pick(random, pages)));
    if (random() < 0.2) await writePage(db, pageOf(at, page, { runId: 'cut' })).catch(() => {});
    if (random() < 0.2) {
      const remap = { rejects: [], mappingVersion: 2, stream: 'ORDERS' as const };
      await writeRemapped(db, { ...remap, shop: at.shop, records: page });
    }
    const values = [at.shop.id];
    const kept = await db.run({ text: `${rollUp} order by day, sku, country, currency`, values });
    expect(kept).toEqual(await db.run({ text: `${rawAggregate} order by day, sku, country, currency`, values }));
    expect(await db.run({ text: wrongTotals, values })).toEqual([]);
  }
  const before = await rowsOf(db, ...importedTables);
  for (const page of pages) await writePage(db, pageOf(at, page));
  const after = await rowsOf(db, ...importedTables);
  expect(after.length).toBe(before.length);
  expect(after.filter((row, n) => row !== before[n])).toEqual([]);
});
