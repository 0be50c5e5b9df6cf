import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../server/stage.js';
import { expectSame, flat, money } from './agree.js';
import { everyNode, jsonLines, startExport } from './fetching.js';
import { fillStock } from './stock.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await fillStock(stage.db);
});
afterAll(() => stage?.close());

const placed = 'marketplace shop { id name } country day month';
const units = 'unitsSold unitsReturned';
const totals = `${placed} ${units} grossRevenue ${money}`;
const rates = `sku title ${placed} ${units} rate`;
const times = `${placed} orderCount averageSeconds medianSeconds p90Seconds p95Seconds p99Seconds`;

/** What sorts the rows of a file; those of a list may be in another order. */
const ordered = (rows: readonly Record<string, unknown>[], ...names: string[]) => {
  const key = (row: Record<string, unknown>) => JSON.stringify(names.map((name) => row[name] ?? null));
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

describe('exports of reports', () => {
  it('hold totals, by days unless asked otherwise', async () => {
    const timeZone = 'Asia/Tokyo';
    const rows = (await everyNode(stage, 'salesTotals', totals, `timeZone: "${timeZone}"`)).map(flat);
    await expectSame(stage, 'SALES_TOTALS', rows, { timeZone });
    const groupBy = ['MONTH', 'SHOP', 'COUNTRY'];
    const all = (await everyNode(stage, 'salesTotals', totals, 'groupBy: [MONTH, SHOP, COUNTRY]')).map(flat);
    const names = ['month', 'currency', 'shopId', 'country'];
    const lines = await jsonLines(stage, { kind: 'SALES_TOTALS', groupBy });
    expect(ordered(lines, ...names)).toEqual(ordered(all, ...names));
    expect(await jsonLines(stage, { kind: 'SALES_TOTALS', groupBy: [] })).toHaveLength(2);
  });

  it('hold returns rates, by products unless asked otherwise', async () => {
    const args = 'orderBy: { field: SKU, direction: ASC }';
    await expectSame(stage, 'RETURNS_RATE', (await everyNode(stage, 'returnsRate', rates, args)).map(flat));
    const [all] = await everyNode(stage, 'returnsRate', rates, 'groupBy: []');
    expect(await jsonLines(stage, { kind: 'RETURNS_RATE', groupBy: [] })).toEqual([flat(all)]);
  });

  it('hold times of fulfillment, by marketplaces unless asked otherwise', async () => {
    // a parcel later than its order, so that there is something to count
    await stage.db.run({
      text: `update order_lines set shipped = ordered - cancelled, shipped_at = timestamptz '2026-03-09' + line_no * interval '1 h'`,
    });
    await stage.db.run({
      text: `update orders set units_shipped = units_ordered - units_cancelled, last_shipped_at = timestamptz '2026-03-09' + id * interval '1 h'`,
    });
    const rows = (await everyNode(stage, 'fulfillmentTimes', times, 'groupBy: [SHOP, COUNTRY]')).map(flat);
    await expectSame(stage, 'FULFILLMENT_TIMES', rows, { groupBy: ['SHOP', 'COUNTRY'] });
    const plain = (await everyNode(stage, 'fulfillmentTimes', times)).map(flat);
    expect(await jsonLines(stage, { kind: 'FULFILLMENT_TIMES' })).toEqual(plain);
  });

  it('hold how many orders there are of each size', async () => {
    const where = { productSales: { countries: ['AT', 'DE'] } };
    const { data } = await stage.ask(
      '{ basketSize(where: { countries: ["AT", "DE"] }) { distribution { unitsFrom unitsTo orderCount } } }',
    );
    expect(
      data.basketSize.distribution.filter(({ orderCount }: { orderCount: number }) => orderCount).length,
    ).toBeGreaterThan(1);
    await expectSame(stage, 'BASKET_SIZES', data.basketSize.distribution, { where });
  });

  it('hold the most popular products first', async () => {
    const { data } = await stage.ask(`{ popularSkus(first: 100) { sku title unitsSold orderCount } }`);
    const empty = { marketplace: null, shopId: null, shop: null, country: null, day: null, month: null };
    const rows = data.popularSkus.map((row: object) => ({ ...row, ...empty }));
    await expectSame(stage, 'POPULAR_SKUS', rows);
    const where = { productSales: { countries: ['AT'] } };
    const lines = await jsonLines(stage, { kind: 'POPULAR_SKUS', groupBy: ['COUNTRY'], where });
    expect(new Set(lines.map(({ country }) => country))).toEqual(new Set(['AT']));
  });

  it('take days of a time zone, and say what is missing', async () => {
    const where = { productSales: { orderedOn: { from: '2026-03-01', to: '2026-03-02' } } };
    await startExport(stage, { kind: 'SALES_TOTALS', where, timeZone: 'Europe/Berlin' });
    const ask = async (input: object) => {
      const answer = await stage.ask(
        'mutation ($input: ExportStartInput!) { exportStart(input: $input) { export { id } userErrors { field message } } }',
        { input },
      );
      return answer.data.exportStart;
    };
    expect(await ask({ kind: 'SALES_TOTALS', where })).toEqual({
      export: null,
      userErrors: [{ field: ['input', 'timeZone'], message: expect.stringContaining('needs `timeZone`') }],
    });
    expect(await ask({ kind: 'FULFILLMENT_TIMES', groupBy: ['SKU'] })).toEqual({
      export: null,
      userErrors: [{ field: ['input', 'groupBy'], message: 'FULFILLMENT_TIMES is not broken down by SKU.' }],
    });
    expect(await ask({ kind: 'BASKET_SIZES', groupBy: ['DAY'] })).toEqual({
      export: null,
      userErrors: [{ field: ['input', 'groupBy'], message: 'BASKET_SIZES is not broken down.' }],
    });
  });
});
