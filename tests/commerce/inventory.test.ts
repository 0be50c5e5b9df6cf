// The stock account under random work: what lines say, what people do, in any order.
import { describe, expect, it } from 'vitest';
import { type Claim, newClaim, StockAccount } from '../../src/commerce/inventory.js';

/** Numbers that look random and are the same for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

interface Line {
  open: number;
  shipped: number;
}

/** What is stored between two transactions. */
class Shelf {
  stock = { onHand: 0, reserved: 0 };
  claims = new Map<string, Claim>();
  lines = new Map<string, Line>();
  /** Units that carts hold. */
  holds = new Map<string, number>();
  sums = { onHand: 0, reserved: 0 };

  /** `work` answers false for what must be undone. */
  change(work: (account: StockAccount) => boolean): void {
    const all = [...this.claims.values()];
    const account = new StockAccount(
      this.stock,
      all.filter(({ short, owed }) => short || owed),
    );
    if (work(account) === false) return;
    for (const { onHandDelta, reservedDelta } of account.movements) {
      this.sums.onHand += onHandDelta;
      this.sums.reserved += reservedDelta;
    }
    for (const claim of account.claims) this.claims.set(claim.orderId, claim);
    this.stock = account.now;
    this.check(account);
  }

  check(account: StockAccount): void {
    const claims = [...this.claims.values()];
    const sum = (of: (claim: Claim) => number) => claims.reduce((units, claim) => units + of(claim), 0);
    expect(this.sums, 'the ledger sums to the stock').toEqual(this.stock);
    expect(this.stock.onHand).toBeGreaterThanOrEqual(this.stock.reserved);
    const held = [...this.holds.values()].reduce((units, one) => units + one, 0);
    expect(sum(({ reserved }) => reserved) + held, 'what is promised is promised to somebody').toBe(
      this.stock.reserved,
    );
    for (const { cartId, reason } of account.movements) expect(cartId !== undefined).toBe(reason.startsWith('CART_'));
    expect(account.shortfall).toBe(sum(({ short, owed }) => short + owed));
    if (account.shortfall) expect(this.stock.onHand, 'nobody waits while something is free').toBe(this.stock.reserved);
    for (const { orderId, reserved, consumed, short, owed, past } of claims) {
      for (const units of [reserved, consumed, short, owed, past]) expect(units).toBeGreaterThanOrEqual(0);
      const { open, shipped } = this.lines.get(orderId) as Line;
      expect({ open: reserved + short, shipped: consumed + owed + past }).toEqual({ open, shipped });
    }
  }
}

/** An order comes in, whole or half shipped; or one is shipped, cancelled or corrected. */
function turnLine(shelf: Shelf, roll: (sides: number) => number): void {
  const id = String(roll(12));
  const line = shelf.lines.get(id) ?? { open: 1 + roll(4), shipped: roll(3) };
  const units = roll(line.open + 1);
  const back = roll(line.shipped + 1);
  const next = [
    { open: line.open - units, shipped: line.shipped + units },
    { open: line.open - units, shipped: line.shipped },
    { open: line.open + back, shipped: line.shipped - back },
    { open: line.open + 2, shipped: line.shipped },
    line,
  ][roll(5)] as Line;
  shelf.lines.set(id, next);
  shelf.change((account) => {
    account.settle(shelf.claims.get(id) ?? newClaim(id, 1), next);
    return true;
  });
}

function turnStock(shelf: Shelf, roll: (sides: number) => number): void {
  const newest = () => [...shelf.claims.values()].filter(({ reserved }) => reserved).reverse();
  shelf.change((account) => {
    if (roll(2)) account.count(roll(20));
    else if (!account.adjust(roll(15) - 5)) return false;
    const isLeft = account.unpromise(newest());
    // only what carts hold cannot be taken back
    const held = [...shelf.holds.values()].reduce((units, one) => units + one, 0);
    expect(isLeft).toBe(held <= account.now.onHand);
    return isLeft;
  });
}

