// What reports say of themselves, how long orders take, and what they answer to questions that make no sense.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayIn } from '../../src/commerce/day.js';
import { writePage } from '../../src/store/pages.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, line, mapped, order, pageOf } from '../store/shop.js';
import { randomOrders } from './random-orders.js';
import { ask, createWorld, type StoredOrder, shopId, type World } from './world.js';

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db, 90, randomOrders(7));
});
afterAll(() => fresh.close());

async function told(source: string, variables = {}) {
  const { data, errors, statements, straight } = await ask(world, source, variables);
  expect(errors).toEqual([]);
  expect({ statements, straight }).toEqual({ statements: 1, straight: true });
  return data;
}

type Line = StoredOrder['lines'][number];
const isSold = ({ quantity }: Line) => quantity.ordered > quantity.cancelled;
const isCancelled = (one: StoredOrder) => !one.lines.some(isSold);
const isOpen = (one: StoredOrder) =>
  one.lines.some(({ quantity }) => quantity.ordered > quantity.cancelled + quantity.shipped);
const countryOf = (one: StoredOrder) => one.shippingAddress?.country ?? null;
/** When the last line was shipped; null: nobody knows. */
function shippedAt({ lines }: StoredOrder): number | null {
  const all = lines.flatMap((one) => one.shippedAt?.getTime() ?? []);
  return all.length ? Math.max(...all) : null;
}
const tookMs = (one: StoredOrder) => (shippedAt(one) as number) - one.orderedAt.getTime();
const isTimed = (one: StoredOrder) => !isCancelled(one) && !isOpen(one) && shippedAt(one) !== null && tookMs(one) >= 0;

