// The sync thread's composition root: configuration → store → marketplaces → engine, alerts and the catalog's worker. Ends when it is told to stop.
import 'reflect-metadata';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { startAlerts } from '../alerts/delivery.js';
import { startInventoryWorker } from '../inventory/worker.js';
import { createLog } from '../log.js';
import { marketplaces } from '../marketplaces/index.js';
import { inventoryOf, openVault, originOf, webhookOf } from '../places.js';
import { openDatabase } from '../store/database.js';
import { startEngine } from '../sync/engine.js';
import type { SyncTask } from './start.js';

const { config, databaseUrl, pretended, pretty, isTTY } = workerData as SyncTask & { readonly isTTY: boolean };
// what it writes comes out of the process's own standard output
const stream = Object.assign(process.stdout, { isTTY });
const log = createLog({ level: config.logLevel, format: pretty ? 'pretty' : 'json', stream });

const stopped = new Promise<void>((resolve) => parentPort?.once('message', () => resolve()));
const db = await openDatabase({ url: databaseUrl, poolSize: config.databasePool, log });
const engine = await startEngine({
  db,
  marketplaces,
  vault: await openVault(config),
  originOf: (shop) => originOf(config, marketplaces, pretended, shop),
  rateScale: config.rateScale,
  workers: config.workers,
  spoolDir: path.join(config.dataDir, 'spool'),
  queue: { databaseUrl, redisUrl: config.redisUrl },
  log,
});
const alerts = await startAlerts({ db, webhook: webhookOf(config), log });
const services = inventoryOf(config);
const inventory = services && (await startInventoryWorker({ db, ...services, log }));
parentPort?.postMessage('started');
await stopped;
await inventory?.stop();
await alerts.stop();
await engine.stop();
await db.close();
