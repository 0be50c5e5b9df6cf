// Whatever is asked, a row of a report is the sum over the orders that it names, and no order is missing or named twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../src/commerce/day.js';
import { moneyText } from '../../src/commerce/money.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { randomOrders } from './random-orders.js';
import { ask, createWorld, type StoredOrder, shopId, type World } from './world.js';

const dimensions = ['MARKETPLACE', 'SHOP', 'COUNTRY', 'DAY', 'MONTH'] as const;
type Dimension = (typeof dimensions)[number];
const combinations = Array.from({ length: 2 ** dimensions.length }, (_, bits) =>
  dimensions.filter((_one, at) => bits & (1 << at)),
);
const zones = [null, 'Europe/Berlin', 'Pacific/Auckland', 'America/St_Johns', 'Asia/Kathmandu'];

interface Row {
  sku?: string;
  unitsSold: number;
  unitsReturned: number;
  orderCount: number;
  grossRevenue: { amount: string; currency: string };
  rate: number | null;
  marketplace: string | null;
  shop: { id: string } | null;
  country: string | null;
  day: string | null;
  month: string | null;
  contributingOrders: { totalCount: number; nodes: { id: string }[] };
}

const place = 'marketplace shop { id } country day month contributingOrders(first: 100) { totalCount nodes { id } }';

