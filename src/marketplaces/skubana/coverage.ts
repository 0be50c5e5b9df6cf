// How Skubana's orders can be counted a second time.
import type { CountedRecord, ListCoverage } from '../../commerce/coverage.js';
import { dayAfter, dayBegins } from '../../commerce/day.js';
import { parseInstant } from '../../commerce/instant.js';
import type { Json } from '../../commerce/json.js';
import { HttpFailure } from '../../errors.js';
import { instantText, keyOf, pageSize, paths } from './client.js';
import { byMarketplace, zone } from './guesses.js';

/** Orders are read by their last change; a list of those that came into Skubana on the day shows what no change ever did. */
export const orderCoverage: ListCoverage = {
  by: 'LIST',
  text: 'The orders that came into Skubana on the day, by createdDate.',
  methods: ['SELLER', 'MARKETPLACE'],
  reachDays: null,
  daily: true,
  async list({ http }, { day, fulfilledBy, after }, signal) {
    const page = typeof after === 'number' ? after : 1;
    const query = {
      createdDateFrom: instantText(dayBegins(zone, day)),
      // to the second, and whether the end belongs to it is not told
      createdDateTo: instantText(new Date(dayBegins(zone, dayAfter(day)).getTime() - 1_000)),
      page,
      limit: pageSize,
    };
    const orders = await http.get(paths.orders, { query, signal });
    if (!Array.isArray(orders))
      throw new HttpFailure('THEIR_ANSWER', `GET ${paths.orders} answered without a list`, 200);
    // there is no filter for who sends them
    const own = (orders as readonly Json[]).filter((order) => isTheirs(order) === (fulfilledBy === 'MARKETPLACE'));
    return { records: own.flatMap(recordOf), after: orders.length > 0 ? page + 1 : null };
  },
};

function isTheirs(order: Json): boolean {
  const { orderStatus, amzFbaShipmentId } = (order ?? {}) as Readonly<Record<string, Json>>;
  return (
    byMarketplace.includes(String(orderStatus)) || (typeof amzFbaShipmentId === 'string' && !!amzFbaShipmentId.trim())
  );
}

function recordOf(order: Json): CountedRecord[] {
  const externalId = keyOf(order);
  const { modifiedDate } = (order ?? {}) as Readonly<Record<string, Json>>;
  const changedAt = typeof modifiedDate === 'string' ? parseInstant(modifiedDate) : null;
  return externalId === null ? [] : [{ externalId, changedAt }];
}
