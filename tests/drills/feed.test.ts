// A source that hands out each order once, and a process that is killed in the middle of it, fifty times.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compare } from '../../src/invariants/compare.js';
import { readList } from '../../src/marketplaces/feed/lists.js';
import type { WireOrder } from '../../src/marketplaces/feed/wire.js';
import { duplicatesOf, holdingsOf, wrongSumsOf } from '../../src/store/holdings.js';
import { spooled } from '../../src/store/spool.js';
import { type EngineProcess, startProcess } from './processes.js';
import { feedActor, haste, openScene, type Scene } from './scene.js';

const kills = 50;
/** New orders for each life of the process: more than it can ask for. */
const ordersPerLife = 1_000;
const batchSize = 7;

let scene: Scene<typeof feedActor.sandbox>;
let spoolDir: string;
const processes = new Set<EngineProcess>();

beforeAll(async () => {
  scene = await openScene(feedActor, { orders: 0, batchSize, repeats: 0 });
  spoolDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-spool-'));
});
afterAll(async () => {
  for (const one of processes) {
    one.kill('SIGKILL');
    await one.stop();
  }
  await scene?.close();
  fs.rmSync(spoolDir, { recursive: true, force: true });
});

async function start(): Promise<EngineProcess> {
  const started = await startProcess({
    databaseUrl: scene.databaseUrl,
    origins: { [scene.shopId]: scene.sandbox.origin },
    rateScale: scene.rateScale,
    timing: haste,
    spoolDir,
  });
  processes.add(started);
  return started;
}

async function kill(one: EngineProcess): Promise<void> {
  one.kill('SIGKILL');
  await one.stop();
  processes.delete(one);
}

const hurry = async () => {
  await scene.db.run({ text: 'update streams set due_at = least(due_at, now())' });
  await scene.db.run({ text: `select pg_notify('lading_due', '0')` });
};

const until = (holds: () => unknown, intervalMs = 2) => vi.waitFor(holds, { timeout: 60_000, interval: intervalMs });

/** What is on this machine, but not in a transaction: of each answer what came whole so far. */
const inFiles = () =>
  [...spooled(spoolDir, -60_000)].flatMap(
    ({ body }) => readList(body.toString('utf8')).entries as unknown as WireOrder[],
  );

test(`kill -9 at ${kills} points: no order that the source has handed out is missing, and none is here twice`, {
  timeout: 900_000,
}, async () => {
  const { sandbox, db, shopId } = scene;
  const { world } = sandbox;
  // half of the answers take some time on their way, so that many a kill comes in their middle
  sandbox.faults.add({ kind: 'SLOW_BODY', rate: 0.5, ms: 40 });
  let underWay = 0;
  const wereInFiles: WireOrder[] = [];
  let next = await start();
  for (let life = 0; life < kills; life++) {
    const now = next;
    world.change(ordersPerLife);
    const before = world.batches.length;
    await until(async () => {
      await hurry();
      expect(world.batches.length).toBeGreaterThan(before);
    }, 50);
    // the next one is ready to take over
    next = await start();
    const seen = world.batches.length;
    // on a slow machine the other one has asked for all meanwhile
    await until(async () => {
      if (world.waiting.length === 0) world.change(ordersPerLife);
      await hurry();
      expect(world.batches.length).toBeGreaterThan(seen);
    }, 20);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
    if (!world.batches.at(-1)?.isSent) underWay++;
    await kill(now);
    wereInFiles.push(...inFiles());
  }
  sandbox.faults.clear();
  // the rest need not be waited for
  world.waiting.splice(200);
  await until(async () => {
    await hurry();
    expect(world.waiting).toEqual([]);
    const [open] = await db.run<{ count: number }>({
      text: 'select count(*)::int as count from inbox where body is not null and stored_at is null',
    });
    expect(open?.count).toBe(0);
    expect(fs.readdirSync(spoolDir)).toEqual([]);
  }, 50);
  await next.stop();
  processes.delete(next);

  // whatever left the source is here: those who received it went on without the process that was killed
  const held = new Set((await holdingsOf(db, shopId)).orders.map(({ externalId }) => externalId));
  const missing = world.batches.flatMap(({ orders }) => orders.filter(({ orderNumber }) => !held.has(orderNumber)));
  expect(missing).toEqual([]);
  expect(await db.run({ text: 'select from inbox where not is_whole and body is not null' })).toEqual([]);
  // as it is, once
  expect(compare(await holdingsOf(db, shopId), sandbox.truth())).toEqual([]);
  expect(await duplicatesOf(db, shopId)).toEqual([]);
  expect(await wrongSumsOf(db, shopId)).toEqual([]);
  console.info(
    `${kills} kills, ${world.batches.length} answers of ${held.size} orders: ${underWay} kills came while an answer was under way, ` +
      `${wereInFiles.length} orders were in files only, 0 are missing`,
  );
});
