// What narrows each kind of export: the `where` of its list. One line per kind; the kinds stand in `exportables.ts`.
import { coerceInputValue, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import { type Exportable, type ExportPlan, planExport } from '../store/shapes/export-rows.js';
import { type AskedOf, exportables } from '../store/shapes/exportables.js';
import { salesReport } from '../store/shapes/sales.js';
import { shopWhere } from '../store/shapes/shop.js';
import type { ExportKind } from './export.js';
import type { ExportStartInput, ExportWhere } from './export-inputs.js';
import { ordersWhere } from './order-queries.js';
import { type ReadServices, servicesOf } from './reader.js';
import { rejectsWhere } from './reject-queries.js';
import { dimensionsOf, questionOf } from './report-args.js';
import { returnsWhere } from './return-queries.js';
import { syncRunsWhere } from './run-queries.js';
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
  PRODUCT_SALES: by('productSales', (where, { groupBy, timeZone }, { zones }) => {
    const asked = { where, timeZone, dimensions: dimensionsOf(groupBy), perSku: true, perCurrency: true };
    return questionOf(salesReport, asked, zones).question;
  }),
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
