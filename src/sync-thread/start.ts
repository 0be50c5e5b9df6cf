import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MarketplaceCode } from '../commerce/marketplace.js';
import type { Config } from '../config.js';

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
 * the API waiting. The two halves meet in the database only, so nothing else need pass between them.
 */
export function startSyncThread(task: SyncTask, onFailure: (error: unknown) => void): { stop(): Promise<void> } {
  const isTTY = process.stdout.isTTY === true;
  const worker = new Worker(new URL('./run.js', import.meta.url), { name: 'sync', workerData: { ...task, isTTY } });
  const ended = once(worker, 'exit');
  let stopping = false;
  worker.on('error', (error) => {
    if (!stopping) onFailure(error);
  });
  // told where it is awaited, or by onFailure
  ended.catch(() => {});
  return {
    async stop() {
      stopping = true;
      worker.postMessage('stop');
      await ended.catch(() => {});
    },
  };
}
