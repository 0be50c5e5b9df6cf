// Skubana's orders → canonical ones, or a MappingError. Pure: no clock, no I/O; `details` carry the names of graph.ts.
import { countryOfAlpha3, isCountry } from '../../commerce/country.js';
import type { Json } from '../../commerce/json.js';
import type { Address, Order } from '../../commerce/order.js';
import { Fields } from '../../http/fields.js';
import { byMarketplace, bySeller, stages } from './guesses.js';
import { inApiForm, orderItemsOf, type Standing, said } from './items.js';
import type { WireStatus } from './wire.js';

/** Raise it whenever a mapping below changes what it makes of a payload. */
export const mappingVersion = 2;

export function mapOrder(payload: Json): Order {
  const order = Fields.of(payload);
  // first: of a record without a key, that is what must be said
  const externalId = order.id('orderId');
  const status = statusOf(order);
  const createdAt = order.optionalInstant('createdDate');
  const orderedAt = order.optionalInstant('orderDate') ?? createdAt ?? order.wrong('orderDate', 'is missing');
  const changedAt = order.optionalInstant('modifiedDate') ?? createdAt ?? orderedAt;
  const parcels = order.objects('shipments').map(parcelOf);
  const shipment = order.optionalObject('shipment');
  const currency = currencyOf(order);
  const items = orderItemsOf(order, {
    stage: stages[status],
    fulfiller: fulfillerOf(order, status),
    currency,
    shippedAt: departureOf(order, shipment) ?? changedAt,
    inParcels: unitsIn(parcels),
  });
  const instant = (name: string) => text(order.optionalInstant(name));
  return {
    externalId,
    orderNumber: order.key('orderNumber'),
    orderedAt,
    changedAt,
    shipBy: order.optionalInstant('shipByDate'),
    shippingAddress: addressOf(order),
    billingAddress: null,
    currency,
    lines: items.map(({ line }) => line),
    details: {
      orderStatus: status,
      unresolvedStatus: order.optionalText('unresolvedStatus'),
      orderType: order.optionalText('orderType'),
      createdAt: text(createdAt),
      paidAt: instant('paymentDate'),
      shipDate: instant('shipDate'),
      receiveBy: instant('receiveByDate'),
      holdUntil: instant('holdUntilDate'),
      ...amountsOf(order),
      ...channelOf(order),
      ...notesOf(order),
      amzFbaShipmentId: order.optionalText('amzFbaShipmentId'),
      relatedOrderIds: order.ids('relatedOrderIds'),
      orderItems: items.map(({ details }) => details),
      shipment: shipment && shipmentOf(shipment),
      parcels: parcels.map((parcel) => ({ ...parcel, items: parcel.items.map((item) => ({ ...item })) })),
    },
  };
}

/** Never guessed: a status that nobody knows may be work, or none. */
function statusOf(order: Fields): WireStatus {
  const status = order.key('orderStatus');
  if (!Object.hasOwn(stages, status)) order.wrong('orderStatus', `"${status.slice(0, 40)}" is not a known status`);
  return status as WireStatus;
}

/** Of most orders only the status tells, until another one follows it. */
function fulfillerOf(order: Fields, status: WireStatus): Standing['fulfiller'] {
  const isTheirs = byMarketplace.includes(status) || said(order.optionalText('amzFbaShipmentId')) !== null;
  if (isTheirs) return { fulfilledBy: 'MARKETPLACE' };
  return bySeller.includes(status) ? { fulfilledBy: 'SELLER' } : { fulfilledBy: 'SELLER', isFulfillerGuessed: true };
}

/** The order's own, else that of its first item. */
function currencyOf(order: Fields): string {
  const own = said(order.optionalText('currency'));
  const [first] = order.objects('orderItems');
  const currency = own ?? first?.money('unitPrice').currency ?? order.wrong('orderItems', 'is empty');
  return /^[A-Z]{3}$/.test(currency)
    ? currency
    : order.wrong('currency', `"${currency.slice(0, 40)}" is no ISO 4217 code`);
}

/** A return's shipment says nothing of when the goods left. */
function departureOf(order: Fields, shipment: Fields | null): Date | null {
  const own = order.optionalInstant('shipDate');
  if (own || !shipment || shipment.optionalText('type') === 'RETURN') return own;
  return shipment.optionalInstant('shipDate') ?? shipment.optionalInstant('created');
}

