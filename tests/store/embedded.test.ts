import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import { openDatabase } from '../../src/store/database.js';
import { type Account, canReach } from '../../src/store/embedded/account.js';
import { findPostmaster } from '../../src/store/embedded/postmaster.js';
import { type Embedded, startEmbedded } from '../../src/store/embedded.js';
import { programOf } from '../setup/program.js';

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const servers: Embedded[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const homes = servers.map((server) => path.dirname(server.dataDir));
  for (const server of servers.splice(0)) await server.stop();
  // the server may need a moment to notice that a killed process is gone, and then the last one here was not the last
  for (const home of homes) {
    const left = findPostmaster(path.join(home, 'pg18'));
    if (left) await (await startEmbedded({ dir: home, durable: false })).stop();
    expect(findPostmaster(path.join(home, 'pg18'))).toBeNull();
  }
  for (const made of [...folders.splice(0), ...homes]) fs.rmSync(made, { recursive: true, force: true });
});

function folder(): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'lading embedded '));
  folders.push(made);
  return made;
}

async function start(dir: string, durable = false): Promise<Embedded> {
  const server = await startEmbedded({ dir, durable });
  servers.push(server);
  return server;
}

/** The same in another process, of another user if wanted. */
async function keeper(dir: string, user: { uid?: number; gid?: number } = {}) {
  const program = await programOf('tests/store/keeper.ts');
  const child = spawn(process.execPath, [program, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  });
  children.push(child);
  const started = once(child.stdout, 'data').then(([chunk]) => JSON.parse(String(chunk)) as Omit<Embedded, 'stop'>);
  return { child, started };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

test('starts, keeps its data, is closed to others, and is quick the second time', async () => {
  const dir = folder();
  const first = await start(dir);
  expect(first.owner).toBe(true);
  await query(first.url, 'create table kept as select 1 as a');
  expect(
    await query(
      first.url,
      `select setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name`,
    ),
  ).toEqual([{ setting: '127.0.0.1' }, { setting: '' }]);
  expect(fs.statSync(first.dataDir).mode & 0o777).toBe(0o700);
  expect(fs.statSync(path.join(path.dirname(first.dataDir), 'password')).mode & 0o777).toBe(0o600);
  const guess = new URL(first.url);
  guess.password = 'lading';
  await expect(query(guess.href, 'select 1')).rejects.toThrow('password authentication failed');

  await first.stop();
  expect(findPostmaster(first.dataDir)).toBeNull();
  const began = Date.now();
  const second = await start(dir);
  // 0.1 s on a quiet machine
  expect(Date.now() - began).toBeLessThan(3000);
  expect(await query(second.url, 'select a from kept')).toEqual([{ a: 1 }]);
});

test('several use one server; the last to leave stops it', async () => {
  const dir = folder();
  const [first, second] = [await start(dir), await start(dir)];
  expect([second.owner, second.url]).toEqual([false, first.url]);
  await first.stop();
  expect(await query(second.url, 'select 1 as a')).toEqual([{ a: 1 }]);
  const third = await start(dir);
  await Promise.all([second.stop(), third.stop()]);
  expect(findPostmaster(first.dataDir)).toBeNull();
});

test('three processes at once on an empty folder: one makes it, the others join', async () => {
  const dir = folder();
  const started = await Promise.all(
    (await Promise.all([keeper(dir), keeper(dir), keeper(dir)])).map((one) => one.started),
  );
  expect(new Set(started.map((one) => one.url)).size).toBe(1);
  expect(started.filter((one) => one.owner)).toHaveLength(1);
  const mine = await start(dir);
  expect(mine.owner).toBe(false);
});

test('kill -9 of the process: the next start finds the server and its data', async () => {
  const dir = folder();
  const { child, started } = await keeper(dir);
  const { url } = await started;
  await query(url, 'create table kept as select 1 as a');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const next = await start(dir);
  expect([next.owner, next.url]).toEqual([false, url]);
  expect(await query(next.url, 'select a from kept')).toEqual([{ a: 1 }]);
});

test('kill -9 while the data folder is made: the next start sweeps it and makes another', async () => {
  const dir = folder();
  const { child, started } = await keeper(dir);
  started.catch(() => {});
  const home = () =>
    fs.existsSync(path.join(dir, 'moved-to')) ? fs.readFileSync(path.join(dir, 'moved-to'), 'utf8').trim() : dir;
  const drafts = () => fs.readdirSync(home()).filter((name) => name.includes('.new-'));
  while (drafts().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(drafts()).not.toEqual([]);
  const next = await start(dir);
  expect(await query(next.url, 'select 1 as a')).toEqual([{ a: 1 }]);
  expect(drafts()).toEqual([]);
});

test('a lock file with the number of a process that is no PostgreSQL is in nobody’s way', async () => {
  const dir = folder();
  const first = await start(dir);
  const pidFile = path.join(first.dataDir, 'postmaster.pid');
  const lines = fs.readFileSync(pidFile, 'utf8').split('\n');
  await first.stop();
  fs.writeFileSync(pidFile, [process.pid, ...lines.slice(1)].join('\n'));
  expect((await start(dir)).owner).toBe(true);
});

test('kill -9 of the server: it comes back on its port, and pool and listener with it', async () => {
  const server = await start(folder(), true);
  const warnings: string[] = [];
  const log = { warn: (message: string) => warnings.push(message), info: () => {}, debug: () => {} };
  const db = await openDatabase({ url: server.url, poolSize: 3, log: log as unknown as Logger });
  try {
    await db.run({ text: 'create table kept as select 1 as a' });
    const heard: string[] = [];
    await db.listen('lading_due', (payload) => heard.push(payload));
    const cut = db.run({ text: 'select pg_sleep(30)' }).catch((error) => error);
    const inTransaction = db.transaction(() => cut).catch((error) => error);
    process.kill(findPostmaster(server.dataDir)?.pid ?? 0, 'SIGKILL');
    expect(await cut).toBeInstanceOf(Error);
    await inTransaction;
    await expect
      .poll(() => db.run({ text: 'select a from kept' }).catch((error) => error), { timeout: 30_000 })
      .toEqual([{ a: 1 }]);
    await expect
      .poll(() => db.run({ text: `select pg_notify('lading_due', '7')` }).then(() => heard.length), { timeout: 30_000 })
      .toBeGreaterThan(0);
    expect(new Set(heard)).toEqual(new Set(['7']));
    // one line when it went, one when it came back, however often it was tried
    expect(warnings).toEqual([expect.stringContaining('cannot listen to the database'), 'the database is back']);
  } finally {
    await db.close();
  }
});

function nobody(): Account {
  const [, uid, gid] = fs.readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+)/m) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

// skipped where Node or this checkout lies in a folder of root's own, as with a Node below /root
const nobodyRunsUs = isRoot && [path.dirname(process.execPath), process.cwd()].every((at) => canReach(at, nobody()));

test.runIf(nobodyRunsUs)('an ordinary user', async () => {
  const { uid, gid } = nobody();
  const dir = folder();
  fs.chownSync(dir, uid, gid);
  const { child, started } = await keeper(dir, { uid, gid });
  const theirs = await started;
  expect(theirs.dataDir.startsWith(dir)).toBe(true);
  expect(fs.statSync(theirs.dataDir).uid).toBe(uid);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(findPostmaster(theirs.dataDir)).toBeNull();
});

test.runIf(isRoot)(
  'root: in new folders the data stays, in a folder that is closed to everybody else it cannot',
  async () => {
    const open = folder();
    fs.chmodSync(open, 0o755);
    const within = path.join(open, 'new', 'data');
    expect((await start(within)).dataDir).toBe(path.join(fs.realpathSync(within), 'pg18'));

    const closed = path.join(folder(), 'data');
    const mine = await start(closed);
    expect(mine.dataDir.startsWith('/var/lib/lading-')).toBe(true);
    expect(fs.readFileSync(path.join(closed, 'moved-to'), 'utf8').trim()).toBe(path.dirname(mine.dataDir));
  },
);

test('keeps to a port that is asked for, and says when it is taken', async () => {
  const taken = net.createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  const { port } = taken.address() as net.AddressInfo;
  const dir = folder();
  await expect(startEmbedded({ dir, durable: false, port })).rejects.toThrow(
    new ConfigError(`DATABASE_PORT ${port} is taken: stop what listens there, or set it to another one`),
  );
  taken.close();
  await once(taken, 'close');
  const server = await startEmbedded({ dir, durable: false, port });
  servers.push(server);
  expect(new URL(server.url).port).toBe(String(port));
});
