import type { Marketplace } from '../../../src/commerce/marketplace.js';
import { checkAccess, classify, fetchToken } from './client.js';
import { ToyCredentialsInput, ToyOrder, ToyProductSales, ToyReturn, ToyShipment } from './graph.js';
import { mappingVersion } from './mapping.js';
import { orders, returns, shipments } from './streams.js';

/** Toy Market: exists nowhere but here, to be copied. */
export const toy: Marketplace = {
  id: 'toy',
  code: 'TOY',
  title: 'Toy Market',
  origin: 'https://api.toy.example',
  zone: 'Europe/Brussels',
  accountField: 'clientId',
  lanes: [
    {
      name: 'token',
      pattern: /^POST \/token$/,
      requests: 10,
      windowMs: 60_000,
      queueMax: 20,
      source: "Toy Market's manual, limits: 10 tokens a minute",
    },
    {
      name: 'all',
      pattern: /^/,
      requests: 10,
      windowMs: 1_000,
      queueMax: 1_000,
      source: "Toy Market's manual, limits: 10 requests a second",
    },
  ],
  rateHeaders: { limit: 'x-ratelimit-limit', remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  token: { fetch: fetchToken },
  // its orders tell neither: taken from the shipments and returns
  derived: ['SHIPPED_AT', 'RETURNED'],
  mappingVersion,
  streams: [orders, shipments, returns],
  classify,
  verify: ({ http }, signal) => checkAccess(http, signal),
  types: {
    order: ToyOrder,
    shipment: ToyShipment,
    return: ToyReturn,
    productSales: ToyProductSales,
    credentials: ToyCredentialsInput,
  },
};
