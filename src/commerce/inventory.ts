/*
 * Own stock, by product. `onHand` is what lies on the shelf, `reserved` the part of it that is promised: to open order lines
 * (claims) and to carts that hold it. What may be sold is `onHand - reserved - safetyBuffer`, never below 0.
 *
 * A claim says what an order line took. Orders placed here never take more than there is. A marketplace's sale is a fact
 * that cannot be refused: what it sold beyond the stock is short, and is served first when stock comes in.
 */

export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
}

/** What an order line took of a product. All figures are units, none is ever negative. */
export interface Claim {
  readonly orderId: string;
  readonly lineNo: number;
  /** Promised to it and still on the shelf. */
  readonly reserved: number;
  /** Left the shelf for it. */
  readonly consumed: number;
  /** Open, but there is nothing to promise. */
  readonly short: number;
  /** Shipped, though by our count there was nothing: still to be booked off when stock comes in. */
  readonly owed: number;
  /** Shipped before the stock was first counted: these units were never part of it. */
  readonly past: number;
}

/** What a line is now, which its claim must come to say. */
export interface LineState {
  readonly open: number;
  readonly shipped: number;
  /** What is shipped of it left before the stock was first counted. */
  readonly isPast?: boolean;
}

export type StockReason =
  | 'ADJUSTED'
  | 'SET'
  | 'ORDER_RESERVED'
  | 'ORDER_RELEASED'
  | 'ORDER_SHIPPED'
  | 'ORDER_CORRECTED'
  | 'CART_HELD'
  | 'CART_RELEASED';

/** One entry of the ledger. The deltas of a product's movements always sum to its `onHand` and `reserved`. */
export interface Movement {
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly reason: StockReason;
  /** The claim that moved; null for what people did to the stock itself. */
  readonly claim: Claim | null;
  /** The cart that holds or released it; absent for everything else. */
  readonly cartId?: string;
}

/** A product's stock under change: every step keeps the ledger, and no figure can become negative. */
export class StockAccount {
  readonly movements: Movement[] = [];
  private readonly changed = new Map<string, Claim>();

  constructor(
    private stock: Stock,
    /** Claims that are short or owed, the oldest first: stock that becomes free goes to them. */
    private waiting: readonly Claim[],
  ) {}

  get now(): Stock {
    return this.stock;
  }

  /** Claims that differ from what is stored. */
  get claims(): readonly Claim[] {
    return [...this.changed.values()];
  }

  get shortfall(): number {
    return this.waiting.reduce((sum, { short, owed }) => sum + short + owed, 0);
  }

  /**
   * Brings a claim to what its line says. Units that were shipped are taken from its own reservation first, then from what is
   * free; what there is not becomes short (open) or owed (shipped). Units that turn out
   * not to have been shipped are past no more.
   */
  settle(stored: Claim, line: LineState): void {
    const known = this.current(stored);
    const claim = { ...known, past: line.isPast ? line.shipped : Math.min(known.past, line.shipped) };
    const shipped = line.shipped - claim.past;
    const before = claim.consumed + claim.owed;
    const after = shipped >= before ? this.ship(claim, shipped - before) : this.takeBack(claim, before - shipped);
    this.keep(this.reserve(after, line.open - after.reserved - after.short));
    this.serveWaiting();
  }

  /** Stock came in or was lost; false, and nothing is done, when there is less on hand than that. */
  adjust(delta: number): boolean {
    if (this.stock.onHand + delta < 0) return false;
    const [before, reason] = [this.stock, 'ADJUSTED'] as const;
    this.stock = { ...before, onHand: before.onHand + delta };
    this.movements.push({ onHandDelta: delta, reservedDelta: 0, reason, claim: null });
    this.serveWaiting();
    return true;
  }

  /** The shelf was counted: what was shipped before is not on it, whatever was thought, and so is owed no more. */
  count(onHand: number): void {
    for (const claim of this.waiting) {
      if (claim.owed) this.keep({ ...claim, owed: 0, consumed: claim.consumed + claim.owed });
    }
    const delta = onHand - this.stock.onHand;
    if (delta) this.movements.push({ onHandDelta: delta, reservedDelta: 0, reason: 'SET', claim: null });
    this.stock = { ...this.stock, onHand };
    this.serveWaiting();
  }

  /**
   * Takes promises back while more is promised than there is, from the given claims in their order; false when even all of
   * them are not enough, because carts hold the rest.
   */
  unpromise(claims: readonly Claim[]): boolean {
    for (const claim of claims.map((one) => this.current(one))) {
      const excess = this.stock.reserved - this.stock.onHand;
      if (excess <= 0) return true;
      const units = Math.min(excess, claim.reserved);
      if (units) this.keep(this.move({ ...claim, short: claim.short + units }, 0, -units, 'ORDER_CORRECTED'));
    }
    return this.stock.reserved <= this.stock.onHand;
  }

