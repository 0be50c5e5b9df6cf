import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../errors.js';

/** The operating system account that PostgreSQL runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so root borrows an account that every system has. Undefined: run as we are. */
export function borrowedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) {
    throw new ConfigError(
      'PostgreSQL cannot run as root, and there is neither a "postgres" nor a "nobody" account to borrow: start as another user, or set DATABASE_URL',
    );
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Can this account walk down to the folder? It cannot where a parent is closed: /root is 0700 on most systems. */
export function canReach(folder: string, account: Account): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const { uid, gid, mode } = fs.statSync(at);
    const search = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & search)) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** What every program of PostgreSQL is started with. */
export function spawnOptions(account: Account | undefined) {
  return {
    ...account,
    // the current folder may be closed to the account
    cwd: account ? '/' : undefined,
    // nothing of our environment: it holds secrets, and the locale must not depend on it. Windows needs its own.
    env: process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC' },
  };
}
