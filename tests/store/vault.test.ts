import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSecretKeys, secretKeysIn } from '../../src/store/keys.js';
import { createVault, type SealedRow, VaultError } from '../../src/store/vault.js';

const shop = { marketplace: 'OTTO', sandbox: false, account: 'client-1' } as const;
const credentials = { clientId: 'client-1', clientSecret: 'the-secret-of-client-1' };

describe('vault', () => {
  const [old, young] = [randomBytes(32), randomBytes(32)];
  const vault = createVault([old]);

  it('opens what it sealed, and never seals twice to the same bytes', () => {
    const [a, b] = [vault.seal(shop, credentials), vault.seal(shop, credentials)];
    expect(vault.open(a)).toEqual(credentials);
    expect(a.sealed.equals(b.sealed)).toBe(false);
    expect(a.accountDigest.equals(b.accountDigest)).toBe(true);
    for (const part of [a.sealed, a.accountDigest]) {
      expect(part.includes('client-1')).toBe(false);
      expect(part.includes('secret')).toBe(false);
    }
  });

  it('refuses a value that was changed or moved to another row', () => {
    const row = vault.seal(shop, credentials);
    const other = vault.seal({ ...shop, account: 'client-2' }, credentials);
    const flipped = Buffer.from(row.sealed);
    flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
    const changed: SealedRow[] = [
      { ...row, sealed: flipped },
      { ...row, sealed: row.sealed.subarray(0, 20) },
      { ...row, sealed: Buffer.concat([Buffer.of(9), row.sealed.subarray(1)]) },
      { ...row, sandbox: true },
      { ...row, marketplace: 'BOL' },
      { ...row, accountDigest: other.accountDigest },
    ];
    for (const bad of changed) {
      expect(() => vault.open(bad)).toThrow(VaultError);
      expect(() => vault.open(bad)).not.toThrow(/secret-of/);
    }
  });

  it('rotates: a new key seals, the old one still opens, alone it does not', () => {
    const row = vault.seal(shop, credentials);
    const rotated = createVault([young, old]);
    expect(rotated.keyId).not.toBe(vault.keyId);
    expect(rotated.open(row)).toEqual(credentials);
    const again = rotated.seal(shop, rotated.open(row));
    expect(createVault([young]).open(again)).toEqual(credentials);
    expect(() => createVault([young]).open(row)).toThrow(`key ${vault.keyId}, which is not known`);
    expect(rotated.matches('input', vault.fingerprint('input'))).toBe(true);
    expect(rotated.matches('other', vault.fingerprint('input'))).toBe(false);
  });
});

describe('secret keys', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lading-keys-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('reads base64, hex and several keys', () => {
    const keys = [randomBytes(32), randomBytes(32)] as const;
    expect(parseSecretKeys(`${keys[0].toString('base64')}, ${keys[1].toString('hex')}`, 'KEY')).toEqual([...keys]);
    expect(parseSecretKeys(keys[0].toString('base64url'), 'KEY')).toEqual([keys[0]]);
  });

  it.each(['', 'correct horse battery staple', 'a'.repeat(43), '00'.repeat(32), randomBytes(16).toString('hex')])(
    'refuses %j without quoting it',
    (weak) => {
      expect(() => parseSecretKeys(weak, 'LADING_SECRET_KEY')).toThrow(/^LADING_SECRET_KEY .*openssl rand/);
      if (weak) expect(() => parseSecretKeys(weak, 'LADING_SECRET_KEY')).not.toThrow(new RegExp(weak));
    },
  );

  it('makes one key file, for this user only, however many start at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => secretKeysIn(join(dir, 'data'))));
    expect(new Set(all.map(([key]) => key?.toString('hex'))).size).toBe(1);
    expect(await readdir(join(dir, 'data'))).toEqual(['secret.key']);
    expect((await stat(join(dir, 'data', 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(await secretKeysIn(join(dir, 'data'))).toEqual(all[0]);
  });

  it('refuses a key file that others can read, or that is damaged', async () => {
    const path = join(dir, 'data', 'secret.key');
    await chmod(path, 0o644);
    await expect(secretKeysIn(join(dir, 'data'))).rejects.toThrow('chmod 600');
    await chmod(path, 0o600);
    await writeFile(path, 'half a k');
    await expect(secretKeysIn(join(dir, 'data'))).rejects.toThrow('must be 32 bytes');
  });
});
