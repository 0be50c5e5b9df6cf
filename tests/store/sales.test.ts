import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import { type Mapped, writePage, writeRemapped } from '../../src/store/pages.js';
import { seeded } from '../bench/orders.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from './agree.js';
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
    await expectAgreement(db, at.shop.id);
  }
  const before = await rowsOf(db, ...importedTables);
  for (const page of pages) await writePage(db, pageOf(at, page));
  const after = await rowsOf(db, ...importedTables);
  expect(after.length).toBe(before.length);
  expect(after.filter((row, n) => row !== before[n])).toEqual([]);
});
