import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import { dayOf } from './dutch-time.js';
import { hurry } from './life.js';
import { malformedOrder, malformedOrders } from './malformed.js';
import { isListed, type OrderFilter } from './order-lists.js';
import { pageOf, rowsOf } from './paging.js';
import { Parameters } from './parameters.js';
import { notFound } from './problem.js';
import { orderDetail, reducedOrder } from './render-orders.js';

export const orderRoutes = (api: Api): Route[] => [
  api.route('GET', '/retailer/orders', (request) => list(request, api)),
  api.route('GET', '/retailer/orders/*', (request, [id = '']) => detail(request, api, id)),
];

function list(request: SandboxRequest, { world, faults, settings }: Api): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  const filter: OrderFilter = {
    method: parameters.oneOf('fulfilment-method', ['FBR', 'FBB', 'ALL'], 'FBR'),
    status: parameters.oneOf('status', ['OPEN', 'SHIPPED', 'ALL'], 'OPEN'),
    minutes: parameters.wholeNumber('change-interval-minute', 1, 60),
    day: dayAsked(parameters, world.horizonDay),
    vvbOnly: parameters.flag('vvb-only') ?? false,
  };
  if (parameters.refusal) return parameters.refusal;
  const now = () => world.clock.now();
  const whole = settings.listItems === 'WHOLE_ORDER';
  return pageOf(
    {
      ...{ request, page, member: 'orders' },
      rows: () => rowsOf(world.orderLists.read(filter, now())),
      render: (order) => reducedOrder(world, order, (item) => whole || isListed(item, filter, now())),
      // now a new order pushes all others down, now one of the first page leaves or moves
      shift() {
        world.clock.advance(1_000);
        const first = world.orderLists.read(filter, now())[0];
        if (page % 2 === 0 || !first || !hurry(world, first)) world.place();
      },
      malformed: malformedOrders,
    },
    faults,
    settings,
  );
}

/** Exactly that day, not "since". */
function dayAsked(parameters: Parameters, horizonDay: number): number | null {
  const name = 'latest-change-date';
  const text = parameters.text(name);
  if (text === null) return null;
  const day = dayOf(text);
  if (day === null)
    parameters.refuse(name, `Request contains invalid value(s): '${text}', expected format: yyyy-MM-dd.`);
  else if (day < horizonDay) parameters.refuse(name, `The supplied date '${text}' is more than 3 months ago.`);
  return day;
}

/** What is out of reach of every list is gone here too (a guess). */
function detail(request: SandboxRequest, { world }: Api, id: string): Answer {
  const broken = malformedOrder(id);
  if (broken) return { status: 200, body: broken };
  const order = world.order(id);
  if (!order || !world.isReachable(order)) return notFound(request, `Order for order id ${id} not found.`);
  return { status: 200, body: orderDetail(world, order) };
}
