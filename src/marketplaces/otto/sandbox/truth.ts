import type { FulfillmentStatus } from '../../../commerce/order.js';
import { products } from '../../../sandbox/world.js';
import type { WirePositionState, WireReturnStatus } from '../wire.js';
import * as ids from './ids.js';
import type { OrderRecord } from './records.js';
import { addressKnown } from './render.js';
import type { OttoWorld } from './world.js';

/** What is so in the pretend OTTO, worked out from its own records and never through a mapping: what tests compare with. */
export interface OttoTruth {
  readonly orders: readonly TrueOrder[];
  readonly byStatus: Readonly<Partial<Record<FulfillmentStatus, number>>>;
  /** `salesOrderId`s, in the order in which they were placed. */
  readonly ready: readonly string[];
  readonly fulfilled: readonly { readonly salesOrderId: string; readonly fulfilledAt: string }[];
  readonly shipments: readonly TrueShipment[];
  readonly returns: readonly TrueReturn[];
  /** Over all time and countries, by SKU. */
  readonly sales: readonly TrueSales[];
}

export interface TrueOrder {
  readonly salesOrderId: string;
  readonly orderNumber: string;
  readonly status: FulfillmentStatus;
  /** Instants as `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
  readonly orderedAt: string;
  readonly lastModifiedAt: string;
  /** When the last of its units was shipped. */
  readonly shippedAt: string | null;
  /** ISO 3166-1 alpha-2; null while OTTO keeps the address back. */
  readonly country: string | null;
  readonly ordered: number;
  readonly pending: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  /** Units sold (ordered minus cancelled) after discount, EUR cents. */
  readonly totalMinor: number;
  readonly units: readonly {
    readonly positionItemId: string;
    readonly sku: string;
    readonly state: WirePositionState;
    readonly unitPriceMinor: number;
    readonly sentAt: string | null;
  }[];
}

export interface TrueShipment {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string | null;
  readonly shippedAt: string;
  readonly createdAt: string;
  readonly items: readonly { readonly salesOrderId: string; readonly positionItemId: string }[];
}

export interface TrueReturn {
  readonly salesOrderId: string;
  readonly positionItemId: string;
  readonly status: WireReturnStatus;
  readonly changedAt: string;
}

export interface TrueSales {
  readonly sku: string;
  /** Ordered minus cancelled. */
  readonly unitsSold: number;
  readonly unitsReturned: number;
  /** Orders with at least one sold unit of it. */
  readonly orderCount: number;
  /** EUR cents incl. VAT, after discount. */
  readonly grossMinor: number;
}

export interface SalesFilter {
  /** Ordered at or after. */
  readonly from?: Date;
  /** Ordered before. */
  readonly to?: Date;
  /** ISO 3166-1 alpha-2; orders whose address OTTO keeps back are in no country. */
  readonly country?: string;
}

const iso = (at: number) => new Date(at).toISOString();

export function truthOf(world: OttoWorld): OttoTruth {
  const orders = world.orders.map((order) => orderTruth(world, order));
  const byStatus: Partial<Record<FulfillmentStatus, number>> = {};
  for (const { status } of orders) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const placed = [...orders].sort((a, b) => a.orderedAt.localeCompare(b.orderedAt));
  return {
    orders,
    byStatus,
    ready: placed.filter(({ status }) => status === 'READY').map(({ salesOrderId }) => salesOrderId),
    fulfilled: orders
      .filter(({ status }) => status === 'FULFILLED')
      .map(({ salesOrderId, shippedAt }) => ({ salesOrderId, fulfilledAt: shippedAt ?? '' })),
    shipments: world.shipments.map((shipment) => ({
      shipmentId: ids.shipmentId(shipment.index),
      carrier: shipment.trackingKey.carrier,
      trackingNumber: shipment.trackingKey.trackingNumber ?? null,
      shippedAt: iso(shipment.shipDate),
      createdAt: iso(shipment.createdAt),
      items: shipment.items.map(({ order, unit }) => unitIds(world, order, unit)),
    })),
    returns: world.returns.map(({ order, unit, status, occurredAt }) => ({
      ...unitIds(world, order, unit),
      status,
      changedAt: iso(occurredAt),
    })),
    sales: salesOf(world),
  };
}

