import { schedule as cron } from 'node-cron';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { type DueShop, dueShops, type Mappings } from '../store/due.js';
import { dropLeases, leaseHolders } from '../store/leases.js';
import type { ShopQueue } from './queue.js';
import { isDead } from './worker.js';

/*
 * Decides, never works: a tick means "look now", and what is due is what the database says at that moment. A tick that
 * is missed, comes late or comes twice changes nothing but the moment.
 */

/** Every five seconds. */
const ticks = '*/5 * * * * *';

export interface Schedule {
  /** Looks now; a look that is under way is followed by another one. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface ScheduleOptions {
  readonly db: Database;
  readonly queue: ShopQueue;
  readonly mappings: Mappings;
  readonly workerId: string;
  /** False for a shop that this process cannot reach. */
  readonly canWork: (shop: DueShop) => boolean;
  readonly log: Logger;
}

export function startSchedule(options: ScheduleOptions): Schedule {
  let running: Promise<void> | null = null;
  let again = false;

  const look = (): Promise<void> => {
    again = true;
    running ??= (async () => {
      while (again) {
        again = false;
        // the next tick looks again
        await lookOnce(options).catch((error) =>
          options.log.warn('could not look for due shops', { error: String(error) }),
        );
      }
      running = null;
    })();
    return running;
  };
  const task = cron(ticks, look, { suppressMissedWarning: true, noOverlap: true });
  return {
    look,
    async stop() {
      await task.destroy();
      await running;
    },
  };
}

async function lookOnce({ db, queue, mappings, workerId, canWork, log }: ScheduleOptions): Promise<void> {
  for (const worker of await leaseHolders(db)) {
    if (!isDead(worker, workerId)) continue;
    const shops = await dropLeases(db, worker);
    await queue.forget(shops);
    log.warn('took back the shops of a process that died', { worker, shops });
  }
  const due = (await dueShops(db, mappings)).filter(canWork).map((shop) => shop.id);
  if (due.length === 0) return;
  log.debug('due', { shops: due });
  await queue.add(due);
}
