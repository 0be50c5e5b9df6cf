import type { Marketplace } from '../commerce/marketplace.js';
import type { Logger } from '../log.js';
import type { RunningSandbox } from '../sandbox/marketplace.js';
import type { Database } from '../store/database.js';
import { addShop } from '../store/shops.js';
import type { Vault } from '../store/vault.js';
import { type Engine, type EngineOptions, startEngine } from '../sync/engine.js';

/** Patience where troubles last seconds, not hours. */
export const haste: NonNullable<EngineOptions['timing']> = {
  leaseMs: 4_000,
  beatMs: 1_000,
  backOff: { firstMs: 100, maxMs: 500, awayMaxMs: 1_000, failuresMax: 100 },
  patience: { attemptsMax: 4, backOffMs: 20, backOffMaxMs: 200 },
};

/** A database of its own: migrated, without a shop. */
export interface Place {
  readonly url: string;
  readonly db: Database;
  close(): Promise<unknown>;
}

export interface StageOptions {
  readonly marketplace: Marketplace;
  readonly sandbox: RunningSandbox;
  readonly place: Place;
  readonly vault: Vault;
  /** By how much the sandbox is faster than the marketplace. */
  readonly rateScale: number;
  readonly log: Logger;
}

/** One shop of a pretend marketplace, in a database of its own, and the engines that sync it. */
export interface Stage extends StageOptions {
  readonly db: Database;
  readonly shopId: string;
  /** Starts an engine in this process. */
  engine(options?: Partial<EngineOptions>): Promise<Engine>;
  /** Stops the engines. */
  rest(): Promise<void>;
  /** Stops the engines and gives the database up. The sandbox goes on. */
  close(): Promise<void>;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { marketplace, sandbox, place, vault, rateScale, log } = options;
  const { credentials } = sandbox;
  const { code, accountField } = marketplace;
  const account = credentials[accountField] ?? '';
  const shopId = await addShop(place.db, {
    name: `Shop at ${marketplace.title}`,
    credentials: vault.seal({ marketplace: code, sandbox: true, account }, credentials),
    streams: marketplace.streams.map(({ name }) => name),
    idempotency: null,
  });
  if (shopId === null) throw new Error(`${marketplace.title}: there is a shop of ${account} already`);
  const engines: Engine[] = [];
  const rest = async () => {
    await Promise.all(engines.map((engine) => engine.stop()));
  };
  return {
    ...options,
    db: place.db,
    shopId,
    async engine(more = {}) {
      const engine = await startEngine({
        ...{ db: place.db, marketplaces: [marketplace], vault, rateScale, log, workers: 2 },
        originOf: () => ({ origin: sandbox.origin }),
        queue: { databaseUrl: place.url },
        timing: haste,
        ...more,
      });
      engines.push(engine);
      return engine;
    },
    rest,
    async close() {
      await rest();
      await place.close();
    },
  };
}
