// The reports among what can be exported. All are narrowed by a question about sales, and broken down by what it names.
import { basketBarShape, basketBars } from './baskets.js';
import type { Compiler } from './compile.js';
import type { Exportable, Source } from './export-rows.js';
import { fulfillmentShape, times } from './fulfillment-times.js';
import { popularShape } from './popular.js';
import { returnsShape } from './returns-rate.js';
import { salesShape, totalsShape } from './sales.js';
import { type SalesQuestion, sums } from './sales-sums.js';
import type { Shape } from './shape.js';
import { shopShape } from './shop.js';

/** Rows that are summed up, and the shop of each where they are grouped by it. */
function summed(
  rows: (compiler: Compiler, question: SalesQuestion) => string,
  shape: (question: SalesQuestion) => Shape,
  where = '',
) {
  return (compiler: Compiler, question: SalesQuestion): Source => ({
    from: `(${rows(compiler, question)}) p left join shops s on s.id = p.shop_id${where}`,
    rows: { p: shape(question), s: shopShape },
    absent: ['s'],
  });
}

/** What is not grouped by is null everywhere, and sorts nothing. */
const place = 'p.day, p.month, p.marketplace, p.shop_id, p.country';
const bySku = 'p.sku collate "C"';

const product = { sku: 'p.sku', title: 'p.title' };
const placed = {
  ...{ marketplace: 'p.marketplace', shopId: 's.id', shop: 's.name', country: 'p.country', day: 'p.day' },
  month: 'p.month',
};
const units = { unitsSold: 'p.unitsSold', unitsReturned: 'p.unitsReturned' };
const revenue = { grossRevenue: 'p.grossRevenue.amount', currency: 'p.grossRevenue.currency' };

export const reportExportables = {
  PRODUCT_SALES: {
    about:
      'A line per product, currency and what `groupBy` names, as `productSales` tells them; by SKU; filtered by `where.productSales`.',
    source: summed(sums, salesShape),
    orderBy: `${bySku}, p.currency, ${place}`,
    columns: { ...product, ...placed, ...units, orderCount: 'p.orderCount', ...revenue },
  },
  SALES_TOTALS: {
    about:
      'A line per currency and what `groupBy` names (days, unless given), as `salesTotals` tells them; oldest first; filtered by `where.productSales`.',
    source: summed(sums, totalsShape),
    orderBy: `p.day, p.month, p.currency, ${place}`,
    columns: { ...placed, ...units, ...revenue },
  },
  POPULAR_SKUS: {
    about:
      'A line per product and what `groupBy` names, most units sold first, as `popularSkus` tells them; filtered by `where.productSales`.',
    source: summed(sums, popularShape, ' where p.units_sold > 0'),
    orderBy: `p.units_sold desc, ${bySku}, ${place}`,
    columns: { ...product, ...placed, unitsSold: 'p.unitsSold', orderCount: 'p.orderCount' },
  },
  RETURNS_RATE: {
    about:
      'A line per what `groupBy` names (products, unless given), as `returnsRate` tells them; by SKU; filtered by `where.productSales`.',
    source: summed(sums, returnsShape),
    orderBy: `${bySku}, ${place}`,
    columns: { ...product, ...placed, ...units, rate: 'p.rate' },
  },
  FULFILLMENT_TIMES: {
    about:
      'A line per what `groupBy` names (marketplaces, unless given), as `fulfillmentTimes` tells them, in seconds; oldest first; filtered by `where.productSales`.',
    source: summed(times, fulfillmentShape),
    orderBy: place,
    columns: {
      ...{
        ...placed,
        orderCount: 'p.orderCount',
        averageSeconds: 'p.averageSeconds',
        medianSeconds: 'p.medianSeconds',
      },
      ...{ p90Seconds: 'p.p90Seconds', p95Seconds: 'p.p95Seconds', p99Seconds: 'p.p99Seconds' },
    },
  },
  BASKET_SIZES: {
    about:
      'A line per number of units, 1 to 10 and above, and how many orders hold it, as `basketSize` tells its distribution; filtered by `where.productSales`.',
    source: (compiler, question) => ({
      from: `(${basketBars(compiler, question)}) p`,
      rows: { p: basketBarShape },
    }),
    orderBy: 'p.bar',
    columns: { unitsFrom: 'p.unitsFrom', unitsTo: 'p.unitsTo', orderCount: 'p.orderCount' },
  },
} as const satisfies Record<string, Exportable<SalesQuestion>>;
