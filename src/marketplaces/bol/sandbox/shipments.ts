import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import { malformedShipment, malformedShipments } from './malformed.js';
import { pageOf, type Rows, rowsOf } from './paging.js';
import { Parameters } from './parameters.js';
import { everything } from './plan.js';
import { notFound } from './problem.js';
import type { Method, ShipmentRecord } from './records.js';
import { reducedShipment, shipmentDetail } from './render-shipments.js';
import type { BolWorld } from './world.js';

export const shipmentRoutes = (api: Api): Route[] => [
  api.route('GET', '/retailer/shipments', (request) => list(request, api)),
  api.route('GET', '/retailer/shipments/*', (request, [id = '']) => detail(request, api, id)),
];

function list(request: SandboxRequest, { world, faults, settings }: Api): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  const method = parameters.oneOf<Method>('fulfilment-method', ['FBR', 'FBB'], 'FBR');
  const orderId = parameters.text('order-id');
  if (orderId !== null && parameters.has('fulfilment-method')) {
    parameters.refuse('order-id', 'The order-id is only valid without fulfilment-method.');
  }
  if (parameters.refusal) return parameters.refusal;
  return pageOf(
    {
      ...{ request, page, member: 'shipments' },
      rows: () => (orderId === null ? newestFirst(world, method) : ofOrder(world, orderId)),
      render: (shipment) => reducedShipment(world, shipment),
      shift: () => shipNow(world, method),
      malformed: malformedShipments,
    },
    faults,
    settings,
  );
}

/** As far back as bol shows them. Never copied: the last one in the world is the first one in the list. */
export function newestFirst(world: BolWorld, method: Method): Rows<ShipmentRecord> {
  const all = world.shipmentsBy[method];
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as ShipmentRecord).at >= world.horizon) high = middle;
    else low = middle + 1;
  }
  return { count: all.length - low, at: (place) => all[all.length - 1 - place] as ShipmentRecord };
}

/** Of both methods: the default is ignored. */
export function ofOrder(world: BolWorld, orderId: string): Rows<ShipmentRecord> {
  const shipments = world.order(orderId)?.shipments ?? [];
  return rowsOf(shipments.filter(({ at }) => at >= world.horizon).reverse());
}

/** A new order that leaves at once: everything in the list moves down by one. */
function shipNow(world: BolWorld, method: Method): void {
  for (;;) {
    world.clock.advance(1_000);
    const order = world.place();
    const lots = [...order.items.keys()].map((item) => ({ item, quantity: everything }));
    if (world.ship(order, method, lots)) return;
  }
}

function detail(request: SandboxRequest, { world }: Api, id: string): Answer {
  const broken = malformedShipment(id);
  if (broken) return { status: 200, body: broken };
  const shipment = world.shipment(id);
  if (!shipment || shipment.at < world.horizon) return notFound(request, `Shipment for shipment id ${id} not found.`);
  return { status: 200, body: shipmentDetail(world, shipment) };
}
