// The program of an engine process in the drills: syncs until it is told to stop, or killed.

import 'reflect-metadata';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { openDatabase } from '../../src/store/database.js';
import { startEngine } from '../../src/sync/engine.js';
import { vault } from '../sync/shop.js';

interface Task {
  readonly databaseUrl: string;
  /** Where each shop's API is. */
  readonly origins: Readonly<Record<string, string>>;
  readonly rateScale: number;
  readonly workers: number;
  readonly timing: object;
  readonly spoolDir?: string;
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const db = await openDatabase({ url: task.databaseUrl, poolSize: 4 });
const engine = await startEngine({
  db,
  marketplaces,
  vault,
  originOf: ({ id }) => (task.origins[id] ? { origin: task.origins[id] } : null),
  rateScale: task.rateScale,
  workers: task.workers,
  queue: { databaseUrl: task.databaseUrl },
  log: createLog({ level: 'debug', format: 'json', stream: process.stderr }),
  timing: task.timing,
  spoolDir: task.spoolDir,
});
process.on('SIGTERM', async () => {
  await engine.stop();
  await db.close();
  process.exit(0);
});
process.stdout.write('ready\n');
