// bol's records → canonical ones, or a MappingError. Pure: no clock, no I/O; `details` carry the names of graph.ts.
import type { Json } from '../../commerce/json.js';
import type { Order } from '../../commerce/order.js';
import type { Return, ReturnStatus } from '../../commerce/return.js';
import type { Shipment } from '../../commerce/shipment.js';
import { Fields } from '../../http/fields.js';
import { addressOf, contactOf } from './contacts.js';
import { currency, deliveredEvents, lastEvents, orderRestMs, processingResults, shipmentLifeMs } from './guesses.js';
import { amount, fulfillers, methodOf, orderItemsOf, productOf, said, sortedById, text } from './items.js';

/** Raise it whenever a mapping below changes what it makes of a payload. */
export const mappingVersion = 1;

export function mapOrder(payload: Json): Order {
  const order = Fields.of(payload);
  // first, as in all of them: of a record without a key, that is what must be said
  const orderId = order.key('orderId');
  const items = orderItemsOf(order);
  const orderedAt = order.instant('orderPlacedDateTime');
  const changedAt = latest(orderedAt, ...items.map((item) => item.changedAt));
  const delivery = order.optionalObject('shipmentDetails');
  const billing = order.optionalObject('billingDetails');
  const isOpen = items.some(({ line: { quantity } }) => quantity.ordered > quantity.shipped + quantity.cancelled);
  return {
    externalId: orderId,
    orderNumber: orderId,
    orderedAt,
    changedAt,
    // bol names days of delivery (in the details), none of dispatch
    shipBy: null,
    shippingAddress: delivery && addressOf(delivery),
    billingAddress: billing && addressOf(billing),
    currency,
    lines: items.map(({ line }) => line),
    ...(!isOpen && { settlesAt: after(changedAt, orderRestMs) }),
    details: {
      pickupPoint: order.optionalFlag('pickupPoint'),
      shipmentDetails: delivery && contactOf(delivery),
      billingDetails: billing && contactOf(billing),
      orderItems: items.map(({ details }) => details),
    },
  };
}

export function mapShipment(payload: Json): Shipment {
  const shipment = Fields.of(payload);
  const externalId = shipment.key('shipmentId');
  const order = shipment.object('order');
  const orderId = order.key('orderId');
  const items = sortedById(shipment, 'shipmentItems', shipment.objects('shipmentItems').map(shipmentItemOf));
  const [{ method }] = items as [ShipmentItem];
  if (items.some((item) => item.method !== method)) shipment.wrong('shipmentItems', 'mix FBR and FBB');
  const shippedAt = shipment.instant('shipmentDateTime');
  const transport = shipment.optionalObject('transport');
  const events = (transport?.objects('transportEvents') ?? []).map(eventOf).sort((a, b) => a.at.localeCompare(b.at));
  const last = events.findLast(({ event }) => lastEvents.includes(event));
  const delivery = shipment.optionalObject('shipmentDetails');
  const billing = shipment.optionalObject('billingDetails');
  return {
    externalId,
    shippedAt,
    fulfilledBy: fulfillers[method],
    carrier: transport?.optionalText('transporterCode') ?? null,
    trackingNumber: transport?.optionalText('trackAndTrace') ?? null,
    lines: items.map(({ id, quantity }) => ({ orderExternalId: orderId, externalId: id, quantity })),
    settlesAt: last ? new Date(last.at) : after(shippedAt, shipmentLifeMs),
    details: {
      shipmentReference: shipment.optionalText('shipmentReference'),
      pickupPoint: shipment.optionalFlag('pickupPoint'),
      orderPlacedAt: text(order.optionalInstant('orderPlacedDateTime')),
      deliveredAt: events.find(({ event }) => deliveredEvents.includes(event))?.at ?? null,
      shipmentDetails: delivery && contactOf(delivery),
      billingDetails: billing && contactOf(billing),
      shipmentItems: items.map(({ details }) => details),
      transport: transport && {
        transportId: transport.optionalText('transportId'),
        transporterCode: transport.optionalText('transporterCode'),
        trackAndTrace: transport.optionalText('trackAndTrace'),
        shippingLabelId: transport.optionalText('shippingLabelId'),
        events: events.map(({ event, at }) => ({ eventCode: event, occurredAt: at })),
      },
    },
  };
}

type ShipmentItem = ReturnType<typeof shipmentItemOf>;

