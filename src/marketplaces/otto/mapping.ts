// OTTO's records → canonical ones, or a MappingError. Pure: no clock, no I/O; `details` carry the names of graph.ts.
import { countryOfAlpha3 } from '../../commerce/country.js';
import type { Json } from '../../commerce/json.js';
import type { Address, Order } from '../../commerce/order.js';
import type { Return, ReturnStatus } from '../../commerce/return.js';
import type { Shipment } from '../../commerce/shipment.js';
import { Fields } from '../../http/fields.js';
import { companySalutation } from './guesses.js';
import { inApiForm, linesOf, text, type Unit, unitsOf } from './units.js';

/** Raise it whenever a mapping below changes what it makes of a payload. */
export const mappingVersion = 1;

export function mapOrder(payload: Json): Order {
  const order = Fields.of(payload);
  const units = unitsOf(order);
  const modifiedAt = order.optionalInstant('lastModifiedDate');
  const lifecycleAt = order.object('orderLifecycleInformation').instant('lifecycleChangeDate');
  const delivery = order.optionalObject('deliveryAddress');
  return {
    externalId: order.key('salesOrderId'),
    orderNumber: order.key('orderNumber'),
    orderedAt: order.instant('orderDate'),
    // a return moves the first date only
    changedAt: modifiedAt && modifiedAt > lifecycleAt ? modifiedAt : lifecycleAt,
    // OTTO names a day of delivery (`expectedDeliveryDate`, in the details), none of dispatch
    shipBy: null,
    shippingAddress: delivery && addressOf(delivery),
    billingAddress: optionalAddress(order, 'invoiceAddress'),
    currency: (units[0] as Unit).price.currency,
    lines: linesOf(units),
    details: {
      lastModifiedAt: text(modifiedAt),
      paymentMethod: order.optionalObject('payment')?.optionalText('paymentMethod') ?? null,
      suspectedFraud: order.optionalFlag('suspectedFraudCase'),
      deliveryContact: delivery && contactOf(delivery),
      deliveryFees: order.objects('initialDeliveryFees').map(deliveryFeeOf),
      discounts: order.objects('initialDiscounts').map(discountOf),
      positionItems: units.map((unit) => unit.details),
    },
  };
}

function deliveryFeeOf(fee: Fields): Json {
  return {
    name: fee.optionalText('name'),
    amount: inApiForm(fee.money('deliveryFeeAmount')),
    vatRate: fee.optionalPercent('vatRate'),
    positionItemIds: fee.texts('positionItemIds'),
  };
}

function discountOf(discount: Fields): Json {
  return {
    name: discount.optionalText('name'),
    discountId: discount.optionalText('discountId'),
    discountName: discount.optionalText('discountName'),
    amount: inApiForm(discount.money('discountAmount')),
    vatRate: discount.optionalPercent('vatRate'),
    positionItemIds: discount.texts('positionItemIds'),
  };
}

function optionalAddress(parent: Fields, name: string): Address | null {
  const address = parent.optionalObject(name);
  return address && addressOf(address);
}

/** Of a person, a company or, in shipments, a place. */
function addressOf(address: Fields): Address {
  const name = joined(
    address.optionalText('title'),
    address.optionalText('firstName'),
    address.optionalText('lastName'),
  );
  const isCompany = address.optionalText('salutation') === companySalutation;
  const street = joined(address.optionalText('street'), address.optionalText('houseNumber'));
  return {
    name: isCompany ? null : name,
    company: isCompany ? name : null,
    lines: [street, joined(address.optionalText('addition'))].filter((line) => line !== null),
    postalCode: joined(address.optionalText('zipCode')),
    city: joined(address.optionalText('city')),
    stateOrProvince: null,
    country: countryOf(address),
  };
}

function countryOf(address: Fields): string | null {
  const code = joined(address.optionalText('countryCode'));
  if (code === null) return null;
  return countryOfAlpha3(code) ?? address.wrong('countryCode', `"${code.slice(0, 40)}" is not an alpha-3 country code`);
}

