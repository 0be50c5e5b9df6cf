import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OttoSandbox, startSandbox } from '../../src/marketplaces/otto/sandbox.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop } from '../sync/shop.js';
import { type EngineProcess, startProcess } from './processes.js';
import { haste } from './scene.js';

const shops = 6;
let fresh: Fresh;
const sandboxes: OttoSandbox[] = [];
const processes: EngineProcess[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(async () => {
  for (const one of processes) await one.stop();
  for (const sandbox of sandboxes) await sandbox.stop();
  await fresh.close();
});

/** When each shop was held by this process, in ms since 1970. */
function holdings(process: EngineProcess): { shop: string; from: number; to: number }[] {
  const open = new Map<string, number>();
  const held: { shop: string; from: number; to: number }[] = [];
  for (const { message, timestamp, shop = '' } of process.log) {
    if (message === 'shop taken') open.set(shop, Date.parse(timestamp));
    else if (message === 'shop given back') held.push({ shop, from: open.get(shop) ?? 0, to: Date.parse(timestamp) });
  }
  return held;
}

test('two processes on one database share many shops, never work one at once, and keep every rate limit', async () => {
  const origins: Record<string, string> = {};
  for (let at = 0; at < shops; at++) {
    const credentials = { clientId: `partner-${at}`, clientSecret: `secret-${at}` };
    const sandbox = await startSandbox({ orders: 120, seed: at + 1, rateScale: 3, credentials });
    sandboxes.push(sandbox);
    const streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const;
    const id = await newShop(fresh.db, { account: credentials.clientId, secret: credentials.clientSecret, streams });
    origins[id] = sandbox.origin;
  }
  // short slices, so that shops change hands often
  const task = { databaseUrl: fresh.url, origins, rateScale: 3, workers: 2, timing: { ...haste, sliceMs: 400 } };
  processes.push(...(await Promise.all([startProcess(task), startProcess(task)])));
  await vi.waitFor(
    async () => {
      const rows = await fresh.db.run({ text: 'select status, count(*)::int from sync_runs group by 1' });
      expect(rows).toEqual([{ status: 'SUCCEEDED', count: shops }]);
    },
    { timeout: 50_000, interval: 200 },
  );
  for (const one of processes) await one.stop();

  const [first, second] = processes.map(holdings);
  expect(first?.length).toBeGreaterThan(3);
  expect(second?.length).toBeGreaterThan(3);
  for (const a of first ?? []) {
    for (const b of second ?? []) {
      if (a.shop === b.shop) expect(a.to <= b.from || b.to <= a.from).toBe(true);
    }
  }
  const stored = await fresh.db.run<{ count: number }>({
    text: 'select count(*)::int as count from orders group by shop_id order by shop_id',
  });
  expect(stored.map(({ count }) => count)).toEqual(sandboxes.map((sandbox) => sandbox.truth().orders.length));
  // 0 on a machine that is not overloaded; where every process waits for its turn, one may arrive late and the next in time
  const sum = (of: (counters: OttoSandbox['counters']) => number) =>
    sandboxes.reduce((total, { counters }) => total + of(counters), 0);
  expect(sum(({ tooMany }) => tooMany)).toBeLessThan(sum(({ total }) => total) / 200);
});
