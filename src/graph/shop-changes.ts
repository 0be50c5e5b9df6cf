// What the mutations of shops do, apart from reading the result.
import { globalId, parseId } from '../commerce/id.js';
import type { Credentials, Marketplace, StreamName } from '../commerce/marketplace.js';
import { retryContended } from '../store/contention.js';
import type { Executor } from '../store/database.js';
import { recall } from '../store/idempotency.js';
import {
  AccountTaken,
  addShop,
  configureStream,
  pauseShop,
  removeShop,
  replaceCredentials,
  resumeShop,
  type StreamChange,
  shopOfAccount,
} from '../store/shops.js';
import type { SealedRow } from '../store/vault.js';
import type { Context } from './context.js';
import { keyReused } from './once.js';
import { done, type Outcome, outcomeOf, Refused, refused, shopToChange, textOf } from './outcome.js';
import type {
  ShopAddInput,
  ShopCredentialsInput,
  ShopPauseInput,
  ShopRemoveInput,
  ShopResumeInput,
  ShopUpdateCredentialsInput,
  StreamConfigureInput,
} from './shop-inputs.js';
import { type UserError, userError } from './user-error.js';

const nameMax = 100;
const secretMax = 2_000;
const keyMax = 200;

interface Given {
  readonly marketplace: Marketplace;
  readonly account: string;
  readonly credentials: Credentials;
}

/** Which marketplace was given, and its credentials without white space around them; or what is wrong. */
function credentialsOf(input: ShopCredentialsInput, marketplaces: readonly Marketplace[]): Given | UserError[] {
  const marketplace = marketplaces.find(({ id }) => input[id]);
  const given = marketplace && input[marketplace.id];
  if (!marketplace || !given) {
    return [userError('INVALID', 'Give the credentials of exactly one marketplace.', 'input', 'credentials')];
  }
  const checked = Object.entries(given).map(
    ([name, text]) => [name, textOf(text, secretMax, 'input', 'credentials', marketplace.id, name)] as const,
  );
  const errors = checked.flatMap(([, text]) => (typeof text === 'string' ? [] : [text]));
  if (errors.length) return errors;
  const credentials = Object.fromEntries(checked) as Record<string, string>;
  return { marketplace, credentials, account: credentials[marketplace.accountField] ?? '' };
}

/** Stores a shop whose credentials the engine will try at once. No marketplace is asked here. */
export function shopAdd(context: Context, input: ShopAddInput): Promise<Outcome> {
  const name = textOf(input.name, nameMax, 'input', 'name');
  const given = credentialsOf(input.credentials, context.marketplaces);
  const key = input.idempotencyKey == null ? null : textOf(input.idempotencyKey, keyMax, 'input', 'idempotencyKey');
  if (typeof name !== 'string' || Array.isArray(given) || (key !== null && typeof key !== 'string')) {
    const errors = [name, ...(Array.isArray(given) ? given : []), key];
    return Promise.resolve(refused(...errors.filter((one): one is UserError => !!one && typeof one !== 'string')));
  }
  const { vault, sandboxFor, db } = context;
  const { code, streams } = given.marketplace;
  const sealed = vault.seal(
    { marketplace: code, sandbox: sandboxFor(code), account: given.account },
    given.credentials,
  );
  const add = async (tx: Executor): Promise<Outcome> => {
    const operation = 'shopAdd';
    const request = key && { operation, key, input: JSON.stringify([name, code, given.credentials]) };
    const before = request ? await recall(tx, vault, request) : null;
    if (before?.state === 'DONE') return done(before.resultId);
    if (before?.state === 'REUSED') return refused(keyReused());
    const added = await addShop(tx, {
      name,
      credentials: sealed,
      streams: streams.map((stream) => stream.name),
      idempotency: request && before ? { operation, key: request.key, fingerprint: before.fingerprint } : null,
    });
    return added ? done(added) : refused(await alreadyThere(tx, sealed));
  };
  return key ? db.transaction(add) : add(db);
}

async function alreadyThere(db: Executor, sealed: SealedRow): Promise<UserError> {
  const other = await shopOfAccount(db, sealed);
  const known = other ? `"${other.name}" (${globalId('Shop', other.id)})` : 'A shop';
  return userError('SHOP_ALREADY_EXISTS', `${known} has the same account already.`, 'input', 'credentials');
}

