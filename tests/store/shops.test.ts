import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recall } from '../../src/store/idempotency.js';
import { addShop, removeShop, resealShops } from '../../src/store/shops.js';
import { createVault, type SealedRow, type Vault } from '../../src/store/vault.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  await fresh.db.run({ text: 'truncate shops, idempotency_keys restart identity cascade' });
});

const accountOf = (_: string, credentials: Readonly<Record<string, string>>) => credentials.clientId ?? '';

function add(vault: Vault, clientId: string): Promise<string | null> {
  const sealed = vault.seal(
    { marketplace: 'OTTO', sandbox: false, account: clientId },
    { clientId, clientSecret: `secret of ${clientId}` },
  );
  return addShop(fresh.db, { name: clientId, credentials: sealed, streams: ['ORDERS'], idempotency: null });
}

const sealedRows = () =>
  fresh.db.run<SealedRow>({
    text: `select marketplace, sandbox, account_digest as "accountDigest", credentials as sealed,
      credentials_key_id as "keyId" from shops order by id`,
  });

describe('rotation of the secret key', () => {
  const [old, young] = [randomBytes(32), randomBytes(32)];

  it('seals every shop again, once, and still finds an account added twice', async () => {
    const before = createVault([old]);
    for (const account of ['a', 'b']) await add(before, account);
    const rotating = createVault([young, old]);
    const reseal = () => fresh.db.transaction((tx) => resealShops(tx, rotating, accountOf));
    // two processes that start at once
    expect((await Promise.all([reseal(), reseal()])).sort()).toEqual([0, 2]);
    expect(await reseal()).toBe(0);
    const after = createVault([young]);
    expect((await sealedRows()).map((row) => after.open(row).clientSecret)).toEqual(['secret of a', 'secret of b']);
    expect(await add(after, 'a')).toBeNull();
    expect(await add(after, 'c')).not.toBeNull();
  });

  it('changes nothing when one of the shops cannot be opened', async () => {
    await add(createVault([old]), 'a');
    await add(createVault([randomBytes(32)]), 'lost');
    const rotating = createVault([young, old]);
    await expect(fresh.db.transaction((tx) => resealShops(tx, rotating, accountOf))).rejects.toThrow(
      'is not known here',
    );
    expect(createVault([old]).open((await sealedRows())[0] as SealedRow).clientId).toBe('a');
  });
});

describe('idempotency keys', () => {
  const vault = createVault([randomBytes(32)]);
  const request = { operation: 'shopAdd', key: 'k', input: '["a"]' };
  const ask = (more: Partial<typeof request> = {}) =>
    fresh.db.transaction((tx) => recall(tx, vault, { ...request, ...more }));

  it('are of one operation, compare inputs, and are forgotten after a week', async () => {
    const first = await ask();
    if (first.state !== 'NEW') throw new Error('the key was never used');
    await fresh.db.run({
      text: `insert into idempotency_keys (operation, key, input_digest, result_id) values ('shopAdd', 'k', $1, 7)`,
      values: [first.fingerprint],
    });
    expect(await ask()).toEqual({ state: 'DONE', resultId: '7' });
    expect(await ask({ input: '["b"]' })).toEqual({ state: 'REUSED' });
    expect((await ask({ operation: 'syncStart' })).state).toBe('NEW');
    await fresh.db.run({ text: `update idempotency_keys set created_at = now() - interval '8 days'` });
    expect((await ask({ input: '["b"]' })).state).toBe('NEW');
    expect(await fresh.db.run({ text: 'select from idempotency_keys' })).toEqual([]);
  });
});

describe('removing a shop', () => {
  it('leaves nothing of it and nothing else out', async () => {
    const vault = createVault([randomBytes(32)]);
    const [gone, kept] = [await add(vault, 'gone'), await add(vault, 'kept')];
    for (const shop of [gone, kept]) {
      await fresh.db.run({
        text: `insert into raw_records (shop_id, stream, payload) values ($1, 'ORDERS', '{}')`,
        values: [shop],
      });
    }
    await fresh.db.transaction((tx) => removeShop(tx, gone as string));
    for (const table of ['streams', 'raw_records']) {
      const rows = await fresh.db.run<{ shop: string }>({ text: `select shop_id as shop from ${table}` });
      expect([table, rows]).toEqual([table, [{ shop: kept }]]);
    }
  });
});
