import type { Executor } from './database.js';
import type { Vault } from './vault.js';

/** How long a key is remembered. */
const keptDays = 7;

export type Remembered =
  /** First time: go on, and remember the fingerprint with the result. */
  | { readonly state: 'NEW'; readonly fingerprint: Buffer }
  /** The same request again: its result. */
  | { readonly state: 'DONE'; readonly resultId: string }
  /** The key belongs to a request with another input. */
  | { readonly state: 'REUSED' };

export interface KeyedRequest {
  readonly operation: string;
  readonly key: string;
  readonly input: string;
}

/**
 * Was a request with this key done before? The input's keyed fingerprint is compared, never the input itself, which
 * may hold secrets. Call it within the transaction that does the work: requests with the same key wait for each other.
 */
export async function recall(tx: Executor, vault: Vault, request: KeyedRequest): Promise<Remembered> {
  await tx.run({
    name: 'idempotency-lock',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`${request.operation}:${request.key}`],
  });
  return lookUp(tx, vault, request);
}

/** The same without waiting: for work whose own statement refuses a key that is used meanwhile. */
export async function lookUp(db: Executor, vault: Vault, request: KeyedRequest): Promise<Remembered> {
  const [row] = await db.run<{ inputDigest: Buffer; resultId: string }>({
    name: 'idempotency-recall',
    text: `with forgotten as (delete from idempotency_keys where created_at < now() - $3 * interval '1 day')
      select input_digest as "inputDigest", result_id as "resultId" from idempotency_keys
      where operation = $1 and key = $2 and created_at >= now() - $3 * interval '1 day'`,
    values: [request.operation, request.key, keptDays],
  });
  if (!row) return { state: 'NEW', fingerprint: vault.fingerprint(request.input) };
  return vault.matches(request.input, row.inputDigest)
    ? { state: 'DONE', resultId: row.resultId }
    : { state: 'REUSED' };
}

/** Remembers what a new request made, in the transaction that made it. */
export async function remember(
  tx: Executor,
  { operation, key }: KeyedRequest,
  fingerprint: Buffer,
  resultId: string,
): Promise<void> {
  await tx.run({
    name: 'idempotency-remember',
    text: 'insert into idempotency_keys (operation, key, input_digest, result_id) values ($1, $2, $3, $4)',
    values: [operation, key, fingerprint, resultId],
  });
}
