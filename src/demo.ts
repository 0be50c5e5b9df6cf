import type { Credentials, Marketplace, MarketplaceCode } from './commerce/marketplace.js';
import type { SandboxModule } from './sandbox/marketplace.js';
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

/** Starts the pretend marketplace of each folder: the same small world every time, so a second start finds no change. */
export function startPretendMarketplaces(marketplaces: readonly Marketplace[]): Promise<PretendMarketplace[]> {
  return Promise.all(
    marketplaces.map(async ({ id, code, title }) => {
      const module = (await import(`./marketplaces/${id}/sandbox.js`)) as SandboxModule;
      const { origin, credentials, stop } = await module.startSandbox();
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
