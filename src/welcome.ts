import type { PretendMarketplace } from './demo.js';
import type { Logger } from './log.js';
import type { Database } from './store/database.js';
import { placeOf } from './store/opening.js';
import { countShops } from './store/shops.js';

interface Greeting {
  /** Where the embedded PostgreSQL keeps its data; null: an outside one is used. */
  readonly embeddedIn: string | null;
  readonly db: Database;
  readonly log: Logger;
  readonly pretended: readonly PretendMarketplace[];
  readonly url: string;
  readonly databaseUrl: string;
  /** `performance.now()` at the start. */
  readonly startedAt: number;
}

/** Says in a few lines what runs and where to look next. */
export async function greet({ embeddedIn, db, log, pretended, url, databaseUrl, startedAt }: Greeting): Promise<void> {
  const shops = await countShops(db);
  const database =
    embeddedIn !== null
      ? `embedded PostgreSQL in ${embeddedIn}, at ${placeOf(databaseUrl)}`
      : `PostgreSQL at ${placeOf(databaseUrl)}`;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const address = url.replace('127.0.0.1', 'localhost');
  log.info(`Lading is ready at ${address} in ${seconds} s`, { pid: process.pid });
  log.info(`database: ${database}`);
  for (const { title, origin } of pretended) {
    log.info(`demo: a pretend ${title} runs at ${origin}; LADING_DEMO=off leaves it out`);
  }
  const resting = pretended.length === 0 ? shops.pretended : 0;
  if (resting > 0) log.warn(`shops: ${shops.all}; ${resting} of the demo rest while LADING_DEMO is off`);
  else log.info(`shops: ${shops.all}${shops.all === 0 ? '; add the first one with the mutation shopAdd' : ''}`);
  log.info(`dashboard: ${address}`);
  log.info(`explorer: ${address}/graphql, REST: ${address}/docs (Ctrl-C stops the server)`);
}
