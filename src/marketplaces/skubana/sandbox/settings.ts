import type { SandboxOptions } from '../../../sandbox/marketplace.js';

/** How the pretend Skubana is set up. What nobody documents can be chosen. */
export interface SkubanaSandboxOptions extends SandboxOptions {
  /** By what a list of orders runs; their ids, if absent. */
  readonly listedBy?: 'ID' | 'OLDEST_CHANGE' | 'NEWEST_CHANGE';
  /** What becomes of a `limit` below 10 or above 1,000; it is cut, if absent. */
  readonly beyondLimit?: 'CUT' | 'REFUSED';
}

export type SkubanaSettings = Required<Pick<SkubanaSandboxOptions, 'listedBy' | 'beyondLimit'>>;
