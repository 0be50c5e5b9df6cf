import { hash32 } from '../../../sandbox/random.js';
import { products, type WorldClock, worldClock } from '../../../sandbox/world.js';
import type { WirePositionState, WireReturnStatus } from '../wire.js';
import { type ChangeDate, ChangeLog } from './change-log.js';
import * as ids from './ids.js';
import { newOrder, schedule } from './plan.js';
import type {
  CancellationReason,
  OrderRecord,
  ReturnRecord,
  ShipmentItem,
  ShipmentRecord,
  TrackingKey,
} from './records.js';

export interface WorldOptions {
  readonly seed: number;
  /** Its "now" at the start. */
  readonly base: number;
  readonly changeDate: ChangeDate;
}

const warehouse = { city: 'Dresden', zipCode: '01067', countryCode: 'DEU' };

/** One partner's orders, shipments and returns at the pretend OTTO. Every change goes through one of its methods. */
export class OttoWorld {
  readonly seed: number;
  readonly clock: WorldClock;
  readonly orders: OrderRecord[] = [];
  /** Oldest first. */
  readonly shipments: ShipmentRecord[] = [];
  readonly returns: ReturnRecord[] = [];
  readonly changes: ChangeLog;
  private open = false;
  private byTracking: Map<string, ShipmentRecord> | null = null;

  constructor({ seed, base, changeDate }: WorldOptions) {
    this.seed = seed;
    this.clock = worldClock(base);
    this.changes = new ChangeLog(changeDate);
  }

  /** Ends the making of the world: from now on time goes forward only. */
  openUp(): void {
    this.shipments.sort((a, b) => a.createdAt - b.createdAt);
    for (const [index, shipment] of this.shipments.entries()) shipment.index = index;
    this.changes.open(this.orders);
    this.open = true;
  }

  order(id: string): OrderRecord | null {
    const index = ids.orderIndex(this.seed, id);
    return index === null ? null : (this.orders[index] ?? null);
  }

  /** A unit by its id, if it belongs to this order. */
  unit(order: OrderRecord, id: string): number | null {
    const found = ids.unitIndex(this.seed, id);
    return found?.order === order.index && found.unit < order.units.length ? found.unit : null;
  }

  shipment(id: string): ShipmentRecord | null {
    const index = ids.shipmentIndex(id);
    return index === null ? null : (this.shipments[index] ?? null);
  }

  shipmentByTracking(carrier: string, trackingNumber: string): ShipmentRecord | null {
    if (!this.byTracking) {
      this.byTracking = new Map();
      for (const shipment of this.shipments) this.byTracking.set(trackingText(shipment.trackingKey), shipment);
    }
    return this.byTracking.get(`${carrier} ${trackingNumber}`) ?? null;
  }

  /** A new order comes in now. */
  place(): OrderRecord {
    return this.placed(newOrder(this.seed, this.orders.length, this.clock.now(), null));
  }

  /** Takes in an order that was made elsewhere (a test scenario). */
  placed(order: OrderRecord): OrderRecord {
    this.orders.push(order);
    this.changed(order, order.orderedAt, true);
    schedule(this.seed, order);
    return order;
  }

  release(order: OrderRecord, units: readonly number[], at: number): boolean {
    const ready = this.inState(order, units, ['ANNOUNCED']);
    if (ready.length === 0) return false;
    const stamp = this.changed(order, at, true);
    for (const unit of ready) Object.assign(order.units[unit] ?? {}, { status: 'PROCESSABLE', processableAt: stamp });
    return true;
  }

  cancel(
    order: OrderRecord,
    units: readonly number[],
    by: 'CANCELLED_BY_PARTNER' | 'CANCELLED_BY_MARKETPLACE',
    reason: CancellationReason,
    at: number,
  ): boolean {
    const open = this.inState(
      order,
      units,
      by === 'CANCELLED_BY_PARTNER' ? ['PROCESSABLE'] : ['ANNOUNCED', 'PROCESSABLE'],
    );
    if (open.length === 0) return false;
    const stamp = this.changed(order, at, true);
    for (const unit of open) {
      Object.assign(order.units[unit] ?? {}, { status: by, cancelledAt: stamp, cancellationReason: reason });
    }
    return true;
  }