/** Given for forwarders' deliveries only, and only to be handed to the forwarder. */
function contactOf(address: Fields): Json {
  const [email, phoneNumber] = [address.optionalText('email'), address.optionalText('phoneNumber')];
  return email === null && phoneNumber === null ? null : { email, phoneNumber };
}

function joined(...parts: readonly (string | null)[]): string | null {
  const text = parts
    .map((part) => part?.trim())
    .filter((part) => part)
    .join(' ');
  return text || null;
}

export function mapShipment(payload: Json): Shipment {
  const shipment = Fields.of(payload);
  const items = shipment.objects('positionItems').map(shipmentItemOf);
  if (items.length === 0) shipment.wrong('positionItems', 'is empty');
  items.sort((a, b) => (a.positionItemId < b.positionItemId ? -1 : 1));
  const twice = items.find((item, index) => item.positionItemId === items[index - 1]?.positionItemId);
  if (twice) shipment.wrong('positionItems', `has ${twice.positionItemId} twice`);
  const tracking = shipment.object('trackingKey');
  const states = shipment
    .objects('states')
    .map((state) => ({ state: state.key('state'), occurredAt: state.instant('occurredOn').toISOString() }))
    .sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0));
  const from = optionalAddress(shipment, 'shipFromAddress');
  return {
    externalId: shipment.key('shipmentId'),
    shippedAt: shipment.instant('shipDate'),
    fulfilledBy: 'SELLER',
    carrier: tracking.optionalText('carrier'),
    trackingNumber: tracking.optionalText('trackingNumber'),
    lines: items.map(({ salesOrderId, positionItemId }) => ({
      orderExternalId: salesOrderId,
      externalId: positionItemId,
      quantity: 1,
    })),
    details: {
      createdAt: text(shipment.optionalInstant('creationDate')),
      state: states.at(-1)?.state ?? null,
      deliveredAt: states.find(({ state }) => state === 'DELIVERED')?.occurredAt ?? null,
      states,
      shipFrom: from && { city: from.city, postalCode: from.postalCode, country: from.country },
      items,
    },
  };
}

function shipmentItemOf(item: Fields) {
  const back = item.optionalObject('returnTrackingKey');
  return {
    positionItemId: item.key('positionItemId'),
    salesOrderId: item.key('salesOrderId'),
    returnCarrier: back?.optionalText('carrier') ?? null,
    returnTrackingNumber: back?.optionalText('trackingNumber') ?? null,
    returnAddressCarrierId: item.optionalText('returnAddressCarrierId'),
  };
}

const returnStatuses: readonly ReturnStatus[] = ['ANNOUNCED', 'ACCEPTED', 'REJECTED', 'MISDIRECTED'];

/** One unit comes back once: a rejected return that is accepted later is the same return. So the unit's id is its key. */
export function mapReturn(payload: Json): Return {
  const item = Fields.of(payload);
  const details = item.optionalObject('details');
  const tracking = details?.optionalObject('returnTrackingKey') ?? null;
  const written = item.key('status');
  const status = returnStatuses.find((known) => known === written);
  const positionItemId = item.key('positionItemId');
  return {
    externalId: positionItemId,
    status: status ?? item.wrong('status', `"${written.slice(0, 40)}" is not a known status`),
    changedAt: item.instant('occurredTime'),
    carrier: tracking?.optionalText('carrier') ?? null,
    trackingNumbers: tracking?.texts('trackingNumbers') ?? [],
    lines: [
      {
        orderExternalId: item.key('salesOrderId'),
        externalId: positionItemId,
        ean: null,
        quantity: 1,
        accepted: status === 'ACCEPTED' ? 1 : 0,
        reason: details?.optionalText('reason') ?? null,
      },
    ],
    details: {
      orderNumber: details?.optionalText('orderNumber') ?? null,
      condition: details?.optionalText('condition') ?? null,
      reason: details?.optionalText('reason') ?? null,
      ottoWarehouseId: details?.optionalText('ottoWarehouseID') ?? null,
    },
  };
}