async function rowsOf(world: World, field: string, members: string, args: object): Promise<Row[]> {
  const given = Object.entries(args)
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? `"${value}"` : `[${(value as string[]).join(', ')}]`}`,
    );
  const all: Row[] = [];
  for (let after = ''; ; ) {
    const source = `{ ${field}(first: 100 ${after} ${given.join(' ')}) { nodes { ${members} ${place} } pageInfo { hasNextPage endCursor } } }`;
    const { data, errors, statements, straight } = await ask(world, source);
    expect(errors).toEqual([]);
    expect({ statements, straight }).toEqual({ statements: 1, straight: true });
    all.push(...data[field].nodes);
    if (!data[field].pageInfo.hasNextPage) return all;
    after = `after: "${data[field].pageInfo.endCursor}"`;
  }
}

/** Where an order belongs, in the words of a row. */
function partsOf(one: StoredOrder, asked: readonly Dimension[], zone: string | null) {
  const day = dayIn(zone ?? one.shop.shop.zone, one.orderedAt);
  const all: Record<Dimension, unknown> = {
    ...{
      MARKETPLACE: one.shop.shop.marketplace,
      SHOP: shopId(one.shop),
      COUNTRY: one.shippingAddress?.country ?? null,
    },
    ...{ DAY: day, MONTH: day.slice(0, 7) },
  };
  return dimensions.map((dimension) => (asked.includes(dimension) ? all[dimension] : null));
}

const partsOfRow = ({ marketplace, shop, country, day, month }: Row) => [
  marketplace,
  shop?.id ?? null,
  country,
  day,
  month,
];

describe.each([1, 2])('on random data (seed %i)', (seed) => {
  let fresh: Fresh;
  let world: World;
  let byId: Map<string, StoredOrder>;
  beforeAll(async () => {
    fresh = await freshDatabase();
    world = await createWorld(fresh.db, 70, randomOrders(seed));
    byId = new Map(world.orders.map((one) => [one.id, one]));
  });
  afterAll(() => fresh.close());

  const soldLines = (one: StoredOrder, sku?: string) =>
    one.lines.filter(
      (line) =>
        (sku === undefined ? line.sku !== null : line.sku === sku) && line.quantity.ordered > line.quantity.cancelled,
    );

  /** The sums over the orders that a row names; each must belong to the row. */
  function summed(row: Row, asked: readonly Dimension[], zone: string | null) {
    const orders = row.contributingOrders.nodes.map(({ id }) => byId.get(id) as StoredOrder);
    expect(row.contributingOrders.totalCount).toBe(orders.length);
    for (const one of orders) expect(partsOf(one, asked, zone)).toEqual(partsOfRow(row));
    const lines = orders.flatMap((one) => soldLines(one, row.sku));
    return {
      orders: orders.length,
      sold: lines.reduce((sum, { quantity }) => sum + quantity.ordered - quantity.cancelled, 0),
      returned: lines.reduce((sum, { quantity }) => sum + quantity.returned, 0),
      minor: lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
      currencies: [...new Set(orders.map(({ currency }) => currency))],
    };
  }

  it.each(zones)('in the days of %s: product sales by every combination of dimensions', async (timeZone) => {
    for (const groupBy of combinations) {
      const found = await rowsOf(
        world,
        'productSales',
        'sku unitsSold unitsReturned orderCount grossRevenue { amount currency }',
        {
          ...{ groupBy, timeZone },
        },
      );
      const named: string[] = [];
      for (const row of found) {
        const sum = summed(row, groupBy, timeZone);
        const { currency } = row.grossRevenue;
        expect(sum.currencies).toEqual([currency]);
        expect([row.unitsSold, row.unitsReturned, row.orderCount, row.grossRevenue]).toEqual([
          ...[sum.sold, sum.returned, sum.orders, moneyText({ minor: sum.minor, currency })],
        ]);
        named.push(...row.contributingOrders.nodes.map(({ id }) => `${id} ${row.sku}`));
      }
      const all = world.orders.flatMap((one) => [...new Set(soldLines(one).map(({ sku }) => `${one.id} ${sku}`))]);
      expect(named.sort()).toEqual(all.sort());
    }
  });

  it.each(zones)('in the days of %s: sales totals by every combination of dimensions', async (timeZone) => {
    for (const groupBy of combinations) {
      const members = 'unitsSold unitsReturned grossRevenue { amount currency }';
      const found = await rowsOf(world, 'salesTotals', members, { groupBy, timeZone });
      const named: string[] = [];
      for (const row of found) {
        const sum = summed(row, groupBy, timeZone);
        const { currency } = row.grossRevenue;
        expect(sum.currencies).toEqual([currency]);
        expect([row.unitsSold, row.unitsReturned, row.grossRevenue]).toEqual([
          ...[sum.sold, sum.returned, moneyText({ minor: sum.minor, currency })],
        ]);
        named.push(...row.contributingOrders.nodes.map(({ id }) => id));
      }
      const all = world.orders.filter((one) => soldLines(one).length).map(({ id }) => id);
      expect(named.sort()).toEqual(all.sort());
      const periods = found.map(({ day, month }) => day ?? month ?? '');
      expect(periods).toEqual([...periods].sort());
    }
  });

  it.each(zones)('in the days of %s: returns rates by every combination, with and without SKU', async (timeZone) => {
    for (const perSku of [true, false]) {
      for (const combination of combinations) {
        const groupBy = perSku ? ['SKU', ...combination] : combination;
        const members = `${perSku ? 'sku' : ''} unitsSold unitsReturned rate`;
        const found = await rowsOf(world, 'returnsRate', members, { groupBy, timeZone });
        let named = 0;
        for (const row of found) {
          const sum = summed(row, combination, timeZone);
          expect([row.unitsSold, row.unitsReturned]).toEqual([sum.sold, sum.returned]);
          expect(row.rate).toBe(sum.sold ? Math.round((sum.returned / sum.sold) * 10_000) / 10_000 : null);
          named += sum.sold;
        }
        const all = world.orders.flatMap((one) => soldLines(one));
        expect(named).toBe(all.reduce((sum, { quantity }) => sum + quantity.ordered - quantity.cancelled, 0));
      }
    }
  });

  it('popular products name their orders, overall and by country', async () => {
    const rows = 'sku unitsSold orderCount contributingOrders(first: 100) { totalCount nodes { id } }';
    const { data, errors, statements, straight } = await ask(
      world,
      `{ popularSkusReport { rows(first: 100) { ${rows} } countries(first: 100) { country unitsSold rows(first: 100) { ${rows} } } } }`,
    );
    expect(errors).toEqual([]);
    expect({ statements, straight }).toEqual({ statements: 1, straight: true });
    const { rows: overall, countries } = data.popularSkusReport;
    const lists: { country?: string | null; rows: Row[] }[] = [{ rows: overall }, ...countries];
    expect(lists).toHaveLength(5);
    for (const { country, rows: list } of lists) {
      for (const row of list) {
        const orders = row.contributingOrders.nodes.map(({ id }) => byId.get(id) as StoredOrder);
        if (country !== undefined) {
          for (const one of orders) expect(one.shippingAddress?.country ?? null).toBe(country);
        }
        const lines = orders.flatMap((one) => soldLines(one, row.sku));
        expect(row.orderCount).toBe(orders.length);
        expect(row.unitsSold).toBe(lines.reduce((sum, { quantity }) => sum + quantity.ordered - quantity.cancelled, 0));
      }
      const order = list.map(({ unitsSold }) => unitsSold);
      expect(order).toEqual([...order].sort((a, b) => b - a));
    }
    const total = (list: Row[]) => list.reduce((sum, { unitsSold }) => sum + unitsSold, 0);
    for (const { unitsSold, rows: list } of countries) expect(total(list)).toBe(unitsSold);
    expect(total(overall)).toBe(total(countries as Row[]));
    const plain = await ask(world, `{ popularSkus(first: 100) { ${rows} } }`);
    expect(plain.data.popularSkus).toEqual(overall);
  });
});
