// The composition root: everything is made here, in this order, and handed to what needs it.
import 'reflect-metadata';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from './commerce/marketplace.js';
import { type Config, readConfig } from './config.js';
import { type PretendMarketplace, registerDemoShops, startPretendMarketplaces } from './demo.js';
import { explainFailedStart } from './failed-start.js';
import { createExecutableGraph } from './graph/schema.js';
import { createLog, type Logger } from './log.js';
import { marketplaces } from './marketplaces/index.js';
import { whenNpmIsGone } from './npm.js';
import { createServer } from './server.js';
import { openDatabase } from './store/database.js';
import { type Embedded, startEmbedded } from './store/embedded.js';
import { parseSecretKeys, secretKeysIn } from './store/keys.js';
import { resealShops } from './store/shops.js';
import { createVault } from './store/vault.js';
import { startEngine } from './sync/engine.js';
import type { Origins } from './sync/sessions.js';
import { greet } from './welcome.js';

type Undo = () => Promise<unknown> | undefined;

/** Starts everything; what was started is undone in reverse order, also when a later step fails. */
async function start(config: Config, log: Logger, undo: Undo[]): Promise<void> {
  const startedAt = performance.now();
  const pretending = config.demo ? startPretendMarketplaces(marketplaces) : Promise.resolve([]);
  // its failure is reported where it is awaited
  pretending.catch(() => {});
  const graph = createExecutableGraph({ marketplaces });
  graph.catch(() => {});

  const embedded = config.databaseUrl === null ? await openEmbedded(config, log) : null;
  if (embedded) undo.push(() => embedded.stop());
  const databaseUrl = config.databaseUrl ?? (embedded as Embedded).url;
  const db = await openDatabase({ url: databaseUrl, poolSize: config.databasePool, log });
  undo.push(() => db.close());

  const vault = createVault(
    config.secretKey === null
      ? await secretKeysIn(config.dataDir)
      : parseSecretKeys(config.secretKey, 'LADING_SECRET_KEY'),
  );
  await db.transaction((tx) => resealShops(tx, vault, accountOf));

  const pretended = await pretending;
  undo.push(() => Promise.all(pretended.map((one) => one.stop())));
  await registerDemoShops(db, vault, marketplaces, pretended);

  const server = await createServer({
    ...config,
    db,
    vault,
    marketplaces,
    log,
    graph: await graph,
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
  const engine = await startEngine({
    db,
    marketplaces,
    vault,
    originOf: (shop) => originOf(config, pretended, shop),
    rateScale: config.rateScale,
    workers: config.workers,
    queue: { databaseUrl, redisUrl: config.redisUrl },
    log,
  });
  undo.push(() => engine.stop());
}

function openEmbedded(config: Config, logger: Logger): Promise<Embedded> {
  const child = logger.child({ room: 'postgresql' });
  const log = (text: string) => {
    for (const line of text.trimEnd().split('\n')) child.debug(line);
  };
  return startEmbedded({ dir: config.dataDir, log });
}

/** What tells the account from others at its marketplace: a client id. */
function accountOf(code: string, credentials: Credentials): string {
  const field = marketplaces.find((one) => one.code === code)?.accountField;
  return (field && credentials[field]) || '';
}

/** The URLs that replace a marketplace's own, as configured. */
function replacedUrlsOf(config: Config, code: string): { api: string | null; login: string | null } {
  const { ottoApiUrl, bolApiUrl, bolLoginUrl } = config;
  const all: Readonly<Record<string, { api: string | null; login: string | null }>> = {
    OTTO: { api: ottoApiUrl, login: null },
    BOL: { api: bolApiUrl, login: bolLoginUrl },
  };
  return all[code] ?? { api: null, login: null };
}

/** A shop of the pretend marketplaces talks to them only, every other shop to the real API or its replacement. */
function originOf(
  config: Config,
  pretended: readonly PretendMarketplace[],
  shop: { readonly marketplace: string; readonly sandbox: boolean },
): Origins | null {
  if (shop.sandbox) {
    const pretend = pretended.find(({ code }) => code === shop.marketplace);
    return pretend ? { origin: pretend.origin, isNew: true } : null;
  }
  const marketplace = marketplaces.find(({ code }) => code === shop.marketplace);
  if (!marketplace) return null;
  const { api, login } = replacedUrlsOf(config, shop.marketplace);
  const loginOrigin = login ?? marketplace.loginOrigin;
  return { origin: api ?? marketplace.origin, ...(loginOrigin && { loginOrigin }) };
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
    const pretty = config.logFormat === 'auto' ? process.stdout.isTTY === true : config.logFormat === 'pretty';
    log = createLog({ level: config.logLevel, format: pretty ? 'pretty' : 'json' });
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
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void leave(signal));
  whenNpmIsGone(process.env.npm_lifecycle_script, () => {
    if (!stopping) void leave('npm is gone');
  });
}

await main();
