// What the mutations of runs and rejects do, apart from reading the result.
import { globalId, keyOf } from '../commerce/id.js';
import type { StreamName, SyncMode } from '../commerce/marketplace.js';
import type { Executor } from '../store/database.js';
import { recall } from '../store/idempotency.js';
import type { FoundShop } from '../store/shops.js';
import {
  type OpenRun,
  openRunOf,
  queueRun,
  requestCancel,
  retryRejects,
  retryRejectsOf,
  streamsOf,
} from '../store/sync-requests.js';
import type { Context } from './context.js';
import { keyReused } from './once.js';
import { done, type Outcome, outcomeOf, Refused, refused, shopToChange, textOf } from './outcome.js';
import { needsCredentials } from './shop-changes.js';
import type { RejectRetryInput, SyncCancelInput, SyncStartInput } from './sync-inputs.js';
import { type UserError, userError } from './user-error.js';

const keyMax = 200;
const idsMax = 100;

/**
 * Queues a run. A shop has one unfinished run at most: where that one still waits and covers the wish, it is the answer;
 * otherwise it comes with SYNC_ALREADY_RUNNING, so that the caller can follow it and ask again.
 */
export function syncStart(context: Context, input: SyncStartInput): Promise<Outcome> {
  const key = input.idempotencyKey == null ? null : textOf(input.idempotencyKey, keyMax, 'input', 'idempotencyKey');
  if (key !== null && typeof key !== 'string') return Promise.resolve(refused(key));
  const mode: SyncMode = input.mode ?? 'INCREMENTAL';
  const operation = 'syncStart';
  const request = key && { operation, key, input: JSON.stringify([input.shopId, mode, input.streams ?? null]) };
  return outcomeOf(() =>
    context.db.transaction(async (tx) => {
      const before = request ? await recall(tx, context.vault, request) : null;
      if (before?.state === 'DONE') return done(before.resultId);
      if (before?.state === 'REUSED') return refused(keyReused());
      const shop = await shopToChange(tx, { shopId: input.shopId });
      const streams = await streamsToRead(tx, shop, input.streams ?? null);
      const open = await openRunOf(tx, shop.id);
      if (open) return meet(shop, open, { mode, streams });
      const queued = await queueRun(tx, {
        shopId: shop.id,
        mode,
        streams,
        idempotency: request && before ? { operation, key: request.key, fingerprint: before.fingerprint } : null,
      });
      if (queued) return done(queued);
      // a schedule opened one between the two statements
      const now = await openRunOf(tx, shop.id);
      return now ? meet(shop, now, { mode, streams }) : refused(alreadyRunning(shop, null));
    }),
  );
}

/** The streams of a run or check; throws a Refused where the shop or one of them cannot be read. */
export async function streamsToRead(
  tx: Executor,
  shop: FoundShop,
  wanted: readonly StreamName[] | null,
): Promise<StreamName[]> {
  const refuse = (error: UserError): never => {
    throw new Refused(refused(error));
  };
  if (shop.status === 'PAUSED') {
    refuse(userError('SHOP_PAUSED', `"${shop.name}" is paused: resume it with shopResume.`, 'input', 'shopId'));
  }
  if (shop.status === 'NEEDS_CREDENTIALS') refuse(needsCredentials(shop.name));
  if (wanted?.length === 0) refuse(userError('BLANK', 'Name a stream, or leave streams out.', 'input', 'streams'));
  const enabled = await streamsOf(tx, shop.id);
  for (const name of wanted ?? []) {
    if (!enabled.has(name)) {
      refuse(userError('STREAM_NOT_FOUND', `"${shop.name}" has no stream ${name}.`, 'input', 'streams'));
    }
    if (!enabled.get(name)) {
      refuse(userError('STREAM_DISABLED', `${name} of "${shop.name}" is switched off.`, 'input', 'streams'));
    }
  }
  const streams = wanted ? [...new Set(wanted)] : [...enabled].filter(([, on]) => on).map(([name]) => name);
  if (!streams.length) {
    refuse(userError('STREAM_DISABLED', `All streams of "${shop.name}" are switched off.`, 'input', 'shopId'));
  }
  return streams;
}

/** An unfinished run meets a wish for another one. */
function meet(shop: FoundShop, open: OpenRun, wish: { mode: SyncMode; streams: readonly StreamName[] }): Outcome {
  const covers =
    open.status === 'QUEUED' &&
    (open.mode === 'FULL' || wish.mode === 'INCREMENTAL') &&
    wish.streams.every((name) => open.streams.includes(name));
  return covers ? done(open.id) : { key: open.id, userErrors: [alreadyRunning(shop, open)] };
}

function alreadyRunning(shop: FoundShop, open: OpenRun | null): UserError {
  const what = open ? `${open.mode} run ${globalId('SyncRun', open.id)} is ${open.status}` : 'a run is open';
  return userError(
    'SYNC_ALREADY_RUNNING',
    `A shop has one run at a time, and of "${shop.name}" ${what}: wait for it, or stop it with syncCancel.`,
    'input',
    'shopId',
  );
}

export async function syncCancel(context: Context, input: SyncCancelInput): Promise<Outcome> {
  const key = keyOf('SyncRun', input.syncRunId);
  const requested = key ? await requestCancel(context.db, key) : null;
  if (!key || requested === null) {
    return refused(userError('SYNC_RUN_NOT_FOUND', 'No sync run has this id.', 'input', 'syncRunId'));
  }
  if (requested) return done(key);
  return { key, userErrors: [userError('SYNC_ALREADY_FINISHED', 'The run has ended.', 'input', 'syncRunId')] };
}

export interface RetryOutcome {
  readonly requestedCount: number | null;
  readonly userErrors: readonly UserError[];
}

/** Asks for rejects to be mapped again. Ids that are not there are named, the others are retried all the same. */
export async function rejectRetry(context: Context, input: RejectRetryInput): Promise<RetryOutcome> {
  const { ids, shopId, stream } = input;
  const refuse = (...userErrors: UserError[]): RetryOutcome => ({ requestedCount: null, userErrors });
  if ((ids == null) === (shopId == null) || (ids != null && stream != null)) {
    return refuse(userError('INVALID', 'Give either ids, or shopId with or without stream.', 'input'));
  }
  if (ids != null) return retryByIds(context, ids);
  const key = keyOf('Shop', shopId ?? '');
  const marked = key ? await retryRejectsOf(context.db, key, stream ?? null) : null;
  if (marked === null) return refuse(userError('SHOP_NOT_FOUND', 'No shop has this id.', 'input', 'shopId'));
  return { requestedCount: marked, userErrors: [] };
}

async function retryByIds(context: Context, ids: readonly string[]): Promise<RetryOutcome> {
  if (ids.length === 0 || ids.length > idsMax) {
    const error = userError('INVALID', `Give 1 to ${idsMax} ids.`, 'input', 'ids');
    return { requestedCount: null, userErrors: [error] };
  }
  const keys = new Map(ids.map((id) => [id, keyOf('Reject', id)]));
  const known = [...keys.values()].filter((key) => key !== null);
  const marked = new Set(known.length ? await retryRejects(context.db, known) : []);
  const missing = ids.flatMap((id, at) =>
    marked.has(keys.get(id) ?? '')
      ? []
      : [userError('REJECT_NOT_FOUND', 'No reject has this id.', 'input', 'ids', String(at))],
  );
  return { requestedCount: marked.size, userErrors: missing };
}
