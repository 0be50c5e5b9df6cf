import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import { refusal } from './errors.js';
import { announcedOrder, newUnit } from './plan.js';
import type { OrderRecord, PaymentMethod } from './records.js';
import { orderJson } from './render.js';
import type { OttoWorld } from './world.js';

/** One order, cancellations, and the test orders that only OTTO's sandbox has. */
export function orderRoutes(world: OttoWorld): Route[] {
  return [
    {
      name: 'POST /v4/orders/testorders',
      method: 'POST',
      pattern: /^\/v4\/orders\/testorders(?:\/scenario([1-8]))?$/,
      handle: (_, [scenario]) => testOrders(world, scenario),
    },
    {
      name: 'GET /v4/orders/{id}',
      method: 'GET',
      pattern: /^\/v4\/orders\/([^/]+)$/,
      handle(request, [id = '']) {
        const order = world.order(id);
        return order ? { status: 200, body: orderJson(world, order) } : notFound(request, id);
      },
    },
    {
      name: 'POST /v4/orders/{id}/cancellation',
      method: 'POST',
      pattern: /^\/v4\/orders\/([^/]+)\/cancellation$/,
      handle: (request, [list = '']) => cancelOrders(request, world, list.split(',')),
    },
    {
      name: 'POST /v4/orders/{id}/positionItems/{ids}/cancellation',
      method: 'POST',
      pattern: /^\/v4\/orders\/([^/]+)\/positionItems\/([^/]+)\/cancellation$/,
      handle: (request, [id = '', list = '']) => cancelUnits(request, world, id, list.split(',')),
    },
  ];
}

/** Cancels what is PROCESSABLE and leaves the rest; a conflict only if nothing is. */
function cancelOrders(request: SandboxRequest, world: OttoWorld, list: readonly string[]): Answer {
  const orders: OrderRecord[] = [];
  for (const id of list) {
    const order = world.order(id);
    if (!order) return notFound(request, id);
    orders.push(order);
  }
  const cancelled = orders.filter((order) => cancel(world, order, [...order.units.keys()]));
  return cancelled.length > 0
    ? { status: 204 }
    : refusal(request, 409, 'CONFLICT', 'No position item is in state PROCESSABLE');
}

/** Cancels all of these units or none: one that is in another state leaves the whole order as it is. */
function cancelUnits(request: SandboxRequest, world: OttoWorld, id: string, list: readonly string[]): Answer {
  const order = world.order(id);
  if (!order) return notFound(request, id);
  const units: number[] = [];
  for (const unitId of list) {
    const unit = world.unit(order, unitId);
    if (unit === null) return notFound(request, unitId);
    const status = order.units[unit]?.status;
    if (status === 'CANCELLED_BY_PARTNER') continue;
    if (status !== 'PROCESSABLE') {
      return refusal(request, 409, 'CONFLICT', 'At least one position item is not in state PROCESSABLE');
    }
    units.push(unit);
  }
  cancel(world, order, units);
  return { status: 204 };
}

function cancel(world: OttoWorld, order: OrderRecord, units: readonly number[]): boolean {
  return world.cancel(order, units, 'CANCELLED_BY_PARTNER', 'CANCELLED_ON_PARTNER_WISH', world.clock.now());
}

const notFound = (request: SandboxRequest, id: string) =>
  refusal(request, 404, 'RESOURCE_NOT_FOUND', `Found no order or position item with id ${id}`);

interface Scenario {
  readonly units: readonly (readonly [product: number, discountMinor?: number])[];
  readonly payment?: PaymentMethod;
  readonly state: 'PROCESSABLE' | 'ANNOUNCED' | 'UNPAID';
}

/** OTTO's eight: six PROCESSABLE (four with a discount), a prepayment that waits, a prepayment that never came. */
const scenarios: readonly Scenario[] = [
  { units: [[0]], state: 'PROCESSABLE' },
  {
    units: [
      [1, 200],
      [1, 200],
    ],
    state: 'PROCESSABLE',
  },
  { units: [[0, 3990], [1]], state: 'PROCESSABLE' },
  { units: [[3]], state: 'PROCESSABLE' },
  { units: [[4]], payment: 'PREPAYMENT', state: 'ANNOUNCED' },
  { units: [[2]], payment: 'PREPAYMENT', state: 'UNPAID' },
  { units: [[4, 5000]], state: 'PROCESSABLE' },
  { units: [[3, 10000], [1]], state: 'PROCESSABLE' },
];

/** What OTTO answers is not known: an empty 200 here. */
function testOrders(world: OttoWorld, scenario: string | undefined): Answer {
  const wanted = scenario ? [scenarios[Number(scenario) - 1] as Scenario] : scenarios;
  for (const { units, payment = 'INVOICE_SINGLE', state } of wanted) {
    const order = world.placed(
      announcedOrder({
        index: world.orders.length,
        orderedAt: world.clock.now(),
        leader: null,
        country: 'DE',
        payment,
        units: units.map(([product, discountMinor]) => newUnit(product, discountMinor)),
      }),
    );
    const all = [...order.units.keys()];
    if (state === 'PROCESSABLE') world.release(order, all, world.clock.now());
    if (state === 'UNPAID') {
      world.cancel(order, all, 'CANCELLED_BY_MARKETPLACE', 'PAYMENT_ABORTED', world.clock.now());
    }
  }
  return { status: 200 };
}
