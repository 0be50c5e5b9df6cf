/**
 * Asks the source for its next item while the current one is being worked on: one item ahead, no more. Once `enough`
 * says so, nothing further is asked for, and what was already asked for is still delivered. A failure of the source
 * surfaces when its item's turn comes.
 */
export async function* ahead<Item>(
  source: AsyncIterable<Item>,
  enough: () => boolean = () => false,
): AsyncGenerator<Item, void> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = () => {
    const answer = iterator.next();
    // heard where it is awaited; without this, a failure that nobody awaits any more would end the process
    answer.catch(() => {});
    return answer;
  };
  let next: ReturnType<typeof ask> | null = ask();
  try {
    while (next) {
      const { done, value } = await next;
      if (done) return;
      next = enough() ? null : ask();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Applies an asynchronous step to each item, one after the other. */
export async function* each<Item, Result>(
  source: AsyncIterable<Item>,
  step: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  for await (const item of source) yield await step(item);
}

/** Runs `work` on every item, at most `limit` at once, and keeps their order. The first failure ends it. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        results[at] = await work(items[at] as Item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