function shipmentItemOf(item: Fields) {
  const fulfilment = item.object('fulfilment');
  const method = methodOf(fulfilment, 'method');
  const id = item.key('orderItemId');
  const ordered = item.quantity('quantity');
  // bol sends it since October 2025; before, nothing but the ordered quantity told how many are in the parcel
  const shipped = item.optionalCount('quantityShipped') === null ? null : item.quantity('quantityShipped');
  return {
    id,
    method,
    quantity: shipped ?? ordered,
    details: {
      orderItemId: id,
      fulfillmentMethod: method,
      distributionParty: fulfilment.optionalText('distributionParty'),
      latestDeliveryDate: fulfilment.optionalDay('latestDeliveryDate'),
      ...productOf(item).details,
      quantity: ordered,
      quantityShipped: shipped,
      unitPrice: amount(item, 'unitPrice'),
      commission: amount(item, 'commission'),
    },
  };
}

function eventOf(event: Fields) {
  return { event: event.key('eventCode'), at: event.instant('eventDateTime').toISOString() };
}

export function mapReturn(payload: Json): Return {
  const made = Fields.of(payload);
  const externalId = made.key('returnId');
  const items = sortedById(made, 'returnItems', made.objects('returnItems').map(returnItemOf));
  const registeredAt = made.instant('registrationDateTime');
  const changedAt = latest(registeredAt, ...items.flatMap(({ results }) => results.map(({ at }) => at)));
  const trackingNumbers = items.map(({ trackAndTrace }) => trackAndTrace).filter((number) => number !== null);
  return {
    externalId,
    status: statusOf(items),
    changedAt,
    carrier: items.find(({ transporterName }) => transporterName !== null)?.transporterName ?? null,
    trackingNumbers: [...new Set(trackingNumbers)],
    lines: items.map(({ line }) => line),
    ...(items.every(({ handled }) => handled) && { settlesAt: changedAt }),
    details: {
      registeredAt: registeredAt.toISOString(),
      fulfillmentMethod: methodOf(made, 'fulfilmentMethod'),
      returnItems: items.map(({ details }) => details),
    },
  };
}

type ReturnItem = ReturnType<typeof returnItemOf>;

function returnItemOf(item: Fields) {
  const id = item.key('rmaId');
  const reason = item.optionalObject('returnReason');
  const results = item.objects('processingResults').map(resultOf);
  const handled = item.optionalFlag('handled') ?? item.wrong('handled', 'is missing');
  const ean = item.optionalText('ean');
  const trackAndTrace = item.optionalText('trackAndTrace');
  const transporterName = item.optionalText('transporterName');
  const orderId = item.key('orderId');
  const expected = item.quantity('expectedQuantity');
  const accepted = results.reduce((sum, { result, quantity }) => sum + (result === 'ACCEPTED' ? quantity : 0), 0);
  const mainReason = reason?.optionalText('mainReason') ?? null;
  const customer = item.optionalObject('customerDetails');
  return {
    id,
    handled,
    results,
    trackAndTrace,
    transporterName,
    line: {
      orderExternalId: orderId,
      externalId: id,
      ean: said(ean),
      quantity: expected,
      accepted,
      reason: mainReason,
    },
    details: {
      rmaId: id,
      orderId,
      ean,
      title: item.optionalText('title'),
      expectedQuantity: expected,
      mainReason,
      detailedReason: reason?.optionalText('detailedReason') ?? null,
      customerComments: reason?.optionalProse('customerComments') ?? null,
      trackAndTrace,
      transporterName,
      handled,
      processingResults: results.map(({ details }) => details),
      customerDetails: customer && contactOf(customer),
    },
  };
}

function resultOf(processed: Fields) {
  const written = processed.key('processingResult');
  const result = processingResults.find((known) => known === written);
  const at = processed.optionalInstant('processingDateTime');
  const quantity = processed.optionalCount('quantity') ?? processed.wrong('quantity', 'is missing');
  return {
    result: result ?? processed.wrong('processingResult', `"${written.slice(0, 40)}" is not a known result`),
    quantity,
    at,
    details: {
      quantity,
      processingResult: written,
      handlingResult: processed.optionalText('handlingResult'),
      processedAt: text(at),
    },
  };
}

/** Of several items, what was accepted counts; as long as nothing was, and one is still on its way, it is announced. */
function statusOf(items: readonly ReturnItem[]): ReturnStatus {
  if (items.every(({ line }) => line.accepted >= line.quantity)) return 'ACCEPTED';
  if (items.some(({ line }) => line.accepted > 0)) return 'PARTIALLY_ACCEPTED';
  if (items.some(({ handled }) => !handled)) return 'ANNOUNCED';
  const results = items.flatMap((item) => item.results.map(({ result }) => result));
  const isCancelled = results.length > 0 && results.every((result) => result === 'CANCELLED');
  return isCancelled ? 'CANCELLED' : 'REJECTED';
}

function latest(first: Date, ...others: readonly (Date | null)[]): Date {
  return others.reduce<Date>((newest, one) => (one && one > newest ? one : newest), first);
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}
