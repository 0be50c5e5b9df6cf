/** What is due when, the earliest first; of equal times, what was put in first. A binary heap. */
export class Agenda<Due> {
  private readonly heap: { readonly at: number; readonly turn: number; readonly due: Due }[] = [];
  private turns = 0;

  put(at: number, due: Due): void {
    const entry = { at, turn: this.turns++, due };
    let place = this.heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(place, parent)) break;
      this.swap(place, parent);
      place = parent;
    }
  }

  /** Takes out what is due first, if it is due by then. */
  next(until: number): { readonly at: number; readonly due: Due } | null {
    const first = this.heap[0];
    if (!first || first.at > until) return null;
    const last = this.heap.pop();
    if (last && last !== first) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    let place = 0;
    for (;;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.heap.length && this.isBefore(child, least)) least = child;
      }
      if (least === place) return;
      this.swap(place, least);
      place = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    return one !== undefined && other !== undefined && (one.at - other.at || one.turn - other.turn) < 0;
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one && other) [this.heap[a], this.heap[b]] = [other, one];
  }
}
