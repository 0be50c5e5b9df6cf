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
  sums = { onHand: 0, reserved: 0 };

  change(work: (account: StockAccount) => void): void {
    const all = [...this.claims.values()];
    const account = new StockAccount(
      this.stock,
      all.filter(({ short, owed }) => short || owed),
    );
    work(account);
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
    expect(
      sum(({ reserved }) => reserved),
      'what is promised is promised to somebody',
    ).toBe(this.stock.reserved);
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
  shelf.change((account) => account.settle(shelf.claims.get(id) ?? newClaim(id, 1), next));
}

function turnStock(shelf: Shelf, roll: (sides: number) => number): void {
  const newest = () => [...shelf.claims.values()].filter(({ reserved }) => reserved).reverse();
  shelf.change((account) => {
    if (roll(2)) account.count(roll(20));
    else if (!account.adjust(roll(15) - 5)) return;
    expect(account.unpromise(newest())).toBe(true);
  });
}

describe('the stock account', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('keeps its ledger, its promises and every line, seed %i', (seed) => {
    const roll = dice(seed);
    const shelf = new Shelf();
    for (let turn = 0; turn < 500; turn++) (roll(4) ? turnLine : turnStock)(shelf, roll);
    expect(shelf.claims.size).toBeGreaterThan(5);
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
    account.settle(newClaim('1', 1, 2), { open: 1, shipped: 3 });
    expect(account.now).toEqual({ onHand: 4, reserved: 1 });
  });
});
