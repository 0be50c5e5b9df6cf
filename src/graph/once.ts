// Idempotency keys of mutations that do their work in one transaction.
import type { Executor } from '../store/database.js';
import { type KeyedRequest, recall, remember } from '../store/idempotency.js';
import type { Context } from './context.js';
import { done, type Outcome, refused, textOf } from './outcome.js';
import { type UserError, userError } from './user-error.js';

const keyMax = 200;

/** What a key stands for: null when none was given. The input is what the caller wished, in a form that is always the same. */
export function requestOf(
  operation: string,
  given: string | null | undefined,
  input: unknown,
): KeyedRequest | null | UserError {
  if (given == null) return null;
  const key = textOf(given, keyMax, 'input', 'idempotencyKey');
  return typeof key === 'string' ? { operation, key, input: JSON.stringify(input) } : key;
}

export const keyReused = () =>
  userError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used with another input: take a new one for a new wish.',
    'input',
    'idempotencyKey',
  );

/** Does the work once per key: asked again, the first result is the answer. What was refused is not remembered. */
export async function once<Did extends Outcome>(
  tx: Executor,
  { vault }: Pick<Context, 'vault'>,
  request: KeyedRequest | null,
  work: () => Promise<Did>,
): Promise<Did> {
  if (!request) return work();
  const before = await recall(tx, vault, request);
  if (before.state === 'DONE') return done(before.resultId) as Did;
  if (before.state === 'REUSED') return refused(keyReused()) as Did;
  const outcome = await work();
  if (outcome.key !== null && outcome.userErrors.length === 0) {
    await remember(tx, request, before.fingerprint, outcome.key);
  }
  return outcome;
}
