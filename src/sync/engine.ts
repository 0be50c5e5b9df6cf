import { setMaxListeners } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import type { Marketplace, MarketplaceCode } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import type { Vault } from '../store/vault.js';
import type { BackOff } from './failure.js';
import { watchHealth } from './health.js';
import { type Hold, holdShop } from './hold.js';
import { workShop } from './pull.js';
import { openQueue, type SliceEnd } from './queue.js';
import type { EngineRoom } from './room.js';
import { startSchedule } from './schedule.js';
import { keepSessions, type SessionOptions } from './sessions.js';
import { workerName } from './worker.js';

export interface EngineOptions {
  readonly db: Database;
  readonly marketplaces: readonly Marketplace[];
  readonly vault: Pick<Vault, 'open'>;
  /** Where the shop's API is; null: this shop cannot be worked now (one of the sandbox while the demo is off). */
  readonly originOf: SessionOptions['originOf'];
  /** Multiplies the declared rate limits, for a sandbox that allows more. */
  readonly rateScale: number;
  /** Shops worked at the same time by this process. */
  readonly workers: number;
  /** Where answers that come only once are written down while they arrive; a folder of the system's own, if absent. */
  readonly spoolDir?: string;
  readonly queue: { readonly databaseUrl: string; readonly redisUrl?: string | null };
  readonly log: Logger;
  /** This process, by a name from `workerName()`; made here when absent. */
  readonly workerId?: string;
  /** For tests, which cannot wait as long as a marketplace can. */
  readonly timing?: Partial<Timing>;
}

interface Timing {
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly sliceMs: number;
  readonly backOff: BackOff;
  readonly patience?: SessionOptions['patience'];
}

const timings: Timing = {
  leaseMs: 20_000,
  beatMs: 5_000,
  sliceMs: 30_000,
  // 5, 10, 20, 40 s, and at the fifth failure in a row the run is given up; each request was tried several times before
  backOff: { firstMs: 5_000, maxMs: 30 * 60_000, awayMaxMs: 6 * 3_600_000, failuresMax: 5 },
};

/** The running engine. */
export interface Engine {
  /** Looks for due shops now. */
  tick(): Promise<void>;
  /** Aborts what is under way after its current transaction, gives the shops back and closes the queue. */
  stop(): Promise<void>;
}

/** Starts to sync every shop that is due, together with all other processes on the same database. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const log = options.log.child({ room: 'sync' });
  const stopping = new AbortController();
  // one listener per shop at work
  setMaxListeners(0, stopping.signal);
  const holds = new Map<string, Hold | null>();
  const room = furnish(options, log, () => holds.size);

  const work = async (shopId: string): Promise<SliceEnd> => {
    // a job that came twice: the lease would not stop it, since it is this process's own
    if (stopping.signal.aborted || holds.has(shopId)) return 'DONE';
    holds.set(shopId, null);
    try {
      const hold = await holdShop(room.db, shopId, room, stopping.signal, log);
      if (!hold) return 'DONE';
      holds.set(shopId, hold);
      log.debug('shop taken', { shop: shopId, epoch: hold.shop.epoch });
      try {
        return await workShop(room, hold);
      } finally {
        log.debug('shop given back', { shop: shopId, epoch: hold.shop.epoch });
        await hold.release(room.sessions.left(hold.shop));
      }
    } catch (error) {
      log.warn('slice ended', { shop: shopId, error: String(error) });
      return 'DONE';
    } finally {
      holds.delete(shopId);
    }
  };
  const { databaseUrl, redisUrl } = options.queue;
  const queue = await openQueue({ databaseUrl, redisUrl, workers: options.workers, work, log });
  const codes = options.marketplaces.map(({ code }) => code);
  const versions = options.marketplaces.map(({ mappingVersion }) => mappingVersion);
  const canWork = (shop: { id: string; marketplace: MarketplaceCode; sandbox: boolean }) =>
    options.originOf(shop) !== null;
  const schedule = startSchedule({
    db: options.db,
    queue,
    mappings: { codes, versions },
    workerId: room.workerId,
    canWork,
    log,
  });
  const hush = await options.db.listen('lading_due', (shopId) => {
    // of a shop at work something was changed by hand: paused, cancelled, new credentials
    void holds.get(shopId)?.beat();
    void schedule.look();
  });
  const { db, marketplaces } = options;
  const unwatch = watchHealth({ db, marketplaces, canWork, log });
  void schedule.look();
  log.info('sync started', {
    worker: room.workerId,
    workers: options.workers,
    queue: redisUrl ? 'redis' : 'postgresql',
  });

  return {
    tick: () => schedule.look(),
    async stop() {
      stopping.abort();
      unwatch();
      await hush().catch(() => {});
      await schedule.stop();
      await queue.close();
      room.sessions.closeAll();
      log.info('sync stopped');
    },
  };
}

function furnish(options: EngineOptions, log: Logger, shopsAtWork: () => number): EngineRoom {
  const { db, vault, originOf, rateScale, timing, spoolDir = path.join(os.tmpdir(), 'lading-spool') } = options;
  const marketplaces: ReadonlyMap<MarketplaceCode, Marketplace> = new Map(
    options.marketplaces.map((marketplace) => [marketplace.code, marketplace]),
  );
  const unread = new Map<string, Map<string, number>>();
  return {
    ...timings,
    ...timing,
    unreadOf(shopId, stream) {
      const key = `${shopId} ${stream}`;
      const found = unread.get(key) ?? new Map<string, number>();
      unread.set(key, found);
      return found;
    },
    db,
    spoolDir,
    marketplaces,
    sessions: keepSessions({ marketplaces, vault, originOf, rateScale, patience: timing?.patience, log }),
    log,
    workerId: options.workerId ?? workerName(),
    detailsAtOnce: 16,
    shopsAtWork,
  };
}
