// Toy Market's records → canonical ones, or a MappingError. Pure: no clock, no I/O; `details` carry the names of graph.ts.
import { isCountry } from '../../../src/commerce/country.js';
import type { Json } from '../../../src/commerce/json.js';
import type { Address, FulfilledBy, Order, OrderLine } from '../../../src/commerce/order.js';
import type { Return, ReturnStatus } from '../../../src/commerce/return.js';
import type { Shipment } from '../../../src/commerce/shipment.js';
import { Fields } from '../../../src/http/fields.js';
import type { WireSender } from './wire.js';

/** Raise it whenever a mapping below changes what it makes of a payload. */
export const mappingVersion = 1;

const currency = 'EUR';

export function mapOrder(payload: Json): Order {
  const order = Fields.of(payload);
  const id = order.key('id');
  const fulfilledBy = senderOf(order);
  const lines = order.objects('lines').map((line) => lineOf(line, fulfilledBy));
  const ids = lines.flatMap(({ externalIds }) => externalIds);
  if (lines.length === 0) order.wrong('lines', 'is empty');
  if (new Set(ids).size < ids.length) order.wrong('lines', 'has a line twice');
  const shipTo = order.optionalObject('shipTo');
  return {
    externalId: id,
    orderNumber: id,
    orderedAt: order.instant('placedAt'),
    changedAt: order.instant('changedAt'),
    shipBy: null,
    shippingAddress: shipTo && addressOf(shipTo),
    billingAddress: null,
    currency,
    lines,
    details: { giftNote: order.optionalProse('giftNote') },
  };
}

function lineOf(line: Fields, fulfilledBy: FulfilledBy): OrderLine {
  const ordered = line.quantity('quantity');
  const shipped = line.optionalCount('shipped') ?? 0;
  const cancelled = line.optionalCount('cancelled') ?? 0;
  if (shipped + cancelled > ordered)
    line.wrong('quantity', `is less than ${shipped} shipped and ${cancelled} cancelled`);
  const price = line.optionalAmount('price', currency) ?? line.wrong('price', 'is missing');
  return {
    externalIds: [line.key('id')],
    sku: said(line.optionalText('sku')),
    ean: said(line.optionalText('ean')),
    title: line.text('title'),
    fulfilledBy,
    // its orders tell neither what came back nor when it was sent: see `derived` in index.ts
    quantity: { ordered, shipped, cancelled, returned: 0, pending: 0 },
    unitPriceMinor: price.minor,
    totalMinor: (ordered - cancelled) * price.minor,
    vatRate: line.optionalPercent('vat'),
    shippedAt: null,
  };
}

function addressOf(address: Fields): Address {
  const country = address.key('country');
  if (!isCountry(country)) address.wrong('country', `"${country.slice(0, 40)}" is not an alpha-2 country code`);
  const street = said(address.optionalText('street'));
  return {
    name: address.optionalText('name'),
    company: null,
    lines: street === null ? [] : [street],
    postalCode: address.optionalText('postalCode'),
    city: address.optionalText('city'),
    stateOrProvince: null,
    country,
  };
}

export function mapShipment(payload: Json): Shipment {
  const shipment = Fields.of(payload);
  const orderExternalId = shipment.key('orderId');
  const lines = shipment
    .objects('items')
    .map((item) => ({ orderExternalId, externalId: item.key('lineId'), quantity: item.quantity('quantity') }));
  if (lines.length === 0) shipment.wrong('items', 'is empty');
  const shippedAt = shipment.instant('shippedAt');
  return {
    externalId: shipment.key('id'),
    shippedAt,
    fulfilledBy: senderOf(shipment),
    carrier: shipment.optionalText('carrier'),
    trackingNumber: shipment.optionalText('tracking'),
    lines,
    // it never changes: a FULL run need not load it again
    settlesAt: shippedAt,
    details: { box: shipment.optionalText('box') },
  };
}

export function mapReturn(payload: Json): Return {
  const made = Fields.of(payload);
  const state = made.key('state');
  if (state !== 'OPEN' && state !== 'DONE') made.wrong('state', `"${state.slice(0, 40)}" is not a known state`);
  const quantity = made.quantity('quantity');
  const accepted = made.optionalCount('accepted') ?? (state === 'OPEN' ? 0 : made.wrong('accepted', 'is missing'));
  if (accepted > quantity) made.wrong('accepted', `is more than the ${quantity} announced`);
  if (accepted > 0 && state === 'OPEN') made.wrong('accepted', 'stands in a return that is open');
  return {
    externalId: made.key('id'),
    status: statusOf(state === 'OPEN', accepted, quantity),
    changedAt: made.instant('changedAt'),
    carrier: null,
    trackingNumbers: [],
    lines: [
      {
        orderExternalId: made.key('orderId'),
        externalId: made.key('lineId'),
        ean: null,
        quantity,
        accepted,
        reason: made.optionalText('reason'),
      },
    ],
    details: { comment: made.optionalProse('comment') },
  };
}

function statusOf(isOpen: boolean, accepted: number, quantity: number): ReturnStatus {
  if (isOpen) return 'ANNOUNCED';
  if (accepted === 0) return 'REJECTED';
  return accepted < quantity ? 'PARTIALLY_ACCEPTED' : 'ACCEPTED';
}

const senders: Readonly<Record<WireSender, FulfilledBy>> = { SELLER: 'SELLER', TOY: 'MARKETPLACE' };

/** Never guessed: work for the seller that is none is as bad as the other way round. */
function senderOf(record: Fields): FulfilledBy {
  const sender = record.key('sender');
  if (!Object.hasOwn(senders, sender)) record.wrong('sender', `"${sender.slice(0, 40)}" is not a known sender`);
  return senders[sender as WireSender];
}

/** What is blank says nothing. */
const said = (text: string | null): string | null => text?.trim() || null;
