import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../src/log.js';
import { openQueue, type ShopQueue, type SliceEnd } from '../../src/sync/queue.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';

const log = createLog({ level: 'warn', format: 'pretty' });
let fresh: Fresh;
const open: ShopQueue[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(async () => {
  for (const queue of open) await queue.close();
  await fresh.close();
});

async function start(work: (shop: string) => Promise<SliceEnd>, workers = 2) {
  const queue = await openQueue({ databaseUrl: fresh.url, workers, work, log });
  open.push(queue);
  return queue;
}

test('one job per shop while one waits or is worked, and again afterwards', async () => {
  const seen: string[] = [];
  let finish = () => {};
  const queue = await start((shop) => {
    seen.push(shop);
    return shop === '1' && seen.length === 1
      ? new Promise((resolve) => {
          finish = () => resolve('DONE');
        })
      : Promise.resolve('DONE');
  });
  await queue.add(['1']);
  await vi.waitFor(() => expect(seen).toEqual(['1']), 5000);
  await queue.add(['1', '2']);
  await vi.waitFor(() => expect(seen).toEqual(['1', '2']), 5000);
  finish();
  await vi.waitFor(async () => {
    if (seen.length < 3) await queue.add(['1']);
    expect(seen.slice(0, 3)).toEqual(['1', '2', '1']);
  }, 5000);
  await queue.close();
});

test('a shop with more to do comes back by itself, after those that wait', async () => {
  const seen: string[] = [];
  const queue = await start(async (shop) => {
    seen.push(shop);
    return shop === '1' && seen.filter((one) => one === '1').length < 3 ? 'MORE' : 'DONE';
  }, 1);
  await queue.add(['1', '2']);
  await vi.waitFor(() => expect(seen).toHaveLength(4), 5000);
  expect(seen).toEqual(['1', '2', '1', '1']);
  await queue.close();
});

test('tables that were lost are made again, and the work goes on', async () => {
  const seen: string[] = [];
  const queue = await start(async (shop) => {
    seen.push(shop);
    return 'DONE';
  });
  await fresh.db.run({ text: 'drop schema bullmq cascade' });
  await vi.waitFor(
    async () => {
      await queue.add(['1']);
      expect(seen).toContain('1');
    },
    { timeout: 40_000, interval: 200 },
  );
  await queue.close();
});

test('a job that fails leaves nothing that would keep its shop out', async () => {
  let calls = 0;
  const queue = await start(async () => {
    calls += 1;
    if (calls === 1) throw new Error('a fault in the engine');
    return 'DONE';
  });
  await queue.add(['3']);
  await vi.waitFor(async () => {
    await queue.add(['3']);
    expect(calls).toBe(2);
  }, 10_000);
  await queue.close();
  const left = await fresh.db.run<{ jobs: number }>({ text: 'select count(*)::int as jobs from bullmq.job' });
  expect(left[0]?.jobs).toBe(0);
});

test('the job of somebody who died can be forgotten', async () => {
  const seen: string[] = [];
  const stuck = await start(() => new Promise<SliceEnd>(() => {}), 1);
  await stuck.add(['4']);
  await vi.waitFor(async () => {
    const [row] = await fresh.db.run<{ jobs: number }>({
      text: "select count(*)::int as jobs from bullmq.job where state = 'active'",
    });
    expect(row?.jobs).toBe(1);
  }, 10_000);
  const queue = await start(async (shop) => {
    seen.push(shop);
    return 'DONE';
  }, 1);
  await queue.add(['4']);
  expect(seen).toEqual([]);
  await queue.forget(['4']);
  await queue.add(['4']);
  await vi.waitFor(() => expect(seen).toEqual(['4']), 5000);
  const before = performance.now();
  await stuck.close();
  expect(performance.now() - before).toBeLessThan(4000);
});

test('Redis without its package is refused with what to do about it', async () => {
  const work = async (): Promise<SliceEnd> => 'DONE';
  const opening = openQueue({ databaseUrl: fresh.url, redisUrl: 'redis://127.0.0.1:1', workers: 1, work, log });
  await expect(opening).rejects.toThrow('npm install ioredis');
});