describe('times of fulfillment', () => {
  const figures = 'orderCount averageSeconds medianSeconds p90Seconds p95Seconds p99Seconds';

  /** As `percentile_cont` defines it. */
  function percentile(sorted: readonly number[], part: number): number {
    const place = part * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
    return Math.round(low + (high - low) * (place - Math.floor(place)));
  }

  function timesOf(orders: readonly StoredOrder[]) {
    const seconds = orders.map((one) => tookMs(one) / 1000).sort((a, b) => a - b);
    return {
      orderCount: seconds.length,
      averageSeconds: Math.round(seconds.reduce((sum, one) => sum + one, 0) / seconds.length),
      ...{ medianSeconds: percentile(seconds, 0.5), p90Seconds: percentile(seconds, 0.9) },
      ...{ p95Seconds: percentile(seconds, 0.95), p99Seconds: percentile(seconds, 0.99) },
    };
  }

  function grouped(orders: readonly StoredOrder[], key: (one: StoredOrder) => string) {
    const groups = new Map<string, StoredOrder[]>();
    for (const one of orders) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => ({ name, ...timesOf(members) }));
  }

  it('over everything are one row, and none over nothing', async () => {
    const timed = world.orders.filter(isTimed);
    expect(timed.length).toBeGreaterThan(10);
    const all = await told(`{ fulfillmentTimes(groupBy: []) { totalCount nodes { ${figures} } } }`);
    expect(all.fulfillmentTimes).toEqual({ totalCount: 1, nodes: [timesOf(timed)] });
    const none = await told(
      `{ fulfillmentTimes(groupBy: [], where: { skus: [] }) { totalCount nodes { ${figures} } } }`,
    );
    expect(none.fulfillmentTimes).toEqual({ totalCount: 0, nodes: [] });
  });

  it.each([
    ['MARKETPLACE', 'marketplace', (one: StoredOrder) => one.shop.shop.marketplace],
    ['COUNTRY', 'country', (one: StoredOrder) => countryOf(one) ?? ''],
    ['DAY', 'day', (one: StoredOrder) => dayIn('Asia/Tokyo', one.orderedAt)],
    ['MONTH', 'month', (one: StoredOrder) => dayIn('Asia/Tokyo', one.orderedAt).slice(0, 7)],
  ] as const)('by %s', async (dimension, field, key) => {
    const { fulfillmentTimes } = await told(
      `{ fulfillmentTimes(first: 100, groupBy: [${dimension}], timeZone: "Asia/Tokyo") { nodes { name: ${field} ${figures}
        contributingOrders(first: 100) { totalCount nodes { id } } } } }`,
    );
    const timed = world.orders.filter(isTimed);
    const rows = fulfillmentTimes.nodes as { name: string | null; contributingOrders: { nodes: { id: string }[] } }[];
    expect(rows.map(({ contributingOrders: _, name, ...row }) => ({ ...row, name: name ?? '' }))).toEqual(
      grouped(timed, key).map(({ name, ...row }) => ({ ...row, name })),
    );
    for (const { name, contributingOrders } of rows) {
      const ids = timed.filter((one) => key(one) === (name ?? '')).map(({ id }) => id);
      expect(contributingOrders.nodes.map(({ id }) => id).sort()).toEqual(ids.sort());
    }
  });

  it('are walked page by page, by shop and day, oldest first', async () => {
    const walked: { day: string; shop: { id: string } }[] = [];
    for (let after: string | null = null; ; ) {
      const { fulfillmentTimes } = await told(
        `query ($after: String) { fulfillmentTimes(first: 7, after: $after, groupBy: [SHOP, DAY]) {
          totalCount edges { cursor node { day shop { id } ${figures} } } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      const { edges, pageInfo, totalCount } = fulfillmentTimes;
      walked.push(...edges.map(({ node }: { node: (typeof walked)[number] }) => node));
      after = pageInfo.endCursor;
      if (pageInfo.hasNextPage) continue;
      expect(walked).toHaveLength(totalCount);
      break;
    }
    const timed = world.orders.filter(isTimed);
    const key = (one: StoredOrder) => `${dayIn(one.shop.shop.zone, one.orderedAt)} ${shopId(one.shop)}`;
    expect(walked.map(({ day, shop, ...row }) => ({ ...row, name: `${day} ${shop.id}` }))).toEqual(
      grouped(timed, key).map(({ name, ...row }) => ({ ...row, name })),
    );
  });

  it('of what one party sends', async () => {
    for (const party of ['SELLER', 'MARKETPLACE'] as const) {
      const { fulfillmentTimes } = await told(
        `{ fulfillmentTimes(groupBy: [], fulfilledBy: ${party}) { nodes { ${figures} } excluded { reason count } } }`,
      );
      const own = world.orders.filter((one) => one.lines.every(({ fulfilledBy }) => fulfilledBy === party));
      expect(fulfillmentTimes.nodes).toEqual([timesOf(own.filter(isTimed))]);
      const open = own.filter((one) => !isCancelled(one) && isOpen(one)).length;
      expect(fulfillmentTimes.excluded).toContainEqual({ reason: 'NOT_SHIPPED', count: open });
    }
  });
});

describe('what a report leaves out is counted', () => {
  const excluded = async (report: string): Promise<Record<string, number>> => {
    const data = await told(`{ report: ${report} { excluded { __typename reason unit count } } }`);
    const all = data.report.excluded as { reason: string; unit: string; count: number }[];
    return Object.fromEntries(all.map(({ reason, unit, count }) => [`${reason} ${unit}`, count]));
  };
  const lines = (fits: (one: Line, order: StoredOrder) => boolean) =>
    world.orders.flatMap((one) => one.lines.filter((line) => fits(line, one))).length;
  const orders = (fits: (one: StoredOrder) => boolean) => world.orders.filter(fits).length;

  beforeAll(() =>
    fresh.db.run({
      text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
        select id, s, null, s || n, 'broken', '{}', 1 from shops, unnest('{ORDERS,ORDERS,SHIPMENTS,RETURNS}'::text[])
          with ordinality r (s, n) where id = $1`,
      values: [world.shops[0]?.shop.id],
    }),
  );

  it('by sales, popular products and returns: lines', async () => {
    const known = {
      'CANCELLED LINES': lines((one) => !isSold(one)),
      'NO_SKU LINES': lines((one) => isSold(one) && one.sku === null),
    };
    expect(Math.min(...Object.values(known))).toBeGreaterThan(0);
    // of the streams that a report is made of: popular products say nothing of returns
    for (const [report, unreadable] of [
      ['productSales', 3],
      ['salesTotals', 3],
      ['returnsRate', 3],
      ['popularSkusReport', 2],
    ] as const) {
      expect(await excluded(report), report).toEqual({ ...known, 'UNREADABLE RECORDS': unreadable });
    }
  });

  it('with filters: what a filter keeps out by itself, and only what it asks about', async () => {
    const where = `{ countries: ["DE", "AT"], currencies: ["EUR"], skus: ["LAMP", "z"],
      shopIds: ["${shopId(world.shops[0] as never)}", "${shopId(world.shops[2] as never)}"] }`;
    const asked = (one: Line, of: StoredOrder) => ['LAMP', 'z'].includes(one.sku ?? '') && of.shop !== world.shops[1];
    const inEuros = ({ currency }: StoredOrder) => currency === 'EUR';
    const inCountry = (one: StoredOrder) => ['DE', 'AT'].includes(countryOf(one) ?? '');
    expect(await excluded(`productSales(where: ${where})`)).toEqual({
      'CANCELLED LINES': lines((one, of) => asked(one, of) && inEuros(of) && inCountry(of) && !isSold(one)),
      'NO_COUNTRY LINES': lines((one, of) => asked(one, of) && inEuros(of) && !countryOf(of) && isSold(one)),
      'OTHER_CURRENCY LINES': lines((one, of) => asked(one, of) && !inEuros(of) && inCountry(of) && isSold(one)),
      'UNREADABLE RECORDS': 3,
    });
    const found = await told(
      `{ productSales(first: 100, where: ${where}) { nodes { sku grossRevenue { currency } } } }`,
    );
    for (const { sku, grossRevenue } of found.productSales.nodes) {
      expect([sku, grossRevenue.currency]).toEqual([expect.stringMatching(/LAMP|z/), 'EUR']);
    }
  });

  it('of a range', async () => {
    const [from, to] = ['2026-03-10T00:30:00.000Z', '2026-03-20T11:00:00.000Z'];
    const within = ({ orderedAt }: StoredOrder) => orderedAt >= new Date(from) && orderedAt < new Date(to);
    expect(await excluded(`productSales(where: { orderedAt: { from: "${from}", to: "${to}" } })`)).toMatchObject({
      'CANCELLED LINES': lines((one, of) => within(of) && !isSold(one)),
      'NO_SKU LINES': lines((one, of) => within(of) && isSold(one) && one.sku === null),
    });
  });

  it('by baskets and times of fulfillment: orders', async () => {
    const cancelled = { 'CANCELLED ORDERS': orders(isCancelled) };
    expect(await excluded('basketSize')).toEqual({ ...cancelled, 'UNREADABLE RECORDS': 2 });
    const shipped = (one: StoredOrder) => !isCancelled(one) && !isOpen(one);
    const times = {
      ...cancelled,
      'NOT_SHIPPED ORDERS': orders((one) => !isCancelled(one) && isOpen(one)),
      'NO_SHIP_TIME ORDERS': orders((one) => shipped(one) && shippedAt(one) === null),
      'SHIPPED_BEFORE_ORDERED ORDERS': orders((one) => shipped(one) && shippedAt(one) !== null && tookMs(one) < 0),
      'UNREADABLE RECORDS': 3,
    };
    expect(await excluded('fulfillmentTimes')).toEqual(times);
    // what is counted and what is left out are all orders
    const { 'UNREADABLE RECORDS': _, ...left } = times;
    const counted = orders(isTimed);
    expect(Object.values(left).reduce((sum, one) => sum + one, counted)).toBe(world.orders.length);
    const lamp = ({ sku }: Line) => sku === 'LAMP';
    expect(await excluded('basketSize(where: { skus: ["LAMP"], currencies: ["GBP"] })')).toEqual({
      'CANCELLED ORDERS': orders(
        (one) => one.currency === 'GBP' && one.lines.some(lamp) && !one.lines.some((all) => lamp(all) && isSold(all)),
      ),
      'OTHER_CURRENCY ORDERS': orders(
        (one) => one.currency !== 'GBP' && one.lines.some((all) => lamp(all) && isSold(all)),
      ),
      'UNREADABLE RECORDS': 2,
    });
  });
});

