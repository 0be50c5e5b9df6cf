import 'reflect-metadata';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { startSandbox } from '../../src/marketplaces/otto/sandbox.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { type Embedded, startEmbedded } from '../../src/store/embedded.js';
import { startEngine } from '../../src/sync/engine.js';
import { type Dump, dump } from '../setup/dump.js';
import { newShop, vault } from '../sync/shop.js';
import { ended, haste, imported, undisturbed, world } from './scene.js';

let expected: { dump: Dump; requests: number };
let dir: string;
let server: Embedded;
let db: Database;

beforeAll(async () => {
  expected = await undisturbed();
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
  const sandbox = await startSandbox(world);
  const { clientId, clientSecret } = sandbox.credentials;
  const streams = ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const;
  const shopId = await newShop(db, { account: clientId, secret: clientSecret, streams });
  const engine = await startEngine({
    db,
    marketplaces,
    vault,
    originOf: () => ({ origin: sandbox.origin }),
    rateScale: world.rateScale ?? 1,
    workers: 2,
    queue: { databaseUrl: server.url },
    log: createLog({ level: 'error', format: 'pretty' }),
    timing: haste,
  });
  try {
    await imported(db, 100);
    // "fast shutdown"; whoever keeps the server starts it again
    process.kill(postmaster(), 'SIGINT');
    await imported(db, 300).catch(() => imported(db, 300));
    process.kill(postmaster(), 'SIGKILL');
    await ended(db).catch(() => ended(db));
    expect(await dump(db, shopId)).toEqual(expected.dump);
  } finally {
    await engine.stop();
    await sandbox.stop();
  }
}, 120_000);
