import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import * as ids from './ids.js';
import { everything } from './plan.js';
import { bodyOf, invalidBody, type Violation } from './problem.js';
import { type Outcome, type Process, type Processes, processStatus } from './processes.js';
import type { Told } from './records.js';
import type { BolWorld } from './world.js';

/** Writes to orders and shipments: all are accepted with 202 and carried out later; then it shows whether they could be. */
export const writeRoutes = (api: Api, processes: Processes): Route[] => [
  api.route('POST', '/retailer/shipments', (request) => createShipment(request, api.world, processes)),
  api.route('PUT', '/retailer/orders/cancellation', (request) => cancel(request, api.world, processes)),
  api.route('PUT', '/retailer/transports/*', (request, [id = '']) =>
    changeTransport(request, api.world, processes, id),
  ),
];

export const accepted = (process: Process): Answer => ({ status: 202, body: processStatus(process) });

export const empty = 'The supplied value is empty, but is required.';
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const textOf = (value: unknown): string | undefined => (isText(value) ? value : undefined);

interface Wanted {
  readonly orderItemId: string;
  readonly quantity: number;
}

/** bol: a list of 1 to 100 items of one order. */
const itemsMax = 100;
const referenceMax = 90;

function createShipment(request: SandboxRequest, world: BolWorld, processes: Processes): Answer {
  const body = bodyOf(request) ?? {};
  const violations: Violation[] = [];
  const wanted = wantedOf(body.orderItems);
  if (!wanted)
    violations.push({ name: 'orderItems', reason: `Must hold 1 to ${itemsMax} order items with an id each.` });
  const transport = body.transport as Record<string, unknown> | undefined;
  const reference = textOf(body.shipmentReference);
  if (reference && reference.length > referenceMax) {
    violations.push({ name: 'shipmentReference', reason: `Must not be longer than ${referenceMax} characters.` });
  }
  if (transport && body.shippingLabelId !== undefined) {
    const reason =
      'Conflicting transport method: Either provide Transport or ShippingLabelId. The current request contains both.';
    violations.push({ reason });
  }
  if (!transport && !isText(body.shippingLabelId)) {
    violations.push({ reason: 'Missing transport method: Either provide Transport or ShippingLabelId.' });
  }
  if (transport && !isText(transport.transporterCode)) {
    violations.push({ name: 'transport.transporterCode', reason: empty });
  }
  if (violations.length > 0 || !wanted) return invalidBody(request, violations);
  const told = toldOf(reference, transport, textOf(body.shippingLabelId));
  return accepted(processes.start('CREATE_SHIPMENT', 'Create shipment.', undefined, () => ship(world, wanted, told)));
}

function wantedOf(items: unknown): Wanted[] | null {
  if (!Array.isArray(items) || items.length === 0 || items.length > itemsMax) return null;
  const wanted = items.map((item: { orderItemId?: unknown; quantity?: unknown } | null) => ({
    orderItemId: textOf(item?.orderItemId) ?? '',
    quantity: item?.quantity === undefined ? everything : Number(item.quantity),
  }));
  const isGood = ({ orderItemId, quantity }: Wanted) => orderItemId && Number.isInteger(quantity) && quantity > 0;
  return wanted.every(isGood) ? wanted : null;
}

function toldOf(reference: string | undefined, transport: Record<string, unknown> | undefined, label?: string): Told {
  const transporterCode = textOf(transport?.transporterCode) ?? (label ? 'TNT' : undefined);
  const trackAndTrace = textOf(transport?.trackAndTrace);
  return {
    ...(reference && { reference }),
    ...(transporterCode && { transporterCode }),
    ...(trackAndTrace && { trackAndTrace }),
    ...(label && { shippingLabelId: label }),
  };
}

function ship(world: BolWorld, wanted: readonly Wanted[], told: Told): Outcome {
  const found = wanted.map(({ orderItemId, quantity }) => ({ ...world.item(orderItemId), orderItemId, quantity }));
  for (const { orderItemId, record, order, quantity } of found) {
    if (!record) return { error: `Order item with id ${orderItemId} not found.` };
    if (record.method !== 'FBR') return { error: `Order item with id ${orderItemId} is not yours to ship.` };
    const open = record.quantity - record.shipped - record.cancelled;
    if (open === 0) return { error: `Order item with id ${orderItemId} has already been handled.` };
    if (quantity !== everything && quantity > open)
      return { error: `Only ${open} of order item ${orderItemId} are open.` };
    if (order !== found[0]?.order) return { error: 'Order items must belong to the same order.' };
  }
  const order = found[0]?.order;
  const lots = found.flatMap(({ item, quantity }) => (item === undefined ? [] : { item, quantity }));
  const made = order && world.ship(order, 'FBR', lots, told);
  return made ? { entityId: ids.shipmentId(made.index) } : { error: 'There is nothing to ship.' };
}

const cancelReasons: readonly string[] =
  'OUT_OF_STOCK REQUESTED_BY_CUSTOMER BAD_CONDITION HIGHER_SHIPCOST INCORRECT_PRICE NOT_AVAIL_IN_TIME NO_BOL_GUARANTEE ORDERED_TWICE RETAIN_ITEM TECH_ISSUE UNFINDABLE_ITEM OTHER'.split(
    ' ',
  );

/** Exactly one item per request, though it takes a list. */
function cancel(request: SandboxRequest, world: BolWorld, processes: Processes): Answer {
  const items = bodyOf(request)?.orderItems;
  if (!Array.isArray(items) || items.length !== 1) {
    return invalidBody(request, [{ name: 'orderItems', reason: 'Must hold exactly one order item.' }]);
  }
  const [{ orderItemId, reasonCode }] = items as [Record<string, unknown>];
  if (!isText(orderItemId)) return invalidBody(request, [{ name: 'orderItems[0].orderItemId', reason: empty }]);
  if (!isText(reasonCode) || !cancelReasons.includes(reasonCode)) {
    const reason = `Request contains invalid value(s): '${reasonCode}', allowed values: ${cancelReasons.join(', ')}.`;
    return invalidBody(request, [{ name: 'orderItems[0].reasonCode', reason }]);
  }
  const carryOut = (): Outcome => {
    const found = world.item(orderItemId);
    if (!found) return { error: `Order item with id ${orderItemId} not found.` };
    const isDone = world.cancel(found.order, [found.item]);
    return isDone ? {} : { error: `Order item with id ${orderItemId} has already been handled.` };
  };
  return accepted(processes.start('CANCEL_ORDER', `Cancel order item with id ${orderItemId}.`, orderItemId, carryOut));
}

function changeTransport(request: SandboxRequest, world: BolWorld, processes: Processes, id: string): Answer {
  const { trackAndTrace, transporterCode } = bodyOf(request) ?? {};
  if (!isText(trackAndTrace)) return invalidBody(request, [{ name: 'trackAndTrace', reason: empty }]);
  const carryOut = (): Outcome => {
    const shipment = world.shipmentByTransport(id);
    if (!shipment || shipment.at < world.horizon) return { error: `Transport with id ${id} not found.` };
    shipment.corrected = { trackAndTrace, ...(isText(transporterCode) && { transporterCode }) };
    return {};
  };
  return accepted(processes.start('CHANGE_TRANSPORT', `Change transport with id ${id}.`, id, carryOut));
}
