import type { Marketplace, MarketplaceCode } from '../commerce/marketplace.js';
import { openSession, type Patience, type ShopSession } from '../http/client.js';
import type { Bounds } from '../http/exchange.js';
import type { LanesMemory } from '../http/lanes.js';
import type { Logger } from '../log.js';
import type { LimitsLeft, TakenShop } from '../store/leases.js';
import type { Vault } from '../store/vault.js';

/*
 * A shop's session outlives its slices, so that its token and the memory of its rate limits do: a lane that forgot
 * what it sent a moment ago would allow too much.
 */

export interface Sessions {
  /** False for a shop that lives where this process cannot go. */
  reaches(shop: TakenShop): boolean;
  /** The shop's session; a new one when its credentials were replaced. Throws when they cannot be opened. */
  of(shop: TakenShop): ShopSession;
  /** False: another process had the shop and left no word of what it sent. */
  knowsUseOf(shop: TakenShop): boolean;
  /** What whoever takes the shop next must know of its rate limits; null: nothing was sent since it was taken. */
  left(shop: TakenShop): LimitsLeft | null;
  close(shopId: string): void;
  closeAll(): void;
}

/** Beyond any sensible number of shops in one process. */
const sessionsMax = 1000;
/** Far longer than any rate limit's window. */
const idleMs = 15 * 60_000;

/** Hosts, without a trailing slash. */
export interface Origins {
  readonly origin: string;
  /** Where tokens come from; absent: from `origin`. */
  readonly loginOrigin?: string;
  /** It began with this process, so it never saw what another one sent: a pretend marketplace. */
  readonly isNew?: boolean;
}

export interface SessionOptions {
  readonly marketplaces: ReadonlyMap<MarketplaceCode, Marketplace>;
  readonly vault: Pick<Vault, 'open'>;
  /** Where the shop's API is; null: it cannot be reached from here. */
  readonly originOf: (shop: { id: string; marketplace: MarketplaceCode; sandbox: boolean }) => Origins | null;
  readonly rateScale: number;
  /** How patiently requests are repeated; the client's own figures when absent. */
  readonly patience?: Partial<Patience & Bounds>;
  readonly log: Logger;
}

interface Kept {
  readonly sealed: Buffer;
  readonly at: Origins;
  readonly session: ShopSession;
  /** Of the last time that the shop was taken and worked. */
  epoch: string;
  usedAt: number;
}

export function keepSessions(options: SessionOptions): Sessions {
  const kept = new Map<string, Kept>();
  const close = (shopId: string) => {
    kept.get(shopId)?.session.close();
    kept.delete(shopId);
  };
  const closeIdle = (now: number) => {
    for (const [shopId, { usedAt }] of kept) {
      if (now - usedAt > idleMs || kept.size > sessionsMax) close(shopId);
    }
  };
  return {
    reaches: (shop) => options.marketplaces.has(shop.marketplace) && options.originOf(shop) !== null,
    of(shop) {
      const now = performance.now();
      const at = options.originOf(shop);
      if (at === null) throw new Error(`shop ${shop.id} cannot be reached from this process`);
      const found = kept.get(shop.id);
      if (found?.sealed.equals(shop.sealed) && isSame(found.at, at)) {
        // last in order: the first ones are those that were not used for longest
        kept.delete(shop.id);
        kept.set(shop.id, found);
        found.usedAt = now;
        if (found.epoch === shop.epoch) return found.session;
        found.epoch = shop.epoch;
        if (shop.strangerLeftMsAgo !== null) found.session.lanes.recall(memoryOf(shop, at));
        found.session.lanes.configure(shop.configuredLimits);
        return found.session;
      }
      const session = open(shop, at, options);
      // other credentials of the same account: it counts what was sent with the old ones, too
      const own = found && isSame(found.at, at) && shop.strangerLeftMsAgo === null ? ownMemory(found.session) : null;
      session.lanes.recall(own ?? memoryOf(shop, at));
      session.lanes.configure(shop.configuredLimits);
      close(shop.id);
      closeIdle(now);
      kept.set(shop.id, { sealed: shop.sealed, at, session, epoch: shop.epoch, usedAt: now });
      return session;
    },
    knowsUseOf: (shop) => shop.laneUse !== null || options.originOf(shop)?.isNew === true,
    left(shop) {
      const found = kept.get(shop.id);
      if (found?.epoch !== shop.epoch) return null;
      return { use: found.session.lanes.spent(), observed: found.session.lanes.observed() };
    },
    close,
    closeAll() {
      for (const shopId of [...kept.keys()]) close(shopId);
    },
  };
}

const isSame = (one: Origins, other: Origins) => one.origin === other.origin && one.loginOrigin === other.loginOrigin;

/** What is written down of what other processes sent and were told. */
function memoryOf({ laneUse, laneUseMsAgo, observedLimits }: TakenShop, { isNew }: Origins): LanesMemory {
  if (isNew) return { use: null, observed: {} };
  return { use: laneUse && { lanes: laneUse, agoMs: laneUseMsAgo ?? 0 }, observed: observedLimits };
}

function ownMemory({ lanes }: ShopSession): LanesMemory {
  return { use: { lanes: lanes.spent(), agoMs: 0 }, observed: lanes.observed() };
}

function open(shop: TakenShop, at: Origins, options: SessionOptions): ShopSession {
  const marketplace = options.marketplaces.get(shop.marketplace);
  if (!marketplace) throw new Error(`no connector for ${shop.marketplace}`);
  const { id, sandbox, accountDigest, sealed, keyId } = shop;
  const credentials = options.vault.open({ marketplace: marketplace.code, sandbox, accountDigest, sealed, keyId });
  const { rateScale, patience, log } = options;
  const { origin, loginOrigin } = at;
  return openSession(marketplace, {
    ...patience,
    origin,
    loginOrigin,
    credentials,
    rateScale,
    log: log.child({ shop: id }),
  });
}