describe('how fresh a report is', () => {
  const freshness = async (report: string) =>
    (await told(`{ ${report} { freshness { shop { id } lastSuccessAt lagSeconds state } } }`))[
      report.split('(')[0] as string
    ].freshness as { shop: { id: string }; lastSuccessAt: string | null; lagSeconds: number | null; state: string }[];
  const set = (shop: number, streams: string[], text: string) =>
    fresh.db.run({
      text: `update streams set ${text} where shop_id = $1 and name = any($2)`,
      values: [world.shops[shop]?.shop.id, streams],
    });

  it('is told per shop: the oldest of the streams that it is made of', async () => {
    const all = ['ORDERS', 'SHIPMENTS', 'RETURNS'];
    expect(
      (await freshness('productSales')).map(({ state, lastSuccessAt, lagSeconds }) => [
        state,
        lastSuccessAt,
        lagSeconds,
      ]),
    ).toEqual(world.shops.map(() => ['NEVER_READ', null, null]));
    for (const shop of [0, 1, 2]) await set(shop, all, `last_success_at = now(), due_at = now() + interval '1 hour'`);
    await set(0, ['RETURNS'], `last_success_at = now() - interval '2 hours'`);
    await set(0, ['SHIPMENTS'], `last_success_at = now() - interval '3 hours'`);
    await set(1, ['ORDERS'], `due_at = now() - interval '3 days'`);
    await set(2, ['SHIPMENTS'], 'failures = 2');
    const states = async (report: string) => (await freshness(report)).map(({ state }) => state);
    const lags = async (report: string) =>
      (await freshness(report)).map(({ lagSeconds }) => Math.round((lagSeconds ?? -9) / 3600));
    expect((await freshness('productSales')).map(({ shop }) => shop.id)).toEqual(world.shops.map(shopId));
    expect(await lags('productSales')).toEqual([2, 0, 0]);
    expect(await lags('returnsRate')).toEqual([2, 0, 0]);
    expect(await lags('basketSize')).toEqual([0, 0, 0]);
    expect(await lags('popularSkusReport')).toEqual([0, 0, 0]);
    expect(await lags('fulfillmentTimes')).toEqual([3, 0, 0]);
    expect(await states('productSales')).toEqual(['CURRENT', 'LATE', 'CURRENT']);
    expect(await states('fulfillmentTimes')).toEqual(['CURRENT', 'LATE', 'FAILING']);
    // a clock that is ahead is not an age
    await set(2, all, `last_success_at = now() + interval '5 hours'`);
    expect(await lags('productSales')).toEqual([2, 0, 0]);
    const { shops } = await told('{ shops { nodes { streams { name lag } } } }');
    expect(shops.nodes[2].streams.map(({ lag }: { lag: number }) => lag)).toEqual([0, 0, 0]);
    await fresh.db.run({ text: `update shops set status = 'PAUSED' where id = $1`, values: [world.shops[0]?.shop.id] });
    await set(1, ['RETURNS'], 'enabled = false');
    expect(await states('productSales')).toEqual(['STOPPED', 'STOPPED', 'CURRENT']);
    expect(await states('basketSize')).toEqual(['STOPPED', 'LATE', 'CURRENT']);
    expect(await freshness('productSales(where: { marketplaces: [BOL] })')).toHaveLength(1);
    expect(await freshness(`basketSize(where: { shopIds: ["${shopId(world.shops[1] as never)}"] })`)).toHaveLength(1);
  });
});