  /** A cart holds units that nobody has; false, and nothing is done, when fewer are free. */
  hold(cartId: string, units: number): boolean {
    if (units > this.free) return false;
    this.moveHeld(cartId, units, 'CART_HELD');
    return true;
  }

  /** A cart holds units no longer: who waits for stock comes first. */
  release(cartId: string, units: number): void {
    this.moveHeld(cartId, -units, 'CART_RELEASED');
    this.serveWaiting();
  }

  /** Its order is forgotten: what it promised is free again, what left the shelf stays gone. */
  forget(stored: Claim): void {
    const claim = { ...this.current(stored), short: 0, owed: 0 };
    this.keep(this.move(claim, 0, -claim.reserved, 'ORDER_RELEASED'));
    this.serveWaiting();
  }

  /** As an earlier step left it. */
  private current(claim: Claim): Claim {
    return this.changed.get(keyOf(claim)) ?? claim;
  }

  private get free(): number {
    return this.stock.onHand - this.stock.reserved;
  }

  private ship(claim: Claim, units: number): Claim {
    const own = Math.min(units, claim.reserved);
    const shipped = this.move(claim, -own, -own, 'ORDER_SHIPPED', { consumed: claim.consumed + own });
    // an open unit that was short and is shipped all the same
    const short = Math.max(0, shipped.short - (units - own));
    const other = Math.max(0, Math.min(units - own, this.free));
    const taken = this.move({ ...shipped, short }, -other, 0, 'ORDER_SHIPPED', { consumed: shipped.consumed + other });
    return { ...taken, owed: taken.owed + units - own - other };
  }

  /** Less was shipped than was thought: what had left the shelf lies on it again. */
  private takeBack(claim: Claim, units: number): Claim {
    const owed = Math.min(units, claim.owed);
    const back = units - owed;
    const left = { ...claim, owed: claim.owed - owed };
    return this.move(left, back, 0, 'ORDER_CORRECTED', { consumed: claim.consumed - back });
  }

  private reserve(claim: Claim, units: number): Claim {
    if (units >= 0) {
      const found = Math.max(0, Math.min(units, this.free));
      return this.move({ ...claim, short: claim.short + units - found }, 0, found, 'ORDER_RESERVED');
    }
    const short = Math.min(-units, claim.short);
    return this.move({ ...claim, short: claim.short - short }, 0, units + short, 'ORDER_RELEASED');
  }

  private serveWaiting(): void {
    for (const claim of this.waiting) {
      if (this.free <= 0) return;
      if (!claim.short && !claim.owed) continue;
      const owed = Math.min(claim.owed, this.free);
      const consumed = claim.consumed + owed;
      const paid = this.move({ ...claim, owed: claim.owed - owed }, -owed, 0, 'ORDER_SHIPPED', { consumed });
      const found = Math.min(paid.short, this.free);
      this.keep(this.move({ ...paid, short: paid.short - found }, 0, found, 'ORDER_RESERVED'));
    }
  }

  private move(
    claim: Claim,
    onHandDelta: number,
    reservedDelta: number,
    reason: StockReason,
    more: Partial<Claim> = {},
  ): Claim {
    if (!onHandDelta && !reservedDelta) return claim;
    const { onHand, reserved } = this.stock;
    this.stock = { onHand: onHand + onHandDelta, reserved: reserved + reservedDelta };
    const moved = { ...claim, reserved: claim.reserved + reservedDelta, ...more };
    this.movements.push({ onHandDelta, reservedDelta, reason, claim: moved });
    return moved;
  }

  private moveHeld(cartId: string, reservedDelta: number, reason: StockReason): void {
    if (!reservedDelta) return;
    this.stock = { ...this.stock, reserved: this.stock.reserved + reservedDelta };
    this.movements.push({ onHandDelta: 0, reservedDelta, reason, claim: null, cartId });
  }

  private keep(claim: Claim): void {
    const key = `${claim.orderId} ${claim.lineNo}`;
    this.changed.set(key, claim);
    const isOther = (one: Claim) => `${one.orderId} ${one.lineNo}` !== key;
    const place = this.waiting.findIndex((one) => !isOther(one));
    const waits = claim.short > 0 || claim.owed > 0;
    if (place < 0) this.waiting = waits ? [...this.waiting, claim] : this.waiting;
    else
      this.waiting = this.waiting
        .map((one, at) => (at === place ? claim : one))
        .filter((one) => one !== claim || waits);
  }
}

const keyOf = ({ orderId, lineNo }: Claim) => `${orderId} ${lineNo}`;

export const newClaim = (orderId: string, lineNo: number): Claim => ({
  ...{ orderId, lineNo },
  ...{ reserved: 0, consumed: 0, short: 0, owed: 0, past: 0 },
});
