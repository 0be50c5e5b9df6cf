import type { InventoryService, RemoteProduct } from '../commerce/inventory-service.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { findSaga, SagaTaken } from '../store/order-sagas.js';
import { getProduct } from './catalog.js';
import { Service } from './client.js';
import { type Health, watchHealth } from './health.js';
import { type Room, type Timing, timings } from './room.js';
import { takeAll } from './saga.js';

export interface InventoryOptions {
  readonly db: Database;
  readonly catalogUrl: string;
  readonly log: Logger;
  /** For tests. */
  readonly timing?: Partial<Timing>;
}

/** What the API asks the catalog service with, in this process. */
export function openInventory(options: InventoryOptions): InventoryService {
  const { room } = openRoom(options);
  const { timing } = room;
  return {
    answerWithinMs: timing.answerWithinMs,
    leaseMs: timing.leaseMs,
    products: (skus, signal) => readAll(room, skus, signal),
    async take(sagaId, signal) {
      const saga = await findSaga(room.db, sagaId);
      if (!saga) throw new Error(`there is no saga ${sagaId}`);
      try {
        return await takeAll(room, saga, signal);
      } catch (error) {
        if (error instanceof SagaTaken) return { state: 'UNAVAILABLE', reason: 'it took too long' };
        throw error;
      }
    },
  };
}

export function openRoom({ db, catalogUrl, log, timing }: InventoryOptions): { room: Room; health: Health } {
  const own = log.child({ room: 'inventory' });
  const patience = { ...timings, ...timing };
  const health = watchHealth(db, 'catalog', own);
  const { onAnswer, onFailure } = health;
  const catalog = new Service({ title: 'the catalog service', origin: catalogUrl, patience, onAnswer, onFailure });
  return { room: { db, catalog, timing: patience, log: own }, health };
}

async function readAll(
  { catalog, timing }: Room,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RemoteProduct>> {
  const found = new Map<string, RemoteProduct>();
  const waiting = [...skus];
  const work = async () => {
    for (let sku = waiting.shift(); sku !== undefined; sku = waiting.shift()) {
      try {
        const product = await getProduct(catalog, sku, signal);
        if (product) found.set(sku, product);
      } catch (error) {
        // the others need not ask any more
        waiting.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: timing.atOnce }, work));
  return found;
}
