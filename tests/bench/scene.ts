// Shops of pretend marketplaces that run in another process, and an engine in a thread of this one that syncs them.
import 'reflect-metadata';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { StreamName } from '../../src/commerce/marketplace.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { addShop } from '../../src/store/shops.js';
import { createVault, type Vault } from '../../src/store/vault.js';
import type { EngineTask } from './engine-thread.js';
import type { SandboxWord, Wanted } from './sandbox-process.js';

export interface SceneOptions {
  /** Of the server in which a database is made. */
  readonly serverUrl: string;
  readonly wanted: readonly Wanted[];
  readonly streams: readonly StreamName[];
  readonly rateScale: number;
  readonly workers: number;
}

export interface Scene {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly vault: Vault;
  /** Starts to sync every shop. */
  start(): Promise<void>;
  counters(): Promise<SandboxWord>;
  /** Stops syncing. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const databaseUrl = await newDatabase(options.serverUrl);
  const child: ChildProcess = fork(new URL('./sandbox-process.js', import.meta.url), [JSON.stringify(options.wanted)]);
  const [{ places }] = (await once(child, 'message')) as [SandboxWord];
  const db = await openDatabase({ url: databaseUrl });
  const key = randomBytes(32);
  const vault = createVault([key]);
  const origins = new Map<string, string>();
  for (const [at, { origin, credentials }] of places.entries()) {
    const marketplace = marketplaces.find(({ id }) => id === options.wanted[at]?.id);
    if (!marketplace) throw new Error(`no marketplace ${options.wanted[at]?.id}`);
    const { code, accountField } = marketplace;
    const account = credentials[accountField] ?? '';
    const sealed = vault.seal({ marketplace: code, sandbox: true, account }, credentials);
    const { streams } = options;
    const id = await addShop(db, { name: `Benchmark ${at}`, credentials: sealed, streams, idempotency: null });
    if (id === null) throw new Error(`two shops of the account ${account}`);
    origins.set(id, origin);
  }
  let stop = async () => {};
  const rest = async () => {
    await stop();
    stop = async () => {};
  };
  return {
    ...{ db, databaseUrl, vault },
    async start() {
      const task: EngineTask = { databaseUrl, key, origins, rateScale: options.rateScale, workers: options.workers };
      const thread = new Worker(new URL('./engine-thread.js', import.meta.url), { workerData: task });
      const ended = once(thread, 'exit');
      stop = async () => {
        thread.postMessage('stop');
        await ended;
      };
    },
    async counters() {
      child.send('counters?');
      const [word] = (await once(child, 'message')) as [SandboxWord];
      return word;
    },
    rest,
    async close() {
      await rest();
      await db.close();
      child.disconnect();
    },
  };
}

async function newDatabase(serverUrl: string): Promise<string> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const admin = await openDatabase({ url: serverUrl, poolSize: 2 });
  await admin.run({ text: `create database ${name}` });
  await admin.close();
  const at = new URL(serverUrl);
  at.pathname = `/${name}`;
  return at.href;
}
