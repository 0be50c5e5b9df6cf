import { Worker } from 'node:worker_threads';
import type { MarketplaceCode } from '../commerce/marketplace.js';
import type { Config } from '../config.js';
import { ConfigError } from '../errors.js';

/** What the sync thread is told: plain values only, since nothing else passes between threads. */
export interface SyncTask {
  readonly config: Config;
  readonly databaseUrl: string;
  /** The pretend marketplaces that run. */
  readonly pretended: readonly { readonly code: MarketplaceCode; readonly origin: string }[];
  readonly pretty: boolean;
}

/**
 * Starts the engine in a thread of its own, with connections of its own: parsing and mapping pages then keeps no answer of
 * the API waiting. The two halves meet in the database only, so nothing else need pass between them. Rejects when the engine
 * cannot start; `onFailure` is told when it breaks later.
 */
export async function startSyncThread(
  task: SyncTask,
  onFailure: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  const isTTY = process.stdout.isTTY === true;
  const worker = new Worker(new URL('./run.js', import.meta.url), { name: 'sync', workerData: { ...task, isTTY } });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(revived(error)));
  });
  let stopping = false;
  worker.on('error', (error) => {
    if (!stopping) onFailure(error);
  });
  return {
    stop() {
      stopping = true;
      worker.postMessage('stop');
      return ended;
    },
  };
}

/** Between threads an error keeps its name, but not its class. */
function revived(error: Error): Error {
  return error.name === 'ConfigError' ? new ConfigError(error.message) : error;
}
