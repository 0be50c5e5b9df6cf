import { type Chance, chance } from '../../../sandbox/random.js';
import { hourMs, person, products, productWeights, worldClock } from '../../../sandbox/world.js';
import type { WireAddress, WireOrder } from '../wire.js';

/** Orders that left together, and how much of the answer did. */
export interface Batch {
  readonly orders: readonly WireOrder[];
  /** Which of them went out whole. */
  readonly whole: readonly boolean[];
  /** The last byte has left this process. */
  isSent: boolean;
}

/** The feed's orders: those that wait, and those that are gone. */
export class FeedWorld {
  readonly waiting: WireOrder[] = [];
  readonly batches: Batch[] = [];
  readonly clock: ReturnType<typeof worldClock>;
  private readonly by: Chance;
  private readonly placed: WireOrder[] = [];

  constructor(
    seed: number,
    orders: number,
    base: number,
    private readonly repeats: number,
  ) {
    this.clock = worldClock(base);
    this.by = chance(seed, 5);
    this.change(orders);
  }

  /** So many orders come in. Some of them are earlier ones again: word for word, or to another address. */
  change(n: number): void {
    for (let at = 0; at < n; at++) {
      const earlier = this.placed.length > 0 && this.by.is(this.repeats) ? this.by.pick(this.placed) : null;
      const moved = earlier && this.by.is(0.5) ? { ...earlier, shipToAddress: this.address() } : earlier;
      const order = moved ?? this.draft();
      if (!earlier) this.placed.push(order);
      this.waiting.push(order);
    }
  }

  advance(ms: number, perHour: number): void {
    this.clock.advance(ms);
    this.change(Math.floor((ms / hourMs) * perHour));
  }

  /** Takes orders out, for ever. */
  take(size: number): WireOrder[] {
    return this.waiting.splice(0, size);
  }

  private draft(): WireOrder {
    const { by } = this;
    const lines = Array.from({ length: by.int(1, 3) }, () => ({
      sku: products[by.weighted(productWeights)]?.sku ?? '',
      quantity: by.int(1, 4),
    }));
    const [first] = lines;
    return {
      orderNumber: `ORD-${100_001 + this.placed.length}`,
      // now and then a SKU stands in two lines
      orderItems: first && by.is(0.1) ? [...lines, { ...first, quantity: 1 }] : lines,
      ...(!by.is(0.1) && { shipToAddress: this.address() }),
    };
  }

  private address(): WireAddress {
    const { by } = this;
    const { firstName, lastName, street, houseNumber, zipCode, country } = person(by, by.pick(['DE', 'NL', 'BE']));
    return {
      name: `${firstName} ${lastName}`,
      line1: `${street} ${houseNumber}`,
      line2: by.is(0.3) ? `Apt ${by.int(1, 99)}` : '',
      // zeros in front, as in Dresden's
      postalCode: zipCode,
      stateProvince: by.is(0.5) ? 'XX' : '',
      country,
    };
  }
}
