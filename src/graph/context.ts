import type { InventoryService } from '../commerce/inventory-service.js';
import type { Marketplace, MarketplaceCode } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import type { Vault } from '../store/vault.js';
import type { Progress } from './progress.js';

/** What the graph works with, the same for every request of a process. */
export interface GraphServices {
  readonly db: Database;
  readonly vault: Vault;
  /** The registry, handed in by the composition root. */
  readonly marketplaces: readonly Marketplace[];
  /** Does a shop of this marketplace, added now, live in the pretend marketplace of this installation? */
  readonly sandboxFor: (marketplace: MarketplaceCode) => boolean;
  /** Sync runs that moved on, told by the database. */
  readonly progress: Progress;
  /** The catalog service that keeps products and stock; absent: they are kept here. */
  readonly inventory?: InventoryService;
}

/** What a resolver gets. Holds no loader and no cached row, so it does not go stale in a long subscription. */
export interface Context extends GraphServices {
  /** In every log line of the request, in masked errors and in the `x-request-id` header. */
  readonly requestId: string;
  readonly log: Logger;
  /** What the access log says of the request. */
  readonly trace: Trace;
}

export interface Trace {
  operation: string | null;
  readonly codes: string[];
}
