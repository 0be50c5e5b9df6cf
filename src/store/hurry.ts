import type { Executor } from './database.js';

/*
 * For drills and proofs, which cannot wait for the schedule: what would happen some time happens now, by the same ways.
 */

/** Every stream of the shop is due. */
export async function hurryStreams(db: Executor, shopId: string): Promise<void> {
  await db.run({ text: 'update streams set due_at = now() where shop_id = $1', values: [shopId] });
  await lookNow(db, shopId);
}

/** The full readings of the shop are due: those that the schedule makes from time to time. */
export async function hurryFullReadings(db: Executor, shopId: string): Promise<void> {
  await db.run({
    text: 'update streams set full_due_at = now(), due_at = now() where shop_id = $1 and full_due_at is not null',
    values: [shopId],
  });
  await lookNow(db, shopId);
}

/** Streams of which a full reading is due. */
export async function fullReadingsDue(db: Executor, shopId: string): Promise<number> {
  const rows = await db.run({
    text: 'select name from streams where shop_id = $1 and full_due_at <= now()',
    values: [shopId],
  });
  return rows.length;
}

/** The shop need not stay away any longer, whoever told it so. */
export async function endBackOff(db: Executor, shopId: string): Promise<void> {
  await db.run({ text: 'update shops set backoff_until = null where id = $1', values: [shopId] });
}

/**
 * The shop was nobody's, and nothing is known of what was sent for it: who takes it next need not let a minute pass. For
 * pretend marketplaces that are far from their limits only.
 */
export async function forgetHolder(db: Executor, shopId: string): Promise<void> {
  await db.run({
    text: `update shops set epoch = epoch + 1, leased_by = null, leased_until = null, lane_use = null,
      lane_use_at = null, lane_use_epoch = null where id = $1`,
    values: [shopId],
  });
}

/** Has the engines look what is due. */
export async function lookNow(db: Executor, shopId: string): Promise<void> {
  await db.run({ text: `select pg_notify('lading_due', $1)`, values: [shopId] });
}

/** How the shop stands, and its unfinished run, of which there is at most one. */
export async function standingOf(
  db: Executor,
  shopId: string,
): Promise<{ status: string; reason: string | null; openRun: string | null }> {
  const [row] = await db.run<{ status: string; reason: string | null; openRun: string | null }>({
    text: `select status, status_reason as reason,
        (select id from sync_runs where shop_id = s.id and finished_at is null) as "openRun"
      from shops s where id = $1`,
    values: [shopId],
  });
  if (!row) throw new Error(`there is no shop ${shopId}`);
  return row;
}

/** How a run ended; null: it has not. */
export async function endOfRun(db: Executor, runId: string): Promise<string | null> {
  const [row] = await db.run<{ status: string }>({
    text: 'select status from sync_runs where id = $1 and finished_at is not null',
    values: [runId],
  });
  return row?.status ?? null;
}

/** A database of its own on the server, empty. */
export async function makeDatabase(admin: Executor, name: string): Promise<void> {
  if (!/^\w+$/.test(name)) throw new Error(`"${name}" is no name for a database`);
  await admin.run({ text: `create database ${name}` });
}
