import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportables } from '../../src/store/shapes/exportables.js';
import { openStage, type Stage } from '../server/stage.js';
import { expectSame, flat, money } from './agree.js';
import { cellsOf, csv, everyNode, fetched, jsonLines } from './fetching.js';
import { fillStock, guarded, nasty, type Stock } from './stock.js';

let stage: Stage;
let stock: Stock;
beforeAll(async () => {
  stage = await openStage();
  stock = await fillStock(stage.db);
});
afterAll(() => stage?.close());

const address = '{ name company lines postalCode city stateOrProvince country }';

interface Line {
  readonly quantity: object;
  readonly unitPriceGross: { readonly amount: string };
  readonly totalGross: object;
}

/** What the API says of a list, under the names of the file. Values as JSON Lines has them. */
const lists = [
  {
    kind: 'ORDERS',
    list: 'orders',
    fields: `id shop { id name } marketplace externalId orderNumber orderedAt changedAt importedAt shipBy fulfillmentStatus
      fulfilledAt unitCount totalGross ${money} shippingAddress ${address} billingAddress ${address} version`,
  },
  {
    kind: 'SHIPMENTS',
    list: 'shipments',
    fields: 'id shop { id name } marketplace externalId shippedAt importedAt fulfilledBy carrier trackingNumber',
  },
  {
    kind: 'RETURNS',
    list: 'returns',
    fields: 'id shop { id name } marketplace externalId status changedAt importedAt carrier trackingNumbers',
  },
  {
    kind: 'REJECTS',
    list: 'rejects',
    fields: 'id shop { id name } stream externalId reason attempts firstSeenAt lastSeenAt retryRequestedAt payload',
  },
  {
    kind: 'SHOPS',
    list: 'shops',
    fields: 'id name marketplace status statusReason sandbox createdAt version',
  },
] as const;

