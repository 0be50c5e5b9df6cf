import type { Marketplace, MarketplaceCode, StreamName } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import type { BackOff } from './failure.js';
import type { HoldOptions } from './hold.js';
import type { Sessions } from './sessions.js';

/** What a slice of work needs, whatever the shop. */
export interface EngineRoom extends HoldOptions {
  readonly db: Database;
  readonly marketplaces: ReadonlyMap<MarketplaceCode, Marketplace>;
  readonly sessions: Sessions;
  /** Folder of this machine in which answers that come only once are written down while they arrive. */
  readonly spoolDir: string;
  readonly log: Logger;
  /** How long one job works a shop before it lets others have their turn. */
  readonly sliceMs: number;
  /** Detail requests of one shop under way at the same time. */
  readonly detailsAtOnce: number;
  readonly backOff: BackOff;
  /** How many shops this process works at the moment. */
  shopsAtWork(): number;
  /** Records whose details could not be read, with how often, since the stream's last committed page. */
  unreadOf(shopId: string, stream: StreamName): Map<string, number>;
}
