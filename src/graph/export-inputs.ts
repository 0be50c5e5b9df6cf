import { Field, InputType } from 'type-graphql';
import { AlertDeliveryWhere, AlertWhere } from './alert-queries.js';
import { CoverageDayWhere } from './coverage-queries.js';
import { CustomerWhere } from './customer-queries.js';
import { ExportFormat, ExportKind } from './export.js';
import { OrderWhere } from './order-queries.js';
import { OversellIncidentWhere, ProductWhere, StockMovementWhere } from './product-queries.js';
import { RejectWhere } from './reject-queries.js';
import { ProductSalesWhere } from './report-args.js';
import { ReturnWhere } from './return-queries.js';
import { SyncRunWhere } from './run-queries.js';
import { SalesDimension } from './sales.js';
import { ShipmentWhere } from './shipment-queries.js';
import { ShopWhere } from './shop-queries.js';

@InputType({
  description:
    'What is exported, as the list of the same name would filter it: exactly one field, the one that the kind names.',
})
export class ExportWhere {
  @Field(() => OrderWhere, { nullable: true, description: 'Of ORDERS and ORDER_LINES.' })
  orders?: OrderWhere | null;

  @Field(() => ShipmentWhere, { nullable: true, description: 'Of SHIPMENTS and SHIPMENT_LINES.' })
  shipments?: ShipmentWhere | null;

  @Field(() => ReturnWhere, { nullable: true, description: 'Of RETURNS and RETURN_LINES.' })
  returns?: ReturnWhere | null;

  @Field(() => ProductWhere, { nullable: true, description: 'Of PRODUCTS.' })
  products?: ProductWhere | null;

  @Field(() => StockMovementWhere, { nullable: true, description: 'Of STOCK_MOVEMENTS.' })
  stockMovements?: StockMovementWhere | null;

  @Field(() => OversellIncidentWhere, { nullable: true, description: 'Of OVERSELL_INCIDENTS.' })
  oversellIncidents?: OversellIncidentWhere | null;

  @Field(() => CustomerWhere, { nullable: true, description: 'Of CUSTOMERS.' })
  customers?: CustomerWhere | null;

  @Field(() => AlertWhere, { nullable: true, description: 'Of ALERTS.' })
  alerts?: AlertWhere | null;

  @Field(() => AlertDeliveryWhere, { nullable: true, description: 'Of ALERT_DELIVERIES.' })
  alertDeliveries?: AlertDeliveryWhere | null;

  @Field(() => ProductSalesWhere, {
    nullable: true,
    description:
      'Of the reports: PRODUCT_SALES, SALES_TOTALS, POPULAR_SKUS, RETURNS_RATE, FULFILLMENT_TIMES and BASKET_SIZES.',
  })
  productSales?: ProductSalesWhere | null;

  @Field(() => RejectWhere, { nullable: true, description: 'Of REJECTS.' })
  rejects?: RejectWhere | null;

  @Field(() => SyncRunWhere, { nullable: true, description: 'Of SYNC_RUNS.' })
  syncRuns?: SyncRunWhere | null;

  @Field(() => CoverageDayWhere, { nullable: true, description: 'Of COVERAGE_DAYS.' })
  coverage?: CoverageDayWhere | null;

  @Field(() => ShopWhere, { nullable: true, description: 'Of SHOPS.' })
  shops?: ShopWhere | null;
}

@InputType({ description: 'What to export, and how.' })
export class ExportStartInput {
  @Field(() => ExportKind, { description: 'What.' })
  kind!: ExportKind;

  @Field(() => ExportFormat, { nullable: true, defaultValue: 'CSV', description: 'How it is written.' })
  format?: ExportFormat | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'CSV only: begin with a byte order mark, without which Excel takes UTF-8 for something else.',
  })
  byteOrderMark?: boolean | null;

  @Field(() => ExportWhere, { nullable: true, description: 'Which rows. Without it: all.' })
  where?: ExportWhere | null;

  @Field(() => [SalesDimension], {
    nullable: true,
    description:
      'Reports only, BASKET_SIZES aside: by what they are broken down, as in the query of the same name. SKU: of RETURNS_RATE; PRODUCT_SALES and POPULAR_SKUS are per SKU always.',
  })
  groupBy?: SalesDimension[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Reports only: whose days and months `groupBy` and `where.productSales.orderedOn` mean, as in `productSales`.',
  })
  timeZone?: string | null;
}
