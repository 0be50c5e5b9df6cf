import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Dump, dump, rowStamps } from '../../src/store/dump.js';
import { type EngineProcess, startProcess } from './processes.js';
import { ended, expectTruth, haste, imported, openScene, ottoActor, type Scene, undisturbed } from './scene.js';

let expected: { dump: Dump; requests: number };
let scene: Scene;
const processes: EngineProcess[] = [];

beforeAll(async () => {
  expected = await undisturbed(ottoActor);
});
afterEach(async () => {
  for (const one of processes.splice(0)) {
    one.kill('SIGKILL');
    await one.stop();
  }
  await scene.close();
});

const start = async (timing: object = haste) => {
  const started = await startProcess({
    databaseUrl: scene.databaseUrl,
    origins: { [scene.shopId]: scene.sandbox.origin },
    rateScale: scene.rateScale,
    timing,
  });
  processes.push(started);
  return started;
};

test('kill -9 in the middle, twice: the next process takes the shop at once and goes on at the last page', async () => {
  scene = await openScene(ottoActor);
  const first = await start({ ...haste, leaseMs: 60_000 });
  await imported(scene.db, 200);
  first.kill('SIGKILL');
  await first.stop();

  // the lease of the dead one would hold for a minute yet
  const since = performance.now();
  const second = await start({ ...haste, leaseMs: 60_000 });
  await vi.waitFor(async () => {
    const [row] = await scene.db.run<{ count: number }>({ text: 'select count(*)::int as count from shipments' });
    expect(row?.count).toBeGreaterThan(20);
  }, 20_000);
  expect(performance.now() - since).toBeLessThan(15_000);
  second.kill('SIGKILL');
  await second.stop();

  await start();
  expect(await ended(scene.db)).toBe('SUCCEEDED');
  expect(await dump(scene.db, scene.shopId)).toEqual(expected.dump);
  await expectTruth(scene);
  // each crash costs what was under way: a few pages, and details of two pages at most
  expect(scene.sandbox.counters.total).toBeLessThan(expected.requests + 2 * 220);
  expect(scene.sandbox.counters.tooMany).toBe(0);

  const before = await rowStamps(scene.db);
  await scene.db.run({ text: 'update streams set due_at = now()' });
  await scene.db.run({ text: `select pg_notify('lading_due', '1')` });
  expect(await ended(scene.db, 2)).toBe('SUCCEEDED');
  expect(await rowStamps(scene.db)).toEqual(before);
});

/** It looks at its own clock first, and at the database's word then. */
const stopped = /^(slice stopped: lease lost|stopped: another worker has the shop)/;

test('a worker that is frozen past its lease and wakes up writes nothing', async () => {
  scene = await openScene(ottoActor);
  const frozen = await start();
  await imported(scene.db, 150);
  frozen.kill('SIGSTOP');
  const [held] = await scene.db.run<{ epoch: string }>({ text: 'select epoch from shops' });

  const other = await start();
  // it waits for the lease, since the other process is not known to be dead, and for the end of a transaction that the
  // other may have frozen in
  await vi.waitFor(async () => {
    const [shop] = await scene.db.run<{ epoch: string }>({ text: 'select epoch from shops' });
    expect(Number(shop?.epoch)).toBeGreaterThan(Number(held?.epoch));
  }, 40_000);
  frozen.kill('SIGCONT');
  expect(await ended(scene.db)).toBe('SUCCEEDED');
  await vi.waitFor(
    () => expect(frozen.log.map(({ message }) => message).some((message) => stopped.test(message))).toBe(true),
    20_000,
  );
  const woken = frozen.log.slice(frozen.log.findIndex(({ message }) => stopped.test(message)));
  expect(
    woken.filter(({ message }) => message === 'page committed' || /^run (succeeded|failed)/.test(message)),
  ).toEqual([]);
  expect(await dump(scene.db, scene.shopId)).toEqual(expected.dump);
  await other.stop();
});
