import type { Marketplace } from '../../commerce/marketplace.js';
import { checkAccess, classify, fetchToken } from './client.js';
import { orderCoverage, returnCoverage, shipmentCoverage, zone } from './coverage.js';
import { OttoCredentialsInput, OttoOrder, OttoProductSales, OttoReturn, OttoShipment } from './graph.js';
import { changeLatenessMs, shipmentLifeMs } from './guesses.js';
import { mapOrder, mappingVersion, mapReturn, mapShipment } from './mapping.js';
import { orderByKey, pullOrders, pullShipments, shipmentByKey } from './pull.js';
import { pullReturns } from './pull-returns.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/** OTTO Market: orders v4, shipments v1, returns v3. */
export const otto: Marketplace = {
  id: 'otto',
  code: 'OTTO',
  title: 'OTTO Market',
  origin: 'https://api.otto.market',
  zone,
  accountField: 'clientId',
  lanes: [
    {
      name: 'token',
      pattern: /^POST \/v1\/token$/,
      requests: 10,
      windowMs: 1_000,
      queueMax: 20,
      source: "OTTO's developer guide, rate limits: 10/s per IP address",
    },
    {
      name: 'partner',
      pattern: /^/,
      requests: 20,
      windowMs: 1_000,
      queueMax: 1_000,
      source: 'OTTO\'s developer guide, rate limits, "all other endpoints": 20/s per partner id',
    },
  ],
  token: { fetch: fetchToken },
  // its orders carry both
  derived: [],
  mappingVersion,
  streams: [
    {
      name: 'ORDERS',
      strategies: [
        {
          code: 'CHANGE_FEED',
          text: 'Every order whose change date (not order date) lies after the last read, in any state; overlapping, so that nothing slips between two reads.',
          reachMs: null,
        },
      ],
      everyMs: 5 * minute,
      // a request per 128 orders
      fullEveryMs: day,
      overlapMs: changeLatenessMs,
      windowMs: null,
      pull: pullOrders,
      byKey: orderByKey,
      map: mapOrder,
      coverage: orderCoverage,
    },
    {
      name: 'SHIPMENTS',
      strategies: [
        {
          code: 'LIST_BACK',
          text: 'All shipments created in the last days are listed again, since OTTO has no filter by change; details are read only of what is new or has changed.',
          reachMs: null,
        },
      ],
      everyMs: 15 * minute,
      // a request per shipment
      fullEveryMs: 7 * day,
      overlapMs: shipmentLifeMs,
      windowMs: null,
      pull: pullShipments,
      byKey: shipmentByKey,
      map: mapShipment,
      coverage: shipmentCoverage,
    },
    {
      name: 'RETURNS',
      strategies: [
        {
          code: 'CHANGE_FEED',
          text: 'Each status is listed from its newest change back to the last read; overlapping.',
          reachMs: null,
        },
      ],
      everyMs: 15 * minute,
      overlapMs: changeLatenessMs,
      windowMs: null,
      pull: pullReturns,
      map: mapReturn,
      coverage: returnCoverage,
    },
  ],
  classify,
  verify: ({ http }, signal) => checkAccess(http, signal),
  types: {
    order: OttoOrder,
    shipment: OttoShipment,
    return: OttoReturn,
    productSales: OttoProductSales,
    credentials: OttoCredentialsInput,
  },
};
