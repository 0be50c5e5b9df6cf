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
/** A shop that stays due for so long, and is held by nobody, either waits in the queue or its job died with its worker. */
const overdueMs = 7_000;
/** Overdue shops that are looked into at a time. */
const overdueMax = 20;

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
  const dueSince = new Map<string, number>();
  let running: Promise<void> | null = null;
  let again = false;

  const look = (): Promise<void> => {
    again = true;
    running ??= (async () => {
      while (again) {
        again = false;
        // the next tick looks again
        await lookOnce(options, dueSince).catch((error) =>
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

async function lookOnce(options: ScheduleOptions, dueSince: Map<string, number>): Promise<void> {
  const { db, queue, mappings, canWork, log } = options;
  await takeBack(options);
  const due = (await dueShops(db, mappings)).filter(canWork).map((shop) => shop.id);
  const now = performance.now();
  for (const shop of dueSince.keys()) if (!due.includes(shop)) dueSince.delete(shop);
  for (const shop of due) if (!dueSince.has(shop)) dueSince.set(shop, now);
  if (due.length === 0) return;
  log.debug('due', { shops: due });

  const overdue = due.filter((shop) => now - (dueSince.get(shop) ?? now) > overdueMs).slice(0, overdueMax);
  const lost = await queue.taken(overdue);
  // whoever took these jobs no longer holds the shops: frozen, or gone with its machine
  if (lost.length > 0) log.warn('these shops have a job but no worker: they get another job', { shops: lost });
  await queue.forget(lost);
  await queue.add(due);
}

/** Ends the leases of processes that died on this machine, instead of waiting until they run out. */
async function takeBack({ db, queue, workerId, log }: ScheduleOptions): Promise<void> {
  for (const worker of await leaseHolders(db)) {
    if (!isDead(worker, workerId)) continue;
    const shops = await dropLeases(db, worker);
    await queue.forget(shops);
    log.warn('took back the shops of a process that died', { worker, shops });
  }
}
