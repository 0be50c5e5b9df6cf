import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../src/commerce/day.js';
import { moneyText } from '../../src/commerce/money.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { ask, createWorld, type StoredOrder, shopId, type World } from './world.js';

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db);
});
afterAll(() => fresh.close());

type Dimension = 'MARKETPLACE' | 'SHOP' | 'COUNTRY' | 'DAY' | 'MONTH';

interface Truth {
  sku: string;
  currency: string;
  unitsSold: number;
  unitsReturned: number;
  orders: Set<string>;
  minor: number;
  marketplaces: Set<string>;
  parts: Partial<Record<Dimension, string>>;
}

/** Sums from what was put in, with none of our SQL. */
function truth(fits: (one: StoredOrder) => boolean, dimensions: readonly Dimension[], zone?: string): Truth[] {
  const rows = new Map<string, Truth>();
  for (const one of world.orders.filter(fits)) {
    const { marketplace, zone: business } = one.shop.shop;
    const day = dayIn(zone ?? business, one.orderedAt);
    const all: Record<Dimension, string> = {
      ...{ MARKETPLACE: marketplace, SHOP: shopId(one.shop), COUNTRY: one.shippingAddress?.country ?? '' },
      ...{ DAY: day, MONTH: day.slice(0, 7) },
    };
    const parts = Object.fromEntries(dimensions.map((dimension) => [dimension, all[dimension]]));
    for (const { sku, quantity, totalMinor } of one.lines) {
      const sold = quantity.ordered - quantity.cancelled;
      if (sku === null || (!sold && !quantity.returned)) continue;
      const key = JSON.stringify([sku, one.currency, parts]);
      const row = rows.get(key) ?? {
        ...{ sku, currency: one.currency, unitsSold: 0, unitsReturned: 0, orders: new Set(), minor: 0 },
        ...{ marketplaces: new Set(), parts },
      };
      row.unitsSold += sold;
      row.unitsReturned += quantity.returned;
      row.minor += totalMinor;
      if (sold) row.orders.add(one.id);
      row.marketplaces.add(marketplace);
      rows.set(key, row as Truth);
    }
  }
  return [...rows.values()];
}

interface Row {
  __typename: string;
  sku: string;
  unitsSold: number;
  unitsReturned: number;
  orderCount: number;
  grossRevenue: { amount: string; currency: string };
  marketplace: string | null;
  shop: { id: string } | null;
  country: string | null;
  day: string | null;
  month: string | null;
  marketplaces?: string[];
  contributingOrders: { totalCount: number; nodes: { id: string }[] };
}

const query = `query ($where: ProductSalesWhere, $groupBy: [SalesDimension!], $timeZone: String, $orderBy: ProductSalesOrder,
    $first: Int, $after: String) {
  productSales(where: $where, groupBy: $groupBy, timeZone: $timeZone, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { __typename sku unitsSold unitsReturned orderCount grossRevenue { amount currency } marketplace shop { id }
      country day month ... on CombinedProductSales { marketplaces }
      contributingOrders(first: 100) { totalCount nodes { id } } } } }`;

async function rows(variables: object): Promise<Row[]> {
  const all: Row[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 50; pages++) {
    const { data, errors, statements, straight } = await ask(world, query, { first: 40, after, ...variables });
    expect(errors).toEqual([]);
    expect({ statements, straight }).toEqual({ statements: 1, straight: true });
    const { nodes, pageInfo, totalCount } = data.productSales;
    all.push(...nodes);
    after = pageInfo.endCursor;
    if (pageInfo.hasNextPage) continue;
    expect(all).toHaveLength(totalCount);
    return all;
  }
  throw new Error('the list does not end');
}

const typeOf = (marketplaces: Set<string>) =>
  marketplaces.size > 1 ? 'CombinedProductSales' : marketplaces.has('BOL') ? 'BolProductSales' : 'OttoProductSales';

function told(one: Truth): Row {
  const { MARKETPLACE = null, SHOP, COUNTRY, DAY = null, MONTH = null } = one.parts;
  return {
    ...{
      __typename: typeOf(one.marketplaces),
      sku: one.sku,
      unitsSold: one.unitsSold,
      unitsReturned: one.unitsReturned,
    },
    orderCount: one.orders.size,
    grossRevenue: moneyText({ minor: one.minor, currency: one.currency }),
    ...{ marketplace: MARKETPLACE, shop: SHOP ? { id: SHOP } : null, country: COUNTRY || null, day: DAY, month: MONTH },
    ...(one.marketplaces.size > 1 && { marketplaces: [...one.marketplaces].sort() }),
    contributingOrders: { totalCount: one.orders.size, nodes: [...one.orders].sort().map((id) => ({ id })) },
  };
}

