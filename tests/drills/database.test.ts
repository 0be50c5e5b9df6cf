import 'reflect-metadata';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage } from '../../src/invariants/stage.js';
import { createLog } from '../../src/log.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { type Dump, dump } from '../../src/store/dump.js';
import { type Embedded, startEmbedded } from '../../src/store/embedded.js';
import { vault } from '../sync/shop.js';
import { ended, imported, ottoActor, undisturbed } from './scene.js';

let expected: { dump: Dump; requests: number };
let dir: string;
let server: Embedded;
let db: Database;

beforeAll(async () => {
  expected = await undisturbed(ottoActor);
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-drill-'));
  // the server's own user must get there, who may not be this one
  fs.chmodSync(dir, 0o755);
  server = await startEmbedded({ dir, durable: false });
  db = await openDatabase({ url: server.url, poolSize: 4 });
});
afterAll(async () => {
  await db.close();
  await server.stop();
  fs.rmSync(dir, { recursive: true, force: true });
});

/** The first line of its file names the process. */
const postmaster = () => Number(fs.readFileSync(path.join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);

test('the database is stopped and killed in mid-sync: the engine waits, and the end is as if nothing had been', async () => {
  const { marketplace, world } = ottoActor;
  const sandbox = await ottoActor.sandbox.startSandbox(world);
  const { rateScale } = world;
  const place = { db, url: server.url, close: async () => {} };
  const log = createLog({ level: 'error', format: 'pretty' });
  const stage = await openStage({ marketplace, sandbox, place, vault, rateScale, log });
  await stage.engine();
  try {
    await imported(db, 100);
    // "fast shutdown"; whoever keeps the server starts it again
    process.kill(postmaster(), 'SIGINT');
    await imported(db, 300).catch(() => imported(db, 300));
    process.kill(postmaster(), 'SIGKILL');
    await ended(db).catch(() => ended(db));
    expect(await dump(db, stage.shopId)).toEqual(expected.dump);
  } finally {
    await stage.close();
    await sandbox.stop();
  }
}, 120_000);
