import { type Chance, chance } from '../../../sandbox/random.js';
import {
  hourMs,
  type Person,
  type Product,
  person,
  products,
  productWeights,
  worldClock,
} from '../../../sandbox/world.js';
import type { WireStatus } from '../wire.js';

/** Instants are ms since 1970, by the world's clock, in whole seconds as Skubana counts. */
export interface OrderRecord {
  readonly id: number;
  readonly number: string;
  readonly placedAt: number;
  modifiedAt: number;
  status: WireStatus;
  /** Amazon's warehouse sends it. */
  readonly isTheirs: boolean;
  readonly buyer: Person;
  readonly lines: readonly LineRecord[];
  readonly parcels: ParcelRecord[];
  paidAt: number | null;
  shippedAt: number | null;
  cancelReason: string | null;
}

export interface LineRecord {
  readonly id: number;
  readonly product: Product;
  readonly quantity: number;
  /** False: the listing belongs to no product. */
  isMatched: boolean;
  /** Cents, of all its units. */
  readonly taxMinor: number;
  readonly discountMinor: number;
}

export interface ParcelRecord {
  readonly trackingNumbers: readonly string[];
  readonly items: readonly { readonly line: LineRecord; readonly quantity: number }[];
}

const paceMs = 6 * hourMs;
const secondMs = 1_000;

export const listingSkuOf = ({ product }: Pick<LineRecord, 'product'>): string => `${product.sku}-LST`;

/** One account's orders at the pretend Skubana. */
export class SkubanaWorld {
  readonly orders: OrderRecord[] = [];
  readonly clock: ReturnType<typeof worldClock>;
  private readonly by: Chance;

  constructor(seed: number, orders: number, base: number) {
    const whole = Math.floor(base / secondMs) * secondMs;
    this.clock = worldClock(whole - orders * paceMs);
    this.by = chance(seed, 9);
    for (let at = 0; at < orders; at++) {
      this.clock.advance(paceMs);
      this.place();
      for (let steps = 0; steps < 2; steps++) this.step(this.by.pick(this.orders));
    }
  }

  /** Makes so many different orders change, a second apart: one in four is new. */
  change(n: number): void {
    const steady = [...this.orders];
    for (let changed = 0; changed < n; ) {
      this.clock.advance(secondMs);
      const [order] = steady.splice(this.by.int(0, steady.length), 1);
      const moved = order === undefined || this.by.is(0.25) ? this.place() : this.step(order);
      if (moved) changed++;
    }
  }

  /** Six hours are a change. */
  advance(ms: number): void {
    const changes = Math.floor(ms / paceMs);
    for (let at = 0; at < changes; at++) {
      this.clock.advance(paceMs - secondMs);
      this.change(1);
    }
    this.clock.advance(Math.max(0, ms - changes * paceMs));
  }

  /** Now, as Skubana writes it. */
  private now(): number {
    return Math.floor(this.clock.now() / secondMs) * secondMs;
  }

  private place(): OrderRecord {
    const { by, orders } = this;
    const at = orders.length;
    const chosen = [...new Set([by.weighted(productWeights), by.weighted(productWeights)])];
    const isTheirs = by.is(0.2);
    const isUnmatched = by.is(0.1);
    const order: OrderRecord = {
      id: 113_000_001 + at,
      number: `EX-${1_001 + at}`,
      placedAt: this.now(),
      modifiedAt: this.now(),
      status: isUnmatched ? 'UNRESOLVED' : by.is(0.3) ? 'AWAITING_PAYMENT' : openStatus(isTheirs, by),
      isTheirs,
      buyer: person(by, by.pick(['NL', 'BE', 'DE'])),
      lines: chosen.map((product, line) => this.line(at, line, products[product] as Product, !isUnmatched || line > 0)),
      parcels: [],
      paidAt: null,
      shippedAt: null,
      cancelReason: null,
    };
    if (order.status !== 'AWAITING_PAYMENT') order.paidAt = order.placedAt;
    orders.push(order);
    return order;
  }

  private line(order: number, line: number, product: Product, isMatched: boolean): LineRecord {
    const { by } = this;
    const quantity = by.int(1, 3);
    return {
      ...{ id: 500_001 + order * 10 + line, product, quantity, isMatched },
      taxMinor: by.is(0.4) ? by.int(1, 400) : 0,
      discountMinor: by.is(0.3) ? by.int(1, Math.min(500, product.priceMinor)) : 0,
    };
  }

  /** The next step of an order, if there is one. */
  private step(order: OrderRecord): boolean {
    const { by } = this;
    if (['SHIPPED', 'PROCESSED_OUTSIDE_OF_SKUBANA', 'CANCELLED'].includes(order.status)) return false;
    order.modifiedAt = this.now();
    if (by.is(0.1)) this.cancel(order);
    else if (order.status === 'UNRESOLVED' || order.status === 'SKU_UNPROCESSED') this.resolve(order);
    else if (order.status === 'AWAITING_PAYMENT' || order.status === 'ON_HOLD') this.open(order);
    else if (by.next() < 0.1) order.status = 'ON_HOLD';
    else this.send(order);
    return true;
  }

  private cancel(order: OrderRecord): void {
    order.status = 'CANCELLED';
    order.cancelReason = this.by.pick(['BUYER_CANCELLED', 'OUT_OF_STOCK']);
  }

  private resolve(order: OrderRecord): void {
    for (const line of order.lines) line.isMatched = true;
    this.open(order);
  }

  private open(order: OrderRecord): void {
    order.status = openStatus(order.isTheirs, this.by);
    order.paidAt ??= this.now();
  }

  /** All that is left, or a parcel of it. */
  private send(order: OrderRecord): void {
    const { by } = this;
    if (!order.isTheirs && by.is(0.05)) {
      order.status = 'PROCESSED_OUTSIDE_OF_SKUBANA';
      order.shippedAt = this.now();
      return;
    }
    const left = order.lines
      .map((line) => ({ line, quantity: line.quantity - packedOf(order, line) }))
      .filter(({ quantity }) => quantity > 0);
    const isLast = left.length < 2 || by.is(0.6);
    const trackingNumber = `1Z${String(order.id).padStart(12, '0')}${order.parcels.length}`;
    order.parcels.push({ trackingNumbers: [trackingNumber], items: isLast ? left : left.slice(0, 1) });
    order.shippedAt = this.now();
    if (isLast) order.status = 'SHIPPED';
  }
}

/** Units of a line that lie in parcels. */
export function packedOf({ parcels }: Pick<OrderRecord, 'parcels'>, line: LineRecord): number {
  return parcels
    .flatMap(({ items }) => items)
    .filter((item) => item.line === line)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

function openStatus(isTheirs: boolean, by: Chance): WireStatus {
  if (isTheirs) return 'AWAITING_MC_FULFILLMENT';
  return by.pick(['AWAITING_SHIPMENT', 'AWAITING_SHIPMENT', 'AWAITING_3PL_EXPORT', 'PENDING_FULFILLMENT']);
}
