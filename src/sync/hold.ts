import { StaleWorker } from '../errors.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { type Beat, type LimitsLeft, releaseShop, renewLease, type TakenShop, takeShop } from '../store/leases.js';

/** Why a slice stops before its work is done. */
export type Interruption = 'STOPPING' | 'CANCELLED' | 'PAUSED' | 'SHOP_CHANGED' | 'LEASE_LOST';

/** A slice was told to stop: nothing failed, and nothing is lost. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly why: Interruption) {
    super(`interrupted: ${why}`);
  }
}

/** A shop that this process holds, for as long as the signal is not aborted. */
export interface Hold {
  readonly shop: TakenShop;
  /** Aborted with an `Interrupted`, or with a `StaleWorker` once another worker has the shop. */
  readonly signal: AbortSignal;
  /** Asks the database now instead of at the next beat: something was changed by hand. */
  beat(): Promise<void>;
  /** Gives it back, with what the next holder must know of its rate limits; null: nothing was sent. */
  release(left: LimitsLeft | null): Promise<void>;
}

export interface HoldOptions {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly beatMs: number;
}

/** Takes a shop and keeps its lease alive; null when somebody else has it. Aborts when `stopping` does. */
export async function holdShop(
  db: Database,
  shopId: string,
  { workerId, leaseMs, beatMs }: HoldOptions,
  stopping: AbortSignal,
  log: Logger,
): Promise<Hold | null> {
  const shop = await takeShop(db, shopId, workerId, leaseMs);
  if (!shop) return null;
  const end = new AbortController();
  let renewedAt = performance.now();
  let beating: Promise<void> | null = null;

  const renew = async () => {
    const at = performance.now();
    try {
      const beat = await renewLease(db, { shopId, epoch: shop.epoch, leaseMs });
      renewedAt = at;
      const reason = reasonToStop(shop, beat);
      if (reason) end.abort(reason);
    } catch (error) {
      log.debug('lease not renewed', { shop: shopId, error });
    }
  };
  const beat = () => {
    beating ??= renew().finally(() => {
      beating = null;
    });
    return beating;
  };
  const timer = setInterval(() => {
    // a database that does not answer at all keeps a beat waiting for longer than the lease lasts
    if (performance.now() - renewedAt > leaseMs) end.abort(new Interrupted('LEASE_LOST'));
    void beat();
  }, beatMs);
  const stop = () => end.abort(new Interrupted('STOPPING'));
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();

  return {
    shop,
    signal: end.signal,
    beat,
    async release(left) {
      clearInterval(timer);
      stopping.removeEventListener('abort', stop);
      await beating;
      // a database that is away keeps the lease until it runs out, or until this worker takes the shop again
      await releaseShop(db, shopId, shop.epoch, left).catch((error) => log.debug('lease not released', { error }));
    },
  };
}

function reasonToStop(shop: TakenShop, beat: Beat | null): Error | null {
  if (!beat) return new StaleWorker(shop.id);
  if (beat.cancelRequested) return new Interrupted('CANCELLED');
  if (beat.status !== 'ACTIVE') return new Interrupted('PAUSED');
  if (beat.version !== shop.version) return new Interrupted('SHOP_CHANGED');
  return null;
}
