import { directCode } from '../commerce/direct-order.js';
import type { StreamName } from '../commerce/marketplace.js';
import { resolveAlertsOfShop } from './alerts.js';
import type { Executor } from './database.js';
import type { ShopStatus } from './leases.js';
import { releaseStockOf } from './stock.js';
import type { SealedRow, Vault } from './vault.js';

/*
 * What people change about shops and streams. Every change locks the shop's row, tells what it found, and raises its
 * version when it changed something. What the engine must act on is told on `lading_due`, within the transaction.
 */

export interface NewShop {
  readonly name: string;
  readonly credentials: SealedRow;
  /** All that the marketplace has: each is due at once. */
  readonly streams: readonly StreamName[];
  /** Remembered with the shop, so that the same request again finds it. */
  readonly idempotency: { readonly operation: string; readonly key: string; readonly fingerprint: Buffer } | null;
}

/** Adds a shop; null when the account is a shop already. Throws a unique violation when the idempotency key exists. */
export async function addShop(db: Executor, shop: NewShop): Promise<string | null> {
  const { credentials: row, idempotency } = shop;
  const [added] = await db.run<{ id: string }>({
    name: 'shop-add',
    text: `with added as (
        insert into shops (marketplace, name, sandbox, account_digest, credentials, credentials_key_id)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (marketplace, sandbox, account_digest) do nothing returning id),
      its_streams as (insert into streams (shop_id, name) select id, unnest($7::text[]) from added),
      remembered as (
        insert into idempotency_keys (operation, key, input_digest, result_id)
        select $8, $9, $10, id from added where $9::text is not null)
      select id, pg_notify('lading_due', id::text) from added`,
    values: [
      row.marketplace,
      shop.name,
      row.sandbox,
      row.accountDigest,
      row.sealed,
      row.keyId,
      shop.streams,
      idempotency?.operation ?? null,
      idempotency?.key ?? null,
      idempotency?.fingerprint ?? null,
    ],
  });
  return added?.id ?? null;
}

export interface KnownShop {
  readonly id: string;
  readonly name: string;
}

/** The shop of a marketplace account. */
export async function shopOfAccount(db: Executor, row: SealedRow): Promise<KnownShop | null> {
  const [shop] = await db.run<KnownShop>({
    name: 'shop-of-account',
    text: 'select id, name from shops where marketplace = $1 and sandbox = $2 and account_digest = $3',
    values: [row.marketplace, row.sandbox, row.accountDigest],
  });
  return shop ?? null;
}

/** A shop as it was found by a change. */
export interface FoundShop {
  readonly id: string;
  readonly name: string;
  readonly status: ShopStatus;
  readonly statusReason: string | null;
  readonly version: number;
  readonly marketplace: SealedRow['marketplace'];
  readonly sandbox: boolean;
}

/** Finds the shop and keeps others from changing it until the transaction ends. */
export async function lockShop(tx: Executor, id: string): Promise<FoundShop | null> {
  const [shop] = await tx.run<FoundShop>({
    name: 'shop-lock',
    text: `select id, name, status, status_reason as "statusReason", version, marketplace, sandbox
      from shops where id = $1 for no key update`,
    values: [id],
  });
  return shop ?? null;
}

/**
 * Stops a shop's work: the engine ends an open run after the page under way. What was wrong with the credentials stays
 * noted, so that resuming does not forget it.
 */
export async function pauseShop(tx: Executor, id: string): Promise<void> {
  await tx.run({
    name: 'shop-pause',
    text: `with ending as (
        update sync_runs set cancel_requested_at = date_trunc('milliseconds', now())
        where shop_id = $1 and status in ('QUEUED', 'RUNNING') and cancel_requested_at is null),
      unchecked as (
        update coverage_checks set status = 'CANCELLED', finished_at = date_trunc('milliseconds', now())
        where shop_id = $1 and status in ('QUEUED', 'RUNNING')),
      paused as (update shops set status = 'PAUSED', version = version + 1 where id = $1)
      select pg_notify('lading_due', $1::text)`,
    values: [id],
  });
}

/**
 * Starts work again; a shop whose credentials were refused before the pause goes back to needing new ones. That the
 * marketplace shut us out is settled by resuming.
 */
export async function resumeShop(tx: Executor, id: string): Promise<ShopStatus> {
  const [shop] = await tx.run<{ status: ShopStatus }>({
    name: 'shop-resume',
    text: `with resumed as (
        update shops set version = version + 1,
          status = case when status_reason is null or blocked_at is not null then 'ACTIVE' else 'NEEDS_CREDENTIALS' end,
          status_reason = case when blocked_at is null then status_reason end, blocked_at = null
        where id = $1 returning status)
      select status, pg_notify('lading_due', $1::text) from resumed`,
    values: [id],
  });
  await resolveAlertsOfShop(tx, id, ['SHOP_BLOCKED']);
  return shop?.status ?? 'PAUSED';
}

