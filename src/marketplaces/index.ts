import type { Marketplace } from '../commerce/marketplace.js';
import { bol } from './bol/index.js';
import { feed } from './feed/index.js';
import { otto } from './otto/index.js';
import { skubana } from './skubana/index.js';

/** THE REGISTRY: one line per marketplace. How to add one: README.md. */
export const marketplaces: readonly Marketplace[] = [otto, bol, skubana, feed];
