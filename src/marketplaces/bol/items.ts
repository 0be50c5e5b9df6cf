// Order items → order lines. One item is one line of so many units.
import type { Json } from '../../commerce/json.js';
import { type Money, type MoneyText, moneyText } from '../../commerce/money.js';
import type { FulfilledBy, OrderLine } from '../../commerce/order.js';
import type { Fields } from '../../http/fields.js';
import { currency } from './guesses.js';
import type { WireFulfilmentMethod } from './wire.js';

export interface OrderItem {
  readonly id: string;
  readonly line: OrderLine;
  readonly changedAt: Date | null;
  readonly details: Readonly<Record<string, Json>>;
}

/** Sorted by id, so that the same order always gives the same lines. */
export function orderItemsOf(order: Fields): OrderItem[] {
  return sortedById(order, 'orderItems', order.objects('orderItems').map(orderItemOf));
}

function orderItemOf(item: Fields): OrderItem {
  const fulfilment = item.object('fulfilment');
  const product = productOf(item);
  const id = item.key('orderItemId');
  const units = unitsOf(item);
  const price = priceOf(item, units.ordered);
  const changedAt = item.optionalInstant('latestChangedDateTime');
  const method = methodOf(fulfilment, 'method');
  return {
    id,
    changedAt,
    line: {
      externalIds: [id],
      sku: product.sku,
      ean: product.ean,
      title: product.title ?? product.sku ?? id,
      fulfilledBy: fulfillers[method],
      // what came back stands in the returns alone, and the store takes it from there
      quantity: { ...units, returned: 0, pending: 0 },
      unitPriceMinor: Math.round(price.paidMinor / units.ordered),
      // bol does not say what the cancelled units cost: they share the discounts like all others
      totalMinor: Math.round((price.paidMinor * (units.ordered - units.cancelled)) / units.ordered),
      vatRate: null,
      // stands in for the date of its shipment as long as that is not here
      shippedAt: units.shipped > 0 ? changedAt : null,
    },
    details: {
      orderItemId: id,
      fulfillmentMethod: method,
      distributionParty: fulfilment.optionalText('distributionParty'),
      latestDeliveryDate: fulfilment.optionalDay('latestDeliveryDate'),
      exactDeliveryDate: fulfilment.optionalDay('exactDeliveryDate'),
      expiryDate: fulfilment.optionalDay('expiryDate'),
      timeFrameType: fulfilment.optionalText('timeFrameType'),
      ...product.details,
      quantity: units.ordered,
      quantityShipped: units.shipped,
      quantityCancelled: units.cancelled,
      cancellationRequest: item.optionalFlag('cancellationRequest'),
      unitPrice: amount(item, 'unitPrice'),
      totalPrice: amount(item, 'totalPrice'),
      discounts: price.discounts.map(({ title, money }) => ({ title, amount: inApiForm(money) })),
      commission: amount(item, 'commission'),
      additionalServices: item.objects('additionalServices').map((service) => service.text('serviceType')),
      latestChangedAt: text(changedAt),
    },
  };
}

function unitsOf(item: Fields) {
  const ordered = item.quantity('quantity');
  const shipped = item.optionalCount('quantityShipped') ?? 0;
  const cancelled = item.optionalCount('quantityCancelled') ?? 0;
  if (shipped + cancelled > ordered) {
    item.wrong('quantity', `is ${ordered}, but ${shipped} were shipped and ${cancelled} cancelled`);
  }
  return { ordered, shipped, cancelled };
}

/** What was paid for all units ordered. `totalPrice` is sent since September 2025, and has the discounts taken off. */
function priceOf(item: Fields, ordered: number) {
  const discounts = item.objects('discounts').map((discount) => ({
    title: discount.optionalText('title'),
    money: discount.optionalAmount('amount', currency) ?? discount.wrong('amount', 'is missing'),
  }));
  const total = item.optionalAmount('totalPrice', currency);
  if (total) return { paidMinor: total.minor, discounts };
  const unit = item.optionalAmount('unitPrice', currency) ?? item.wrong('unitPrice', 'is missing');
  const off = discounts.reduce((sum, { money }) => sum + money.minor, 0);
  const paidMinor = unit.minor * ordered - off;
  if (paidMinor < 0) item.wrong('discounts', 'exceed the price');
  return { paidMinor, discounts };
}

/** `product` and `offer`: the seller's key is the offer's reference, where it was given one, else the EAN. */
export function productOf(item: Fields) {
  const offer = item.optionalObject('offer');
  const product = item.optionalObject('product');
  const offerReference = offer?.optionalText('reference') ?? null;
  const ean = product?.optionalText('ean') ?? null;
  const title = product?.optionalText('title') ?? null;
  return {
    sku: said(offerReference) ?? said(ean),
    ean: said(ean),
    title: said(title),
    details: { offerId: offer?.optionalText('offerId') ?? null, offerReference, ean, title },
  };
}

/** VVB, the seller's parcel under bol's label, is FBR and the seller's work. */
export const fulfillers: Readonly<Record<WireFulfilmentMethod, FulfilledBy>> = { FBR: 'SELLER', FBB: 'MARKETPLACE' };

export function methodOf(fields: Fields, name: string): WireFulfilmentMethod {
  const method = fields.key(name);
  if (method === 'FBR' || method === 'FBB') return method;
  return fields.wrong(name, `"${method.slice(0, 40)}" is not a known fulfilment method`);
}

/** At least one, none twice. */
export function sortedById<Item extends { readonly id: string }>(record: Fields, name: string, items: Item[]): Item[] {
  if (items.length === 0) record.wrong(name, 'is empty');
  const sorted = items.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const twice = sorted.find(({ id }, index) => id === sorted[index - 1]?.id);
  return twice ? record.wrong(name, `has ${twice.id.slice(0, 40)} twice`) : sorted;
}

/** An amount in `details`. */
export function amount(fields: Fields, name: string): Json {
  const money = fields.optionalAmount(name, currency);
  return money && inApiForm(money);
}

/** Instants in `details` are text. */
export function text(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}

function inApiForm(money: Money): { [Member in keyof MoneyText]: string } {
  return { ...moneyText(money) };
}

/** What is blank says nothing. */
export function said(text: string | null): string | null {
  return text?.trim() ? text : null;
}
