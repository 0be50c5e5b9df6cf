import type { MarketplaceCode } from '../commerce/marketplace.js';
import type { ConfiguredLimits, LanesUse, ObservedLimits } from '../commerce/rate-limit.js';
import type { Executor } from './database.js';

/*
 * A lease says which process works a shop, and until when. Time is the database's own, so clocks of processes do not
 * matter. Taking a shop raises its epoch: what a former holder still tries to write is refused by that number, even if
 * it slept through the end of its lease and believes to hold it.
 */

export type ShopStatus = 'ACTIVE' | 'PAUSED' | 'NEEDS_CREDENTIALS';

/** A shop as the process that took it sees it. */
export interface TakenShop {
  readonly id: string;
  readonly marketplace: MarketplaceCode;
  readonly name: string;
  readonly status: ShopStatus;
  readonly sandbox: boolean;
  readonly epoch: string;
  /** Raised by every change of the shop, its credentials included. */
  readonly version: number;
  readonly accountDigest: Buffer;
  readonly sealed: Buffer;
  readonly keyId: string;
  /** How long ago another worker had it; null when this one had it last, or nobody. */
  readonly strangerLeftMsAgo: number | null;
  /** What was let through before it was given back; null: who had it last left no word, or nobody had it. */
  readonly laneUse: LanesUse | null;
  /** How long ago that was written down. */
  readonly laneUseMsAgo: number | null;
  readonly configuredLimits: ConfiguredLimits;
  readonly observedLimits: ObservedLimits;
}

/** What the next holder must know of the rate limits. */
export interface LimitsLeft {
  readonly use: LanesUse;
  readonly observed: ObservedLimits;
}

/** Takes the shop if nobody holds it; null when somebody does, or when there is no such shop. */
export async function takeShop(
  db: Executor,
  shopId: string,
  workerId: string,
  leaseMs: number,
): Promise<TakenShop | null> {
  const [shop] = await db.run<TakenShop>({
    name: 'lease-take',
    // its own lease does not stop a worker: within a process the engine keeps a shop from being worked twice
    text: `with before as (select id, epoch, leased_by, leased_until from shops where id = $1 for no key update)
      update shops set epoch = shops.epoch + 1, leased_by = $2, leased_until = now() + $3 * interval '1 ms'
      from before
      where shops.id = before.id
        and (before.leased_until is null or before.leased_until <= now() or before.leased_by = $2)
      returning shops.id, marketplace, name, status, sandbox, shops.epoch, version, account_digest as "accountDigest",
        credentials as sealed, credentials_key_id as "keyId",
        case when before.leased_by <> $2 then extract(epoch from now() - before.leased_until)::float8 * 1000 end
          as "strangerLeftMsAgo",
        case when lane_use_epoch = before.epoch then lane_use end as "laneUse",
        extract(epoch from now() - lane_use_at)::float8 * 1000 as "laneUseMsAgo",
        rate_limits as "configuredLimits", observed_limits as "observedLimits"`,
    values: [shopId, workerId, leaseMs],
  });
  return shop ?? null;
}

/** What the holder of a lease must know at every beat. */
export interface Beat {
  readonly status: ShopStatus;
  readonly version: number;
  readonly cancelRequested: boolean;
}

/** Prolongs a lease; null when the shop was taken over or removed. */
export async function renewLease(
  db: Executor,
  lease: { shopId: string; epoch: string; leaseMs: number },
): Promise<Beat | null> {
  const [beat] = await db.run<Beat>({
    name: 'lease-renew',
    text: `update shops set leased_until = now() + $3 * interval '1 ms' where id = $1 and epoch = $2
      returning status, version, exists (select from sync_runs r where r.shop_id = shops.id
        and r.status in ('QUEUED', 'RUNNING') and r.cancel_requested_at is not null) as "cancelRequested"`,
    values: [lease.shopId, lease.epoch, lease.leaseMs],
  });
  return beat ?? null;
}

/**
 * Gives a shop back. Who had it stays written, since the next one must not send at once what this one just sent. `left`: null
 * when nothing was sent, so that what the holder before left still holds.
 */
export async function releaseShop(db: Executor, shopId: string, epoch: string, left: LimitsLeft | null): Promise<void> {
  await db.run({
    name: 'lease-release',
    text: `update shops set leased_until = now(),
        lane_use = coalesce($3::jsonb, lane_use),
        lane_use_at = case when $3::jsonb is null then lane_use_at else now() end,
        lane_use_epoch = case when $3::jsonb is null and lane_use_epoch <> epoch - 1 then lane_use_epoch else epoch end,
        observed_limits = coalesce($4::jsonb, observed_limits)
      where id = $1 and epoch = $2`,
    values: [shopId, epoch, left && JSON.stringify(left.use), left && JSON.stringify(left.observed)],
  });
}

/** Everybody who holds a lease that has not run out. */
export async function leaseHolders(db: Executor): Promise<string[]> {
  const rows = await db.run<{ leased_by: string }>({
    name: 'lease-holders',
    text: 'select distinct leased_by from shops where leased_until > now() and leased_by is not null',
  });
  return rows.map((row) => row.leased_by);
}

/** Ends the leases of a worker that is known to be dead. Returns its shops. */
export async function dropLeases(db: Executor, workerId: string): Promise<string[]> {
  const rows = await db.run<{ id: string }>({
    name: 'lease-drop',
    // the epoch is raised as well: should the dead rise, it writes nothing
    text: `update shops set epoch = epoch + 1, leased_until = now()
      where leased_by = $1 and leased_until > now() returning id`,
    values: [workerId],
  });
  return rows.map((row) => row.id);
}