  /** Makes a shipment of PROCESSABLE units; they become SENT. The caller has checked them. */
  ship(
    items: readonly ShipmentItem[],
    shipment: { trackingKey: TrackingKey; shipDate: number; from?: ShipmentRecord['from']; plannedAt?: number },
    at: number,
  ): ShipmentRecord {
    const { trackingKey, shipDate, from = warehouse, plannedAt = null } = shipment;
    const made: ShipmentRecord = {
      index: this.shipments.length,
      createdAt: Math.max(at, this.open ? (this.shipments.at(-1)?.createdAt ?? 0) + 1 : 0),
      shipDate,
      plannedAt,
      trackingKey,
      from,
      items: [],
    };
    this.shipments.push(made);
    this.byTracking?.set(trackingText(trackingKey), made);
    this.append(made, items, made.createdAt);
    return made;
  }

  /** Puts more PROCESSABLE units into a shipment. */
  append(shipment: ShipmentRecord, items: readonly ShipmentItem[], at: number): void {
    shipment.items.push(...items);
    for (const order of new Set(items.map((item) => item.order))) {
      const stamp = this.changed(order, at, true);
      for (const item of items) {
        if (item.order === order)
          Object.assign(order.units[item.unit] ?? {}, { status: 'SENT', sentAt: stamp, shipment });
      }
    }
  }

  announceReturn(order: OrderRecord, unit: number, at: number): ReturnRecord | null {
    const record = order.units[unit];
    if (record?.status !== 'SENT' || record.return) return null;
    const item = record.shipment?.items.find((each) => each.order === order && each.unit === unit);
    const trackingKey = item?.returnTrackingKey ?? this.returnKey(order);
    const made: ReturnRecord = {
      order,
      unit,
      trackingKey,
      status: 'ANNOUNCED',
      occurredAt: at,
      condition: null,
      reason: null,
    };
    record.return = made;
    this.returns.push(made);
    return made;
  }

  /** Ends a return. An accepted one makes the unit RETURNED and moves the order's modification date only. */
  settleReturn(
    made: ReturnRecord,
    status: WireReturnStatus,
    at: number,
    { condition = null, reason = null }: { condition?: string | null; reason?: string | null } = {},
  ): void {
    const unit = made.order.units[made.unit];
    let stamp = at;
    if (status === 'ACCEPTED' && unit) {
      stamp = this.changed(made.order, at, false);
      Object.assign(unit, { status: 'RETURNED', returnedAt: stamp });
    }
    Object.assign(made, { status, occurredAt: stamp, condition, reason });
  }

  /** The parcel service's return label of an order, the same for all its units. */
  returnKey(order: OrderRecord): Required<TrackingKey> {
    const number = hash32(this.seed, 31, order.index);
    return {
      carrier: (['DHL', 'HERMES', 'GLS'] as const)[number % 3] ?? 'DHL',
      trackingNumber: `57${String(number).padStart(10, '0')}`,
    };
  }

  /** OTTO edits an order without changing any state: only its dates move. */
  touch(order: OrderRecord): void {
    this.changed(order, this.clock.now(), true);
  }

  /** The label of a parcel or forwarder's consignment, known by its order and first unit. */
  trackingKey(order: OrderRecord, unit: number): TrackingKey {
    const number = String(hash32(this.seed, 30, order.index, unit)).padStart(10, '0');
    const serial = String(order.index * ids.unitsMax + unit).padStart(9, '0');
    if (isFreight(order, unit)) return { carrier: 'OTHER_FORWARDER', trackingNumber: `FF${serial}` };
    const carrier = (['DHL', 'HERMES', 'GLS', 'DPD'] as const)[Number(number) % 4] ?? 'DHL';
    return { carrier, trackingNumber: `${carrier[0]}${number}${serial}` };
  }

  /** Those of these units that are in one of these states. */
  inState(order: OrderRecord, units: readonly number[], states: readonly WirePositionState[]): number[] {
    return units.filter((unit) => order.units[unit] && states.includes(order.units[unit].status));
  }

  /** Moves an order's dates. Once the world is open, two changes are never in the wrong order. */
  private changed(order: OrderRecord, at: number, lifecycle: boolean): number {
    const moves = lifecycle || this.changes.date === 'lastModifiedDate';
    const stamp = this.open && moves ? this.changes.timeFor(order, at) : Math.max(at, order.modifiedAt);
    order.modifiedAt = stamp;
    if (lifecycle) order.lifecycleAt = stamp;
    if (this.open && moves) this.changes.append(order);
    return stamp;
  }
}

/** Does this unit go by forwarder? */
export function isFreight(order: OrderRecord, unit: number): boolean {
  return products[order.units[unit]?.product ?? -1]?.freight ?? false;
}

const trackingText = ({ carrier, trackingNumber }: TrackingKey) => `${carrier} ${trackingNumber ?? ''}`;
