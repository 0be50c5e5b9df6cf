import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Account, canReach } from './account.js';

/** The folder that holds the data folder and the password. */
export function openHome(dir: string, account: Account | undefined, log: (line: string) => void): string {
  // folders that are made on the way to it get the same mode, and the account must walk through them
  fs.mkdirSync(dir, { recursive: true, mode: account ? 0o711 : 0o700 });
  const home = fs.realpathSync(dir);
  if (!account) return home;
  openForPassage(home);
  if (canReach(home, account)) return home;
  // a checkout under a closed home: the data moves to a place that the borrowed account can reach
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const outside = path.join('/var/lib', `lading-${digest}`);
  fs.mkdirSync(outside, { recursive: true });
  openForPassage(outside);
  fs.writeFileSync(path.join(home, 'moved-to'), `${outside}\n`);
  log(`${home} is closed to the account that PostgreSQL runs under; the data is in ${outside}`);
  return outside;
}

/** Others may walk through, but not look: what lies inside is closed itself. */
function openForPassage(folder: string): void {
  fs.chmodSync(folder, (fs.statSync(folder).mode & 0o777) | 0o011);
}

/** The database password: random, made once, readable by this user only. */
export function readPassword(home: string): string {
  const file = path.join(home, 'password');
  if (!fs.existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600 });
    try {
      fs.linkSync(draft, file); // atomic: of several processes the first one wins
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      fs.rmSync(draft, { force: true });
    }
  }
  return fs.readFileSync(file, 'utf8').trim();
}
