// The composition root: everything is made here, in this order, and handed to what needs it.
import 'reflect-metadata';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHoldExpiry } from './carts/expiry.js';
import type { Credentials } from './commerce/marketplace.js';
import { type Config, readConfig } from './config.js';
import { demoBegan, type PretendMarketplace, registerDemoShops, startPretendMarketplaces } from './demo.js';
import { explainFailedStart } from './failed-start.js';
import { createExecutableGraph } from './graph/schema.js';
import { openInventory } from './inventory/open.js';
import { createLog, type Logger } from './log.js';
import { marketplaces } from './marketplaces/index.js';
import { whenNpmIsGone } from './npm.js';
import { inventoryOf, openVault, replacedUrlsOf } from './places.js';
import { createServer } from './server.js';
import { openDatabase } from './store/database.js';
import { directShop } from './store/direct-shop.js';
import { type Embedded, startEmbedded } from './store/embedded.js';
import { resealShops } from './store/shops.js';
import { type SyncTask, startSyncThread } from './sync-thread/start.js';
import { greet } from './welcome.js';

type Undo = () => Promise<unknown> | undefined;

/** Starts everything; what was started is undone in reverse order, also when a later step fails. */
async function start(config: Config, log: Logger, undo: Undo[]): Promise<void> {
  const startedAt = performance.now();
  const pretending = config.demo ? startDemo(config) : Promise.resolve([]);
  // its failure is reported where it is awaited
  pretending.catch(() => {});
  const graph = createExecutableGraph({ marketplaces, rateScale: config.rateScale });
  graph.catch(() => {});

  const embedded = config.databaseUrl === null ? await openEmbedded(config, log) : null;
  if (embedded) undo.push(() => embedded.stop());
  const databaseUrl = config.databaseUrl ?? (embedded as Embedded).url;
  const db = await openDatabase({ url: databaseUrl, poolSize: config.databasePool, log });
  undo.push(() => db.close());

  const vault = await openVault(config);
  await db.transaction((tx) => resealShops(tx, vault, accountOf));

  const pretended = await pretending;
  undo.push(() => Promise.all(pretended.map((one) => one.stop())));
  await registerDemoShops(db, vault, marketplaces, pretended);
  await directShop(db);
  const holds = startHoldExpiry({ db, log: log.child({ room: 'carts' }) });
  undo.push(() => holds.stop());

  const services = inventoryOf(config);
  const server = await createServer({
    ...config,
    db,
    vault,
    marketplaces,
    log,
    graph: await graph,
    ...(services && { inventory: openInventory({ db, ...services, log }) }),
    sandboxFor: (code) => pretended.some((one) => one.code === code) && replacedUrlsOf(config, code).api === null,
  });
  undo.push(() => server.stop());
  await greet({
    embeddedIn: embedded && path.dirname(embedded.dataDir),
    db,
    log,
    pretended,
    url: server.url,
    databaseUrl,
    startedAt,
  });

  if (!config.sync) return;
  const reached = pretended.map(({ code, origin }) => ({ code, origin }));
  const task: SyncTask = { config, databaseUrl, pretended: reached, pretty: isPretty(config) };
  const engine = await startSyncThread(task, (error) => {
    log.error('the sync thread failed', { error });
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  });
  undo.push(() => engine.stop());
}

async function startDemo({ dataDir }: Config): Promise<PretendMarketplace[]> {
  return startPretendMarketplaces(marketplaces, await demoBegan(dataDir));
}

function isPretty({ logFormat }: Config): boolean {
  return logFormat === 'auto' ? process.stdout.isTTY === true : logFormat === 'pretty';
}

function openEmbedded(config: Config, logger: Logger): Promise<Embedded> {
  const child = logger.child({ room: 'postgresql' });
  const log = (text: string) => {
    for (const line of text.trimEnd().split('\n')) child.debug(line);
  };
  return startEmbedded({ dir: config.dataDir, port: config.databasePort, log });
}

/** What tells the account from others at its marketplace: a client id. */
function accountOf(code: string, credentials: Credentials): string {
  const field = marketplaces.find((one) => one.code === code)?.accountField;
  return (field && credentials[field]) || '';
}

async function stop(undo: Undo[], log: Logger): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await Promise.resolve(step()).catch((error: unknown) => log.error('could not stop cleanly', { error }));
  }
}

async function main(): Promise<void> {
  let config: Config | null = null;
  const undo: Undo[] = [];
  let log: Logger | null = null;
  try {
    config = readConfig();
    log = createLog({ level: config.logLevel, format: isPretty(config) ? 'pretty' : 'json' });
    const starting = start(config, log, undo);
    stopOnSignals(starting, undo, log);
    await starting;
  } catch (error) {
    process.stderr.write(`Lading did not start. ${explainFailedStart(error, config)}\n`);
    if (log) await stop(undo, log);
    process.exit(1);
  }
}

/** How long a signal that comes during the start lets the start go on, so that nothing half made is left. */
const startGraceMs = 3_000;

function stopOnSignals(starting: Promise<void>, undo: Undo[], log: Logger): void {
  let stopping = false;
  const leave = async (why: string) => {
    // a second signal while stopping: the user does not want to wait
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping', { why });
    await Promise.race([starting.catch(() => {}), sleep(startGraceMs)]);
    await stop(undo, log);
    log.info('stopped');
    // 0, unless something failed
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void leave(signal));
  whenNpmIsGone(process.env.npm_lifecycle_script, () => {
    if (!stopping) void leave('npm is gone');
  });
}

await main();
