import 'reflect-metadata';
import { expect, vi } from 'vitest';
import type { Credentials, Marketplace } from '../../src/commerce/marketplace.js';
import { compare } from '../../src/invariants/compare.js';
import { haste, openStage, type Stage } from '../../src/invariants/stage.js';
import { createLog } from '../../src/log.js';
import { bol } from '../../src/marketplaces/bol/index.js';
import * as bolSandbox from '../../src/marketplaces/bol/sandbox.js';
import { feed } from '../../src/marketplaces/feed/index.js';
import * as feedSandbox from '../../src/marketplaces/feed/sandbox.js';
import { otto } from '../../src/marketplaces/otto/index.js';
import * as ottoSandbox from '../../src/marketplaces/otto/sandbox.js';
import { skubana } from '../../src/marketplaces/skubana/index.js';
import * as skubanaSandbox from '../../src/marketplaces/skubana/sandbox.js';
import type { SandboxModule, SandboxOptions } from '../../src/sandbox/marketplace.js';
import type { Database } from '../../src/store/database.js';
import { type Dump, dump } from '../../src/store/dump.js';
import { holdingsOf, wrongSumsOf } from '../../src/store/holdings.js';
import { freshDatabase } from '../setup/fresh.js';
import { vault } from '../sync/shop.js';

export { haste };

/** A marketplace with the one that it is pretended by, and a world large enough to be interrupted. */
export interface Actor<Sandbox extends SandboxModule = SandboxModule> {
  readonly marketplace: Marketplace;
  readonly sandbox: Sandbox;
  /** At rates that let a test end. */
  readonly world: SandboxOptions & { readonly orders: number; readonly rateScale: number };
}

export const ottoActor: Actor<typeof ottoSandbox> = {
  ...{ marketplace: otto, sandbox: ottoSandbox },
  world: { orders: 600, rateScale: 20 },
};
export const bolActor: Actor<typeof bolSandbox> = {
  ...{ marketplace: bol, sandbox: bolSandbox },
  world: { orders: 90, rateScale: 1_000 },
};

export const skubanaActor: Actor<typeof skubanaSandbox> = {
  ...{ marketplace: skubana, sandbox: skubanaSandbox },
  world: { orders: 400, rateScale: 100 },
};
/** Hands out each order once. */
export const feedActor: Actor<typeof feedSandbox> = {
  ...{ marketplace: feed, sandbox: feedSandbox },
  world: { orders: 400, rateScale: 400 },
};

/** What the drills are played with. */
export const actors: readonly Actor[] = [ottoActor, bolActor, skubanaActor];
/** With those whose world cannot be read twice. */
export const everyActor: readonly Actor[] = [...actors, feedActor];

/** A pretend marketplace, a database with one shop of it, and what runs on them. */
export interface Scene<Sandbox extends SandboxModule = SandboxModule> extends Omit<Stage, 'sandbox'> {
  readonly sandbox: Awaited<ReturnType<Sandbox['startSandbox']>>;
  readonly databaseUrl: string;
}

type OptionsOf<Sandbox extends SandboxModule> = Parameters<Sandbox['startSandbox']>[0];

export async function openScene<Sandbox extends SandboxModule>(
  actor: Actor<Sandbox>,
  options: OptionsOf<Sandbox> = {},
  /** Of the shop; the right ones, if absent. */
  credentials?: Credentials,
): Promise<Scene<Sandbox>> {
  const sandbox = (await actor.sandbox.startSandbox({ ...actor.world, ...options })) as Scene<Sandbox>['sandbox'];
  const rateScale = options?.rateScale ?? actor.world.rateScale;
  const scene = await sceneOf(actor, credentials ? { ...sandbox, credentials } : sandbox, rateScale);
  return {
    ...scene,
    sandbox,
    async close() {
      await scene.close();
      await sandbox.stop();
    },
  };
}

async function sceneOf<Sandbox extends SandboxModule>(
  { marketplace }: Actor<Sandbox>,
  sandbox: Scene<Sandbox>['sandbox'],
  rateScale: number,
): Promise<Scene<Sandbox>> {
  const place = await freshDatabase();
  const log = createLog({ level: 'error', format: 'pretty' });
  const stage = await openStage({ marketplace, sandbox, place, vault, rateScale, log });
  return { ...stage, sandbox, databaseUrl: place.url };
}

/** Waits until the n-th run of the shop has ended, and says how. */
export async function ended(db: Database, runs = 1, timeoutMs = 50_000): Promise<string> {
  return vi.waitFor(
    async () => {
      // "look now": what waits for its back-off need not wait for a tick as well
      await db.run({ text: `select pg_notify('lading_due', '0')` });
      const rows = await db.run<{ status: string }>({ text: 'select status from sync_runs order by id' });
      expect(rows.length).toBeGreaterThanOrEqual(runs);
      const { status } = rows[runs - 1] as { status: string };
      expect(status).toMatch(/SUCCEEDED|FAILED|CANCELLED/);
      return status;
    },
    { timeout: timeoutMs, interval: 100 },
  );
}

/** Waits until so many orders are stored: the middle of a sync. */
export async function imported(db: Database, orders: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const [row] = await db.run<{ count: number }>({ text: 'select count(*)::int as count from orders' });
      expect(row?.count).toBeGreaterThanOrEqual(orders);
    },
    { timeout: 20_000, interval: 5 },
  );
}

/** What a sync of the actor's world comes to when nothing goes wrong, and what it costs. */
export async function undisturbed(actor: Actor): Promise<{ dump: Dump; requests: number }> {
  const scene = await openScene(actor);
  try {
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    await expectTruth(scene);
    return { dump: await dump(scene.db, scene.shopId), requests: scene.sandbox.counters.total };
  } finally {
    await scene.close();
  }
}

/** What another sync of the same world, from nothing and in calm weather, comes to. */
export async function readAnew(actor: Actor, { sandbox, rateScale }: Scene): Promise<Dump> {
  const scene = await sceneOf(actor, sandbox, rateScale);
  try {
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    return await dump(scene.db, scene.shopId);
  } finally {
    await scene.close();
  }
}

/** Compares what is held with what is so in the world, worked out from the world and not through our mapping. */
export async function expectTruth({ db, shopId, sandbox }: Scene): Promise<void> {
  expect(compare(await holdingsOf(db, shopId), sandbox.truth())).toEqual([]);
}

/** The roll-up and the orders' sums say what the lines say. */
export async function expectRollUp({ db, shopId }: Scene): Promise<void> {
  expect(await wrongSumsOf(db, shopId)).toEqual([]);
}
