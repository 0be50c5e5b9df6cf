import type { NewAlert } from '../commerce/alert.js';
import type { Marketplace } from '../commerce/marketplace.js';
import { credentialsRefused, dataAtRisk, dataLost, shutOut, streamLate } from '../commerce/shop-alerts.js';
import type { Logger } from '../log.js';
import { raiseAlerts, resolveOtherAlerts } from '../store/alerts.js';
import type { Database } from '../store/database.js';
import {
  type HealthState,
  lockHealth,
  type ShopStanding,
  type StreamDefault,
  type StreamHealth,
  shopStandings,
  streamHealth,
} from '../store/health.js';

/** How often the engine looks whether a stream falls behind. */
const lookEveryMs = 60_000;

/** What the connectors say of their streams. */
export function streamDefaults(marketplaces: readonly Marketplace[]): StreamDefault[] {
  return marketplaces.flatMap(({ code, streams }) =>
    streams.map(({ name, everyMs, windowMs }) => ({ marketplace: code, stream: name, everyMs, windowMs })),
  );
}

/** How shops and streams are watched. */
export interface HealthWatch {
  readonly db: Database;
  readonly marketplaces: readonly Marketplace[];
  /** False for a shop that this process cannot reach: others say how it is. */
  readonly canWork: (shop: ShopStanding) => boolean;
  readonly log: Logger;
}

/** Says every minute how the streams are: in the log once per change, and as alerts. Returns the way to stop. */
export function watchHealth(watch: HealthWatch): () => void {
  const { db, marketplaces, log } = watch;
  const states = new Map<string, HealthState>();
  const look = async () => {
    tell(await streamHealth(db, streamDefaults(marketplaces)), states, log);
    await raiseByHealth(watch);
  };
  // the next look tells what this one could not
  const timer = setInterval(() => look().catch((error) => log.debug('health not known', { error })), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function tell(health: readonly StreamHealth[], states: Map<string, HealthState>, log: Logger): void {
  for (const { shopId, stream, state, lagMs, dataAtRiskAt } of health) {
    const key = `${shopId} ${stream}`;
    const before = states.get(key) ?? 'OK';
    states.set(key, state);
    if (state === before) continue;
    const facts = { shop: shopId, stream, lagSeconds: lagMs && Math.round(lagMs / 1000), dataAtRiskAt };
    if (state === 'OK') log.info('stream is up to date again', facts);
    else log[state === 'LOST' ? 'error' : 'warn'](`stream is ${state.toLowerCase().replace('_', ' ')}`, facts);
  }
}

const kinds = ['SHOP_NEEDS_CREDENTIALS', 'SHOP_BLOCKED', 'STREAM_LATE', 'DATA_AT_RISK', 'DATA_LOST'] as const;

/**
 * Raises what is wrong with the shops that this process can reach, and resolves what is wrong no longer. One process at a
 * time looks and writes, so that none undoes what another one found a moment later.
 */
export function raiseByHealth({ db, marketplaces, canWork }: Omit<HealthWatch, 'log'>): Promise<void> {
  return db.transaction(async (tx) => {
    await lockHealth(tx);
    const shops = (await shopStandings(tx)).filter(canWork);
    const shopIds = shops.map(({ id }) => id);
    const watched = new Set(shopIds);
    const health = (await streamHealth(tx, streamDefaults(marketplaces))).filter(({ shopId }) => watched.has(shopId));
    const found = [...shops.flatMap(alertsOfShop), ...health.flatMap(alertsOfStream)];
    await raiseAlerts(tx, found);
    await resolveOtherAlerts(tx, { kinds, shopIds, found });
  });
}

function alertsOfShop({ id, refusal }: ShopStanding): NewAlert[] {
  if (!refusal) return [];
  return [(refusal.code === 'BLOCKED' ? shutOut : credentialsRefused)(id, refusal.reason)];
}

function alertsOfStream(health: StreamHealth): NewAlert[] {
  const { shopId, stream, state, isLate, dataAtRiskAt, heldUntil } = health;
  const isAtRisk = state === 'AT_RISK' || state === 'LOST';
  return [
    ...(isLate ? [streamLate(health)] : []),
    ...(isAtRisk && dataAtRiskAt ? [dataAtRisk(health, dataAtRiskAt)] : []),
    ...(state === 'LOST' ? [dataLost(shopId, stream, { from: heldUntil, to: null })] : []),
  ];
}
