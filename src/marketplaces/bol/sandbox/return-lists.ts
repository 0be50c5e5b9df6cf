import { isHandled, type Method, type ReturnRecord } from './records.js';

export interface ReturnFilter {
  /** Null: both. */
  readonly handled: boolean | null;
  readonly method: Method;
}

/** By which date handled returns are listed; bol does not say. */
export type ReturnDate = 'REGISTERED' | 'HANDLED';

/** Lists of returns: unhandled ones oldest first, handled ones newest first [bol]; both together newest first (a guess). */
export class ReturnLists {
  private sorted = new Map<string, ReturnRecord[]>();

  constructor(
    private readonly all: readonly ReturnRecord[],
    private readonly handledBy: ReturnDate,
  ) {}

  /** A return came in or was handled. */
  changed(): void {
    this.sorted.clear();
  }

  read(filter: ReturnFilter): readonly ReturnRecord[] {
    const key = `${filter.handled} ${filter.method}`;
    let found = this.sorted.get(key);
    if (!found) {
      const direction = filter.handled === false ? 1 : -1;
      found = this.all
        .filter((made) => made.method === filter.method)
        .filter((made) => filter.handled === null || isHandled(made) === filter.handled)
        .sort((a, b) => direction * (this.dateOf(a) - this.dateOf(b) || a.index - b.index));
      this.sorted.set(key, found);
    }
    return found;
  }

  private dateOf(made: ReturnRecord): number {
    if (this.handledBy === 'REGISTERED' || !isHandled(made)) return made.registeredAt;
    return Math.max(...made.items.flatMap(({ results }) => results.map(({ at }) => at)));
  }
}