describe('what a report is made of', () => {
  const basis = `basis { __typename summary amounts currencies counts dateField timeZone from to
    businessDays { __typename marketplace timeZone } }`;

  it('is told by every one of them', async () => {
    for (const report of [
      'productSales',
      'salesTotals',
      'returnsRate',
      'fulfillmentTimes',
      'basketSize',
      'popularSkusReport',
    ]) {
      const data = await told(`{ report: ${report} { ${basis} } }`);
      expect(data.report.basis, report).toMatchObject({
        ...{ __typename: 'ReportBasis', dateField: 'Order.orderedAt', timeZone: null, from: null, to: null },
        ...{ summary: expect.stringMatching(/\.$/), counts: expect.stringMatching(/\.$/) },
        businessDays: [
          { __typename: 'MarketplaceTimeZone', marketplace: 'OTTO', timeZone: 'Europe/Berlin' },
          { __typename: 'MarketplaceTimeZone', marketplace: 'BOL', timeZone: 'Europe/London' },
          { __typename: 'MarketplaceTimeZone', marketplace: 'DIRECT', timeZone: 'Europe/Berlin' },
        ],
      });
    }
  });

  it('names the range as it was understood: days of the zone, within the instants', async () => {
    const { productSales } = await told(
      `{ productSales(timeZone: "America/New_York", where: { marketplaces: [BOL], orderedOn: { from: "2026-03-08", to: "2026-03-09" },
        orderedAt: { from: "2026-03-08T09:00:00Z" } }) { ${basis} } }`,
    );
    expect(productSales.basis).toMatchObject({
      ...{ timeZone: 'America/New_York', from: '2026-03-08T09:00:00.000Z', to: '2026-03-09T04:00:00.000Z' },
      businessDays: [{ marketplace: 'BOL' }],
      amounts: expect.stringMatching(/^Gross: incl. VAT/),
      currencies: expect.stringMatching(/never summed/),
    });
  });

  it('holds: days of a zone are exactly the orders of these days', async () => {
    for (const timeZone of ['America/New_York', 'Europe/Berlin', 'Pacific/Apia']) {
      const { basketSize } = await told(
        `{ basketSize(timeZone: "${timeZone}", where: { orderedOn: { from: "2026-03-08", to: "2026-03-22" } }) { orderCount } }`,
      );
      const inside = world.orders.filter((one) => {
        const day = dayIn(timeZone, one.orderedAt);
        return day >= '2026-03-08' && day < '2026-03-22' && !isCancelled(one);
      });
      expect(inside.length).toBeGreaterThan(5);
      expect(basketSize.orderCount).toBe(inside.length);
    }
  });
});

