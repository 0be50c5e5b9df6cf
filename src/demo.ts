import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials, Marketplace, MarketplaceCode } from './commerce/marketplace.js';
import type { SandboxModule } from './sandbox/marketplace.js';
import { minuteMs, sandboxEpoch } from './sandbox/world.js';
import type { Database } from './store/database.js';
import { addShop } from './store/shops.js';
import type { Vault } from './store/vault.js';

/** A pretend marketplace that runs inside this process. */
export interface PretendMarketplace {
  readonly code: MarketplaceCode;
  readonly title: string;
  /** Where it listens, on loopback. */
  readonly origin: string;
  readonly credentials: Credentials;
  stop(): Promise<void>;
}

/**
 * When the demo began here, kept in `<dir>/demo-began`: "now" of its worlds at every start, so that the first one shows the
 * last days and a second one finds no change.
 */
export async function demoBegan(dir: string): Promise<Date> {
  const path = join(dir, 'demo-began');
  const now = new Date(Math.floor(Date.now() / minuteMs) * minuteMs);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch(() => {});
  // refused where it is there, or nothing can be written
  await writeFile(path, `${now.toISOString()}\n`, { flag: 'wx' }).catch(() => {});
  const began = new Date((await readFile(path, 'utf8').catch(() => '')).trim());
  return Number.isNaN(began.getTime()) ? new Date(sandboxEpoch) : began;
}

/** Starts the pretend marketplace of each folder, each with a small world: with the same `base` it is the same one. */
export function startPretendMarketplaces(
  marketplaces: readonly Marketplace[],
  base: Date,
): Promise<PretendMarketplace[]> {
  return Promise.all(
    marketplaces.map(async ({ id, code, title }) => {
      const module = (await import(`./marketplaces/${id}/sandbox.js`)) as SandboxModule;
      const { origin, credentials, stop } = await module.startSandbox({ base });
      return { code, title, origin, credentials, stop };
    }),
  );
}

/** Registers the demo shops where they are missing; those that the user renamed or paused stay as they are. */
export async function registerDemoShops(
  db: Database,
  vault: Vault,
  marketplaces: readonly Marketplace[],
  pretended: readonly PretendMarketplace[],
): Promise<void> {
  for (const { code, title, credentials } of pretended) {
    const marketplace = marketplaces.find((one) => one.code === code);
    if (!marketplace) continue;
    const account = credentials[marketplace.accountField] ?? '';
    await addShop(db, {
      name: `Demo ${title} shop`,
      credentials: vault.seal({ marketplace: code, sandbox: true, account }, credentials),
      streams: marketplace.streams.map(({ name }) => name),
      idempotency: null,
    });
  }
}
