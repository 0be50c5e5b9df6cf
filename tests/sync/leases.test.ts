import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dropLeases, leaseHolders, releaseShop, renewLease, takeShop } from '../../src/store/leases.js';
import { isDead, workerName } from '../../src/sync/worker.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop } from './shop.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

test('a shop is held by one worker until the lease ends', async () => {
  const { db } = fresh;
  const id = await newShop(db, { account: 'held' });
  const first = await takeShop(db, id, 'a', 60_000);
  expect(first).toMatchObject({ id, marketplace: 'OTTO', status: 'ACTIVE', epoch: '1', version: 1 });
  expect(await takeShop(db, id, 'b', 60_000)).toBeNull();
  expect(await leaseHolders(db)).toContain('a');

  expect(await renewLease(db, { shopId: id, epoch: '1', leaseMs: 1 })).toEqual({
    status: 'ACTIVE',
    version: 1,
    cancelRequested: false,
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await takeShop(db, id, 'b', 60_000);
  expect(second?.epoch).toBe('2');
  // the first one wakes up: it neither prolongs nor gives away what is not its own any more
  expect(await renewLease(db, { shopId: id, epoch: '1', leaseMs: 60_000 })).toBeNull();
  await releaseShop(db, id, '1', null);
  expect(await takeShop(db, id, 'a', 60_000)).toBeNull();
  await releaseShop(db, id, '2', null);
  const third = await takeShop(db, id, 'a', 60_000);
  expect(third?.epoch).toBe('3');
  expect(third?.strangerLeftMsAgo).toBeLessThan(1000);
  await releaseShop(db, id, '3', null);
  expect((await takeShop(db, id, 'a', 60_000))?.strangerLeftMsAgo).toBeNull();
});

test('what the lanes let through is handed over by whoever gives the shop back, and only by them', async () => {
  const { db } = fresh;
  const id = await newShop(db, { account: 'handed over' });
  const taken = async (worker: string) => {
    const shop = await takeShop(db, id, worker, 60_000);
    if (!shop) throw new Error('somebody has it');
    return shop;
  };
  const use = { all: { passed: [[1_200, 3] as const, [40, 1] as const], heldMs: 0 } };
  const observed = { all: { requests: 25, at: '2026-11-21T08:00:00.000Z' } };
  const first = await taken('a');
  expect(first).toMatchObject({ laneUse: null, configuredLimits: {}, observedLimits: {} });
  await releaseShop(db, id, first.epoch, { use, observed });

  const second = await taken('b');
  expect(second).toMatchObject({ laneUse: use, observedLimits: observed });
  expect(second.laneUseMsAgo).toBeGreaterThanOrEqual(0);
  expect(second.laneUseMsAgo).toBeLessThan(5_000);
  // it sent nothing, so what it found still holds
  await releaseShop(db, id, second.epoch, null);
  const third = await taken('c');
  expect(third.laneUse).toEqual(use);

  // it dies, and with it the knowledge of what it sent; not that of the limits
  await dropLeases(db, 'c');
  const fourth = await taken('d');
  expect(fourth).toMatchObject({ laneUse: null, observedLimits: observed });
  expect(fourth.strangerLeftMsAgo).toBeLessThan(5_000);
  await releaseShop(db, id, fourth.epoch, null);
  expect((await taken('e')).laneUse).toBeNull();
});

test('of many who want a shop at once, one gets it', async () => {
  const { db } = fresh;
  const id = await newShop(db, { account: 'wanted' });
  const taken = await Promise.all(Array.from({ length: 8 }, (_, at) => takeShop(db, id, `w${at}`, 60_000)));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test('the leases of a process that is certainly dead are dropped, and only those', async () => {
  const { db } = fresh;
  const self = workerName();
  const child = spawn(process.execPath, ['-e', '']);
  const [place] = self.split('/');
  const dead = `${place}/${child.pid}/x`;
  await once(child, 'exit');
  expect(isDead(dead, self)).toBe(true);
  expect(isDead(self, self)).toBe(false);
  expect(isDead(`${place}/${process.ppid}/x`, self)).toBe(false);
  expect(isDead(`another-machine/${child.pid}/x`, self)).toBe(false);

  const id = await newShop(db, { account: 'orphan' });
  await takeShop(db, id, dead, 60_000);
  expect(await dropLeases(db, dead)).toEqual([id]);
  expect((await takeShop(db, id, self, 60_000))?.epoch).toBe('3');
});