it('baskets tell how many orders hold how many units', async () => {
  const at = await addShop(fresh.db);
  const big = [9, 10, 11, 40].map((ordered, n) =>
    order({
      ...{ externalId: `big-${n}`, orderedAt: new Date(`2020-01-0${n ? 2 : 1}T10:00:00Z`) },
      lines: [line({ quantity: { ordered, shipped: 0, cancelled: 0, returned: 0, pending: 0 } })],
    }),
  );
  await writePage(
    fresh.db,
    pageOf(
      at,
      big.map((one) => mapped(one)),
    ),
  );
  const { basketSize } = await told(
    '{ basketSize { orderCount medianUnits distribution { unitsFrom unitsTo orderCount } } }',
  );
  const units = [
    ...world.orders.map((one) =>
      one.lines.reduce((sum, { quantity }) => sum + quantity.ordered - quantity.cancelled, 0),
    ),
    ...[9, 10, 11, 40],
  ].filter((one) => one > 0);
  const middle = units.sort((a, b) => a - b).slice(Math.ceil(units.length / 2) - 1, Math.floor(units.length / 2) + 1);
  expect(basketSize.medianUnits).toBe(middle.reduce((sum, one) => sum + one, 0) / middle.length);
  expect(basketSize.orderCount).toBe(units.length);
  expect(basketSize.distribution).toEqual([
    ...Array.from({ length: 10 }, (_, at) => ({
      ...{ unitsFrom: at + 1, unitsTo: at + 1, orderCount: units.filter((one) => one === at + 1).length },
    })),
    { unitsFrom: 11, unitsTo: null, orderCount: units.filter((one) => one > 10).length },
  ]);
  // of an even and an odd number of orders of different sizes
  for (const [from, median] of [
    ['2020-01-01', 10.5],
    ['2020-01-02', 11],
  ]) {
    const asked = `where: { shopIds: ["${shopId(at)}"], orderedAt: { from: "${from}T00:00:00Z" } }`;
    expect(await told(`{ basketSize(${asked}) { medianUnits averageLines } }`)).toEqual({
      basketSize: { medianUnits: median, averageLines: 1 },
    });
  }
  await fresh.db.run({ text: 'delete from shops where id = $1', values: [at.shop.id] });
});

