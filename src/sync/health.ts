import type { Marketplace } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { type HealthState, type StreamDefault, streamHealth } from '../store/health.js';

/** How often the engine looks whether a stream falls behind. */
const lookEveryMs = 60_000;

/** What the connectors say of their streams. */
export function streamDefaults(marketplaces: readonly Marketplace[]): StreamDefault[] {
  return marketplaces.flatMap(({ code, streams }) =>
    streams.map(({ name, everyMs, windowMs }) => ({ marketplace: code, stream: name, everyMs, windowMs })),
  );
}

/** Says in the log, once per change, when a stream falls behind or recovers. Returns the way to stop. */
export function watchHealth(db: Database, marketplaces: readonly Marketplace[], log: Logger): () => void {
  const defaults = streamDefaults(marketplaces);
  const states = new Map<string, HealthState>();
  const look = async () => {
    for (const { shopId, stream, state, lagMs, dataAtRiskAt } of await streamHealth(db, defaults)) {
      const key = `${shopId} ${stream}`;
      const before = states.get(key) ?? 'OK';
      states.set(key, state);
      if (state === before) continue;
      const facts = { shop: shopId, stream, lagSeconds: lagMs && Math.round(lagMs / 1000), dataAtRiskAt };
      if (state === 'OK') log.info('stream is up to date again', facts);
      else log[state === 'LOST' ? 'error' : 'warn'](`stream is ${state.toLowerCase().replace('_', ' ')}`, facts);
    }
  };
  // the next look tells what this one could not
  const timer = setInterval(() => look().catch((error) => log.debug('health not known', { error })), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
