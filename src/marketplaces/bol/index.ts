import type { Lane, Marketplace } from '../../commerce/marketplace.js';
import { checkAccess, classify, fetchToken } from './client.js';
import { BolCredentialsInput, BolOrder, BolProductSales, BolReturn, BolShipment } from './graph.js';
import { otherRequestsPerMinute, tokensPerMinute, zone } from './guesses.js';
import { mappingVersion } from './mapping.js';
import { orders, returns, shipments } from './streams.js';

/** bol.com: Retailer API v10. */
export const bol: Marketplace = {
  id: 'bol',
  code: 'BOL',
  title: 'bol.com',
  origin: 'https://api.bol.com',
  loginOrigin: 'https://login.bol.com',
  zone,
  accountField: 'clientId',
  lanes: [
    perMinute('shipment list', /^GET \/retailer\/shipments$/, 25),
    perMinute('shipments', /^GET \/retailer\/shipments\/[^/]+$/, 50),
    perMinute('order list', /^GET \/retailer\/orders$/, 25),
    { ...perMinute('orders', /^GET \/retailer\/orders\/[^/]+$/, 25), windowMs: 1_000 },
    perMinute('return list', /^GET \/retailer\/returns$/, 20),
    perMinute('returns', /^GET \/retailer\/returns\/[^/]+$/, 20),
    {
      ...perMinute('token', /^POST \/token$/, tokensPerMinute),
      source: 'a guess: bol says only that tokens must be reused',
    },
    {
      ...perMinute('other', /^/, otherRequestsPerMinute),
      source: "a guess: as slow as the slowest reads of bol's table",
    },
  ],
  rateHeaders: { limit: 'x-ratelimit-limit', remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  token: { fetch: fetchToken },
  derived: ['SHIPPED_AT', 'RETURNED'],
  mappingVersion,
  streams: [orders, shipments, returns],
  classify,
  verify: ({ http }, signal) => checkAccess(http, signal),
  types: {
    order: BolOrder,
    shipment: BolShipment,
    return: BolReturn,
    productSales: BolProductSales,
    credentials: BolCredentialsInput,
  },
};

function perMinute(name: string, pattern: RegExp, requests: number): Lane {
  return {
    ...{ name, pattern, requests, windowMs: 60_000, queueMax: 1_000 },
    source:
      "bol's own table, https://api.bol.com/retailer/public/ratelimits, as of November 2025, per retailer account",
  };
}