/** Another shop has the account; the transaction that found out is lost. */
export class AccountTaken extends Error {
  override readonly name = 'AccountTaken';
  constructor(readonly row: SealedRow) {
    super('another shop has the account');
  }
}

const uniqueViolation = '23505';

/**
 * New credentials: a shop that waited for them works again, and all its streams are due. Throws AccountTaken; only the
 * index knows for sure, because another shop may be added at the same moment.
 */
export async function replaceCredentials(tx: Executor, id: string, row: SealedRow): Promise<void> {
  const statement = {
    name: 'shop-credentials',
    text: `with replaced as (
        update shops set account_digest = $2, credentials = $3, credentials_key_id = $4, version = version + 1,
          status = case status when 'NEEDS_CREDENTIALS' then 'ACTIVE' else status end, status_reason = null, blocked_at = null
        where id = $1),
      due as (update streams set due_at = date_trunc('milliseconds', now()) where shop_id = $1)
      select pg_notify('lading_due', $1::text)`,
    values: [id, row.accountDigest, row.sealed, row.keyId],
  };
  await tx.run(statement).catch((error: { code?: string }) => {
    throw error.code === uniqueViolation ? new AccountTaken(row) : error;
  });
  await resolveAlertsOfShop(tx, id, ['SHOP_NEEDS_CREDENTIALS', 'SHOP_BLOCKED']);
}

/** Removes a shop with everything that was imported for it. That its alerts are over is told before they go with it. */
export async function removeShop(tx: Executor, id: string): Promise<void> {
  // millions of rows may hang on it
  await tx.run({ text: `set local statement_timeout = '30min'` });
  await resolveAlertsOfShop(tx, id);
  // waits for a page that is being written: a statement sees only what was there when it began
  await tx.run({ name: 'shop-hold', text: 'select from shops where id = $1 for update', values: [id] });
  await releaseStockOf(tx, id);
  await tx.run({
    name: 'shop-remove',
    text: `with raw as (delete from raw_records where shop_id = $1),
      removed as (delete from shops where id = $1)
      select pg_notify('lading_due', $1::text)`,
    values: [id],
  });
}

/** What to change of a stream: undefined leaves it, null returns to the connector's own value. Milliseconds. */
export interface StreamChange {
  readonly enabled?: boolean;
  readonly everyMs?: number | null;
  readonly overlapMs?: number | null;
  readonly windowMs?: number | null;
}

/** Changes a stream's configuration and makes it due; false when the shop has no such stream. */
export async function configureStream(
  tx: Executor,
  shopId: string,
  stream: StreamName,
  change: StreamChange,
): Promise<boolean> {
  const keepOr = (value: unknown) => value !== undefined;
  const rows = await tx.run({
    name: 'stream-configure',
    text: `with changed as (
        update streams set enabled = coalesce($3, enabled),
          every_ms = case when $4 then $5 else every_ms end,
          overlap_ms = case when $6 then $7 else overlap_ms end,
          window_ms = case when $8 then $9 else window_ms end,
          due_at = least(due_at, date_trunc('milliseconds', now()))
        where shop_id = $1 and name = $2 returning shop_id),
      raised as (update shops set version = version + 1 where id in (select shop_id from changed))
      select pg_notify('lading_due', shop_id::text) from changed`,
    values: [
      shopId,
      stream,
      change.enabled ?? null,
      keepOr(change.everyMs),
      change.everyMs ?? null,
      keepOr(change.overlapMs),
      change.overlapMs ?? null,
      keepOr(change.windowMs),
      change.windowMs ?? null,
    ],
  });
  return rows.length > 0;
}

/** Seals everything again that is not under the current key. Run at the start, after a rotation. Returns how many. */
export async function resealShops(
  tx: Executor,
  vault: Vault,
  accountOf: (marketplace: SealedRow['marketplace'], credentials: Readonly<Record<string, string>>) => string,
): Promise<number> {
  const rows = await tx.run<SealedRow & { id: string }>({
    text: `select id, marketplace, sandbox, account_digest as "accountDigest", credentials as sealed,
        credentials_key_id as "keyId"
      from shops where credentials_key_id not in ($1, '') order by id for no key update`,
    values: [vault.keyId],
  });
  for (const { id, ...row } of rows) {
    const credentials = vault.open(row);
    const again = vault.seal({ ...row, account: accountOf(row.marketplace, credentials) }, credentials);
    await tx.run({
      text: 'update shops set account_digest = $2, credentials = $3, credentials_key_id = $4 where id = $1',
      values: [id, again.accountDigest, again.sealed, again.keyId],
    });
  }
  return rows.length;
}

/** How many marketplace accounts there are, and how many of them live in the pretend marketplaces. */
export async function countShops(db: Executor): Promise<{ all: number; pretended: number }> {
  const [row] = await db.run<{ all: number; pretended: number }>({
    text: `select count(*)::int as "all", (count(*) filter (where sandbox))::int as pretended
      from shops where marketplace <> '${directCode}'`,
  });
  return row ?? { all: 0, pretended: 0 };
}
