// What is read of Skubana and how. http/listing.ts reads what is declared here.
import type { OrderStream } from '../../commerce/marketplace.js';
import { byKeyOf, type Listing, type Pass, pullOf } from '../../http/listing.js';
import { instantText, keyOf, pageSize, paths } from './client.js';
import { orderCoverage } from './coverage.js';
import { changeLatenessMs } from './guesses.js';
import { mapOrder } from './mapping.js';

const minute = 60_000;
const day = 24 * 60 * minute;

const orderLists: Listing = {
  strategies: [
    {
      code: 'CHANGE_FEED',
      text: 'Every order whose modifiedDate lies after the last read, in any state and of any warehouse; overlapping.',
      reachMs: null,
    },
    { code: 'LIST_BACK', text: 'All orders, in any state and of any warehouse.', reachMs: null },
  ],
  passes: (strategy, { from }) => [
    strategy === 'CHANGE_FEED' && from ? orders('changed', { modifiedDateFrom: instantText(from) }) : orders('all', {}),
  ],
};

/** Parcels and returns have no stream: the list of shipments does not tell what is in them. Orders tell their parcels themselves. */
export const orderStream: OrderStream = {
  name: 'ORDERS',
  strategies: orderLists.strategies,
  everyMs: 5 * minute,
  // whether everything that changes moves modifiedDate, nobody says
  fullEveryMs: 7 * day,
  overlapMs: changeLatenessMs,
  windowMs: null,
  pull: pullOf(orderLists),
  byKey: byKeyOf({ ...orderLists, detail: (orderId) => `${paths.orders}/${encodeURIComponent(orderId)}` }),
  map: mapOrder,
  coverage: orderCoverage,
};

/** No end to the dates: an order that changes meanwhile would leave the list, and others move up past the page that was read. */
function orders(name: string, query: Readonly<Record<string, string>>): Pass {
  return {
    name,
    path: paths.orders,
    query: { ...query, limit: pageSize },
    member: null,
    keyOf,
    // by what the list runs is not told: by date, oldest first, a change moves an order to its end and all behind it one up
    shrinks: true,
  };
}
