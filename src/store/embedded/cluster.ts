import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type Account, spawnOptions } from './account.js';
import type { Binaries } from './binaries.js';
import { isAlive } from './postmaster.js';

/**
 * Makes the data folder unless it is there: beside its place, then moved in by one rename, so that neither a cut nor a
 * second process leaves half of one.
 */
export async function makeCluster(options: {
  home: string;
  dataDir: string;
  binaries: Binaries;
  account: Account | undefined;
  password: string;
  user: string;
  durable: boolean;
  log: (line: string) => void;
}): Promise<void> {
  const { home, dataDir, account } = options;
  if (isCluster(dataDir)) return;
  sweepDrafts(home, path.basename(dataDir));
  const draft = `${dataDir}.new-${process.pid}`;
  const passwordFile = `${draft}.password`;
  fs.mkdirSync(draft, { mode: 0o700 });
  fs.writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (account) for (const made of [draft, passwordFile]) fs.chownSync(made, account.uid, account.gid);
  try {
    await initdb(draft, passwordFile, options);
    fs.renameSync(draft, dataDir);
  } catch (error) {
    if (!isCluster(dataDir)) throw error;
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

export function isCluster(dataDir: string): boolean {
  return fs.existsSync(path.join(dataDir, 'PG_VERSION'));
}

/** Removes what processes left that were killed while they made a data folder. */
function sweepDrafts(home: string, name: string): void {
  for (const entry of fs.readdirSync(home)) {
    if (!entry.startsWith(`${name}.new-`)) continue;
    const pid = Number.parseInt(entry.slice(name.length + '.new-'.length), 10);
    if (pid !== process.pid && isAlive(pid)) continue;
    // the initdb of a killed process may still write there for a moment
    fs.rmSync(path.join(home, entry), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function initdb(
  draft: string,
  passwordFile: string,
  options: {
    binaries: Binaries;
    account: Account | undefined;
    user: string;
    durable: boolean;
    log: (line: string) => void;
  },
): Promise<void> {
  const args = [
    ...['--pgdata', draft, '--username', options.user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
    // the builtin provider sorts the same on every system and needs no locale to be installed
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--no-instructions', ...(options.durable ? [] : ['--no-sync'])],
  ];
  const child = spawn(options.binaries.initdb, args, {
    ...spawnOptions(options.account),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      options.log(chunk.toString().trimEnd());
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`initdb failed (${code}):\n${output}`);
}
