// Enums that several nouns share. Keys equal values: what the database holds is what the API says.
import { registerEnumType } from 'type-graphql';
import type { Marketplace as Connector, MarketplaceCode } from '../commerce/marketplace.js';

/** What the API's contract names, with a connector or without one yet. */
const named: Record<MarketplaceCode, { description: string }> = {
  OTTO: { description: 'OTTO Market (api.otto.market).' },
  BOL: { description: 'bol.com (api.bol.com/retailer).' },
  SKUBANA: { description: 'Skubana, now Extensiv Order Manager.' },
  DIRECT: { description: 'Placed through this API itself.' },
};

export const Marketplace: Record<MarketplaceCode, MarketplaceCode> = {};
export type Marketplace = MarketplaceCode;
for (const code of Object.keys(named) as MarketplaceCode[]) Marketplace[code] = code;
registerEnumType(Marketplace, { name: 'Marketplace', description: 'Where an order was placed.', valuesConfig: named });

/** Gives the enum a value for each marketplace of the registry that the contract does not name. Call it before the schema is built. */
export function declareMarketplaces(marketplaces: readonly Connector[]): void {
  for (const { code, title, origin } of marketplaces) {
    Marketplace[code] = code;
    named[code] ??= { description: `${title} (${new URL(origin).host}).` };
  }
}

export const FulfilledBy = { SELLER: 'SELLER', MARKETPLACE: 'MARKETPLACE' } as const;
export type FulfilledBy = keyof typeof FulfilledBy;
registerEnumType(FulfilledBy, {
  name: 'FulfilledBy',
  description: 'Who sends the goods to the buyer.',
  valuesConfig: {
    SELLER: { description: 'The seller, from its own stock. All of OTTO; FBR at bol.' },
    MARKETPLACE: { description: "The marketplace's own warehouse (bol: FBB). Never work for the seller." },
  },
});

export const FulfillmentStatus = {
  PENDING: 'PENDING',
  READY: 'READY',
  AWAITING_MARKETPLACE: 'AWAITING_MARKETPLACE',
  PARTIALLY_FULFILLED: 'PARTIALLY_FULFILLED',
  FULFILLED: 'FULFILLED',
  CANCELLED: 'CANCELLED',
} as const;
export type FulfillmentStatus = keyof typeof FulfillmentStatus;
registerEnumType(FulfillmentStatus, {
  name: 'FulfillmentStatus',
  description: 'How far an order is. Derived from its line quantities, never stored beside them.',
  valuesConfig: {
    PENDING: { description: 'Known, but not to be worked on yet (OTTO: ANNOUNCED; Skubana: unpaid or on hold).' },
    READY: { description: 'The seller has at least one open line to ship, and none was shipped.' },
    AWAITING_MARKETPLACE: {
      description: "Open lines wait for the marketplace's own warehouse (bol: FBB). Never work for the seller.",
    },
    PARTIALLY_FULFILLED: { description: 'Something was shipped, something is still open.' },
    FULFILLED: { description: 'Nothing is open and something was shipped.' },
    CANCELLED: { description: 'Every unit was cancelled.' },
  },
});

export const SortDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
export type SortDirection = keyof typeof SortDirection;
registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which end of a list comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  },
});