function unitIds(world: OttoWorld, order: OrderRecord, unit: number) {
  return {
    salesOrderId: ids.salesOrderId(world.seed, order.index),
    positionItemId: ids.positionItemId(world.seed, order.index, unit),
  };
}

const isCancelled = (state: WirePositionState) => state.startsWith('CANCELLED');

function orderTruth(world: OttoWorld, order: OrderRecord): TrueOrder {
  const count = (wanted: (state: WirePositionState) => boolean) =>
    order.units.filter(({ status }) => wanted(status)).length;
  const ordered = order.units.length;
  const pending = count((state) => state === 'ANNOUNCED');
  const shipped = count((state) => state === 'SENT' || state === 'RETURNED');
  const cancelled = count(isCancelled);
  const open = ordered - shipped - cancelled;
  const sentAt = order.units.flatMap((unit) => unit.sentAt ?? []);
  const units = order.units.map((unit, index) => ({
    positionItemId: ids.positionItemId(world.seed, order.index, index),
    sku: products[unit.product]?.sku ?? '',
    state: unit.status,
    unitPriceMinor: priceOf(unit),
    sentAt: unit.sentAt === null ? null : iso(unit.sentAt),
  }));
  return {
    salesOrderId: ids.salesOrderId(world.seed, order.index),
    orderNumber: ids.orderNumber(world.seed, order.index),
    status: statusOf({ ordered, pending, shipped, cancelled, open }),
    orderedAt: iso(order.orderedAt),
    lastModifiedAt: iso(order.modifiedAt),
    shippedAt: sentAt.length > 0 ? iso(Math.max(...sentAt)) : null,
    country: addressKnown(order) ? order.country : null,
    ordered,
    pending,
    shipped,
    cancelled,
    returned: count((state) => state === 'RETURNED'),
    totalMinor: units.reduce((sum, unit) => sum + (isCancelled(unit.state) ? 0 : unit.unitPriceMinor), 0),
    units,
  };
}

function statusOf(units: {
  ordered: number;
  pending: number;
  shipped: number;
  cancelled: number;
  open: number;
}): FulfillmentStatus {
  if (units.cancelled === units.ordered) return 'CANCELLED';
  if (units.open === 0) return 'FULFILLED';
  if (units.shipped > 0) return 'PARTIALLY_FULFILLED';
  return units.open > units.pending ? 'READY' : 'PENDING';
}

const priceOf = (unit: OrderRecord['units'][number]) => (products[unit.product]?.priceMinor ?? 0) - unit.discountMinor;

/** Product sales by SKU, of orders placed within the range. */
export function salesOf(world: OttoWorld, { from, to, country }: SalesFilter = {}): TrueSales[] {
  const rows = new Map<string, { unitsSold: number; unitsReturned: number; orders: Set<number>; grossMinor: number }>();
  for (const order of world.orders) {
    if (from && order.orderedAt < from.getTime()) continue;
    if (to && order.orderedAt >= to.getTime()) continue;
    if (country !== undefined && (order.country !== country || !addressKnown(order))) continue;
    for (const unit of order.units) {
      if (isCancelled(unit.status)) continue;
      const sku = products[unit.product]?.sku ?? '';
      const row = rows.get(sku) ?? { unitsSold: 0, unitsReturned: 0, orders: new Set(), grossMinor: 0 };
      row.unitsSold++;
      if (unit.status === 'RETURNED') row.unitsReturned++;
      row.orders.add(order.index);
      row.grossMinor += priceOf(unit);
      rows.set(sku, row);
    }
  }
  return [...rows]
    .map(([sku, { orders, ...row }]) => ({ sku, ...row, orderCount: orders.size }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
