import type { StreamName } from '../commerce/marketplace.js';
import type { Database, Executor } from './database.js';
import type { Fence } from './runs.js';

/*
 * Answers of sources that hand out each record once. Asking is for who holds the shop; what came is kept whoever holds it by
 * now, since nobody can ask for it again.
 */

/** Whose answers. */
export interface InboxOf {
  readonly shopId: string;
  readonly stream: StreamName;
}

/** An answer as it came. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly receivedAt: Date;
  /** It came to its end. */
  readonly isWhole: boolean;
}

/** So long after it was asked for, an answer that has not come whole will not: a request takes less. */
const patience = "interval '90 seconds'";

/** Notes that an answer is asked for, before it is. Null: the worker has lost the shop, and must not ask. */
export async function noteAsked(db: Executor, fence: Fence, stream: StreamName): Promise<string | null> {
  const [row] = await db.run<{ id: string }>({
    name: 'inbox-ask',
    text: `insert into inbox (shop_id, stream)
      select id, $3 from shops where id = $1 and epoch = $2 for no key update returning id`,
    values: [fence.shopId, fence.epoch, stream],
  });
  return row?.id ?? null;
}

/**
 * Keeps an answer, in a transaction of its own that waits for the disk. Of two accounts of one answer the longer one counts: a
 * process that was taken for dead may have had the rest. False: this database has never asked for it on behalf of the shop.
 */
export function keepAnswer(
  db: Database,
  { shopId, stream }: InboxOf,
  id: string,
  answer: KeptAnswer,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.run({ name: 'inbox-durable', text: `select set_config('synchronous_commit', 'on', true)` });
    const [row] = await tx.run<{ known: boolean }>({
      name: 'inbox-keep',
      text: `with kept as (
          update inbox set body = $4, received_at = $5, is_whole = is_whole or $6, stored_at = null
          where id = $1 and shop_id = $2 and stream = $3
            and (body is null or octet_length(body) < octet_length($4::bytea) or $6 and not is_whole))
        select exists (select from inbox where id = $1 and shop_id = $2 and stream = $3) as known`,
      values: [id, shopId, stream, answer.body, answer.receivedAt.toISOString(), answer.isWhole],
    });
    return row?.known === true;
  });
}

/** Nothing was handed out. */
export async function forgetAsked(db: Executor, id: string): Promise<void> {
  await db.run({ name: 'inbox-forget', text: 'delete from inbox where id = $1', values: [id] });
}

export interface WaitingAnswer {
  readonly id: string;
  readonly askedAt: Date;
  readonly receivedAt: Date;
  readonly body: Buffer;
}

/** The oldest answer that is not stored as records, after this one. */
export async function nextWaiting(
  db: Executor,
  { shopId, stream }: InboxOf,
  after: Pick<WaitingAnswer, 'id' | 'askedAt'> | null,
): Promise<WaitingAnswer | null> {
  const [row] = await db.run<WaitingAnswer>({
    name: 'inbox-next',
    text: `select id, asked_at as "askedAt", received_at as "receivedAt", body from inbox
      where shop_id = $1 and stream = $2 and body is not null and stored_at is null
        and ($3::timestamptz is null or (asked_at, id) > ($3, $4::uuid))
      order by asked_at, id limit 1`,
    values: [shopId, stream, after?.askedAt.toISOString() ?? null, after?.id ?? null],
  });
  return row ?? null;
}

/** Since when, and until when, answers were asked for that did not come whole; null: none since the last time. */
export async function noteLost(db: Executor, { shopId, stream }: InboxOf): Promise<{ from: Date; to: Date } | null> {
  const [row] = await db.run<{ from: Date | null; to: Date }>({
    name: 'inbox-lost',
    text: `with lost as (update inbox set lost_at = date_trunc('milliseconds', now())
        where shop_id = $1 and stream = $2 and not is_whole and lost_at is null and asked_at < now() - ${patience}
        returning asked_at)
      select min(asked_at) as "from", max(asked_at) + interval '1 millisecond' as "to" from lost`,
    values: [shopId, stream],
  });
  return row?.from ? { from: row.from, to: row.to } : null;
}
