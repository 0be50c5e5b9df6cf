import type { Json } from '../commerce/json.js';
import type { Session } from '../commerce/marketplace.js';
import { type DayKey, keepProgress as keep, type OpenCheck } from '../store/coverage.js';
import { Interrupted } from './hold.js';
import type { Slice } from './slice.js';

/** A check at work. A step of it is one stream, day and fulfillment method. */
export interface Covering {
  readonly slice: Slice;
  /** Its requests are counted for the check. */
  readonly session: Session;
  readonly check: OpenCheck;
  /** The day that it is at the marketplace. */
  readonly today: string;
}

export const keyText = ({ stream, day, fulfilledBy }: DayKey): string => `${stream} ${day} ${fulfilledBy}`;

/** Throws when a fenced write found the check ended: the shop was paused, removed, or taken by another worker. */
export function stillOurs(wrote: boolean): void {
  if (!wrote) throw new Interrupted('CANCELLED');
}

type Progress = Readonly<Record<string, Json>>;

/** What the last slice, which ended in this very step, had got of it. */
export function progressOf({ check }: Covering, key: DayKey): Progress | null {
  const { progress } = check;
  if (progress === null || typeof progress !== 'object' || Array.isArray(progress)) return null;
  const kept = progress as Progress;
  return kept.of === keyText(key) ? kept : null;
}

/** The slice ends within a step: keeps what it has got for the next one. */
export async function keepProgress({ slice, check }: Covering, key: DayKey, progress: Progress): Promise<void> {
  stillOurs(await keep(slice.room.db, slice.fence, check.id, { ...progress, of: keyText(key) }));
}
