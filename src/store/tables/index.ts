import { AlertRow } from './alert.js';
import { AlertDeliveryRow } from './alert-delivery.js';
import { CartRow } from './cart.js';
import { CartLineRow } from './cart-line.js';
import { CoverageCheckRow } from './coverage-check.js';
import { CoverageDayRow } from './coverage-day.js';
import { CustomerRow } from './customer.js';
import { ExportRow } from './export.js';
import { IdempotencyKeyRow } from './idempotency-key.js';
import { InboxRow } from './inbox.js';
import { LostSpanRow } from './lost-span.js';
import { OrderRow } from './order.js';
import { OrderEventRow } from './order-event.js';
import { OrderLineRow } from './order-line.js';
import { OrderSagaRow } from './order-saga.js';
import { OversellIncidentRow } from './oversell-incident.js';
import { ProductRow } from './product.js';
import { RawRecordRow } from './raw-record.js';
import { RejectRow } from './reject.js';
import { ReturnRow } from './return.js';
import { ReturnLineRow } from './return-line.js';
import { SagaStepRow } from './saga-step.js';
import { SalesDayRow } from './sales-day.js';
import { ShipmentRow } from './shipment.js';
import { ShipmentLineRow } from './shipment-line.js';
import { ShopRow } from './shop.js';
import { StockClaimRow } from './stock-claim.js';
import { StockMovementRow } from './stock-movement.js';
import { StreamRow } from './stream.js';
import { StreamRunRow } from './stream-run.js';
import { SyncRunRow } from './sync-run.js';

/** Every entity class, for the DataSource. Columns only: a relation property would invite a query per row. */
export const tables: (new () => object)[] = [
  AlertRow,
  AlertDeliveryRow,
  CartLineRow,
  CartRow,
  CoverageCheckRow,
  CoverageDayRow,
  CustomerRow,
  ExportRow,
  IdempotencyKeyRow,
  InboxRow,
  LostSpanRow,
  OrderEventRow,
  OrderLineRow,
  OrderRow,
  OrderSagaRow,
  OversellIncidentRow,
  ProductRow,
  RawRecordRow,
  RejectRow,
  ReturnLineRow,
  ReturnRow,
  SagaStepRow,
  SalesDayRow,
  ShipmentLineRow,
  ShipmentRow,
  ShopRow,
  StockClaimRow,
  StockMovementRow,
  StreamRow,
  StreamRunRow,
  SyncRunRow,
];
