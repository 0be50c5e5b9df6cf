import { chance } from '../../../sandbox/random.js';
import { dayMs, hourMs } from '../../../sandbox/world.js';
import type { WireReturnStatus } from '../wire.js';
import { newOrder, type PlannedStep, planOf, schedule } from './plan.js';
import type { OrderRecord, Step } from './records.js';
import { buildShowcase, showcaseSize } from './showcase.js';
import { OttoWorld, type WorldOptions } from './world.js';

/** How far back the orders of a new world go; more of them are recent. */
const historyDays = 90;

/** A parcel is on its way some minutes before OTTO is told. */
const handOverToEntryMs = 200_000;

/** A world in which so many orders have come as far as they would have by now. */
export function createWorld(options: WorldOptions, orders: number): OttoWorld {
  const world = new OttoWorld(options);
  const { seed, base } = options;
  if (orders >= showcaseSize) buildShowcase(world, base);
  for (const order of world.orders) schedule(seed, order);
  const age = chance(seed, 20);
  while (world.orders.length < orders) {
    const orderedAt = Math.floor(base - age.next() ** 1.6 * historyDays * dayMs);
    const last = world.orders.at(-1);
    // a companion comes minutes after its leader, which must not be in the future
    const before = last && last.orderedAt < base - hourMs ? last : null;
    const order = newOrder(seed, world.orders.length, orderedAt, before);
    world.orders.push(order);
    follow(world, order, base);
  }
  world.openUp();
  return world;
}

/** Moves the clock, and lets happen what is due by then; new orders come in at `arrivalsPerHour`. */
export function advance(world: OttoWorld, ms: number, arrivalsPerHour = 0): { changed: number } {
  const end = world.clock.now() + ms;
  const changed = new Set<OrderRecord>();
  // hour by hour, so that what happens to different orders happens in the right order
  while (world.clock.now() < end) {
    const before = world.clock.now();
    world.clock.advance(Math.min(hourMs, end - before));
    const now = world.clock.now();
    const arrivals = Math.floor((now / hourMs) * arrivalsPerHour) - Math.floor((before / hourMs) * arrivalsPerHour);
    const due = world.orders.filter((order) => order.dueAt <= now);
    for (const order of due.sort((a, b) => a.dueAt - b.dueAt || a.index - b.index)) {
      if (follow(world, order, now) > 0) changed.add(order);
    }
    for (let n = 0; n < arrivals; n++) changed.add(world.place());
  }
  return { changed: changed.size };
}

/** Takes the next step of an order's plan now, whenever it was due. Null: it has none left that does anything. */
export function hurry(world: OttoWorld, order: OrderRecord): Step | null {
  const plan = planOf(world.seed, order);
  while (order.stepsTaken < plan.length) {
    const planned = plan[order.stepsTaken++] as PlannedStep;
    schedule(world.seed, order, plan);
    if (take(world, order, planned, world.clock.now())) return planned.step;
  }
  return null;
}

/** Takes every step that is due by then; returns how many did something. */
function follow(world: OttoWorld, order: OrderRecord, until: number): number {
  const plan = planOf(world.seed, order);
  let taken = 0;
  while (order.stepsTaken < plan.length && (plan[order.stepsTaken] as PlannedStep).at <= until) {
    const planned = plan[order.stepsTaken++] as PlannedStep;
    if (take(world, order, planned, planned.at)) taken++;
  }
  schedule(world.seed, order, plan);
  return taken;
}

function take(
  world: OttoWorld,
  order: OrderRecord,
  { step, units, reason, settledAs, at: plannedAt }: PlannedStep,
  at: number,
): boolean {
  switch (step) {
    case 'PROCESSABLE':
      return world.release(order, units, at);
    case 'CANCELLED_BY_MARKETPLACE':
    case 'CANCELLED_BY_PARTNER':
      return world.cancel(order, units, step, reason ?? 'CANCELLED_ON_CUSTOMER_WISH', at);
    case 'SENT':
      return send(world, order, world.inState(order, units, ['PROCESSABLE']), plannedAt, at);
    case 'RETURN_ANNOUNCED':
      return world.announceReturn(order, units[0] as number, at) !== null;
    case 'RETURN_SETTLED': {
      const made = order.units[units[0] as number]?.return;
      if (made?.status !== 'ANNOUNCED') return false;
      world.settleReturn(made, settledAs ?? 'ACCEPTED', at, verdict(world, order, settledAs ?? 'ACCEPTED'));
      return true;
    }
  }
}

function verdict(
  world: OttoWorld,
  order: OrderRecord,
  status: WireReturnStatus,
): { condition: string | null; reason: string | null } {
  const by = chance(world.seed, 32, order.index);
  if (status === 'ACCEPTED') return { condition: by.pick(['A', 'B', 'C']), reason: null };
  if (status === 'REJECTED') return { condition: 'D', reason: by.pick(['ITEM_DAMAGED', 'RETURN_PERIOD_EXCEEDED']) };
  return { condition: null, reason: null };
}

/** Sends by plan: with its leader's parcel where that leaves at the same time. */
function send(world: OttoWorld, order: OrderRecord, units: readonly number[], plannedAt: number, at: number): boolean {
  if (units.length === 0) return false;
  const items = units.map((unit) => ({ order, unit, returnTrackingKey: null }));
  const shared = order.leader?.units.find(({ shipment }) => shipment?.plannedAt === plannedAt)?.shipment;
  if (shared) {
    world.append(shared, items, at);
  } else {
    world.ship(
      items,
      { trackingKey: world.trackingKey(order, units[0] as number), shipDate: at - handOverToEntryMs, plannedAt },
      at,
    );
  }
  return true;
}
