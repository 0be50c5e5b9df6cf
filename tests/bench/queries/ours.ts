// Our server as it is, without the engine.
import { randomBytes } from 'node:crypto';
import { createExecutableGraph } from '../../../src/graph/schema.js';
import { createLog } from '../../../src/log.js';
import { marketplaces } from '../../../src/marketplaces/index.js';
import { createServer } from '../../../src/server.js';
import { openDatabase } from '../../../src/store/database.js';
import { createVault } from '../../../src/store/vault.js';

const { url } = JSON.parse(process.argv[2] ?? '{}') as { url: string };
const server = await createServer({
  db: await openDatabase({ url, poolSize: 10 }),
  vault: createVault([randomBytes(32)]),
  marketplaces,
  sandboxFor: () => false,
  graph: await createExecutableGraph({ marketplaces }),
  log: createLog({ level: 'info', format: 'json' }),
  host: '127.0.0.1',
  port: 0,
  adminKey: null,
});
process.send?.({ port: Number(new URL(server.url).port) });
process.on('disconnect', () => process.exit(0));
