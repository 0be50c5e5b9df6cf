import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import { draftOf } from './draft.js';
import { dayOf, dayStart, dutchTime } from './dutch-time.js';
import * as ids from './ids.js';
import type { OrderFilter } from './order-lists.js';
import { pageOf, rowsOf } from './paging.js';
import { Parameters } from './parameters.js';
import { type Buyer, buyerOf } from './people.js';
import { notFound } from './problem.js';
import { bolProducts } from './products.js';
import type { ItemRecord, Method, OrderRecord, ShipmentRecord } from './records.js';
import { commissionMinor, deliveryDate, euros, totalMinor } from './render-orders.js';
import { madeTransport, referenceOf } from './render-shipments.js';
import { newestFirst, ofOrder } from './shipments.js';
import type { BolWorld } from './world.js';

/**
 * bol as it was in 2020: orders and shipments of version 3, read only, a profile for comparison. Integer ids, other names,
 * open orders only, and `offerPrice` is what all units of a line cost together.
 */
export const v3Routes = (api: Api): Route[] => [
  api.route('GET', '/retailer/orders', (request) => orders(request, api)),
  api.route('GET', '/retailer/orders/*', (request, [id = '']) => {
    const order = api.world.order(id);
    if (!order || !api.world.isReachable(order)) return notFound(request, `Order for order id ${id} not found.`);
    return { status: 200, body: orderDetail(api.world, order) };
  }),
  api.route('GET', '/retailer/shipments', (request) => shipments(request, api)),
  api.route('GET', '/retailer/shipments/*', (request, [id = '']) => {
    const found = api.world.shipment(id);
    if (!found || found.at < api.world.horizon) return notFound(request, `Shipment for shipment id ${id} not found.`);
    return { status: 200, body: shipmentDetail(api.world, found) };
  }),
];

const nothing = { shift: () => {}, malformed: () => [] };

function orders(request: SandboxRequest, { world, faults, settings }: Api): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  const method = parameters.oneOf<Method>('fulfilment-method', ['FBR', 'FBB'], 'FBR');
  if (parameters.refusal) return parameters.refusal;
  const filter: OrderFilter = { method, status: 'OPEN', minutes: null, day: null, vvbOnly: false };
  const rows = () => rowsOf(world.orderLists.read(filter, world.clock.now()));
  const render = (order: OrderRecord) => reducedOrder(world, order);
  return pageOf({ request, page, member: 'orders', rows, render, ...nothing }, faults, settings);
}

function shipments(request: SandboxRequest, { world, faults, settings }: Api): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  const method = parameters.oneOf<Method>('fulfilment-method', ['FBR', 'FBB'], 'FBR');
  const orderId = parameters.text('order-id');
  if (parameters.refusal) return parameters.refusal;
  const rows = () => (orderId === null ? newestFirst(world, method) : ofOrder(world, orderId));
  const render = (shipment: ShipmentRecord) => reducedShipment(world, shipment);
  return pageOf({ request, page, member: 'shipments', rows, render, ...nothing }, faults, settings);
}

const reducedOrder = (world: BolWorld, order: OrderRecord): object => ({
  orderId: ids.orderId(world.seed, order.index),
  dateTimeOrderPlaced: dutchTime(order.placedAt),
  orderItems: order.items.map((item, index) => ({
    orderItemId: ids.orderItemId(order.index, index),
    ean: bolProducts[item.product]?.ean,
    cancelRequest: item.asked,
    quantity: item.quantity,
  })),
});

function orderDetail(world: BolWorld, order: OrderRecord): object {
  const { pickupPoint } = draftOf(world.seed, order.index);
  const { surname, ...address } = addressOf(buyerOf(world.seed, order.index));
  const details = { ...address, surName: surname };
  const { day, isExact } = deliveryDate(world, order);
  return {
    orderId: ids.orderId(world.seed, order.index),
    pickUpPoint: pickupPoint,
    dateTimeOrderPlaced: dutchTime(order.placedAt),
    customerDetails: { shipmentDetails: details, billingDetails: details },
    orderItems: order.items.map((item, index) => ({
      orderItemId: ids.orderItemId(order.index, index),
      ...soldItem(item),
      offerId: ids.uuid(1, item.product),
      transactionFee: euros(commissionMinor(item)),
      ...(isExact ? { exactDeliveryDate: day } : { latestDeliveryDate: day }),
      cancelRequest: item.asked,
    })),
  };
}

function reducedShipment(world: BolWorld, shipment: ShipmentRecord): object {
  const { index, at, lots, order } = shipment;
  const shipmentReference = referenceOf(world, shipment);
  return {
    shipmentId: Number(ids.shipmentId(index)),
    shipmentDate: dutchTime(at),
    ...(shipmentReference && { shipmentReference }),
    shipmentItems: lots.map(({ item }) => ({
      orderItemId: ids.orderItemId(order.index, item),
      orderId: ids.orderId(world.seed, order.index),
    })),
    transport: { transportId: Number(ids.transportId(index)) },
  };
}

/** Of who bought from bol's warehouse, the retailer learnt next to nothing. */
function shipmentDetail(world: BolWorld, shipment: ShipmentRecord): object {
  const { lots, order, method } = shipment;
  const draft = draftOf(world.seed, order.index);
  const address = addressOf(buyerOf(world.seed, order.index));
  const { salutationCode, zipCode, countryCode } = address;
  const { transporterCode, trackAndTrace } = madeTransport(world, shipment);
  const latest = dayStart(dayOf(deliveryDate(world, order).day) ?? 0);
  return {
    ...reducedShipment(world, shipment),
    pickUpPoint: draft.pickupPoint,
    shipmentItems: lots.map(({ item }) => ({
      orderItemId: ids.orderItemId(order.index, item),
      orderId: ids.orderId(world.seed, order.index),
      orderDate: dutchTime(order.placedAt),
      latestDeliveryDate: dutchTime(latest),
      // of the order, however many are in this parcel
      ...soldItem(order.items[item] as ItemRecord),
    })),
    transport: {
      transportId: Number(ids.transportId(shipment.index)),
      transporterCode,
      ...(trackAndTrace && { trackAndTrace }),
    },
    customerDetails: method === 'FBB' ? { salutationCode, zipCode, countryCode } : address,
    ...(method === 'FBR' && draft.billing !== 'NONE' && { billingDetails: address }),
  };
}

function soldItem(item: ItemRecord): object {
  const product = bolProducts[item.product];
  return {
    ean: product?.ean,
    title: product?.title,
    quantity: item.quantity,
    offerPrice: euros(totalMinor(item)),
    offerCondition: 'NEW',
    ...(product?.reference && { offerReference: product.reference }),
    fulfilmentMethod: item.method,
  };
}

const salutations = { MALE: '01', FEMALE: '02', UNKNOWN: '03' };

/** Dutch zips had a blank. */
function addressOf({ salutation, houseNumberExtension, zipCode, ...buyer }: Buyer) {
  return {
    salutationCode: salutations[salutation],
    ...buyer,
    ...(houseNumberExtension && { houseNumberExtended: houseNumberExtension }),
    zipCode: zipCode.replace(/^(\d{4})(?=[A-Z])/, '$1 '),
  };
}
