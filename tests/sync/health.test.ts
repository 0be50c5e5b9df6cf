import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamHealth } from '../../src/store/health.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop } from './shop.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

const hour = 3_600_000;
const defaults = [
  { marketplace: 'OTTO', stream: 'ORDERS', everyMs: hour, windowMs: null },
  { marketplace: 'OTTO', stream: 'SHIPMENTS', everyMs: hour, windowMs: 48 * hour },
] as const;

test('a stream is late after a missed period, at risk after half its window, and lost after all of it', async () => {
  const shopId = await newShop(fresh.db, { streams: ['ORDERS', 'SHIPMENTS'] });
  const set = (hoursAgo: number, late: number, failures = 0) =>
    fresh.db.run({
      text: `update streams set last_success_at = now() - $1 * interval '1 hour', due_at = now() - $2 * interval '1 hour',
        failures = $3`,
      values: [hoursAgo, late, failures],
    });
  const states = async () => (await streamHealth(fresh.db, defaults, shopId)).map(({ state }) => state);

  const [orders, shipments] = await streamHealth(fresh.db, defaults);
  expect(orders).toMatchObject({ shopId, stream: 'ORDERS', state: 'OK', lagMs: null, dataAtRiskAt: null });
  expect(shipments?.dataAtRiskAt?.getTime()).toBeCloseTo(Date.now() + 48 * hour, -5);

  await set(1, 0.5);
  expect(await states()).toEqual(['OK', 'OK']);
  await set(3, 2);
  expect(await states()).toEqual(['LATE', 'LATE']);
  expect((await streamHealth(fresh.db, defaults, shopId))[0]?.lagMs).toBeCloseTo(3 * hour, -4);
  await set(3, -1, 2);
  expect(await states()).toEqual(['FAILING', 'FAILING']);
  await set(30, 2);
  expect(await states()).toEqual(['LATE', 'AT_RISK']);
  await set(50, 2);
  expect(await states()).toEqual(['LATE', 'LOST']);
  expect(await streamHealth(fresh.db, defaults, '999')).toEqual([]);
});
