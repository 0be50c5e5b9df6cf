// The program of a server with a catalog service and its worker, in a process that can be killed.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { openInventory } from '../../src/inventory/open.js';
import { startInventoryWorker } from '../../src/inventory/worker.js';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { createServer } from '../../src/server.js';
import { openDatabase } from '../../src/store/database.js';
import { createVault } from '../../src/store/vault.js';

const task = JSON.parse(process.argv[2] ?? '') as { databaseUrl: string; catalogUrl: string; timing: object };
const db = await openDatabase({ url: task.databaseUrl, poolSize: 4 });
const log = createLog({ level: 'debug', format: 'json', stream: process.stderr });
const service = { url: task.catalogUrl };
const options = { db, catalog: service, cart: service, log, timing: task.timing };
await startInventoryWorker(options);
const server = await createServer({
  ...{ db, log, marketplaces, sandboxFor: () => false, vault: createVault([randomBytes(32)]) },
  graph: await createExecutableGraph({ marketplaces }),
  ...{ host: '127.0.0.1', port: 0, adminKey: null, inventory: openInventory(options) },
});
process.stdout.write(`${server.url}\n`);