function parcelOf(parcel: Fields) {
  return {
    trackingNumbers: parcel.texts('trackingNumbers'),
    items: parcel.objects('items').map((item) => ({
      listingSku: item.optionalText('listingSku'),
      quantity: item.quantity('quantity'),
    })),
  };
}

function unitsIn(parcels: readonly ReturnType<typeof parcelOf>[]): Standing['inParcels'] {
  const units = new Map<string, number>();
  for (const { listingSku, quantity } of parcels.flatMap(({ items }) => items)) {
    if (listingSku !== null) units.set(listingSku, (units.get(listingSku) ?? 0) + quantity);
  }
  return units;
}

/** Null where Skubana sends nothing of it. */
function addressOf(order: Fields): Address | null {
  const part = (name: string) => said(order.optionalText(name));
  const address = {
    name: part('shipName'),
    company: part('shipCompany'),
    lines: ['shipAddress1', 'shipAddress2', 'shipAddress3'].map(part).filter((line) => line !== null),
    postalCode: part('shipZipCode'),
    city: part('shipCity'),
    stateOrProvince: part('shipState'),
    country: countryOf(order),
  };
  const { lines, ...rest } = address;
  return lines.length > 0 || Object.values(rest).some((value) => value !== null) ? address : null;
}

/** Three letters, as far as anybody has seen; two can mean nothing else. */
function countryOf(order: Fields): string | null {
  const code = said(order.optionalText('shipCountry'));
  if (code === null || isCountry(code)) return code;
  return countryOfAlpha3(code) ?? order.wrong('shipCountry', `"${code.slice(0, 40)}" is not a country code`);
}

function amountsOf(order: Fields): Record<string, Json> {
  const amount = (name: string) => {
    const money = order.optionalMoney(name);
    return money && inApiForm(money);
  };
  return {
    orderTotal: amount('orderTotal'),
    orderItemTotal: amount('orderItemTotal'),
    shippingCost: amount('shippingCost'),
    discount: amount('discount'),
  };
}

/** Where it was sold, to whom, and how it is to be sent. */
function channelOf(order: Fields): Record<string, Json> {
  const [channel, source] = [order.optionalObject('salesChannel'), order.optionalObject('fulfillmentSource')];
  const customer = order.optionalObject('customer');
  return {
    salesChannel: channel && {
      salesChannelId: channel.optionalId('salesChannelId'),
      name: channel.optionalText('name'),
      type: channel.optionalText('type'),
    },
    fulfillmentSource: source && {
      warehouseId: source.optionalId('warehouseId'),
      name: source.optionalText('name'),
    },
    customer: customer && {
      customerId: customer.optionalId('customerId'),
      name: customer.optionalText('name'),
      companyName: customer.optionalText('companyName'),
      emailAddresses: customer.texts('emailAddresses'),
    },
    shipEmail: order.optionalText('shipEmail'),
    shipPhone: order.optionalText('shipPhone'),
    addressType: order.optionalText('addressType'),
    requestedShippingService: order.optionalText('requestedShippingService'),
    shippingCarrier: order.optionalObject('shipMethod')?.optionalText('shippingCarrier') ?? null,
  };
}

function notesOf(order: Fields): Record<string, Json> {
  const reason = order.optionalObject('cancelReason');
  const prose = (name: string) => order.optionalProse(name);
  return {
    cancelReason: reason && { type: reason.optionalText('type'), details: reason.optionalProse('details') },
    labels: order.objects('labels').flatMap((label) => said(label.optionalText('name')) ?? []),
    gift: order.optionalFlag('gift'),
    giftMessage: prose('giftMessage'),
    internalNotes: prose('internalNotes'),
    notesFromBuyer: prose('notesFromBuyer'),
    notesToBuyer: prose('notesToBuyer'),
    customField1: prose('customField1'),
    customField2: prose('customField2'),
    customField3: prose('customField3'),
  };
}

function shipmentOf(shipment: Fields): Json {
  const instant = (name: string) => text(shipment.optionalInstant(name));
  return {
    shipmentId: shipment.optionalId('shipmentId'),
    type: shipment.optionalText('type'),
    createdAt: instant('created'),
    shippedAt: instant('shipDate'),
    estimatedArrival: instant('estimatedArrival'),
    trackingNumber: shipment.optionalText('trackingNumber'),
    deliveryStatus: shipment.optionalText('deliveryStatus'),
    carrier: shipment.optionalObject('shipMethod')?.optionalText('shippingCarrier') ?? null,
  };
}

/** Instants in `details` are text. */
function text(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
