import { Field, InputType } from 'type-graphql';
import { ExportFormat, ExportKind } from './export.js';
import { OrderWhere } from './order-queries.js';
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

  @Field(() => ProductSalesWhere, { nullable: true, description: 'Of PRODUCT_SALES.' })
  productSales?: ProductSalesWhere | null;

  @Field(() => RejectWhere, { nullable: true, description: 'Of REJECTS.' })
  rejects?: RejectWhere | null;

  @Field(() => SyncRunWhere, { nullable: true, description: 'Of SYNC_RUNS.' })
  syncRuns?: SyncRunWhere | null;

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
    description: 'PRODUCT_SALES only: by what sales are broken down. Always per SKU and currency.',
  })
  groupBy?: SalesDimension[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'PRODUCT_SALES only: whose days and months `groupBy` means, as in `productSales`.',
  })
  timeZone?: string | null;
}
