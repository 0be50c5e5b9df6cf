import { setMaxListeners } from 'node:events';
import { schedule as cron } from 'node-cron';
import { InventoryUnavailable } from '../errors.js';
import { follow } from '../http/abort.js';
import { raiseAlert, resolveAlert } from '../store/alerts.js';
import { claimSagas, postponeSaga, type Saga, SagaTaken, unsettledSagas } from '../store/order-sagas.js';
import { type InventoryOptions, type OpenRoom, openRoom } from './open.js';
import type { Room } from './room.js';
import { bringToEnd } from './saga.js';

/*
 * Brings sagas to their end that nobody works: what must go back to the catalog, and what a process left that died. What is
 * due is what the database says at that moment. Any number of processes may do this at the same time.
 */

/** Every two seconds. */
const ticks = '*/2 * * * * *';
/** Sagas under way at the same time. */
const atOnce = 4;

export interface InventoryWorker {
  /** Works what is due now. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export async function startInventoryWorker(options: InventoryOptions): Promise<InventoryWorker> {
  const { room, watched } = openRoom(options);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const work = async () => {
    let ended = [true];
    // where none of them could be ended, the next ones could not either: they wait for the next look
    while (ended.includes(true) && !stopping.signal.aborted) {
      const sagas = await claimSagas(room.db, atOnce, room.timing.leaseMs);
      ended = await Promise.all(sagas.map((saga) => workOn(room, saga, stopping.signal)));
    }
  };
  let running: Promise<void> = Promise.resolve();
  const look = () => {
    running = running.then(work).catch((error) => {
      room.log.warn('sagas not worked', { error: String(error) });
    });
    return running;
  };
  const tick = async () => {
    await look();
    for (const one of watched) {
      await probe(one, stopping.signal).catch((error) => room.log.debug('not probed', { error: String(error) }));
    }
    await tellUnsettled(room).catch((error) =>
      room.log.warn('an alert could not be written', { error: String(error) }),
    );
  };
  const hush = await room.db.listen('lading_sagas', () => void look());
  const task = cron(ticks, tick, { suppressMissedWarning: true, noOverlap: true });
  void look();
  return {
    look,
    async stop() {
      stopping.abort(new Error('stopping'));
      await hush().catch(() => {});
      await task.destroy();
      await running;
      for (const { health } of watched) await health.settled();
    },
  };
}

/** False: it must wait. */
async function workOn(room: Room, saga: Saga, stopping: AbortSignal): Promise<boolean> {
  const { db, timing, log } = room;
  const facts = { saga: saga.id, order: saga.orderId, kind: saga.kind };
  const scope = follow(stopping, AbortSignal.timeout(timing.workMs));
  try {
    await bringToEnd(room, saga, scope.signal);
    log.info('stock settled with the catalog', facts);
    return true;
  } catch (error) {
    if (error instanceof SagaTaken) return true;
    const isPassing = error instanceof InventoryUnavailable;
    const wait = Math.min(timing.againMs * 2 ** Math.min(saga.epoch - 1, 10), timing.againMaxMs);
    // once in a while somebody should hear of it
    const level = isPassing && saga.epoch % 10 ? 'debug' : 'warn';
    log.log(level, 'stock not settled with the catalog yet', { ...facts, error });
    await postponeSaga(db, saga, wait).catch(() => {});
    return false;
  } finally {
    scope.end();
  }
}

/** While an alert says that a service does not answer, it is asked, so that the alert ends even when nobody orders. */
async function probe(
  { service, health, probe: path }: OpenRoom['watched'][number],
  signal: AbortSignal,
): Promise<void> {
  if (!(await health.isAlerted())) return;
  await service.get(path, signal);
  await health.answered();
}

/** A service that answers, and still does not take what must be written: nobody else would notice. */
async function tellUnsettled({ db, timing }: Room): Promise<void> {
  const key = { kind: 'INVENTORY_UNSETTLED', subject: 'inventory:orders' } as const;
  const late = await unsettledSagas(db, timing.unsettledMs);
  if (!late) return resolveAlert(db, key);
  const { sagas, example } = late;
  const since = late.since.toISOString();
  const last = example === null ? '' : ` Last answer for ${example}.`;
  const message = `The stock of ${sagas} ${sagas === 1 ? 'order' : 'orders'} is not settled with the catalog, the oldest since ${since}.${last}`;
  await raiseAlert(db, { ...key, severity: 'WARNING', message, facts: { orders: sagas, since, example } });
}
