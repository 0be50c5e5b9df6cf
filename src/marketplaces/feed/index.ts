import type { Marketplace } from '../../commerce/marketplace.js';
import { classify, paths } from './client.js';
import { FeedCredentialsInput, FeedOrder, FeedProductSales, FeedReturn, FeedShipment } from './graph.js';
import { requestsPerSecond, zone } from './guesses.js';
import { mapOrder, mappingVersion } from './mapping.js';
import { pullOrders } from './pull.js';

const minute = 60_000;

/** The order feed of Skubana's assessment: hands out each order once. */
export const feed: Marketplace = {
  id: 'feed',
  code: 'FEED',
  title: 'Skubana order feed',
  origin: 'http://assessment.skubana.com',
  zone,
  accountField: '',
  lanes: [
    {
      name: 'all',
      pattern: /^/,
      requests: requestsPerSecond,
      windowMs: 1_000,
      queueMax: 1_000,
      source: 'a guess: the brief speaks of a request in about ten seconds, and names no limit',
    },
  ],
  token: null,
  derived: [],
  mappingVersion,
  streams: [
    {
      name: 'ORDERS',
      strategies: [
        {
          code: 'DRAIN',
          text: `GET ${paths.orders} until it answers with an empty list: each order comes once and never again, so every answer is written down before it is looked into.`,
          reachMs: null,
        },
      ],
      everyMs: minute,
      // nothing can be asked for twice
      overlapMs: 1,
      windowMs: null,
      drains: true,
      pull: pullOrders,
      map: mapOrder,
      coverage: {
        by: 'NOTHING',
        methods: ['SELLER'],
        reason: 'The feed hands out each order once and lists none of them again.',
      },
    },
  ],
  classify,
  // any request would take orders out
  verify: async () => {},
  types: {
    order: FeedOrder,
    shipment: FeedShipment,
    return: FeedReturn,
    productSales: FeedProductSales,
    credentials: FeedCredentialsInput,
  },
};