const sorted = (all: Row[]) =>
  all
    .map((one) => ({
      ...one,
      contributingOrders: {
        ...one.contributingOrders,
        nodes: [...one.contributingOrders.nodes].sort((a, b) => (a.id < b.id ? -1 : 1)),
      },
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const within = (from: string, to: string) => (one: StoredOrder) =>
  one.orderedAt >= new Date(from) && one.orderedAt < new Date(to);

describe('product sales', () => {
  const groupings: Dimension[][] = [
    [],
    ['MARKETPLACE'],
    ['SHOP', 'COUNTRY'],
    ['DAY'],
    ['MONTH', 'MARKETPLACE'],
    ['MARKETPLACE', 'SHOP', 'COUNTRY', 'DAY', 'MONTH'],
  ];
  it.each(groupings.map((one) => [one.join('+') || 'SKU only', one] as const))(
    'by %s are the sums',
    async (_, groupBy) => {
      expect(sorted(await rows({ groupBy }))).toEqual(sorted(truth(() => true, groupBy).map(told)));
    },
  );

  it.each([
    // both marketplaces' zones: after the change to summer time London's day begins an hour later
    ['cuts through days', '2026-03-28T03:30:00Z', '2026-03-28T17:15:00.001Z', undefined],
    ['begins and ends within a day', '2026-03-26T03:30:00Z', '2026-03-31T17:15:00.001Z', undefined],
    ['whole days of one marketplace', '2026-03-27T23:00:00Z', '2026-03-28T23:00:00Z', ['OTTO']],
    ['whole days over the change to summer time', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', ['OTTO']],
    ['whole days of the other', '2026-03-28T00:00:00Z', '2026-03-28T23:59:59Z', ['BOL']],
    ['is as wide as can be', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', undefined],
    ['begins in the year 1', '0001-01-01T00:00:00Z', '2026-03-28T17:15:00.001Z', undefined],
  ])('of a range that %s are exact', async (_, from, to, marketplaces) => {
    const fits = (one: StoredOrder) =>
      within(from, to)(one) && (!marketplaces || marketplaces.includes(one.shop.shop.marketplace));
    const found = await rows({ where: { orderedAt: { from, to }, marketplaces }, groupBy: ['DAY'] });
    expect(found.length).toBeGreaterThan(0);
    expect(sorted(found)).toEqual(sorted(truth(fits, ['DAY']).map(told)));
  });

  it('take the days of the zone that is asked for', async () => {
    for (const zone of ['Pacific/Auckland', 'America/New_York', 'UTC']) {
      const found = await rows({ groupBy: ['DAY'], timeZone: zone });
      expect(sorted(found)).toEqual(sorted(truth(() => true, ['DAY'], zone).map(told)));
    }
  });

  it('from the roll-up and from the lines are the same on whole days', async () => {
    // an instant before midnight has its day read from the lines; no order was placed in that millisecond
    const where = { marketplaces: ['OTTO'], orderedAt: { from: '2026-03-27T23:00:00.000Z' } };
    const exact = { ...where, orderedAt: { from: '2026-03-27T22:59:59.999Z' } };
    expect(sorted(await rows({ where, groupBy: ['COUNTRY'] }))).toEqual(
      sorted(await rows({ where: exact, groupBy: ['COUNTRY'] })),
    );
  });

  it('hold one currency per row', async () => {
    const all = await rows({});
    const lamp = all.filter(({ sku }) => sku === 'LAMP').map(({ grossRevenue }) => grossRevenue.currency);
    expect(new Set(lamp).size).toBe(lamp.length);
    expect(new Set(all.map(({ grossRevenue }) => grossRevenue.currency))).toEqual(new Set(['EUR', 'GBP', 'JPY']));
    expect(all.find(({ grossRevenue }) => grossRevenue.currency === 'JPY')?.grossRevenue.amount).toMatch(/^\d+$/);
  });

  it.each(['UNITS_SOLD', 'UNITS_RETURNED', 'ORDER_COUNT', 'GROSS_REVENUE', 'SKU', 'PERIOD'])(
    'ordered by %s are walked without a gap or a double',
    async (field) => {
      const all = (await rows({ groupBy: ['DAY'], first: 100 })).map((one) => JSON.stringify(one));
      for (const direction of ['ASC', 'DESC']) {
        const walked = await rows({ groupBy: ['DAY'], first: 7, orderBy: { field, direction } });
        expect(walked.map((one) => JSON.stringify(one)).sort()).toEqual([...all].sort());
      }
    },
  );

  it('are sorted as asked, and refuse the cursor of another order or grouping', async () => {
    const units = (await rows({})).map(({ unitsSold }) => unitsSold);
    expect(units).toEqual([...units].sort((a, b) => b - a));
    const { data } = await ask(world, query, { first: 1 });
    const after = data.productSales.pageInfo.endCursor;
    for (const other of [{ groupBy: ['DAY'] }, { orderBy: { field: 'SKU' } }]) {
      const { errors } = await ask(world, query, { ...other, after });
      expect(errors[0]?.extensions.code).toBe('INVALID_CURSOR');
    }
  });

  it('filter by SKU, country and shop', async () => {
    const where = { skus: ['LAMP', 'TABLE'], countries: ['DE'], shopIds: [shopId(world.shops[0] as never)] };
    const fits = (one: StoredOrder) => one.shop === world.shops[0] && one.shippingAddress?.country === 'DE';
    const expected = truth(fits, []).filter(({ sku }) => where.skus.includes(sku));
    expect(sorted(await rows({ where }))).toEqual(sorted(expected.map(told)));
  });

  it('carry the title of the order imported last', async () => {
    const { data } = await ask(world, '{ productSales(where: { skus: ["CHAIR"] }) { nodes { title } } }');
    for (const { title } of data.productSales.nodes) expect(title).toMatch(/^CHAIR of \d+$/);
    // each title occurs in one order: a row has none of a shop that it does not sum up
    const titles = (fits: (one: StoredOrder) => boolean) =>
      world.orders.filter(fits).flatMap(({ lines }) => lines.map(({ title }) => title));
    for (const { shop } of world.shops) {
      const { marketplace } = shop;
      const own = {
        marketplace: titles((one) => one.shop.shop.marketplace === marketplace),
        shop: titles((one) => one.shop.shop === shop),
      };
      const { data: found } = await ask(
        world,
        `query ($marketplaces: [Marketplace!]) {
          filtered: productSales(where: { skus: ["CHAIR"], marketplaces: $marketplaces }) { nodes { title } }
          byMarketplace: productSales(where: { skus: ["CHAIR"] }, groupBy: [MARKETPLACE]) { nodes { marketplace title } }
          byShop: productSales(where: { skus: ["CHAIR"] }, groupBy: [SHOP]) { nodes { shop { id } title } }
          popularSkus(where: { skus: ["CHAIR"], marketplaces: $marketplaces }) { title }
        }`,
        { marketplaces: [marketplace] },
      );
      const ofShop = found.byShop.nodes.filter(
        (one: { shop: { id: string } }) => one.shop.id === shopId({ shop } as never),
      );
      const ofMarketplace = found.byMarketplace.nodes.filter(
        (one: { marketplace: string }) => one.marketplace === marketplace,
      );
      for (const { title } of [...found.filtered.nodes, ...ofMarketplace, ...found.popularSkus])
        expect(own.marketplace).toContain(title);
      for (const { title } of ofShop) expect(own.shop).toContain(title);
      expect(ofShop.length).toBeGreaterThan(0);
    }
  });
});

describe('baskets and popular products', () => {
  const soldIn = ({ lines }: StoredOrder) => lines.filter(({ quantity }) => quantity.ordered > quantity.cancelled);
  const unitsOf = (one: StoredOrder) =>
    soldIn(one).reduce((sum, { quantity }) => sum + quantity.ordered - quantity.cancelled, 0);
  const fourDecimals = (value: number) => Math.round(value * 10_000) / 10_000;

  it('average over the orders with a sold unit', async () => {
    for (const skus of [undefined, ['LAMP']]) {
      const { data, straight } = await ask(
        world,
        `query ($where: ProductSalesWhere) { basketSize(where: $where) { averageUnits averageLines medianUnits orderCount } }`,
        { where: { skus } },
      );
      const orders = world.orders.filter(
        (one) => unitsOf(one) && (!skus || soldIn(one).some(({ sku }) => skus.includes(sku ?? ''))),
      );
      const units = orders.map(unitsOf).sort((a, b) => a - b);
      const mean = (all: number[]) => fourDecimals(all.reduce((sum, one) => sum + one, 0) / all.length);
      const middle =
        ((units[Math.floor((units.length - 1) / 2)] ?? 0) + (units[Math.ceil((units.length - 1) / 2)] ?? 0)) / 2;
      expect(data.basketSize).toEqual({
        ...{ averageUnits: mean(units), averageLines: mean(orders.map((one) => soldIn(one).length)) },
        ...{ medianUnits: middle, orderCount: orders.length },
      });
      expect(straight).toBe(true);
    }
    const none = await ask(world, '{ basketSize(where: { skus: [] }) { averageUnits medianUnits orderCount } }');
    expect(none.data.basketSize).toEqual({ averageUnits: null, medianUnits: null, orderCount: 0 });
  });

  it('name the products that sold most, per country', async () => {
    for (const country of ['DE', 'NL']) {
      const { data, statements } = await ask(
        world,
        'query ($country: CountryCode) { popularSkus(country: $country, first: 3) { sku title unitsSold orderCount } }',
        { country },
      );
      const sums = new Map<string, number>();
      for (const one of truth(({ shippingAddress }) => shippingAddress?.country === country, [])) {
        sums.set(one.sku, (sums.get(one.sku) ?? 0) + one.unitsSold);
      }
      const expected = [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3);
      const told = data.popularSkus.map((one: { sku: string; unitsSold: number }) => [one.sku, one.unitsSold]);
      expect(told).toEqual(expected);
      expect(statements).toBe(1);
    }
  });
});
