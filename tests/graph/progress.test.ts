import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgress } from '../../src/graph/progress.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop } from '../store/shop.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());

describe('progress', () => {
  it('tells how a run ended though nobody said so, and then is quiet', async () => {
    const progress = await openProgress(fresh.db, undefined, 50);
    const { runId } = await addShop(fresh.db);
    const heard: string[] = [];
    const moves = progress.follow(null);
    const reading = (async () => {
      for await (const move of moves) heard.push(move.runId);
    })();
    await expect.poll(() => heard.length).toBeGreaterThan(2);
    await fresh.db.run({ text: `update sync_runs set status = 'SUCCEEDED'` });
    const before = heard.length;
    await expect.poll(() => heard.length).toBeGreaterThan(before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = heard.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([heard.length, new Set(heard)]).toEqual([after, new Set([runId])]);
    await progress.close();
    await reading;
  });

  it('ends a follower that waits, at once', async () => {
    const progress = await openProgress(fresh.db);
    const moves = progress.follow('1');
    const next = moves.next();
    await moves.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    await progress.close();
  });

  it('fails a follower when the database does', async () => {
    const other = await freshDatabase();
    const progress = await openProgress(other.db);
    await other.db.source.destroy();
    await expect(progress.follow(null).next()).rejects.toThrow();
    await progress.close();
  });
});