/** A cart holds more, or less, or lets go. */
function turnCart(shelf: Shelf, roll: (sides: number) => number): void {
  const id = String(roll(5));
  const held = shelf.holds.get(id) ?? 0;
  const units = roll(3) ? roll(6) : 0;
  shelf.change((account) => {
    const free = account.now.onHand - account.now.reserved;
    if (units >= held) {
      const isHeld = account.hold(id, units - held);
      expect(isHeld).toBe(units - held <= free);
      if (!isHeld) return false;
    } else account.release(id, held - units);
    shelf.holds.set(id, units);
    return true;
  });
}

describe('the stock account', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps its ledger, its promises and every line, seed %i', (seed) => {
    const roll = dice(seed);
    const shelf = new Shelf();
    for (let turn = 0; turn < 500; turn++) {
      ([turnLine, turnLine, turnLine, turnStock, turnCart, turnCart][roll(6)] as typeof turnLine)(shelf, roll);
    }
    expect(shelf.claims.size).toBeGreaterThan(5);
  });

  it('gives what a cart lets go to the oldest order that waits, and holds nothing that is not there', () => {
    const account = new StockAccount({ onHand: 5, reserved: 0 }, []);
    expect(account.hold('7', 6)).toBe(false);
    expect(account.hold('7', 5)).toBe(true);
    account.settle(newClaim('1', 1), { open: 3, shipped: 0 });
    expect(account.shortfall).toBe(3);
    account.release('7', 4);
    expect(account.now).toEqual({ onHand: 5, reserved: 4 });
    expect(account.shortfall).toBe(0);
    expect(account.movements.map(({ reason, reservedDelta, cartId }) => [reason, reservedDelta, cartId])).toEqual([
      ['CART_HELD', 5, '7'],
      ['CART_RELEASED', -4, '7'],
      ['ORDER_RESERVED', 3, undefined],
    ]);
  });

  it('books off what was shipped before the goods were booked in', () => {
    const account = new StockAccount({ onHand: 0, reserved: 0 }, []);
    account.settle(newClaim('1', 1), { open: 0, shipped: 1 });
    expect(account.shortfall).toBe(1);
    account.adjust(10);
    expect(account.now).toEqual({ onHand: 9, reserved: 0 });
  });

  it('does not take off a count what was shipped before it', () => {
    const account = new StockAccount({ onHand: 0, reserved: 0 }, []);
    account.settle(newClaim('1', 1), { open: 1, shipped: 1 });
    account.count(10);
    expect(account.now).toEqual({ onHand: 10, reserved: 1 });
    expect(account.shortfall).toBe(0);
  });

  it('leaves units alone that were shipped before the stock was kept', () => {
    const account = new StockAccount({ onHand: 5, reserved: 0 }, []);
    account.settle({ ...newClaim('1', 1), past: 2 }, { open: 1, shipped: 3 });
    expect(account.now).toEqual({ onHand: 4, reserved: 1 });
  });

  it('takes units that had not been shipped before after all, once they are', () => {
    const account = new StockAccount({ onHand: 5, reserved: 0 }, []);
    const claim = { ...newClaim('1', 1), past: 2 };
    account.settle(claim, { open: 2, shipped: 0 });
    expect(account.now).toEqual({ onHand: 5, reserved: 2 });
    account.settle(claim, { open: 0, shipped: 2 });
    expect(account.now).toEqual({ onHand: 3, reserved: 0 });
  });

  it('gives back what turns out to have left before the stock was kept', () => {
    const account = new StockAccount({ onHand: 5, reserved: 0 }, []);
    const claim = newClaim('1', 1);
    account.settle(claim, { open: 1, shipped: 2 });
    expect(account.now).toEqual({ onHand: 3, reserved: 1 });
    for (let times = 0; times < 2; times++) account.settle(claim, { open: 1, shipped: 2, isPast: true });
    expect(account.now).toEqual({ onHand: 5, reserved: 1 });
    expect(account.claims).toMatchObject([{ past: 2, consumed: 0 }]);
  });
});
