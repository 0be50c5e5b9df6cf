// An engine in a process of its own, which can be killed. Started by `fork`; works until it is told to stop.
import 'reflect-metadata';
import { createLog } from '../log.js';
import { marketplaces } from '../marketplaces/index.js';
import { openDatabase } from '../store/database.js';
import { createVault } from '../store/vault.js';
import { startEngine } from '../sync/engine.js';

/** What the process is to do. */
export interface EngineTask {
  readonly databaseUrl: string;
  readonly origin: string;
  /** Of the vault, as hex: that of a world which ends with the proof. */
  readonly key: string;
  readonly rateScale: number;
  readonly timing: object;
}

const task = JSON.parse(process.argv[2] ?? '') as EngineTask;
const log = createLog({ level: 'error', format: 'pretty' });
const db = await openDatabase({ url: task.databaseUrl, poolSize: 4 });
const engine = await startEngine({
  ...{ db, marketplaces, rateScale: task.rateScale, timing: task.timing, workers: 2, log },
  vault: createVault([Buffer.from(task.key, 'hex')]),
  originOf: () => ({ origin: task.origin }),
  queue: { databaseUrl: task.databaseUrl },
});
async function leave(): Promise<void> {
  await engine.stop();
  await db.close();
  process.exit(0);
}
process.on('message', leave);
process.on('disconnect', leave);
process.send?.('ready');
