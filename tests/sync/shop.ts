import type { MarketplaceCode, StreamName } from '../../src/commerce/marketplace.js';
import type { Database } from '../../src/store/database.js';
import { addShop } from '../../src/store/shops.js';
import { createVault } from '../../src/store/vault.js';

/** The tests' vault, with a key that only tests know. */
export const vault = createVault([Buffer.alloc(32, 'tests of the engine, not a secret')]);

/** A shop as the API adds it. */
export async function newShop(
  db: Database,
  shop: { marketplace?: MarketplaceCode; account?: string; secret?: string; streams?: readonly StreamName[] } = {},
): Promise<string> {
  const { marketplace = 'OTTO', account = 'tests', secret = 'secret', streams = ['ORDERS'] } = shop;
  const credentials = vault.seal({ marketplace, sandbox: true, account }, { clientId: account, clientSecret: secret });
  const id = await addShop(db, { name: `Shop of ${account}`, credentials, streams, idempotency: null });
  if (!id) throw new Error(`there is a shop of ${account}`);
  return id;
}
