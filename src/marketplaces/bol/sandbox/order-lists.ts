import { hourMs, minuteMs } from '../../../sandbox/world.js';
import { dayNumber } from './dutch-time.js';
import { type ItemRecord, type Method, type OrderRecord, openUnits } from './records.js';

/** What a list of orders is asked for. */
export interface OrderFilter {
  readonly method: Method | 'ALL';
  readonly status: 'OPEN' | 'SHIPPED' | 'ALL';
  /** Changed within so many minutes. */
  readonly minutes: number | null;
  /** Last changed on exactly this day. */
  readonly day: number | null;
  readonly vvbOnly: boolean;
}

/** Without a date, handled items are shown for so long [bol: 48 hours]. */
const handledMs = 48 * hourMs;

/** Does an item belong to the list? An order does if one of its items does. */
export function isListed(item: ItemRecord, { method, status, minutes, day }: OrderFilter, now: number): boolean {
  const open = openUnits(item) > 0;
  if (method !== 'ALL' && item.method !== method) return false;
  if (status === 'OPEN' && !open) return false;
  if (status === 'SHIPPED' && (open || item.shipped === 0)) return false;
  if (minutes !== null && item.changedAt < now - minutes * minuteMs) return false;
  if (day !== null && dayNumber(item.changedAt) !== day) return false;
  return minutes !== null || day !== null || open || item.changedAt >= now - handledMs;
}

/**
 * Which orders a list may name, without looking at all of them: the open ones, and those that changed on a day. A list is
 * sorted once for all of its pages, and anew after the world has moved.
 */
export class OrderLists {
  private readonly open = new Set<OrderRecord>();
  private readonly days = new Map<number, Set<OrderRecord>>();
  private sorted = new Map<string, OrderRecord[]>();
  private sortedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly isVvb: (order: OrderRecord) => boolean) {}

  /** An item of this order changed then. */
  note(order: OrderRecord, at: number): void {
    const day = dayNumber(at);
    const changed = this.days.get(day);
    if (changed) changed.add(order);
    else this.days.set(day, new Set([order]));
    if (order.items.some((item) => openUnits(item) > 0)) this.open.add(order);
    else this.open.delete(order);
    this.sorted.clear();
  }

  /** Newest first. */
  read(filter: OrderFilter, now: number): readonly OrderRecord[] {
    if (this.sortedAt !== now) {
      this.sorted.clear();
      this.sortedAt = now;
    }
    const key = JSON.stringify(filter);
    let found = this.sorted.get(key);
    if (!found) {
      found = this.candidates(filter, now)
        .filter((order) => order.items.some((item) => isListed(item, filter, now)))
        .filter((order) => !filter.vvbOnly || this.isVvb(order))
        .sort((a, b) => b.placedAt - a.placedAt || b.index - a.index);
      this.sorted.set(key, found);
    }
    return found;
  }

  private candidates({ day, minutes }: OrderFilter, now: number): OrderRecord[] {
    if (day !== null) return [...(this.days.get(day) ?? [])];
    const since = minutes === null ? now - handledMs : now - minutes * minuteMs;
    const found = new Set(minutes === null ? this.open : []);
    for (let each = dayNumber(since); each <= dayNumber(now); each++) {
      for (const order of this.days.get(each) ?? []) found.add(order);
    }
    return [...found];
  }
}
