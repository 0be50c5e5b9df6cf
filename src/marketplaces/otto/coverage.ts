// How OTTO's streams can be counted a second time.
import type { CountedDay, CountedRecord, ListCoverage, NoCoverage, OrderCoverage } from '../../commerce/coverage.js';
import { dayAfter, dayBegins, dayIn } from '../../commerce/day.js';
import type { Json } from '../../commerce/json.js';
import type { FulfilledBy } from '../../commerce/order.js';
import { HttpFailure } from '../../errors.js';
import { findShipment, listOrdersPlaced } from './client.js';
import { instantOf, keyOf, latest, memberOf, textOf } from './pull.js';

/** OTTO's partners ship everything themselves. */
const methods: readonly FulfilledBy[] = ['SELLER'];

/** OTTO's documented maximum, as for the list by change. */
const limit = 128;

/** The zone of OTTO's business day, by which a day is asked for here. */
export const zone = 'Europe/Berlin';

/** Orders are read by the date of their change; here they are counted by the date on which they were placed. */
export const orderCoverage: ListCoverage = {
  by: 'LIST',
  text: 'The orders that were placed on the day.',
  methods,
  reachDays: null,
  daily: true,
  async list({ http }, { day, after }, signal) {
    // whether a bound is within is not documented: a moment more is asked for, and dates decide
    const from = new Date(dayBegins(zone, day).getTime() - 1);
    const placed = { fromOrderDate: from.toISOString(), toOrderDate: dayBegins(zone, dayAfter(day)).toISOString() };
    const cursor = textOf(after);
    const { records, next } = await listOrdersPlaced(http, cursor === null ? placed : { cursor }, limit, signal);
    const following = next?.get('nextcursor') ?? next?.get('nextCursor') ?? null;
    return {
      records: records.flatMap((order) => countedOn(order, day)),
      // a link that leads back to its own page has been seen on last pages
      after: records.length === 0 || following === cursor ? null : following,
    };
  },
};

function countedOn(order: Json, day: CountedDay['day']): CountedRecord[] {
  const externalId = keyOf(order, 'salesOrderId');
  const placed = instantOf(memberOf(order, 'orderDate'));
  if (externalId === null || placed === null || dayIn(zone, new Date(placed)) !== day) return [];
  const lifecycle = memberOf(memberOf(order, 'orderLifecycleInformation'), 'lifecycleChangeDate');
  const changed = latest(instantOf(lifecycle), instantOf(memberOf(order, 'lastModifiedDate')));
  return [{ externalId, changedAt: changed === null ? null : new Date(changed) }];
}

/** Orders tell each unit's state and tracking number, by which OTTO finds the shipment without its list. */
export const shipmentCoverage: OrderCoverage = {
  by: 'ORDERS',
  text: 'The units that the orders say were sent, against those of the shipments; where they differ, the shipments by tracking number.',
  methods,
  reachDays: null,
  daily: true,
  async shipmentsOf({ http }, { payload }, signal) {
    const found = new Set<string>();
    for (const [carrier, trackingNumber] of trackingKeysOf(payload)) {
      const shipment = await findShipment(http, { carrier, trackingNumber }, signal).catch(nothingIfGone);
      const shipmentId = keyOf(shipment, 'shipmentId');
      if (shipmentId !== null) found.add(shipmentId);
    }
    return [...found];
  },
};

/** Each once; units of one parcel have the same. Freight has none. */
function trackingKeysOf(order: Json): [carrier: string, trackingNumber: string][] {
  const items = memberOf(order, 'positionItems');
  const keys = new Map<string, [string, string]>();
  for (const item of Array.isArray(items) ? items : []) {
    const tracking = memberOf(item, 'trackingInfo');
    const [carrier, trackingNumber] = [keyOf(tracking, 'carrier'), keyOf(tracking, 'trackingNumber')];
    if (carrier !== null && trackingNumber !== null)
      keys.set(`${carrier} ${trackingNumber}`, [carrier, trackingNumber]);
  }
  return [...keys.values()];
}

function nothingIfGone(error: unknown): null {
  if (error instanceof HttpFailure && error.failure === 'GONE') return null;
  throw error;
}

/** OTTO lists returns by state, without a date of its own choosing, and finds none by its key. */
export const returnCoverage: NoCoverage = {
  by: 'NOTHING',
  methods,
  reason: 'OTTO lists returns by state only, which is how they are read; its orders tell those only that it accepted.',
};
