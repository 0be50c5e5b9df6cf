import { chance } from '../../../sandbox/random.js';
import { dayMs } from '../../../sandbox/world.js';
import { type Draft, draftOf } from './draft.js';
import { dayNumber, dayText, dutchTime } from './dutch-time.js';
import * as ids from './ids.js';
import { buyerOf } from './people.js';
import { bolProducts } from './products.js';
import { type ItemRecord, type OrderRecord, openUnits } from './records.js';
import type { BolWorld } from './world.js';

/** EUR cents as bol's JSON number. */
export const euros = (minor: number): number => minor / 100;

/** As in a list; null fields and empty texts are left out throughout, as bol does. */
export function reducedOrder(world: BolWorld, order: OrderRecord, shown: (item: ItemRecord) => boolean): object {
  const items = order.items.map((item, index) => ({ item, index })).filter(({ item }) => shown(item));
  return {
    orderId: ids.orderId(world.seed, order.index),
    orderPlacedDateTime: dutchTime(order.placedAt),
    orderItems: items.map(({ item, index }) => ({
      orderItemId: ids.orderItemId(order.index, index),
      ean: bolProducts[item.product]?.ean,
      fulfilmentMethod: item.method,
      fulfilmentStatus: openUnits(item) > 0 ? 'OPEN' : 'HANDLED',
      quantity: item.quantity,
      quantityShipped: item.shipped,
      quantityCancelled: item.cancelled,
      cancellationRequest: item.asked,
      latestChangedDateTime: dutchTime(item.changedAt),
    })),
  };
}

export function orderDetail(world: BolWorld, order: OrderRecord): object {
  const draft = draftOf(world.seed, order.index);
  return {
    orderId: ids.orderId(world.seed, order.index),
    pickupPoint: draft.pickupPoint,
    orderPlacedDateTime: dutchTime(order.placedAt),
    ...addresses(world, order, draft),
    orderItems: order.items.map((item, index) => orderItem(world, order, item, index, draft)),
  };
}

/** `shipmentDetails`, and `billingDetails` where bol gives them. */
export function addresses(world: BolWorld, order: OrderRecord, draft: Draft): object {
  const buyer = buyerOf(world.seed, order.index);
  const by = chance(world.seed, 13, order.index);
  const shipmentDetails = {
    ...(draft.pickupPoint && { pickupPointName: `Albert Heijn: ${buyer.city.toUpperCase()}` }),
    ...buyer,
    ...(by.is(0.3) && { deliveryPhoneNumber: '0600000000' }),
    language: draft.country === 'NL' ? 'nl' : by.pick(['nl-BE', 'fr-BE']),
  };
  const company = { company: 'Voorbeeld Kantoor B.V.', vatNumber: 'NL000000000B00', kvkNumber: '00000000' };
  switch (draft.billing) {
    case 'NONE':
      return { shipmentDetails };
    case 'SAME':
      return { shipmentDetails, billingDetails: buyer };
    case 'COMPANY':
      return { shipmentDetails, billingDetails: { ...buyer, ...company, orderReference: `PO-${order.index}` } };
  }
}

/** A quarter is to be delivered on one day exactly; bol gives either that day or the latest one, never both. */
export function deliveryDate(world: BolWorld, order: OrderRecord): { day: string; isExact: boolean; evening: boolean } {
  const by = chance(world.seed, 14, order.index);
  return { day: dayText(dayNumber(order.placedAt + by.int(2, 4) * dayMs)), isExact: by.is(0.25), evening: by.is(0.3) };
}

export const distributionParty = (item: ItemRecord, draft: Draft): 'RETAILER' | 'BOL' =>
  item.method === 'FBB' || draft.vvb ? 'BOL' : 'RETAILER';

export function offerOf(product: number): object {
  const reference = bolProducts[product]?.reference;
  return { offerId: ids.uuid(1, product), ...(reference && { reference }) };
}

export function productOf(product: number): object {
  return { ean: bolProducts[product]?.ean, title: bolProducts[product]?.title };
}

/** bol's share of what an item costs, EUR cents. */
export function commissionMinor({ product, quantity, discountMinor }: ItemRecord): number {
  const { priceMinor = 0, commissionPercent = 0 } = bolProducts[product] ?? {};
  return Math.round(((priceMinor * quantity - discountMinor) * commissionPercent) / 100);
}

/** What an item costs in all, cancelled units or not, EUR cents. */
export const totalMinor = ({ product, quantity, discountMinor }: ItemRecord): number =>
  (bolProducts[product]?.priceMinor ?? 0) * quantity - discountMinor;

function orderItem(world: BolWorld, order: OrderRecord, item: ItemRecord, index: number, draft: Draft): object {
  const { day, isExact, evening } = deliveryDate(world, order);
  const product = bolProducts[item.product];
  return {
    orderItemId: ids.orderItemId(order.index, index),
    cancellationRequest: item.asked,
    fulfilment: {
      method: item.method,
      distributionParty: distributionParty(item, draft),
      ...(isExact ? { exactDeliveryDate: day } : { latestDeliveryDate: day }),
      expiryDate: dayText(dayNumber(order.placedAt) + 8),
      timeFrameType: isExact && evening ? 'EVENING' : 'REGULAR',
    },
    offer: offerOf(item.product),
    product: productOf(item.product),
    quantity: item.quantity,
    quantityShipped: item.shipped,
    quantityCancelled: item.cancelled,
    unitPrice: euros(product?.priceMinor ?? 0),
    totalPrice: euros(totalMinor(item)),
    ...(item.discountMinor > 0 && { discounts: discountsOf(item) }),
    commission: euros(commissionMinor(item)),
    ...(product?.service && { additionalServices: [{ serviceType: product.service }] }),
    latestChangedDateTime: dutchTime(item.changedAt),
  };
}

/** A large discount is made of two. */
function discountsOf({ discountMinor }: ItemRecord): object[] {
  const half = Math.floor(discountMinor / 2);
  if (discountMinor < 1_000) return [{ title: 'Meer halen, minder betalen', amount: euros(discountMinor) }];
  return [
    { title: 'Meer halen, minder betalen', amount: euros(half) },
    { title: 'Welkomstkorting', amount: euros(discountMinor - half) },
  ];
}
