// The feed's endpoint, and what its failures mean.
import type { Failure } from '../../commerce/marketplace.js';

export const paths = { orders: '/orders' } as const;

/** Nothing is known of its failures: the status decides. */
export function classify(): Failure | null {
  return null;
}
