// What narrows each kind of export: the `where` of its list. One line per kind; the kinds stand in `exportables.ts`.
import { coerceInputValue, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import { alertDeliveryWhere } from '../store/shapes/alert.js';
import { basketReport } from '../store/shapes/baskets.js';
import { customerWhere } from '../store/shapes/customer.js';
import { type Exportable, type ExportPlan, planExport } from '../store/shapes/export-rows.js';
import { type AskedOf, exportables } from '../store/shapes/exportables.js';
import { fulfillmentReport } from '../store/shapes/fulfillment-times.js';
import { popularReport } from '../store/shapes/popular.js';
import { oversellIncidentWhere, productWhere } from '../store/shapes/product.js';
import type { Report } from '../store/shapes/report-facts.js';
import { returnsReport } from '../store/shapes/returns-rate.js';
import { salesReport, totalsReport } from '../store/shapes/sales.js';
import type { SalesQuestion } from '../store/shapes/sales-sums.js';
import { shopWhere } from '../store/shapes/shop.js';
import { alertsWhere } from './alert-queries.js';
import { coverageDaysWhere } from './coverage-queries.js';
import { ApiError } from './errors.js';
import type { ExportKind } from './export.js';
import type { ExportStartInput, ExportWhere } from './export-inputs.js';
import { ordersWhere } from './order-queries.js';
import { stockMovementsWhere } from './product-queries.js';
import { type ReadServices, servicesOf } from './reader.js';
import { rejectsWhere } from './reject-queries.js';
import { dimensionsOf, type ProductSalesWhere, questionOf } from './report-args.js';
import { returnsWhere } from './return-queries.js';
import { syncRunsWhere } from './run-queries.js';
import type { SalesDimension as GroupedBy } from './sales.js';
import { shipmentsWhere } from './shipment-queries.js';

/** The field of `ExportWhere` that a kind takes, and what the store is asked then. Throws an ApiError. */
interface Narrowing<Asked> {
  readonly field: keyof ExportWhere;
  readonly asked: (input: ExportStartInput, services: ReadServices) => Asked;
}

function by<Field extends keyof ExportWhere, Asked>(
  field: Field,
  ask: (where: NonNullable<ExportWhere[Field]>, input: ExportStartInput, services: ReadServices) => Asked,
): Narrowing<Asked> {
  return { field, asked: (input, services) => ask(input.where?.[field] ?? {}, input, services) };
}

/** A report, by what it is broken down unless asked otherwise, and what its rows are per. */
function report(
  of: Report,
  groupedBy: readonly GroupedBy[],
  { perSku = false, perCurrency = false }: { readonly perSku?: boolean | 'ASKED'; readonly perCurrency?: boolean },
): Narrowing<SalesQuestion> {
  return by('productSales', (where, input, { zones }) => {
    const groupBy = input.groupBy ?? groupedBy;
    const bySku = groupBy.includes('SKU');
    if (bySku && !perSku) {
      throw new ApiError('BAD_USER_INPUT', `${input.kind} is not broken down by SKU.`, { argument: 'groupBy' });
    }
    const rows = { dimensions: dimensionsOf(groupBy), perSku: perSku === 'ASKED' ? bySku : perSku, perCurrency };
    return questionOf(of, { where, timeZone: input.timeZone, ...rows }, zones).question;
  });
}

function basketQuestion(
  where: ProductSalesWhere,
  { kind, groupBy, timeZone }: ExportStartInput,
  { zones }: ReadServices,
): SalesQuestion {
  if (groupBy?.length) throw new ApiError('BAD_USER_INPUT', `${kind} is not broken down.`, { argument: 'groupBy' });
  return questionOf(basketReport, { where, timeZone }, zones).question;
}

const orders = by('orders', ordersWhere);
const shipments = by('shipments', shipmentsWhere);
const returns = by('returns', returnsWhere);

const narrowings: { readonly [Kind in ExportKind]: Narrowing<AskedOf<Kind>> } = {
  ORDERS: orders,
  ORDER_LINES: orders,
  SHIPMENTS: shipments,
  SHIPMENT_LINES: shipments,
  RETURNS: returns,
  RETURN_LINES: returns,
  PRODUCTS: by('products', productWhere),
  STOCK_MOVEMENTS: by('stockMovements', stockMovementsWhere),
  OVERSELL_INCIDENTS: by('oversellIncidents', oversellIncidentWhere),
  CUSTOMERS: by('customers', customerWhere),
  ALERTS: by('alerts', alertsWhere),
  ALERT_DELIVERIES: by('alertDeliveries', alertDeliveryWhere),
  PRODUCT_SALES: report(salesReport, [], { perSku: true, perCurrency: true }),
  SALES_TOTALS: report(totalsReport, ['DAY'], { perCurrency: true }),
  POPULAR_SKUS: report(popularReport, [], { perSku: true }),
  RETURNS_RATE: report(returnsReport, ['SKU'], { perSku: 'ASKED' }),
  FULFILLMENT_TIMES: report(fulfillmentReport, ['MARKETPLACE'], {}),
  BASKET_SIZES: by('productSales', basketQuestion),
  COVERAGE_DAYS: by('coverage', coverageDaysWhere),
  REJECTS: by('rejects', rejectsWhere),
  SYNC_RUNS: by('syncRuns', syncRunsWhere),
  SHOPS: by('shops', shopWhere),
};

/** The field of `ExportWhere` that a kind takes. */
export const whereFieldOf = (kind: ExportKind): keyof ExportWhere => narrowings[kind].field;

/** The statements of an export. Throws an ApiError for a `where` that means nothing. */
export function planOf(schema: GraphQLSchema, input: ExportStartInput): ExportPlan {
  const services = servicesOf(schema);
  const asked = narrowings[input.kind].asked(input, services);
  return planExport(services.catalog, exportables[input.kind] as Exportable<unknown>, asked, {
    format: input.format ?? 'CSV',
    bom: input.byteOrderMark ?? false,
  });
}

/** The statements of an export that was stored: its input as JSON becomes an input again, as if it had been sent now. */
export function planOfStored(schema: GraphQLSchema, request: string): ExportPlan {
  const type = schema.getType('ExportStartInput') as GraphQLInputType;
  return planOf(schema, coerceInputValue(JSON.parse(request), type) as ExportStartInput);
}
