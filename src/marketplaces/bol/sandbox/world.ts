import { Agenda } from '../../../sandbox/agenda.js';
import { type WorldClock, worldClock } from '../../../sandbox/world.js';
import { draftOf, newOrder } from './draft.js';
import { dayNumber, dayStart } from './dutch-time.js';
import * as ids from './ids.js';
import { OrderLists } from './order-lists.js';
import { planOf } from './plan.js';
import {
  type ItemRecord,
  type Lot,
  type Method,
  type OrderRecord,
  openUnits,
  type Result,
  type ReturnItemRecord,
  type ReturnRecord,
  type ShipmentRecord,
  type Told,
} from './records.js';
import { type ReturnDate, ReturnLists } from './return-lists.js';

/** An order's next step, or something that was ordered through the API. */
export type Due = OrderRecord | (() => void);

/** One retailer's orders, shipments and returns at the pretend bol. Every change goes through one of its methods, at the clock's time. */
export class BolWorld {
  readonly clock: WorldClock;
  readonly orders: OrderRecord[] = [];
  /** All, and by method: oldest first. */
  readonly shipments: ShipmentRecord[] = [];
  readonly shipmentsBy: Readonly<Record<Method, ShipmentRecord[]>> = { FBR: [], FBB: [] };
  readonly returns: ReturnRecord[] = [];
  readonly orderLists = new OrderLists((order) => this.isVvb(order));
  readonly returnLists: ReturnLists;
  readonly agenda = new Agenda<Due>();

  constructor(
    readonly seed: number,
    /** Its "now" at the start. */
    base: number,
    /** How many days back it can be asked. */
    readonly horizonDays: number,
    handledReturnsBy: ReturnDate = 'REGISTERED',
  ) {
    this.clock = worldClock(base);
    this.returnLists = new ReturnLists(this.returns, handledReturnsBy);
  }

  /** The first day that can still be asked for. */
  get horizonDay(): number {
    return dayNumber(this.clock.now()) - this.horizonDays;
  }

  /** What is older is unreachable. */
  get horizon(): number {
    return dayStart(this.horizonDay);
  }

  isVvb(order: OrderRecord): boolean {
    return draftOf(this.seed, order.index).vvb && order.items.some(({ method }) => method === 'FBR');
  }

  order(id: string): OrderRecord | null {
    const index = ids.orderIndex(this.seed, id);
    return index === null ? null : (this.orders[index] ?? null);
  }

  /** An order's item by its own id. */
  item(id: string): { order: OrderRecord; item: number; record: ItemRecord } | null {
    const found = ids.orderItemIndex(id);
    const order = found && this.orders[found.of];
    const record = found && order?.items[found.item];
    return order && record ? { order, item: found.item, record } : null;
  }

  shipment(id: string): ShipmentRecord | null {
    return this.shipments[ids.shipmentIndex(id) ?? -1] ?? null;
  }

  shipmentByTransport(id: string): ShipmentRecord | null {
    return this.shipments[ids.transportIndex(id) ?? -1] ?? null;
  }

  return(id: string): ReturnRecord | null {
    return this.returns[ids.returnIndex(id) ?? -1] ?? null;
  }

  returnItem(rmaId: string): { made: ReturnRecord; record: ReturnItemRecord } | null {
    const found = ids.rmaIndex(rmaId);
    const made = found && this.returns[found.of];
    const record = found && made?.items[found.item];
    return made && record ? { made, record } : null;
  }

  /** Can it still be asked for? By its own id, that is: in a list it stands as long, or shorter. */
  isReachable(order: OrderRecord): boolean {
    const { horizon } = this;
    return order.items.some((item) => openUnits(item) > 0 || item.changedAt >= horizon);
  }

  /** A new order comes in now. */
  place(): OrderRecord {
    const order = newOrder(this.seed, this.orders.length, this.clock.now());
    this.orders.push(order);
    this.placed(order);
    return order;
  }

  /** An order that stands among the orders already has come in now. */
  placed(order: OrderRecord): void {
    this.orderLists.note(order, order.placedAt);
    this.schedule(order);
  }

  /** Notes when the next step of an order's plan is due. */
  schedule(order: OrderRecord): void {
    order.dueAt = planOf(this.seed, order)[order.stepsTaken]?.at ?? Number.POSITIVE_INFINITY;
    if (order.dueAt !== Number.POSITIVE_INFINITY) this.agenda.put(order.dueAt, order);
  }

  ask(order: OrderRecord, items: readonly number[]): boolean {
    const open = items.filter((item) => this.openOf(order, item) > 0 && !order.items[item]?.asked);
    for (const item of open) Object.assign(order.items[item] as ItemRecord, { asked: true });
    return this.touch(order, open);
  }

  /** Cancels what is open of these items. */
  cancel(order: OrderRecord, items: readonly number[]): boolean {
    const open = items.filter((item) => this.openOf(order, item) > 0);
    for (const item of open) (order.items[item] as ItemRecord).cancelled += this.openOf(order, item);
    return this.touch(order, open);
  }

  /** Sends what is open of these lots, in one parcel; null if nothing is. */
  ship(order: OrderRecord, method: Method, wanted: readonly Lot[], told: Told | null = null): ShipmentRecord | null {
    const lots = wanted
      .map(({ item, quantity }) => ({ item, quantity: Math.min(quantity, this.openOf(order, item)) }))
      .filter(({ item, quantity }) => quantity > 0 && order.items[item]?.method === method);
    if (lots.length === 0) return null;
    const made = { index: this.shipments.length, order, method, at: this.clock.now(), lots, told, corrected: null };
    this.shipments.push(made);
    this.shipmentsBy[method].push(made);
    order.shipments.push(made);
    for (const { item, quantity } of lots) (order.items[item] as ItemRecord).shipped += quantity;
    const items = lots.map(({ item }) => item);
    this.touch(order, items);
    return made;
  }

  /** Announces a return of shipped units that are not on their way back already; null if there are none. */
  announceReturn(order: OrderRecord, method: Method, wanted: readonly Lot[]): ReturnRecord | null {
    const items = wanted
      .map(({ item, quantity }) => ({
        item,
        quantity: Math.min(quantity, this.returnableOf(order, item)),
        results: [],
      }))
      .filter(({ item, quantity }) => quantity > 0 && order.items[item]?.method === method);
    if (items.length === 0) return null;
    const made = { index: this.returns.length, order, method, registeredAt: this.clock.now(), items };
    this.returns.push(made);
    order.returns.push(made);
    this.returnLists.changed();
    return made;
  }

  handle(item: ReturnItemRecord, results: readonly Omit<Result, 'at'>[]): void {
    item.results = results.map((result) => ({ ...result, at: this.clock.now() }));
    this.returnLists.changed();
  }

  /** Shipped units of an item that no return names. */
  returnableOf(order: OrderRecord, item: number): number {
    const named = order.returns.flatMap(({ items }) => items).filter((lot) => lot.item === item);
    return (order.items[item]?.shipped ?? 0) - named.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  private openOf(order: OrderRecord, item: number): number {
    const record = order.items[item];
    return record ? openUnits(record) : 0;
  }

  private touch(order: OrderRecord, items: readonly number[]): boolean {
    const now = this.clock.now();
    for (const item of items) (order.items[item] as ItemRecord).changedAt = now;
    if (items.length > 0) this.orderLists.note(order, now);
    return items.length > 0;
  }
}
