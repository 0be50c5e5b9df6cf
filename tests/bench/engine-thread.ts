// The engine in a thread of its own with connections of its own, as the server runs it.
import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { openDatabase } from '../../src/store/database.js';
import { createVault } from '../../src/store/vault.js';
import { startEngine } from '../../src/sync/engine.js';

export interface EngineTask {
  readonly databaseUrl: string;
  readonly key: Uint8Array;
  /** Where each shop lives, by its id. */
  readonly origins: ReadonlyMap<string, string>;
  readonly rateScale: number;
  readonly workers: number;
}

const { databaseUrl, key, origins, rateScale, workers } = workerData as EngineTask;
const db = await openDatabase({ url: databaseUrl });
const engine = await startEngine({
  ...{ db, marketplaces, rateScale, workers },
  vault: createVault([Buffer.from(key)]),
  originOf: ({ id }) => ({ origin: origins.get(id) ?? '' }),
  queue: { databaseUrl },
  log: createLog({ level: 'warn', format: 'pretty' }),
});
parentPort?.once('message', async () => {
  await engine.stop();
  await db.close();
});
