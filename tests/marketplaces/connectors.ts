import type { Marketplace } from '../../src/commerce/marketplace.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { toy } from './toy/index.js';

/** What the conformance kit runs over: the registry, and the template from which new connectors are copied. */
export const connectors: readonly Marketplace[] = [...marketplaces, toy];

/** Where a connector lives. */
export function folderOf({ id }: Marketplace): string {
  return id === toy.id ? 'tests/marketplaces/toy' : `src/marketplaces/${id}`;
}