describe('questions that make no sense', () => {
  const reports = [
    'productSales',
    'salesTotals',
    'returnsRate',
    'fulfillmentTimes',
    'basketSize',
    'popularSkus',
    'popularSkusReport',
  ];
  const inner = (report: string) =>
    /basket/.test(report) ? '{ orderCount }' : /popularSkus$/.test(report) ? '{ sku }' : '{ __typename }';
  const refused = async (args: string, variables = {}) => {
    const codes = new Set<string>();
    for (const report of reports) {
      const { errors, statements } = await ask(world, `{ ${report}(${args}) ${inner(report)} }`, variables);
      expect(statements).toBe(0);
      codes.add(`${errors[0]?.extensions.code}: ${errors[0]?.message}`);
    }
    expect(codes.size).toBe(1);
    return [...codes][0];
  };

  it('are refused with what is wrong', async () => {
    expect(await refused('timeZone: "Europe/Berlinn"')).toMatch(/^UNKNOWN_TIME_ZONE: .*IANA/);
    expect(await refused('timeZone: "CEST"')).toMatch(/^UNKNOWN_TIME_ZONE/);
    expect(await refused(`timeZone: "UTC'; drop table orders"`)).toMatch(/^UNKNOWN_TIME_ZONE/);
    expect(await refused('where: { orderedAt: { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" } }')).toMatch(
      /^INVALID_RANGE: `where.orderedAt` ends before it begins/,
    );
    expect(await refused('timeZone: "UTC", where: { orderedOn: { from: "2026-03-02", to: "2026-03-01" } }')).toMatch(
      /^INVALID_RANGE: `where.orderedOn` ends before it begins/,
    );
    expect(await refused('where: { orderedOn: { from: "2026-03-02" } }')).toMatch(
      /^BAD_USER_INPUT: .*needs `timeZone`/,
    );
    expect(await refused('timeZone: "UTC", where: { orderedOn: { to: "2026-02-30" } }')).toMatch(
      /^BAD_USER_INPUT: `where.orderedOn.to` is not a day/,
    );
    expect(await refused('where: { shopIds: ["ord_1"] }')).toMatch(/^INVALID_ID/);
  });

  it('of a country that does not exist: refused with its place', async () => {
    const { data, errors } = await ask(
      world,
      'query ($where: ProductSalesWhere) { productSales(where: $where) { totalCount } }',
      { where: { countries: ['DE', 'XX'] } },
    );
    expect(data).toBeUndefined();
    expect(errors[0]?.message).toMatch(/at "where.countries\[1\]".*Not a country of ISO 3166-1/);
  });

  it('over a range of hundreds of years are answered', async () => {
    for (const [report, fields] of [
      ['productSales', 'totalCount'],
      ['salesTotals', 'totalCount'],
      ['returnsRate', 'totalCount'],
      ['fulfillmentTimes', 'totalCount'],
      ['basketSize', 'orderCount'],
      ['popularSkus', 'sku'],
    ] as const) {
      const all = await told(`{ ${report} { ${fields} } }`);
      for (const [from, to] of [
        ['1926-01-01', '2126-01-01'],
        ['0001-01-01', '9999-12-31'],
      ]) {
        const days = `timeZone: "Pacific/Kiritimati", where: { orderedOn: { from: "${from}", to: "${to}" } }`;
        expect(await told(`{ ${report}(${days}) { ${fields} } }`)).toEqual(all);
        const instants = `where: { orderedAt: { from: "${from}T00:00:00Z", to: "${to}T00:00:00Z" } }`;
        expect(await told(`{ ${report}(${instants}) { ${fields} } }`)).toEqual(all);
      }
    }
  });

  it('SKUs with umlauts, quotes and emoji are found, sorted and walked', async () => {
    const odd = ['Ärmel-Ü', '🧦 "Socke"', "d'or\\"];
    const walked: string[] = [];
    for (let after: string | null = null; ; ) {
      const { productSales } = await told(
        `query ($skus: [String!], $after: String) { productSales(first: 1, after: $after, orderBy: { field: SKU, direction: ASC },
          where: { skus: $skus, currencies: ["EUR"] }) { nodes { sku title } pageInfo { hasNextPage endCursor } } }`,
        { skus: odd, after },
      );
      walked.push(...productSales.nodes.map(({ sku }: { sku: string }) => sku));
      after = productSales.pageInfo.endCursor;
      if (!productSales.pageInfo.hasNextPage) break;
    }
    // by code points, as the database compares bytes
    expect(walked).toEqual([...odd].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('cursors of other lists, and made-up ones, are refused', async () => {
    const { productSales } = await told('{ productSales(first: 1) { pageInfo { endCursor } } }');
    const made = (list: string, values: unknown) =>
      Buffer.from(`${list} ${JSON.stringify(values)}`).toString('base64url');
    const cursors: [string, string][] = [
      ['returnsRate', productSales.pageInfo.endCursor],
      ['productSales', made('productSales.UNITS_SOLD.DESC..', ['1', 'LAMP'])],
      ['productSales', made('productSales.UNITS_SOLD.DESC..', ['1x', 'LAMP', 'EUR'])],
      ['productSales', made('productSales.UNITS_SOLD.DESC..', { length: 3 })],
      ['fulfillmentTimes(groupBy: [DAY]', made('fulfillmentTimes..ASC.DAY..all', ['2026-02-31'])],
    ];
    for (const [list, after] of cursors) {
      const open = list.includes('(') ? `${list},` : `${list}(`;
      const { errors } = await ask(world, `{ ${open} after: "${after}") { totalCount } }`);
      expect([list, errors[0]?.extensions.code]).toEqual([list, 'INVALID_CURSOR']);
    }
  });
});

it('every time zone that is accepted is known to the database', async () => {
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => /^(UTC|[A-Z][A-Za-z]+\/[\w+/-]+)$/.test(zone));
  const unknown = await fresh.db.run({
    text: 'select z from unnest($1::text[]) z where not exists (select from pg_timezone_names n where lower(n.name) = lower(z))',
    values: [zones],
  });
  expect(unknown).toEqual([]);
});

it('an empty database answers with nothing, not with an error', async () => {
  const empty = await freshDatabase();
  try {
    const { data, errors } = await ask(
      { ...world, db: empty.db },
      `{ productSales { totalCount nodes { sku } pageInfo { hasNextPage endCursor } basis { summary } freshness { state } excluded { count } }
        returnsRate(groupBy: []) { totalCount nodes { rate } excluded { count } }
        fulfillmentTimes(groupBy: []) { totalCount nodes { p99Seconds } }
        basketSize { averageUnits averageLines medianUnits orderCount distribution { orderCount } }
        popularSkus { sku } popularSkusReport { rows { sku } countries { country rows { sku } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      productSales: {
        ...{ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, freshness: [] },
        ...{ basis: { summary: expect.any(String) }, excluded: [{ count: 0 }, { count: 0 }, { count: 0 }] },
      },
      returnsRate: { totalCount: 0, nodes: [], excluded: [{ count: 0 }, { count: 0 }, { count: 0 }] },
      fulfillmentTimes: { totalCount: 0, nodes: [] },
      basketSize: {
        ...{ averageUnits: null, averageLines: null, medianUnits: null, orderCount: 0 },
        distribution: Array.from({ length: 11 }, () => ({ orderCount: 0 })),
      },
      ...{ popularSkus: [], popularSkusReport: { rows: [], countries: [] } },
    });
  } finally {
    await empty.close();
  }
});
