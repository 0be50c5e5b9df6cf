import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials, MarketplaceCode } from '../commerce/marketplace.js';

/**
 * Where credentials live. It is authenticated with them: a sealed value that was copied to another row, marketplace or
 * from the sandbox to a live shop does not open.
 */
export interface SealedRow {
  readonly marketplace: MarketplaceCode;
  readonly sandbox: boolean;
  /** `shops.account_digest` */
  readonly accountDigest: Buffer;
  /** `shops.credentials` */
  readonly sealed: Buffer;
  /** `shops.credentials_key_id` */
  readonly keyId: string;
}

export interface Vault {
  /** Names the key that seals. A row with another one should be sealed again. */
  readonly keyId: string;
  /** `account` is the value of the marketplace's `accountField`: two rows of one account get the same digest. */
  seal(shop: { marketplace: MarketplaceCode; sandbox: boolean; account: string }, credentials: Credentials): SealedRow;
  /** Throws a VaultError when the key is not known or anything about the row was changed. */
  open(row: SealedRow): Credentials;
  /** Keyed digest of an input that may hold secrets: tells equal from different without storing it readably. */
  fingerprint(text: string): Buffer;
  /** Is this the fingerprint of the text, under any of the known keys? */
  matches(text: string, fingerprint: Buffer): boolean;
}

/** Sealed credentials that cannot be opened. The message names the key id, never a value. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

interface Key {
  readonly id: string;
  readonly cipher: Buffer;
  readonly digest: Buffer;
}

const format = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Each purpose has a key of its own, so that no use weakens another; the id is a digest that gives nothing away. */
function derive(secret: Buffer): Key {
  const part = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, 'lading', `lading/${purpose}/v1`, bytes));
  return { id: part('key-id', 8).toString('hex'), cipher: part('credentials', 32), digest: part('digest', 32) };
}

const digestWith = (key: Key, kind: 'account' | 'input', text: string) =>
  createHmac('sha256', key.digest).update(`${kind}\0${text}`).digest();

const boundTo = (row: Pick<SealedRow, 'marketplace' | 'sandbox' | 'accountDigest'>) =>
  Buffer.from(
    `lading/${format}/${row.marketplace}/${row.sandbox ? 'sandbox' : 'live'}/${row.accountDigest.toString('hex')}`,
  );

/**
 * Seals credentials with AES-256-GCM. The first key seals; the others only open what was sealed before a rotation.
 * Layout of a sealed value: format (1 byte), nonce (12), ciphertext, tag (16).
 */
export function createVault(secrets: readonly Buffer[]): Vault {
  const keys = secrets.map(derive);
  const [current] = keys;
  if (!current) throw new VaultError('there is no key');

  return {
    keyId: current.id,
    seal(shop, credentials) {
      const accountDigest = digestWith(current, 'account', `${shop.marketplace}\0${shop.account}`);
      const row = { marketplace: shop.marketplace, sandbox: shop.sandbox, accountDigest, keyId: current.id };
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', current.cipher, iv, { authTagLength: tagBytes });
      cipher.setAAD(boundTo(row));
      const body = Buffer.concat([cipher.update(JSON.stringify(credentials), 'utf8'), cipher.final()]);
      return { ...row, sealed: Buffer.concat([Buffer.of(format), iv, body, cipher.getAuthTag()]) };
    },
    open(row) {
      const key = keys.find(({ id }) => id === row.keyId);
      if (!key) throw new VaultError(`credentials were sealed with key ${row.keyId}, which is not known here`);
      return unseal(key, row);
    },
    fingerprint: (text) => digestWith(current, 'input', text),
    matches: (text, fingerprint) =>
      keys.some((key) => {
        const own = digestWith(key, 'input', text);
        return own.length === fingerprint.length && timingSafeEqual(own, fingerprint);
      }),
  };
}

function unseal(key: Key, row: SealedRow): Credentials {
  const { sealed } = row;
  if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== format) {
    throw new VaultError(`credentials under key ${key.id} have an unknown format`);
  }
  const decipher = createDecipheriv('aes-256-gcm', key.cipher, sealed.subarray(1, 1 + ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(boundTo(row));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(sealed.subarray(1 + ivBytes, -tagBytes)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as Credentials;
  } catch {
    throw new VaultError(`credentials under key ${key.id} do not open: the row or its key was changed`);
  }
}
