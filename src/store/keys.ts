import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';

const keyBytes = 32;
const advice = 'make one with: openssl rand -base64 32';

/**
 * Reads `LADING_SECRET_KEY` or a key file: one key, or several divided by commas or line ends. The first one seals, the
 * others open what was sealed before. A key is 32 random bytes as base64 or hex. A passphrase is refused: it would be
 * the weakest part of the chain. Throws a ConfigError that never quotes the key.
 */
export function parseSecretKeys(text: string, where: string): Buffer[] {
  const parts = text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length === 0) throw new ConfigError(`${where} is empty: ${advice}`);
  return parts.map((part, at) => parseKey(part, parts.length > 1 ? `${where} (key ${at + 1})` : where));
}

function parseKey(part: string, where: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(part)
    ? Buffer.from(part, 'hex')
    : /^[\w+/-]{43}=?$/.test(part)
      ? Buffer.from(part, 'base64')
      : Buffer.alloc(0);
  if (key.length !== keyBytes) throw new ConfigError(`${where} must be 32 bytes as base64 or hex: ${advice}`);
  // 32 random bytes have about 30 different values; fewer than 16 do not happen by chance
  if (new Set(key).size < 16) throw new ConfigError(`${where} is not random: ${advice}`);
  return key;
}

/** The key of this installation, kept in `<dir>/secret.key` (mode 600) and made at the first start. */
export async function secretKeysIn(dir: string): Promise<Buffer[]> {
  const path = join(dir, 'secret.key');
  const found = await readKeyFile(path);
  if (found) return found;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await createKeyFile(path);
  const made = await readKeyFile(path);
  if (!made) throw new ConfigError(`${path} disappeared while it was being made`);
  return made;
}

async function readKeyFile(path: string): Promise<Buffer[] | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigError(`${path} cannot be read: ${error.code}`);
  });
  if (text === null) return null;
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && mode & 0o077) {
    throw new ConfigError(`${path} can be read by other users: chmod 600 ${path}`);
  }
  return parseSecretKeys(text, path);
}

/** Written whole and synced under another name, then linked: nobody ever reads half a key, and of two starts one wins. */
async function createKeyFile(path: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