describe('exports', () => {
  it.each(lists)('hold what the list says: $kind', async ({ kind, list, fields }) => {
    await expectSame(stage, kind, (await everyNode(stage, list, fields)).map(flat));
  });

  it('hold the lines of orders as the orders list has them', async () => {
    const orders = await everyNode(
      stage,
      'orders',
      `id orderNumber externalId orderedAt fulfillmentStatus shippingAddress { country } shop { id name } marketplace lines {
        id sku ean title fulfilledBy quantity { ordered shipped cancelled returned open pending }
        unitPriceGross ${money} totalGross ${money} vatRate shippedAt externalIds }`,
    );
    const wanted = orders.flatMap((order) =>
      order.lines.map(({ quantity, unitPriceGross, totalGross, ...line }: Line) => ({
        ...{ orderId: order.id, orderNumber: order.orderNumber, orderExternalId: order.externalId },
        ...{ shopId: order.shop.id, shop: order.shop.name, marketplace: order.marketplace, orderedAt: order.orderedAt },
        ...{ fulfillmentStatus: order.fulfillmentStatus, country: order.shippingAddress?.country ?? null },
        ...line,
        ...quantity,
        ...{ unitPriceGross: unitPriceGross.amount, ...flat({ totalGross }) },
      })),
    );
    expect(wanted.length).toBeGreaterThan(90);
    const lines = await jsonLines(stage, { kind: 'ORDER_LINES' });
    expect(lines).toEqual(wanted);
    const rows = await csv(stage, { kind: 'ORDER_LINES' });
    expect(rows.map(({ title }) => title)).toEqual(wanted.map(({ title }) => guarded(title)));
    expect(rows.map(({ externalIds }) => externalIds)).toEqual(wanted.map((one) => one.externalIds.join(', ')));
    expect(rows.map(({ vatRate }) => vatRate)).toEqual(wanted.map((one) => one.vatRate ?? ''));
  });

  it('name the order of a line of a parcel or a return, where it is here', async () => {
    const parcels = await jsonLines(stage, { kind: 'SHIPMENT_LINES' });
    const nodes = await everyNode(
      stage,
      'shipments',
      'id lines { id quantity externalId orderExternalId order { id orderNumber } orderLine { sku ean title } }',
    );
    const wanted = nodes.flatMap(({ id, lines }) =>
      lines.map((one: Record<string, unknown>) => ({ shipmentId: id, ...one })),
    );
    expect(
      parcels.map((one) => ({
        ...{ shipmentId: one.shipmentId, id: one.id, quantity: one.quantity, externalId: one.externalId },
        orderExternalId: one.orderExternalId,
        order: one.orderId && { id: one.orderId, orderNumber: one.orderNumber },
        orderLine: one.title && { sku: one.sku, ean: one.ean, title: one.title },
      })),
    ).toEqual(wanted);
    expect(parcels.some((one) => one.orderId === null) && parcels.some((one) => one.orderId !== null)).toBe(true);
    const [returned] = await csv(stage, { kind: 'RETURN_LINES' });
    expect(returned).toMatchObject({ quantity: '1', orderExternalId: expect.stringMatching(/^o-/) });
    expect(returned?.title).not.toBe('');
  });

  it('hold sales as the report has them, by what is asked', async () => {
    const dimensions = '[MARKETPLACE, SHOP, COUNTRY, DAY]';
    const nodes = await everyNode(
      stage,
      'productSales',
      `sku title unitsSold unitsReturned orderCount grossRevenue ${money} marketplace shop { id name } country day month`,
      `groupBy: ${dimensions}, timeZone: "UTC"`,
    );
    const key = (row: Record<string, unknown>) =>
      JSON.stringify([row.sku, row.currency, row.day, row.shopId, row.country]);
    const wanted = nodes.map(flat).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const groupBy = ['MARKETPLACE', 'SHOP', 'COUNTRY', 'DAY'];
    const lines = await jsonLines(stage, { kind: 'PRODUCT_SALES', groupBy, timeZone: 'UTC' });
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.sort((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(wanted);
    const [plain] = await csv(stage, { kind: 'PRODUCT_SALES' });
    expect(plain).toMatchObject({ shopId: '', marketplace: '', day: '' });
  });

  it('hold a line per stream of a run', async () => {
    const lines = await jsonLines(stage, { kind: 'SYNC_RUNS', where: { syncRuns: { modes: ['INCREMENTAL'] } } });
    expect(lines.map(({ stream }) => stream)).toEqual(Array(2).fill(['ORDERS', 'SHIPMENTS', 'RETURNS']).flat());
    expect(lines[0]).toMatchObject({ status: 'RUNNING', error: null, pages: 1 });
  });

  it('hold a line per day that was counted a second time', async () => {
    const id = stock.shops[0]?.shop.id;
    await stage.db.run({
      text: `insert into coverage_checks (shop_id, trigger, streams, from_day, to_day, status)
        values ($1, 'MANUAL', '{ORDERS}', '2026-03-01', '2026-03-31', 'SUCCEEDED')`,
      values: [id],
    });
    await stage.db.run({
      text: `insert into coverage_days (shop_id, stream, day, fulfilled_by, check_id, checked_at, state, reason, unit,
          counted, held, rejected, missing, fetched, held_after, repaired_at, is_settled)
        select $1, 'ORDERS', date '2026-03-01' + n, 'SELLER', c.id, '2026-04-01T10:00:00Z', case n when 1 then 'GAP' else 'MATCHED' end,
          case n when 2 then '=1+1' end, 'RECORDS', n + 2, n, 0, case n when 1 then '{=a,b}'::text[] else '{}' end, n, n, '2026-04-01T11:00:00Z', true
        from coverage_checks c, generate_series(0, 3) n`,
      values: [id],
    });
    const { data } = await stage.ask(
      `{ syncCoverage(shopId: "shop_${id}", from: "2026-03-01", to: "2026-03-31") { shop { id name } rows { stream day fulfilledBy
        state reason unit counted held rejected missing missingCount fetchedCount heldAfter repairedAt checkedAt } } }`,
    );
    const { shop, rows } = data.syncCoverage;
    await expectSame(
      stage,
      'COVERAGE_DAYS',
      rows.map((row: object) => flat({ shop, ...row })),
    );
    const where = { states: ['MATCHED'], streams: ['ORDERS'], days: { from: '2026-03-02', to: '2026-03-04' } };
    const lines = await jsonLines(stage, {
      kind: 'COVERAGE_DAYS',
      where: { coverage: { shopIds: [`shop_${id}`], ...where } },
    });
    expect(lines.map(({ day }) => day)).toEqual(['2026-03-03']);
    const problems = [
      [{ from: '2026-02-30' }, '`where.days.from` is not a day of the calendar.'],
      [{ from: '2026-03-02', to: '2026-03-01' }, 'The days end before they begin: `to` must not be before `from`.'],
    ] as const;
    for (const [days, message] of problems) {
      const input = { kind: 'COVERAGE_DAYS', where: { coverage: { days } } };
      const answer = await stage.ask(
        'mutation ($input: ExportStartInput!) { exportStart(input: $input) { userErrors { field message } } }',
        { input },
      );
      expect(answer.data.exportStart.userErrors).toEqual([{ field: ['input', 'where'], message }]);
    }
  });

  it('take the filters of the lists', async () => {
    const where = {
      shopIds: [`shop_${stock.shops[0]?.shop.id}`],
      countries: ['AT'],
      orderedAt: { from: '2026-03-01T00:05:00Z' },
    };
    const args = 'where: { shopIds: ["SHOP"], countries: ["AT"], orderedAt: { from: "2026-03-01T00:05:00Z" } }';
    const nodes = await everyNode(stage, 'orders', 'id', args.replace('SHOP', where.shopIds[0] as string));
    expect(nodes.length).toBeGreaterThan(3);
    expect(nodes.length).toBeLessThan(stock.orders.length / 2);
    const lines = await jsonLines(stage, { kind: 'ORDERS', where: { orders: where } });
    expect(lines.map(({ id }) => ({ id }))).toEqual(nodes);
    expect(await jsonLines(stage, { kind: 'ORDERS', where: { orders: { shopIds: [] } } })).toEqual([]);
    const odd = { orders: { skus: ['a\u0000b'], orderNumber: '\ud800' } };
    expect(await jsonLines(stage, { kind: 'ORDERS', where: odd })).toEqual([]);
  });
});

describe('a CSV file', () => {
  it('guards free text that begins like a formula, in every column, and nothing else', async () => {
    const rows = await csv(stage, { kind: 'ORDER_LINES' });
    const titles = new Set(rows.map(({ title }) => title));
    for (const text of nasty.filter(Boolean)) expect(titles).toContain(guarded(text));
    expect(new Set(rows.map(({ shop }) => shop))).toEqual(new Set(['test', `'=HYPERLINK("x")`]));
    for (const kind of Object.keys(exportables)) {
      const cells = (await csv(stage, { kind })).flatMap((row) => Object.values(row));
      expect(cells.filter((text) => /^[=+@\t\r\n＝＋－＠]|^-\D/.test(text))).toEqual([]);
    }
  });

  it('leaves numbers as they are, negative ones too', async () => {
    const [order] = stock.orders.filter(({ currency }) => currency === 'EUR');
    await stage.db.run({
      text: `update orders set total_minor = -120 where external_id = $1`,
      values: [order?.externalId],
    });
    const { text } = await fetched(stage, { kind: 'ORDERS' });
    const row = cellsOf(text).find(({ externalId }) => externalId === order?.externalId);
    expect(row?.totalGross).toBe('-1.20');
    expect(text).toMatch(/,-1\.20,EUR,/);
    expect(cellsOf(text).find(({ currency }) => currency === 'JPY')?.totalGross).toMatch(/^\d+$/);
  });

  it('keeps null and empty apart, and instants in UTC', async () => {
    await stage.db.run({ text: `update shops set status_reason = '' where name = 'test'` });
    const shops = (await fetched(stage, { kind: 'SHOPS' })).text.split('\r\n');
    expect(shops[1]).toMatch(/^shop_\d+,"test",OTTO,ACTIVE,"",false,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,1$/);
    expect(shops[2]).toMatch(/,OTTO,ACTIVE,,false,/);
  });

  it('begins with a byte order mark where it is asked for', async () => {
    const { text, response } = await fetched(stage, { kind: 'SHOPS', byteOrderMark: true });
    expect(text.startsWith('\uFEFFid,name,')).toBe(true);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const without = await fetched(stage, { kind: 'SHOPS' });
    expect(without.text.startsWith('id,name,')).toBe(true);
    expect(without.text.endsWith('\r\n')).toBe(true);
  });
});

describe('an empty database', () => {
  it('gives a line of names, and no line of JSON; sizes of orders are there with 0', async () => {
    const empty = await openStage();
    try {
      expect((await jsonLines(empty, { kind: 'BASKET_SIZES' })).map(({ orderCount }) => orderCount)).toEqual(
        Array(11).fill(0),
      );
      for (const [kind, { columns }] of Object.entries(exportables)) {
        if (kind === 'BASKET_SIZES') continue;
        expect((await fetched(empty, { kind })).text).toBe(`${Object.keys(columns).join(',')}\r\n`);
        expect((await fetched(empty, { kind, format: 'JSON_LINES' })).text).toBe('');
      }
    } finally {
      await empty.close();
    }
  });
});
