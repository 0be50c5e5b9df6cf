/**
 * Prepares items ahead of whoever uses them: up to `ahead` of them are asked for and worked on at the same time, and they
 * come out in the source's order. The source itself is asked for one item after the other. A failure surfaces when its
 * item's turn comes, so what lies before it is still delivered. Once `enough` says so, nothing further is asked for, and
 * what was already asked for is still delivered.
 */
export async function* prepared<Item, Result>(
  source: AsyncIterable<Item>,
  step: (item: Item) => Promise<Result>,
  { ahead, enough }: { ahead: number; enough: () => boolean },
): AsyncGenerator<Result, void> {
  const iterator = source[Symbol.asyncIterator]();
  const queue: Promise<{ result: Result } | null>[] = [];
  let asked: Promise<unknown> = Promise.resolve();
  let ended = false;
  const ask = () => {
    const answer = asked.then(() => (ended ? null : iterator.next()));
    asked = answer.catch(() => {
      ended = true;
    });
    const next = answer.then(async (found) => {
      if (!found || found.done) {
        ended = true;
        return null;
      }
      return { result: await step(found.value) };
    });
    // heard where it is awaited; without this, a failure that nobody awaits any more would end the process
    next.catch(() => {});
    queue.push(next);
  };
  try {
    for (let at = 0; at < ahead; at++) ask();
    for (let next = queue.shift(); next; next = queue.shift()) {
      const item = await next;
      if (!item) return;
      if (!enough()) ask();
      yield item.result;
    }
  } finally {
    ended = true;
    await iterator.return?.();
  }
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
