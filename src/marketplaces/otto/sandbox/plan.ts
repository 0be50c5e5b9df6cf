import { type Chance, chance } from '../../../sandbox/random.js';
import { dayMs, hourMs, minuteMs, products, productWeights } from '../../../sandbox/world.js';
import type { WireReturnStatus } from '../wire.js';
import { unitsMax } from './ids.js';
import type { CancellationReason, OrderRecord, PaymentMethod, Step, UnitRecord } from './records.js';

/** Something that happens to an order by itself, unless the API was used before. */
export interface PlannedStep {
  readonly at: number;
  readonly step: Exclude<Step, 'PLACED'>;
  readonly units: readonly number[];
  readonly reason?: CancellationReason;
  readonly settledAs?: WireReturnStatus;
}

const payments: readonly PaymentMethod[] = [
  'INVOICE_SINGLE',
  'PAYPAL',
  'CREDIT_CARD',
  'DIRECT_DEBIT',
  'INVOICE_INSTALLMENTS',
  'PREPAYMENT',
];
const paymentWeights = [35, 30, 15, 8, 4, 8];
const countries = ['DE', 'AT', 'CH', 'NL'];
const countryWeights = [86, 9, 3, 2];

/** A unit as the buyer ordered it. */
export function newUnit(product: number, discountMinor = 0): UnitRecord {
  return {
    product,
    discountMinor,
    status: 'ANNOUNCED',
    processableAt: null,
    sentAt: null,
    returnedAt: null,
    cancelledAt: null,
    cancellationReason: null,
    shipment: null,
    return: null,
  };
}

/** An order to which nothing has happened yet. */
export function announcedOrder({
  index,
  orderedAt,
  leader,
  country,
  payment,
  units,
}: Pick<OrderRecord, 'index' | 'orderedAt' | 'leader' | 'country' | 'payment' | 'units'>): OrderRecord {
  // named one by one: a spread would give each of 100,000 orders a hash table of its own
  return {
    index,
    orderedAt,
    leader,
    country,
    payment,
    units,
    lifecycleAt: orderedAt,
    modifiedAt: orderedAt,
    place: -1,
    stepsTaken: 0,
    dueAt: 0,
  };
}

/** A new order, as the seed has it. One in 25 comes from the buyer of the one before, minutes later. */
export function newOrder(seed: number, index: number, orderedAt: number, before: OrderRecord | null): OrderRecord {
  const by = chance(seed, 10, index);
  const leader = before && !before.leader && before.payment !== 'PREPAYMENT' && by.is(0.04) ? before : null;
  return announcedOrder({
    index,
    orderedAt: leader ? leader.orderedAt + by.int(1, 20) * minuteMs : orderedAt,
    leader,
    country: leader ? leader.country : (countries[by.weighted(countryWeights)] as string),
    payment: leader ? leader.payment : (payments[by.weighted(paymentWeights)] as PaymentMethod),
    units: newUnits(by),
  });
}

/** One to four products, most of them once, some several times; every tenth product at a discount of 5 to 20 %. */
function newUnits(by: Chance): UnitRecord[] {
  const units: UnitRecord[] = [];
  const rows = 1 + by.weighted([62, 24, 10, 4]);
  for (let row = 0; row < rows; row++) {
    const product = by.weighted(productWeights);
    const price = products[product]?.priceMinor ?? 0;
    const discount = by.is(0.1) ? Math.round((price * by.int(5, 20)) / 100) : 0;
    const quantity = 1 + by.weighted([78, 14, 5, 3]);
    for (let n = 0; n < quantity && units.length < unitsMax; n++) units.push(newUnit(product, discount));
  }
  return units;
}

/**
 * What will happen to this order, in order of time: a pure function of seed and order. Duration of ANNOUNCED is OTTO's
 * (35 minutes; a prepayment up to ten working days).
 */
export function planOf(seed: number, order: OrderRecord): PlannedStep[] {
  const by = chance(seed, 11, order.index);
  const all = order.units.map((_, unit) => unit);
  const prepaid = order.payment === 'PREPAYMENT';
  const released = order.orderedAt + (prepaid ? by.int(1, 9) * dayMs + by.int(0, dayMs) : 35 * minuteMs);
  const steps: PlannedStep[] = [];

  if (by.is(prepaid ? 0.15 : 0.02)) {
    const reason = prepaid ? 'PAYMENT_ABORTED' : by.pick(['CANCELLED_ON_CUSTOMER_WISH', 'PAYMENT_FRAUD'] as const);
    return [{ at: released, step: 'CANCELLED_BY_MARKETPLACE', units: all, reason }];
  }
  steps.push({ at: released, step: 'PROCESSABLE', units: all });

  let toSend = all;
  if (by.is(0.03)) {
    // a whole order, or of an order of several units the last one, cannot be delivered
    const units = all.length > 1 ? all.slice(-1) : all;
    toSend = all.filter((unit) => !units.includes(unit));
    const step = by.is(0.6) ? 'CANCELLED_BY_PARTNER' : 'CANCELLED_BY_MARKETPLACE';
    const reason = step === 'CANCELLED_BY_PARTNER' ? 'CANCELLED_ON_PARTNER_WISH' : 'CANCELLED_ON_CUSTOMER_WISH';
    steps.push({ at: released + by.int(1, 180) * minuteMs, step, units, reason });
  }
  const sentAt = sendTime(seed, order, released, by);
  const split = toSend.length > 1 && by.is(0.12) ? Math.ceil(toSend.length / 2) : toSend.length;
  const parcels = [
    { at: sentAt, units: toSend.slice(0, split) },
    { at: sentAt + by.int(4, 60) * hourMs, units: toSend.slice(split) },
  ];
  for (const { at, units } of parcels) {
    if (units.length === 0) continue;
    steps.push({ at, step: 'SENT', units });
    for (const unit of units) if (by.is(0.08)) steps.push(...returnSteps(at, unit, by));
  }
  return steps.sort((a, b) => a.at - b.at);
}

/** Notes when the next step of an order's plan is due. */
export function schedule(seed: number, order: OrderRecord, plan: readonly PlannedStep[] = planOf(seed, order)): void {
  order.dueAt = plan[order.stepsTaken]?.at ?? Number.POSITIVE_INFINITY;
}

/** When its first parcel leaves; a companion's leaves with its leader's. */
function sendTime(seed: number, order: OrderRecord, released: number, by: Chance): number {
  const own = released + by.int(4 * 60, 48 * 60) * minuteMs + by.int(0, minuteMs);
  const lead = order.leader && planOf(seed, order.leader).find(({ step, at }) => step === 'SENT' && at > released);
  return lead ? lead.at : own;
}

function returnSteps(sentAt: number, unit: number, by: Chance): PlannedStep[] {
  const announced = sentAt + by.int(4, 18) * dayMs + by.int(0, dayMs);
  const settledAs = (['ACCEPTED', 'REJECTED', 'MISDIRECTED'] as const)[by.weighted([85, 10, 5])];
  return [
    { at: announced, step: 'RETURN_ANNOUNCED', units: [unit] },
    { at: announced + by.int(2, 6) * dayMs + by.int(0, dayMs), step: 'RETURN_SETTLED', units: [unit], settledAs },
  ];
}
