import type { Marketplace, MarketplaceCode } from '../commerce/marketplace.js';
import { openSession, type Patience, type ShopSession } from '../http/client.js';
import type { Bounds } from '../http/exchange.js';
import type { Logger } from '../log.js';
import type { TakenShop } from '../store/leases.js';
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
        return found.session;
      }
      close(shop.id);
      closeIdle(now);
      const session = open(shop, at, options);
      kept.set(shop.id, { sealed: shop.sealed, at, session, usedAt: now });
      return session;
    },
    close,
    closeAll() {
      for (const shopId of [...kept.keys()]) close(shopId);
    },
  };
}

const isSame = (one: Origins, other: Origins) => one.origin === other.origin && one.loginOrigin === other.loginOrigin;

function open(shop: TakenShop, at: Origins, options: SessionOptions): ShopSession {
  const marketplace = options.marketplaces.get(shop.marketplace);
  if (!marketplace) throw new Error(`no connector for ${shop.marketplace}`);
  const { id, sandbox, accountDigest, sealed, keyId } = shop;
  const credentials = options.vault.open({ marketplace: marketplace.code, sandbox, accountDigest, sealed, keyId });
  const { rateScale, patience, log } = options;
  return openSession(marketplace, { ...patience, ...at, credentials, rateScale, log: log.child({ shop: id }) });
}
