import type { Marketplace, StreamName } from '../commerce/marketplace.js';
import { StaleWorker } from '../errors.js';
import type { Logger } from '../log.js';
import type { ShopRef } from '../store/pages.js';
import type { Fence, RefusalCode } from '../store/runs.js';
import type { Hold } from './hold.js';
import type { EngineRoom } from './room.js';

/** A slice: a shop that is held, the run that is under way, and until when to work. */
export interface Slice {
  readonly room: EngineRoom;
  readonly hold: Hold;
  readonly fence: Fence;
  readonly marketplace: Marketplace;
  readonly log: Logger;
  /** The slice's time is over: finish what is at hand. */
  readonly over: () => boolean;
}

/** The shop as the store knows it while it is held. */
export function shopOf({ hold, marketplace }: Pick<Slice, 'hold' | 'marketplace'>): ShopRef {
  const { id, marketplace: code, epoch } = hold.shop;
  return { id, marketplace: code, zone: marketplace.zone, epoch, derived: marketplace.derived };
}

/** Throws when a fenced write found the shop in other hands. */
export function owned(held: boolean, hold: Hold): void {
  if (!held) throw new StaleWorker(hold.shop.id);
}

/** The shop's owner must act: replace the credentials, or settle with the marketplace why it shuts us out. */
export class ShopRefused extends Error {
  override readonly name = 'ShopRefused';
  constructor(
    readonly code: RefusalCode,
    reason: string,
  ) {
    super(reason);
  }
}

/** Time between two runs of a stream: the shop's own setting, or the connector's. */
export function everyMsOf(marketplace: Marketplace, part: { name: StreamName; everyMs: number | null }): number {
  const stream = marketplace.streams.find(({ name }) => name === part.name);
  return part.everyMs ?? stream?.everyMs ?? 3_600_000;
}
