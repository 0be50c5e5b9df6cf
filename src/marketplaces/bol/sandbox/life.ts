import { type Chance, chance } from '../../../sandbox/random.js';
import { dayMs, hourMs } from '../../../sandbox/world.js';
import { newOrder, showcaseSize } from './draft.js';
import { type PlannedStep, planOf, type Step, type Verdict } from './plan.js';
import type { OrderRecord, Result } from './records.js';
import type { ReturnDate } from './return-lists.js';
import { BolWorld } from './world.js';

export interface WorldOptions {
  readonly seed: number;
  readonly base: number;
  readonly horizonDays: number;
  /** How far back its orders go. */
  readonly historyDays: number;
  /** At the start. Null: as many as make the shipments. */
  readonly orders: number | null;
  /** At the start. Null: as many as the orders make. */
  readonly shipments: number | null;
  readonly handledReturnsBy?: ReturnDate;
}

/** One thing that `change` made happen. */
export interface WorldChange {
  readonly order: OrderRecord;
  readonly step: Step;
}

/** A world as old as its history, in which everything happened in its own time. */
export function createWorld(options: WorldOptions): BolWorld {
  const { seed, base, historyDays } = options;
  const world = new BolWorld(seed, base - (historyDays + 1) * dayMs, options.horizonDays, options.handledReturnsBy);
  for (const order of firstOrders(options)) {
    world.orders.push(order);
    world.agenda.put(order.placedAt, () => world.placed(order));
  }
  advance(world, base - world.clock.now());
  return world;
}

/** So many orders, or as many as make so many shipments by now. */
function firstOrders({ seed, base, historyDays, orders, shipments }: WorldOptions): OrderRecord[] {
  const made: OrderRecord[] = [];
  const young = () => newOrder(seed, made.length, base - (1 + (made.length % 240)) * 1_000);
  const old = () => newOrder(seed, made.length, birthOf(seed, made.length, base, historyDays));
  if (shipments === null) {
    while (made.length < (orders ?? 0)) made.push(old());
    return made;
  }
  let left = shipments;
  while (left > 0) {
    const order = old();
    const parcels = planOf(seed, order).filter(({ step, at }) => step === 'SHIP' && at <= base).length;
    // one parcel too many: it is placed only just now, and has none yet
    made.push(parcels <= left ? order : young());
    if (parcels <= left) left -= parcels;
  }
  while (made.length < (orders ?? 0)) made.push(young());
  return made;
}

/** Whole seconds. The showcase is old enough to have been shipped; of all others more are recent. */
function birthOf(seed: number, index: number, base: number, historyDays: number): number {
  if (index < showcaseSize) return base - Math.min((6 + index) * 1.5, historyDays * 0.9) * dayMs;
  return Math.floor((base - hourMs - chance(seed, 20, index).next() ** 1.25 * historyDays * dayMs) / 1_000) * 1_000;
}

/** Moves the clock, and lets happen what is due by then, each thing at its own time; new orders come in at `perHour`. */
export function advance(world: BolWorld, ms: number, perHour = 0): { changed: number } {
  const until = world.clock.now() + ms;
  const changed = new Set<OrderRecord>();
  const gap = perHour > 0 ? hourMs / perHour : Number.POSITIVE_INFINITY;
  // on a grid of its own, whatever the steps in which time goes on
  let arrival = (Math.floor(world.clock.now() / gap) + 1) * gap;
  for (;;) {
    const next = world.agenda.next(Math.min(until, arrival));
    if (!next) {
      if (!(arrival <= until)) break;
      moveTo(world, Math.floor(arrival / 1_000) * 1_000);
      changed.add(world.place());
      arrival += gap;
      continue;
    }
    const { at, due } = next;
    if (typeof due === 'function') {
      moveTo(world, at);
      due();
    } else if (due.dueAt === at) {
      moveTo(world, at);
      if (takeNext(world, due)) changed.add(due);
    }
  }
  moveTo(world, until);
  return { changed: changed.size };
}

const moveTo = (world: BolWorld, at: number) => world.clock.advance(Math.max(0, at - world.clock.now()));

/** Makes exactly this many different orders change, each a second after the one before. One in five is new; others take the next step of their plan. */
export function changeOrders(world: BolWorld, n: number, by: Chance): WorldChange[] {
  const changed: WorldChange[] = [];
  const candidates = world.orders.filter(({ dueAt }) => dueAt !== Number.POSITIVE_INFINITY);
  while (changed.length < n) {
    world.clock.advance(1_000);
    if (candidates.length === 0 || by.is(0.2)) {
      changed.push({ order: world.place(), step: 'PLACE' });
      continue;
    }
    const [order] = candidates.splice(by.int(0, candidates.length - 1), 1) as [OrderRecord];
    const step = hurry(world, order);
    if (step) changed.push({ order, step });
  }
  return changed;
}

/** Takes the next step of an order's plan now, whenever it was due. Null: it has none left that does anything. */
export function hurry(world: BolWorld, order: OrderRecord): Step | null {
  while (order.dueAt !== Number.POSITIVE_INFINITY) {
    const step = takeNext(world, order);
    if (step) return step;
  }
  return null;
}

/** The step that was taken; null if it did nothing, for the API was there before. */
function takeNext(world: BolWorld, order: OrderRecord): Step | null {
  const planned = planOf(world.seed, order)[order.stepsTaken++];
  world.schedule(order);
  return planned && take(world, order, planned) ? planned.step : null;
}

function take(world: BolWorld, order: OrderRecord, planned: PlannedStep): boolean {
  switch (planned.step) {
    case 'ASK':
      return world.ask(order, planned.items);
    case 'CANCEL':
      return world.cancel(order, planned.items);
    case 'SHIP':
      return world.ship(order, planned.method, planned.lots) !== null;
    case 'RETURN':
      return world.announceReturn(order, planned.method, planned.lots) !== null;
    case 'HANDLE': {
      const item = order.returns.flatMap(({ items }) => items).find(({ results }) => results.length === 0);
      if (!item) return false;
      world.handle(item, resultsOf(planned.verdict, item.quantity));
      return true;
    }
  }
}

function resultsOf(verdict: Verdict, quantity: number): Omit<Result, 'at'>[] {
  const accepted = (units: number) =>
    ({ quantity: units, processing: 'ACCEPTED', handling: 'RETURN_RECEIVED' }) as const;
  const rejected = (units: number) =>
    ({ quantity: units, processing: 'REJECTED', handling: 'RETURN_DOES_NOT_MEET_CONDITIONS' }) as const;
  switch (verdict) {
    case 'ACCEPTED':
      return [accepted(quantity)];
    case 'REJECTED':
      return [rejected(quantity)];
    case 'CANCELLED':
      return [{ quantity, processing: 'CANCELLED', handling: 'CANCELLED_BY_CUSTOMER' }];
    case 'PARTLY':
      return quantity > 1 ? [accepted(quantity - 1), rejected(1)] : [rejected(1)];
  }
}
