import type { OrderRecord } from './records.js';

/** Which of an order's two dates the list is filtered and sorted by. */
export type ChangeDate = 'lastModifiedDate' | 'lifecycleChangeDate';

/** A position in the order of changes, as a page cursor holds it. */
export interface ChangePosition {
  readonly at: number;
  readonly index: number;
}

/**
 * All orders in the order in which they last changed. Append-only: a changed order is written again at the end and its
 * old entry is skipped, so that 100,000 orders need no sorting when one of them changes.
 */
export class ChangeLog {
  private entries: (OrderRecord | null)[] = [];
  private live = 0;

  constructor(readonly date: ChangeDate) {}

  timeOf(order: OrderRecord): number {
    return this.date === 'lastModifiedDate' ? order.modifiedAt : order.lifecycleAt;
  }

  /** Puts in order what was made before the world opened. */
  open(orders: readonly OrderRecord[]): void {
    this.entries = [...orders].sort((a, b) => this.timeOf(a) - this.timeOf(b) || a.index - b.index);
    this.live = orders.length;
    this.renumber();
  }

  /** The earliest time not before `at` that this order can change at and still stand last. */
  timeFor(order: OrderRecord, at: number): number {
    const last = this.entries.at(-1);
    if (!last) return at;
    const latest = this.timeOf(last);
    return at > latest || (at === latest && order.index > last.index) ? at : latest + 1;
  }

  /** Moves an order, whose dates are set, to the end. */
  append(order: OrderRecord): void {
    if (order.place >= 0) this.entries[order.place] = null;
    else this.live++;
    order.place = this.entries.push(order) - 1;
    if (this.entries.length > 2 * this.live + 1_000) {
      this.entries = this.entries.filter((entry) => entry !== null);
      this.renumber();
    }
  }

  /** Orders from a position on: at or after `from`, or strictly behind `after`. */
  *read(
    direction: 'ASC' | 'DESC',
    { from, after }: { from: number | null; after: ChangePosition | null },
  ): Generator<OrderRecord> {
    if (direction === 'ASC') {
      const start = after
        ? this.firstWhere((order) => this.compare(order, after) > 0)
        : this.firstWhere((order) => from === null || this.timeOf(order) >= from);
      for (let place = start; place < this.entries.length; place++) {
        const order = this.entries[place];
        if (order) yield order;
      }
      return;
    }
    const end = after ? this.firstWhere((order) => this.compare(order, after) >= 0) : this.entries.length;
    for (let place = end - 1; place >= 0; place--) {
      const order = this.entries[place];
      if (!order) continue;
      if (from !== null && this.timeOf(order) < from) return;
      yield order;
    }
  }

  private compare(order: OrderRecord, to: ChangePosition): number {
    return this.timeOf(order) - to.at || order.index - to.index;
  }

  /** Binary search; an emptied entry counts as the next one that is not. */
  private firstWhere(isBehind: (order: OrderRecord) => boolean): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      let probe = middle;
      while (probe < high && !this.entries[probe]) probe++;
      const order = probe < high ? this.entries[probe] : null;
      if (!order || isBehind(order)) high = middle;
      else low = probe + 1;
    }
    return low;
  }

  private renumber(): void {
    for (const [place, order] of this.entries.entries()) if (order) order.place = place;
  }
}