export function shopUpdateCredentials(context: Context, input: ShopUpdateCredentialsInput): Promise<Outcome> {
  const given = credentialsOf(input.credentials, context.marketplaces);
  if (Array.isArray(given)) return Promise.resolve(refused(...given));
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, input);
    if (shop.marketplace !== given.marketplace.code) {
      const message = `"${shop.name}" is a shop at ${shop.marketplace}: give its credentials.`;
      return refused(userError('MARKETPLACE_MISMATCH', message, 'input', 'credentials'));
    }
    const sealed = context.vault.seal({ ...shop, account: given.account }, given.credentials);
    await replaceCredentials(tx, shop.id, sealed);
    return done(shop.id);
  }).catch(async (error: unknown) => {
    if (error instanceof AccountTaken) return refused(await alreadyThere(context.db, error.row));
    throw error;
  });
}

export function shopPause(context: Context, input: ShopPauseInput): Promise<Outcome> {
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, input);
    if (shop.status !== 'PAUSED') await pauseShop(tx, shop.id);
    return done(shop.id);
  });
}

export function shopResume(context: Context, input: ShopResumeInput): Promise<Outcome> {
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, input);
    const status = shop.status === 'PAUSED' ? await resumeShop(tx, shop.id) : shop.status;
    if (status === 'NEEDS_CREDENTIALS') return { key: shop.id, userErrors: [needsCredentials(shop.name)] };
    return done(shop.id);
  });
}

export const needsCredentials = (name: string) =>
  userError(
    'SHOP_NEEDS_CREDENTIALS',
    `The marketplace refused the credentials of "${name}": replace them with shopUpdateCredentials.`,
    'input',
    'shopId',
  );

export function shopRemove(context: Context, input: ShopRemoveInput): Promise<Outcome> {
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, input);
    await removeShop(tx, shop.id);
    return done(shop.id);
  });
}

interface Bounds {
  readonly field: 'everySeconds' | 'overlapSeconds' | 'windowSeconds';
  readonly min: number;
  readonly max: number;
}

const bounds: readonly Bounds[] = [
  { field: 'everySeconds', min: 1, max: 2_592_000 },
  { field: 'overlapSeconds', min: 0, max: 2_592_000 },
  { field: 'windowSeconds', min: 60, max: 315_360_000 },
];

export function streamConfigure(context: Context, input: StreamConfigureInput): Promise<Outcome> {
  const errors = bounds.flatMap(({ field, min, max }) => {
    const value = input[field];
    const good = value == null || (value >= min && value <= max);
    return good ? [] : [userError('INVALID', `${field} must be ${min} to ${max}.`, 'input', field)];
  });
  if (errors.length) return Promise.resolve(refused(...errors));
  const id = parseId(input.streamId);
  const [shopKey = '', name = ''] = id?.noun === 'Stream' ? id.key : [];
  const unknown = userError('STREAM_NOT_FOUND', 'No stream has this id.', 'input', 'streamId');
  if (!/^\d{1,18}$/.test(shopKey)) return Promise.resolve(refused(unknown));
  return change(context, async (tx) => {
    const shop = await shopToChange(tx, { ...input, shopId: globalId('Shop', shopKey) }, 'streamId');
    const found = await configureStream(tx, shop.id, name as StreamName, changeOf(input));
    return found ? done(`${shop.id}_${name}`) : refused(unknown);
  });
}

const inMs = (seconds: number | null | undefined) => (seconds == null ? seconds : seconds * 1000);

function changeOf(input: StreamConfigureInput): StreamChange {
  return {
    enabled: input.enabled ?? undefined,
    everyMs: inMs(input.everySeconds),
    overlapMs: inMs(input.overlapSeconds),
    windowMs: inMs(input.windowSeconds),
  };
}

/** One transaction; what refuses within it undoes it. */
export function change<Did extends Outcome = Outcome>(
  context: Context,
  work: (tx: Executor) => Promise<Did>,
): Promise<Did> {
  return outcomeOf(() =>
    retryContended(() =>
      context.db.transaction(async (tx) => {
        const outcome = await work(tx);
        if (outcome.userErrors.length && outcome.key === null) throw new Refused(outcome);
        return outcome;
      }),
    ),
  );
}
