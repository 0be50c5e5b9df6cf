import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, spawnOptions } from './account.js';
import type { Binaries } from './binaries.js';

/** The server process of a data folder, as its lock file tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** It takes connections. */
  readonly ready: boolean;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The running server of this data folder; null when there is none. */
export function findPostmaster(dataDir: string): Postmaster | null {
  const file = path.join(dataDir, 'postmaster.pid');
  let lines: string[];
  try {
    lines = fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!isAlive(pid)) return null;
  if (!isPostgres(pid)) {
    // After a power cut the number may belong to any process of ours. PostgreSQL would refuse to start because of it.
    fs.rmSync(file, { force: true });
    return null;
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.startsWith('ready') ?? false };
}

function isPostgres(pid: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    const command =
      process.platform === 'linux'
        ? fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres');
  } catch {
    return isAlive(pid);
  }
}

/**
 * Starts a server and waits until it takes connections. Returns what went wrong when it ends before that, as it does
 * when another process has started one for the same folder.
 */
export async function startPostmaster(options: {
  dataDir: string;
  port: number;
  binaries: Binaries;
  account: Account | undefined;
  durable: boolean;
  log: (line: string) => void;
}): Promise<{ pid: number } | { failure: string }> {
  const settings = [
    'max_connections=200',
    'timezone=UTC',
    // it outlives us, and a reinstallation may take its files away meanwhile: what sessions load later is loaded now
    'shared_preload_libraries=plpgsql',
    ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const server = spawn(
    options.binaries.postgres,
    [
      // loopback only, and no Unix socket: its folder would differ on every system
      ...['-D', options.dataDir, '-h', '127.0.0.1', '-p', String(options.port), '-k', ''],
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    // its own process group: Ctrl-C reaches us first, we drain, and then stop it
    { ...spawnOptions(options.account), stdio: ['ignore', 'ignore', 'pipe'], detached: process.platform !== 'win32' },
  );
  let tail = '';
  let gone = false;
  server.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk).slice(-4000);
    options.log(chunk.toString().trimEnd());
  });
  server.once('error', (error) => {
    gone = true;
    tail += error.message;
  });
  server.once('exit', () => {
    gone = true;
  });
  while (!gone) {
    const found = findPostmaster(options.dataDir);
    if (found?.pid === server.pid && found?.ready) break;
    await sleep(20);
  }
  // it may outlive us: the next start adopts it
  server.unref();
  (server.stderr as net.Socket).unref();
  return gone || server.pid === undefined ? { failure: tail } : { pid: server.pid };
}

/** Ends the server: open sessions are cut, what was committed is on disk. */
export async function stopPostmaster(dataDir: string, pid: number, binaries: Binaries): Promise<void> {
  const running = () => isAlive(pid) && findPostmaster(dataDir)?.pid === pid;
  const signal = (name: 'SIGINT' | 'SIGQUIT') => {
    if (process.platform === 'win32') {
      spawn(binaries.pgCtl, ['stop', '-m', name === 'SIGINT' ? 'fast' : 'immediate', '-D', dataDir]);
    } else if (isAlive(pid)) process.kill(pid, name);
  };
  signal('SIGINT');
  // a last checkpoint of a loaded disk takes long; after that a crash recovery at the next start is the lesser evil
  for (const deadline = Date.now() + 60_000; running(); ) {
    if (Date.now() > deadline) return signal('SIGQUIT');
    await sleep(20);
  }
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
