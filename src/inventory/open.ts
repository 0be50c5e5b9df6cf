import type { InventoryService, RemoteProduct } from '../commerce/inventory-service.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { findSaga, SagaTaken } from '../store/order-sagas.js';
import { getCart } from './carts.js';
import { getProduct } from './catalog.js';
import { Service } from './client.js';
import { type Health, watchHealth } from './health.js';
import { type Room, type Timing, timings } from './room.js';
import { takeAll } from './saga.js';

/** A service, and what it knows us by. */
export interface Address {
  readonly url: string;
  readonly token?: string | null;
}

export interface InventoryOptions {
  readonly db: Database;
  readonly catalog: Address;
  /** Null: carts are none of ours. */
  readonly cart?: Address | null;
  readonly log: Logger;
  /** For tests. */
  readonly timing?: Partial<Timing>;
}

/** What the API asks the catalog service with, in this process. */
export function openInventory(options: InventoryOptions): InventoryService {
  const { room } = openRoom(options);
  const { timing, carts } = room;
  return {
    answerWithinMs: timing.answerWithinMs,
    leaseMs: timing.leaseMs,
    products: (skus, signal) => readAll(room, skus, signal),
    ...(carts && { cartOf: (customerId: string, signal: AbortSignal) => getCart(carts, customerId, signal) }),
    async take(sagaId, signal, cart) {
      const saga = await findSaga(room.db, sagaId);
      if (!saga) throw new Error(`there is no saga ${sagaId}`);
      try {
        return await takeAll(room, saga, signal, cart);
      } catch (error) {
        if (error instanceof SagaTaken) return { state: 'UNAVAILABLE', reason: 'it took too long' };
        throw error;
      }
    },
  };
}

export interface OpenRoom {
  readonly room: Room;
  /** Of each service that there is. */
  readonly watched: readonly { readonly service: Service; readonly health: Health; readonly probe: string }[];
}

export function openRoom({ db, catalog: catalogAt, cart: cartAt = null, log, timing }: InventoryOptions): OpenRoom {
  const own = log.child({ room: 'inventory' });
  const patience = { ...timings, ...timing };
  const open = (name: 'catalog' | 'cart', { url: origin, token }: Address, path: string) => {
    const health = watchHealth(db, name, own);
    const { onAnswer, onFailure } = health;
    const service = new Service({ title: `the ${name} service`, origin, token, patience, onAnswer, onFailure });
    // that there is no such thing is an answer, too
    return { service, health, probe: `/${path}/lading-probe` };
  };
  const catalog = open('catalog', catalogAt, 'products');
  const carts = cartAt && open('cart', cartAt, 'carts');
  return {
    room: { db, catalog: catalog.service, carts: carts?.service ?? null, timing: patience, log: own },
    watched: [catalog, ...(carts ? [carts] : [])],
  };
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
