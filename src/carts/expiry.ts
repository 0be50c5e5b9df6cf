import { schedule as cron } from 'node-cron';
import type { Logger } from '../log.js';
import { releaseExpiredHolds } from '../store/cart-holds.js';
import type { Database } from '../store/database.js';

/*
 * Gives back what carts hold beyond their time. What is over is what the database says at that moment; any number of
 * processes may look, and one that looks late keeps nobody from an order: who lacks stock looks too.
 */

/** Every five seconds. */
const ticks = '*/5 * * * * *';

/** The running sweep. */
export interface HoldExpiry {
  /** Looks now, or joins the look that is under way. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export function startHoldExpiry({ db, log }: { readonly db: Database; readonly log: Logger }): HoldExpiry {
  let running: Promise<void> | null = null;
  const sweep = async () => {
    try {
      const carts = await releaseExpiredHolds(db);
      if (carts) log.debug('holds of carts have ended', { carts });
    } catch (error) {
      // the next tick looks again
      log.warn('could not release the holds of carts', { error: String(error) });
    }
    running = null;
  };
  const look = (): Promise<void> => {
    const now = running ?? sweep();
    running = now;
    return now;
  };
  const task = cron(ticks, look, { suppressMissedWarning: true, noOverlap: true });
  void look();
  return {
    look,
    async stop() {
      await task.destroy();
      await running;
    },
  };
}
