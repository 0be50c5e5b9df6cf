import type { Marketplace } from '../commerce/marketplace.js';
import { bol } from './bol/index.js';
import { otto } from './otto/index.js';

/** THE REGISTRY: one line per marketplace. How to add one: README.md. */
export const marketplaces: readonly Marketplace[] = [otto, bol];
