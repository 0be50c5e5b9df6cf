import { type Chance, chance } from '../../../sandbox/random.js';
import { dayMs, hourMs, minuteMs } from '../../../sandbox/world.js';
import { draftOf } from './draft.js';
import type { Lot, Method, OrderRecord, Processing } from './records.js';

/** Something that happens to an order by itself, unless the API was used before. */
export type PlannedStep = { readonly at: number } & (
  | { readonly step: 'SHIP'; readonly method: Method; readonly lots: readonly Lot[] }
  | { readonly step: 'ASK' | 'CANCEL'; readonly items: readonly number[] }
  | { readonly step: 'RETURN'; readonly method: Method; readonly lots: readonly Lot[] }
  | { readonly step: 'HANDLE'; readonly verdict: Verdict }
);

export type Step = PlannedStep['step'] | 'PLACE';

/** What comes of each item of a return: all of it accepted, one unit less, none, or it never came. */
export type Verdict = Processing | 'PARTLY';

/** In a lot: as many as are open. */
export const everything = Number.MAX_SAFE_INTEGER;

const seconds = (ms: number) => Math.floor(ms / 1_000) * 1_000;

/**
 * What will happen to this order, in order of time: a pure function of seed and order. Whole seconds, but for returns,
 * whose times bol gives with a fraction.
 */
export function planOf(seed: number, order: OrderRecord): PlannedStep[] {
  const by = chance(seed, 11, order.index);
  const { course, isReturned } = draftOf(seed, order.index);
  const steps: PlannedStep[] = [];
  const all = [...order.items.keys()];
  if (course === 'CANCELLED') {
    return [{ at: seconds(order.placedAt + by.int(60, 20 * 60) * minuteMs), step: 'CANCEL', items: all }];
  }
  for (const method of ['FBR', 'FBB'] as const) {
    const items = all.filter((item) => order.items[item]?.method === method);
    if (items.length === 0) continue;
    const shipAt = seconds(order.placedAt + leadTime(method, by));
    // what is special about an order happens to its first method
    const special = steps.length === 0 ? course : 'PLAIN';
    steps.push(...parcels(order, items, method, shipAt, special, by));
  }
  for (const step of [...steps]) {
    if (step.step === 'SHIP' && (isReturned || by.is(0.08))) steps.push(...returnSteps(step, by));
  }
  return steps.sort((a, b) => a.at - b.at);
}

/** bol's warehouse may be quicker than anybody polls: one in four leaves within the hour. */
function leadTime(method: Method, by: Chance): number {
  const minutes = method === 'FBR' ? by.int(180, 44 * 60) : by.is(0.25) ? by.int(6, 50) : by.int(120, 30 * 60);
  return minutes * minuteMs + by.int(0, 59) * 1_000;
}

/** Cancellations and shipments of the items of one method. */
function parcels(
  order: OrderRecord,
  items: readonly number[],
  method: Method,
  shipAt: number,
  course: string,
  by: Chance,
): PlannedStep[] {
  const ship = (at: number, lots: readonly Lot[]): PlannedStep => ({ at, step: 'SHIP', method, lots });
  const whole = items.map((item) => ({ item, quantity: everything }));
  const last = items.at(-1) as number;
  const multiple = items.find((item) => (order.items[item]?.quantity ?? 0) > 1);
  const first = (quantity: number) =>
    whole.map((lot) => (lot.item === multiple ? { item: lot.item, quantity } : lot)) satisfies Lot[];
  const secondAt = shipAt + by.int(5, 70) * hourMs;
  if (course === 'SPLIT' && (multiple !== undefined || items.length > 1)) {
    const now = multiple === undefined ? whole.slice(0, -1) : first(1);
    return [ship(shipAt, now), ship(secondAt, whole)];
  }
  if (course === 'PART_CANCELLED') {
    const cancel = (at: number): PlannedStep => ({ at, step: 'CANCEL', items: [multiple ?? last] });
    if (multiple !== undefined) return [ship(shipAt, first(1)), cancel(shipAt + by.int(1, 300) * minuteMs)];
    if (items.length > 1) return [cancel(seconds((order.placedAt + shipAt) / 2)), ship(shipAt, whole)];
  }
  if (course === 'ASKED') {
    const askedAt = seconds(order.placedAt + (shipAt - order.placedAt) * 0.2);
    const ask: PlannedStep = { at: askedAt, step: 'ASK', items: [last] };
    // the others come too late: the parcel has left
    if (!by.is(0.65)) return [ask, ship(shipAt, whole)];
    const cancel: PlannedStep = { at: seconds((askedAt + shipAt) / 2), step: 'CANCEL', items: [last] };
    return items.length > 1 ? [ask, cancel, ship(shipAt, whole)] : [ask, cancel];
  }
  return [ship(shipAt, whole)];
}

function returnSteps(shipment: Extract<PlannedStep, { step: 'SHIP' }>, by: Chance): PlannedStep[] {
  const lots = by.is(0.15) ? shipment.lots : [by.pick(shipment.lots)];
  const at = shipment.at + by.int(3, 16) * dayMs + by.int(0, dayMs);
  const verdict = verdicts[by.weighted([74, 10, 8, 8])] ?? 'ACCEPTED';
  return [
    {
      at,
      step: 'RETURN',
      method: shipment.method,
      lots: lots.map(({ item }) => ({ item, quantity: by.is(0.6) ? 1 : everything })),
    },
    { at: at + by.int(2, 8) * dayMs + by.int(0, dayMs), step: 'HANDLE', verdict },
  ];
}

const verdicts: readonly Verdict[] = ['ACCEPTED', 'REJECTED', 'PARTLY', 'CANCELLED'];
