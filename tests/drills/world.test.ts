import { expect, test } from 'vitest';
import { prove } from '../../src/invariants/prove.js';
import { workHere } from '../../src/invariants/storm.js';
import { createLog } from '../../src/log.js';
import { freshDatabase } from '../setup/fresh.js';
import { vault } from '../sync/shop.js';
import { everyActor } from './scene.js';

/*
 * A world that changes while it is synced, in every kind of bad weather at once, by chance: what `npm run invariants` does,
 * at a few seeds. The name of a test that fails holds its seed: `npm run invariants -- --seed 3 --marketplace bol`.
 */
const seeds = [1, 2, 3];

const cases = everyActor.flatMap((actor) => seeds.map((seed) => [actor.marketplace.id, seed, actor] as const));

test.each(cases)('%s, seed %i: nothing lost, nothing doubled', { timeout: 120_000 }, async (_, seed, actor) => {
  const { broken, figures } = await prove({
    marketplace: actor.marketplace,
    sandboxModule: actor.sandbox,
    ...{ seed, rounds: 10, orders: 200, vault, newPlace: freshDatabase, startWorker: workHere },
    log: createLog({ level: 'error', format: 'pretty' }),
  });
  const found = Object.entries(broken).filter(([, records]) => records.length > 0);
  expect(Object.fromEntries(found)).toEqual({});
  expect(figures.held.orders).toBeGreaterThan(200);
});
