// `npm run invariants`: what must hold whatever happens, shown over every marketplace of the registry.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineTask } from './invariants/engine-process.js';
import { showProgress } from './invariants/progress.js';
import { prove } from './invariants/prove.js';
import { brokenLines, type Proved, tableOf } from './invariants/report.js';
import type { Place } from './invariants/stage.js';
import { type StartWorker, workHere } from './invariants/storm.js';
import { createLog } from './log.js';
import { marketplaces } from './marketplaces/index.js';
import type { SandboxModule } from './sandbox/marketplace.js';
import { openDatabase } from './store/database.js';
import { startEmbedded } from './store/embedded.js';
import { makeDatabase } from './store/hurry.js';
import { createVault } from './store/vault.js';

const usage = `npm run invariants -- [options]

Syncs a pretend marketplace, for each one there is, whose world changes meanwhile and on whose way everything goes wrong
that can, by chance: what the marketplace has must then be here, once, and as if nothing had been.

  --seed N          the same seed gives the same world and weather     1
  --rounds N        rounds of bad weather, 1 to 10000                  40
  --orders N        orders in each world at the start, 1 to 100000     300
  --marketplace X   only this one: ${marketplaces.map(({ id }) => id).join(', ')}
  --help

Ends with 0 when everything holds, with 1 when not: then the records are named; with 2 when asked for in a wrong way.`;

interface Asked {
  readonly seed: number;
  readonly rounds: number;
  readonly orders: number;
  readonly only: string | null;
}

/** It was asked for in a wrong way. */
class WrongOption extends Error {}

const options = {
  seed: { type: 'string', default: '1' },
  rounds: { type: 'string', default: '40' },
  orders: { type: 'string', default: '300' },
  marketplace: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function given() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new WrongOption((error as Error).message);
  }
}

function asked(): Asked | null {
  const values = given();
  if (values.help) return null;
  const only = values.marketplace ?? null;
  if (only !== null && !marketplaces.some(({ id }) => id === only)) {
    throw new WrongOption(`--marketplace: there is no "${only}"`);
  }
  return {
    only,
    seed: numberOf('seed', values.seed, 4_294_967_295),
    rounds: numberOf('rounds', values.rounds, 10_000),
    orders: numberOf('orders', values.orders, 100_000),
  };
}

function numberOf(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw new WrongOption(`--${name} must be a whole number from 1 to ${max}, not "${text}"`);
  }
  return value;
}

type Undo = () => unknown;

/** A PostgreSQL in a folder that goes away with it. */
async function temporaryServer(undo: Undo[]): Promise<() => Promise<Place>> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-invariants-'));
  undo.push(() => {
    // where the server had to move to, because the account that it runs under cannot reach the folder
    const moved = path.join(dir, 'moved-to');
    const outside = fs.existsSync(moved) ? [fs.readFileSync(moved, 'utf8').trim()] : [];
    for (const folder of [...outside, dir]) fs.rmSync(folder, { recursive: true, force: true });
  });
  const starting = startEmbedded({ dir, durable: false });
  // also when the interruption comes while it starts
  undo.push(async () => (await starting).stop());
  const server = await starting;
  return async () => {
    const name = `proof_${randomBytes(4).toString('hex')}`;
    const admin = await openDatabase({ url: server.url, poolSize: 2 });
    await makeDatabase(admin, name).finally(() => admin.close());
    const at = new URL(server.url);
    at.pathname = `/${name}`;
    const db = await openDatabase({ url: at.href, poolSize: 5 });
    return { url: at.href, db, close: () => db.close() };
  };
}

/** In turn in this process and in one of its own, which can be killed. */
function workersOf(key: Buffer, undo: Undo[]): StartWorker {
  let turn = 0;
  return async (stage, timing) => {
    if (turn++ % 2 === 0) return workHere(stage, timing);
    const { sandbox, place, rateScale } = stage;
    const { origin } = sandbox;
    const task: EngineTask = {
      ...{ databaseUrl: place.url, origin, rateScale, timing },
      key: key.toString('hex'),
    };
    const child = fork(new URL('./invariants/engine-process.js', import.meta.url), [JSON.stringify(task)]);
    const exited = once(child, 'exit');
    const kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    undo.push(kill);
    await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('an engine did not start'))),
    ]);
    return {
      kill,
      async stop() {
        if (child.exitCode === null && child.signalCode === null) child.send('stop');
        await exited;
      },
    };
  };
}

async function run({ seed, rounds, orders, only }: Asked, undo: Undo[]): Promise<boolean> {
  const progress = showProgress(process.stdout);
  progress.say(`seed ${seed}: ${orders} orders each, ${rounds} rounds of bad weather`);
  const newPlace = await temporaryServer(undo);
  const key = randomBytes(32);
  const proved: Proved[] = [];
  for (const marketplace of marketplaces.filter(({ id }) => only === null || id === only)) {
    const { id, title } = marketplace;
    const proof = await prove({
      ...{ marketplace, seed, rounds, orders, newPlace },
      sandboxModule: (await import(`./marketplaces/${id}/sandbox.js`)) as SandboxModule,
      vault: createVault([key]),
      startWorker: workersOf(key, undo),
      log: createLog({ level: 'error', format: 'pretty' }),
      onProgress: (words) => progress.at(`${title}: ${words}`),
    });
    proved.push({ title, proof });
  }
  progress.say(`\n${tableOf(proved)}\n`);
  const broken = brokenLines(proved);
  for (const line of broken) progress.say(line);
  const again = `npm run invariants -- --seed ${seed} --rounds ${rounds} --orders ${orders}`;
  progress.say(broken.length ? `BROKEN. The same weather again: ${again}` : 'Every invariant holds.');
  return broken.length === 0;
}

async function tidy(undo: Undo[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await Promise.resolve(step()).catch((error) => console.error(`could not tidy up: ${error}`));
  }
}

async function main(): Promise<void> {
  const undo: Undo[] = [];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // what is under way fails when its server is stopped
      process.on('unhandledRejection', () => {}).on('uncaughtException', () => {});
      void tidy(undo).finally(() => process.exit(130));
    });
  }
  try {
    const wanted = asked();
    if (!wanted) return console.log(usage);
    process.exitCode = (await run(wanted, undo)) ? 0 : 1;
  } catch (error) {
    const isWrong = error instanceof WrongOption;
    console.error(isWrong ? error.message : error);
    process.exitCode = isWrong ? 2 : 1;
  } finally {
    await tidy(undo);
  }
}

await main();
// connections that were kept alive must not hold the process
process.exit();
