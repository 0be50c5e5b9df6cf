import type { TrueReturn } from '../../../../src/sandbox/marketplace.js';
import { type Chance, chance } from '../../../../src/sandbox/random.js';
import {
  hourMs,
  type Person,
  type Product,
  person,
  products,
  productWeights,
  worldClock,
} from '../../../../src/sandbox/world.js';
import type { WireSender } from '../wire.js';

/** Instants are ms since 1970, by the world's clock. */
export interface OrderRecord {
  readonly id: string;
  readonly placedAt: number;
  changedAt: number;
  readonly sender: WireSender;
  readonly buyer: Person;
  readonly giftNote: string | null;
  readonly lines: readonly LineRecord[];
}

export interface LineRecord {
  readonly id: string;
  readonly product: Product;
  readonly quantity: number;
  shipped: number;
  cancelled: number;
}

export interface ShipmentRecord {
  readonly id: string;
  readonly order: OrderRecord;
  readonly at: number;
  readonly items: readonly { readonly lineId: string; readonly quantity: number }[];
}

export interface ReturnRecord {
  readonly id: string;
  readonly order: OrderRecord;
  readonly line: LineRecord;
  readonly quantity: number;
  changedAt: number;
  /** Units taken back; null: still on their way. */
  accepted: number | null;
}

const paceMs = 12 * hourMs;

/** One seller's orders, shipments and returns at the pretend Toy Market. */
export class ToyWorld {
  readonly orders: OrderRecord[] = [];
  readonly shipments: ShipmentRecord[] = [];
  readonly returns: ReturnRecord[] = [];
  readonly clock: ReturnType<typeof worldClock>;
  private readonly by: Chance;

  constructor(seed: number, orders: number, base: number) {
    this.clock = worldClock(base - orders * paceMs);
    this.by = chance(seed, 1);
    for (let at = 0; at < orders; at++) {
      this.clock.advance(paceMs);
      this.place();
      this.step(this.by.pick(this.orders));
    }
  }

  /** Makes so many different orders change, a second apart: one in four is new. */
  change(n: number): void {
    const steady = [...this.orders];
    for (let changed = 0; changed < n; ) {
      this.clock.advance(1_000);
      const [order] = steady.splice(this.by.int(0, steady.length), 1);
      const moved = order === undefined || this.by.is(0.25) ? this.place() : this.step(order);
      if (moved) changed++;
    }
  }

  /** Twelve hours are a change. */
  advance(ms: number): void {
    const changes = Math.floor(ms / paceMs);
    for (let at = 0; at < changes; at++) {
      this.clock.advance(paceMs - 1_000);
      this.change(1);
    }
    this.clock.advance(ms - changes * paceMs);
  }

  private place(): OrderRecord {
    const { by } = this;
    const number = 1_001 + this.orders.length;
    const chosen = [...new Set([by.weighted(productWeights), by.weighted(productWeights)])];
    const order: OrderRecord = {
      id: `T${number}`,
      placedAt: this.clock.now(),
      changedAt: this.clock.now(),
      sender: by.is(0.3) ? 'TOY' : 'SELLER',
      buyer: person(by, by.pick(['BE', 'NL', 'DE'])),
      giftNote: by.is(0.2) ? 'Alles Gute! 🎁' : null,
      lines: chosen.map((at, line) => ({
        id: `T${number}-${line + 1}`,
        product: products[at] as Product,
        quantity: by.int(1, 3),
        shipped: 0,
        cancelled: 0,
      })),
    };
    this.orders.push(order);
    return order;
  }

  /** The next step of an order, if there is one: a line is sent or cancelled, a unit comes back and is looked at. */
  private step(order: OrderRecord): boolean {
    const { by } = this;
    const open = order.lines.find((line) => line.quantity > line.shipped + line.cancelled);
    if (open) {
      const units = by.int(1, open.quantity - open.shipped - open.cancelled);
      order.changedAt = this.clock.now();
      if (by.is(0.1)) open.cancelled += units;
      else this.ship(order, open, units);
      return true;
    }
    const made = this.returns.find((one) => one.order === order);
    const line = order.lines.find(({ shipped }) => shipped > 0);
    if (made?.accepted === null) made.accepted = by.int(0, made.quantity);
    else if (made || !line) return false;
    else this.announce(order, line);
    // the order itself does not change by that: its returns tell
    (made ?? (this.returns.at(-1) as ReturnRecord)).changedAt = this.clock.now();
    return true;
  }

  private ship(order: OrderRecord, line: LineRecord, quantity: number): void {
    line.shipped += quantity;
    const id = `S${5_001 + this.shipments.length}`;
    this.shipments.push({ id, order, at: this.clock.now(), items: [{ lineId: line.id, quantity }] });
  }

  private announce(order: OrderRecord, line: LineRecord): void {
    const id = `R${9_001 + this.returns.length}`;
    const quantity = this.by.int(1, line.shipped);
    this.returns.push({ id, order, line, quantity, changedAt: this.clock.now(), accepted: null });
  }
}

export function statusOf({ accepted, quantity }: ReturnRecord): TrueReturn['status'] {
  if (accepted === null) return 'ANNOUNCED';
  return accepted === 0 ? 'REJECTED' : accepted < quantity ? 'PARTIALLY_ACCEPTED' : 'ACCEPTED';
}
