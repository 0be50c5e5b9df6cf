import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../errors.js';
import { type Account, borrowedAccount } from './embedded/account.js';
import { type Binaries, findBinaries } from './embedded/binaries.js';
import { isCluster, makeCluster } from './embedded/cluster.js';
import { openHome, readPassword } from './embedded/home.js';
import { findPostmaster, freePort, startPostmaster, stopPostmaster } from './embedded/postmaster.js';
import { ensureDatabase, joinServer, type Presence } from './embedded/presence.js';

const user = 'lading';
/** The name tells the version: a newer PostgreSQL cannot read an older one's folder. */
const dataFolder = 'pg18';
const attemptsMax = 8;

export interface EmbeddedOptions {
  /** Where data and password live. */
  readonly dir: string;
  readonly database?: string;
  /** On 127.0.0.1. 0: a free one. A server that runs already keeps its own. */
  readonly port?: number;
  /** False only for tests: commits then survive a crash of the server, but not of the machine. */
  readonly durable?: boolean;
  /** What PostgreSQL and its keeper say, a line or more at a time. */
  readonly log?: (line: string) => void;
}

export interface Embedded {
  /** Of the database; holds the password. */
  readonly url: string;
  /** True: we started the server; false: we found it running. */
  readonly owner: boolean;
  readonly dataDir: string;
  /** Leaves. The last process to leave stops the server. */
  stop(): Promise<void>;
}

/** What a start found out, and a restart needs. */
interface Installation {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly durable: boolean;
  readonly log: (line: string) => void;
  readonly adminUrl: (port: number) => string;
}

interface Joined {
  readonly presence: Presence;
  readonly pid: number;
  readonly port: number;
  readonly owner: boolean;
}

/**
 * Starts a private PostgreSQL from the binaries that npm installed, or joins the one that runs on this folder already:
 * another process's, or that of one which was killed. While we run, a server that dies is started again on its port.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { database = 'lading', port = 0, durable = true, log = () => {} } = options;
  const account = borrowedAccount();
  const home = openHome(path.resolve(options.dir), account, log);
  const binaries = findBinaries(home, account);
  const password = readPassword(home);
  const dataDir = path.join(home, dataFolder);
  const urlOf = (port: number, name: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`;
  await makeCluster({ home, dataDir, binaries, account, password, user, durable, log });

  const adminUrl = (port: number) => urlOf(port, 'postgres');
  const installation = { dataDir, binaries, account, durable, log, adminUrl };
  const joined = await joinOrStart(installation, port || null);
  await ensureDatabase(adminUrl(joined.port), database);
  const stop = keep(installation, joined);
  return { url: urlOf(joined.port, database), owner: joined.owner, dataDir, stop };
}

/** Joins the server of the folder, and starts it where none runs. A given port is kept. */
async function joinOrStart(installation: Installation, port: number | null): Promise<Joined> {
  const { dataDir, log, adminUrl } = installation;
  let problem = '';
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    let owner = false;
    if (!findPostmaster(dataDir)) {
      const started = await startPostmaster({ ...installation, port: port ?? (await freePort()) });
      if ('pid' in started) owner = true;
      else problem = started.failure;
    }
    const found = await readyPostmaster(dataDir);
    if (found) {
      try {
        return { presence: await joinServer(adminUrl(found.port)), pid: found.pid, port: found.port, owner };
      } catch (error) {
        problem = (error as Error).message;
      }
    }
    log(`no PostgreSQL on ${dataDir} yet (attempt ${attempt} of ${attemptsMax}): ${problem.trim()}`);
    // the processes of a killed server may still be leaving, or another process is stopping or starting it
    await sleep(150 * attempt);
  }
  if (port !== null && /address already in use/i.test(problem)) {
    throw new ConfigError(`DATABASE_PORT ${port} is taken: stop what listens there, or set it to another one`);
  }
  throw new Error(`PostgreSQL did not start on ${dataDir}:\n${problem.trim()}`);
}

/** Waits for a server that starts, recovers or stops; null once none runs. */
async function readyPostmaster(dataDir: string) {
  for (;;) {
    const found = findPostmaster(dataDir);
    if (!found || found.ready) return found;
    await sleep(50);
  }
}

/** Watches the server and starts it again when it dies; returns the function that leaves it. */
function keep(installation: Installation, joined: Joined): () => Promise<void> {
  let current = joined;
  let stopping: Promise<void> | null = null;
  let restarting: Promise<void> | null = null;

  const watch = () => {
    current.presence.ended.then(() => {
      if (!stopping) restarting = restart().finally(() => (restarting = null));
    });
  };
  const restart = async () => {
    const { dataDir, log } = installation;
    log('PostgreSQL went away; starting it again');
    for (let pauseMs = 100; !stopping; pauseMs = Math.min(pauseMs * 2, 10_000)) {
      if (!isCluster(dataDir)) return log(`${dataDir} was removed: PostgreSQL is not started again`);
      try {
        current = await joinOrStart(installation, joined.port);
        log(`PostgreSQL is back on port ${current.port}`);
        return watch();
      } catch (error) {
        log((error as Error).message);
        await sleep(pauseMs);
      }
    }
  };
  const leave = async () => {
    await restarting;
    const { last } = await current.presence.leave();
    if (last) await stopPostmaster(installation.dataDir, current.pid, installation.binaries);
  };
  watch();
  return () => (stopping ??= leave());
}
