// The feed's orders → canonical ones, or a MappingError. Pure: no clock, no I/O; `details` carry the names of graph.ts.
import { countryOfAlpha3, isCountry } from '../../commerce/country.js';
import type { Json } from '../../commerce/json.js';
import type { Address, Order, OrderLine } from '../../commerce/order.js';
import { Fields } from '../../http/fields.js';

/** Raise it whenever a mapping below changes what it makes of a payload. */
export const mappingVersion = 1;

/** Of an `Envelope`. */
export function mapOrder(payload: Json): Order {
  const envelope = Fields.of(payload);
  if (envelope.optionalProse('cutOff') !== null) {
    envelope.wrong('cutOff', 'the answer broke off here: the rest of this order was never received');
  }
  const receivedAt = envelope.instant('receivedAt');
  const order = envelope.object('order');
  const orderNumber = order.key('orderNumber');
  const lines = order.objects('orderItems').map(lineOf);
  if (lines.length === 0) order.wrong('orderItems', 'is empty');
  const address = order.optionalObject('shipToAddress');
  return {
    externalId: orderNumber,
    orderNumber,
    // the feed tells no time
    orderedAt: receivedAt,
    changedAt: receivedAt,
    shipBy: null,
    shippingAddress: address && addressOf(address),
    billingAddress: null,
    currency: currencyOf(envelope),
    lines,
    // nobody can ask for it again
    settlesAt: receivedAt,
    details: { receivedAt: receivedAt.toISOString() },
  };
}

/** The same SKU may stand in several: each is a line, known by its place. The feed tells neither prices nor states. */
function lineOf(item: Fields, at: number): OrderLine {
  const sku = item.key('sku');
  return {
    externalIds: [String(at + 1)],
    sku,
    ean: null,
    title: sku,
    fulfilledBy: 'SELLER',
    quantity: { ordered: item.quantity('quantity'), shipped: 0, cancelled: 0, returned: 0, pending: 0 },
    unitPriceMinor: 0,
    totalMinor: 0,
    vatRate: null,
    shippedAt: null,
  };
}

function currencyOf(envelope: Fields): string {
  const currency = envelope.key('currency');
  return /^[A-Z]{3}$/.test(currency) ? currency : envelope.wrong('currency', 'is no ISO 4217 code');
}

/** Postal codes are text: zeros in front are part of them. A city is never sent. */
function addressOf(address: Fields): Address {
  const part = (name: string) => address.optionalText(name)?.trim() || null;
  return {
    name: part('name'),
    company: null,
    lines: [part('line1'), part('line2')].filter((line) => line !== null),
    postalCode: part('postalCode'),
    city: null,
    stateOrProvince: part('stateProvince'),
    country: countryOf(address),
  };
}

function countryOf(address: Fields): string | null {
  const code = address.optionalText('country')?.trim();
  if (!code) return null;
  if (isCountry(code)) return code;
  return countryOfAlpha3(code) ?? address.wrong('country', `"${code.slice(0, 40)}" is not a country code`);
}
