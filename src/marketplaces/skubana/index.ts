import type { Marketplace } from '../../commerce/marketplace.js';
import { checkAccess, classify, tryToken } from './client.js';
import { SkubanaCredentialsInput, SkubanaOrder, SkubanaProductSales, SkubanaReturn, SkubanaShipment } from './graph.js';
import { requestsPerSecond, zone } from './guesses.js';
import { mappingVersion } from './mapping.js';
import { orderStream } from './streams.js';

/** Skubana, now Extensiv Order Manager: orders v1.1. */
export const skubana: Marketplace = {
  id: 'skubana',
  code: 'SKUBANA',
  title: 'Skubana',
  origin: 'https://api.skubana.com',
  zone,
  accountField: 'accessToken',
  lanes: [
    {
      name: 'all',
      pattern: /^/,
      requests: requestsPerSecond,
      windowMs: 1_000,
      queueMax: 1_000,
      source: 'a guess: open clients send 5/s, or one in 5 s; Skubana publishes no figure',
    },
  ],
  retryAfterMsHeader: 'x-skubana-quota-retryAfter',
  token: { fetch: tryToken },
  // orders tell when they were sent; what came back is told nowhere
  derived: [],
  forgetsFulfiller: true,
  mappingVersion,
  streams: [orderStream],
  classify,
  verify: ({ http }, signal) => checkAccess(http, signal),
  types: {
    order: SkubanaOrder,
    shipment: SkubanaShipment,
    return: SkubanaReturn,
    productSales: SkubanaProductSales,
    credentials: SkubanaCredentialsInput,
  },
};
