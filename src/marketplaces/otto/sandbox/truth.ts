import type { FulfillmentStatus } from '../../../commerce/order.js';
import type { TrueOrder, TrueReturn, TrueSales, TrueShipment, Truth } from '../../../sandbox/marketplace.js';
import { products } from '../../../sandbox/world.js';
import type { WirePositionState, WireReturnStatus } from '../wire.js';
import * as ids from './ids.js';
import type { OrderRecord, ReturnRecord, ShipmentRecord } from './records.js';
import { addressKnown } from './render.js';
import type { OttoWorld } from './world.js';

/** What is so in the pretend OTTO, worked out from its own records and never through a mapping: what tests compare with. */
export interface OttoTruth extends Truth {
  readonly orders: readonly OttoTrueOrder[];
  readonly byStatus: Readonly<Partial<Record<FulfillmentStatus, number>>>;
  readonly shipments: readonly OttoTrueShipment[];
  readonly returns: readonly OttoTrueReturn[];
}

export interface OttoTrueOrder extends TrueOrder {
  readonly lastModifiedAt: string;
  readonly units: readonly {
    readonly positionItemId: string;
    readonly sku: string;
    readonly state: WirePositionState;
    readonly unitPriceMinor: number;
    readonly sentAt: string | null;
  }[];
}

export interface OttoTrueShipment extends TrueShipment {
  readonly carrier: string;
  readonly trackingNumber: string | null;
  readonly createdAt: string;
}

/** Of one unit, whose id is its key. */
export interface OttoTrueReturn extends TrueReturn {
  readonly status: WireReturnStatus;
  readonly changedAt: string;
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
  return {
    orders,
    byStatus,
    shipments: world.shipments.map((shipment) => shipmentTruth(world, shipment)),
    returns: world.returns.map((made) => returnTruth(world, made)),
    sales: salesOf(world),
  };
}

function shipmentTruth(world: OttoWorld, shipment: ShipmentRecord): OttoTrueShipment {
  return {
    externalId: ids.shipmentId(shipment.index),
    // OTTO knows no other
    fulfilledBy: 'SELLER',
    shippedAt: iso(shipment.shipDate),
    lines: shipment.items.map(({ order, unit }) => lineOf(world, order, unit)),
    carrier: shipment.trackingKey.carrier,
    trackingNumber: shipment.trackingKey.trackingNumber ?? null,
    createdAt: iso(shipment.createdAt),
  };
}

function returnTruth(world: OttoWorld, { order, unit, status, occurredAt }: ReturnRecord): OttoTrueReturn {
  const line = lineOf(world, order, unit);
  return {
    externalId: line.externalId,
    status,
    lines: [{ ...line, accepted: status === 'ACCEPTED' ? 1 : 0 }],
    changedAt: iso(occurredAt),
  };
}

/** One unit: each has an id of its own. */
function lineOf(world: OttoWorld, order: OrderRecord, unit: number) {
  return {
    orderExternalId: ids.salesOrderId(world.seed, order.index),
    externalId: ids.positionItemId(world.seed, order.index, unit),
    quantity: 1,
  };
}

const isCancelled = (state: WirePositionState) => state.startsWith('CANCELLED');

function orderTruth(world: OttoWorld, order: OrderRecord): OttoTrueOrder {
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
    externalId: ids.salesOrderId(world.seed, order.index),
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
