// Order items → order lines. One item is one line of so many units.
import type { Json } from '../../commerce/json.js';
import { type Money, type MoneyText, moneyText } from '../../commerce/money.js';
import type { LineQuantity, OrderLine } from '../../commerce/order.js';
import type { Fields } from '../../http/fields.js';
import { taxIsOnTop } from './guesses.js';

/** Where an order stands, as far as its units are concerned. */
export interface Standing {
  readonly stage: 'HELD' | 'OPEN' | 'SHIPPED' | 'CANCELLED';
  readonly fulfiller: Pick<OrderLine, 'fulfilledBy' | 'isFulfillerGuessed'>;
  readonly currency: string;
  /** When what has left has left. */
  readonly shippedAt: Date;
  /** Units in parcels, by listing SKU. Each line takes its own out of it. */
  readonly inParcels: Map<string, number>;
}

export interface OrderItem {
  readonly id: string;
  readonly line: OrderLine;
  readonly details: Readonly<Record<string, Json>>;
}

/** Sorted by id, so that the same order always gives the same lines. At least one, none twice. */
export function orderItemsOf(order: Fields, standing: Standing): OrderItem[] {
  const items = order.objects('orderItems').map((item) => ({ item, id: item.id('orderItemId') }));
  if (items.length === 0) order.wrong('orderItems', 'is empty');
  items.sort((a, b) => Number(a.id) - Number(b.id));
  const twice = items.find(({ id }, at) => id === items[at - 1]?.id);
  if (twice) order.wrong('orderItems', `has ${twice.id} twice`);
  return items.map(({ item, id }) => orderItemOf(item, id, standing));
}

function orderItemOf(item: Fields, id: string, standing: Standing): OrderItem {
  const product = item.optionalObject('product');
  const listingSku = item.optionalText('listingSku');
  const listingName = item.optionalText('listingName');
  const masterSku = product?.optionalText('masterSku') ?? null;
  const name = product?.optionalText('name') ?? null;
  const sku = said(masterSku) ?? said(listingSku);
  const quantity = unitsOf(item.quantity('quantityOrdered'), listingSku, standing);
  const price = priceOf(item, quantity.ordered, standing.currency);
  const sold = quantity.ordered - quantity.cancelled;
  return {
    id,
    line: {
      externalIds: [id],
      sku,
      ean: null,
      title: said(listingName) ?? said(name) ?? sku ?? id,
      ...standing.fulfiller,
      quantity,
      unitPriceMinor: Math.round(price.paidMinor / quantity.ordered),
      totalMinor: Math.round((price.paidMinor * sold) / quantity.ordered),
      vatRate: null,
      shippedAt: quantity.shipped > 0 ? standing.shippedAt : null,
    },
    details: {
      orderItemId: id,
      listingSku,
      listingName,
      productId: product?.optionalId('productId') ?? null,
      masterSku,
      productName: name,
      productType: product?.optionalText('productType') ?? null,
      upc: product?.optionalText('upc') ?? null,
      mpn: product?.optionalText('mpn') ?? null,
      quantityOrdered: quantity.ordered,
      unitPrice: inApiForm(price.unit),
      tax: price.tax && inApiForm(price.tax),
      discount: price.discount && inApiForm(price.discount),
      notes: item.optionalProse('notes'),
      purchaseOrderItemNumber: item.optionalText('purchaseOrderItemNumber'),
    },
  };
}

/** Of an order that is not sent as a whole, what lies in parcels has left. */
function unitsOf(ordered: number, listingSku: string | null, { stage, inParcels }: Standing): LineQuantity {
  const packed = Math.min(ordered, (listingSku !== null && inParcels.get(listingSku)) || 0);
  if (listingSku !== null) inParcels.set(listingSku, (inParcels.get(listingSku) ?? 0) - packed);
  const shipped = stage === 'SHIPPED' ? ordered : packed;
  return {
    ordered,
    shipped,
    cancelled: stage === 'CANCELLED' ? ordered - shipped : 0,
    // what came back is told nowhere
    returned: 0,
    pending: stage === 'HELD' ? ordered - shipped : 0,
  };
}

/** What all units ordered cost the buyer. */
function priceOf(item: Fields, ordered: number, currency: string) {
  const unit = item.money('unitPrice');
  const tax = item.optionalMoney('tax');
  const discount = item.optionalMoney('discount');
  for (const [name, money] of Object.entries({ unitPrice: unit, tax, discount })) {
    if (money && money.currency !== currency) item.wrong(name, `is in ${money.currency}, and the order in ${currency}`);
  }
  const paidMinor = unit.minor * ordered - (discount?.minor ?? 0) + (taxIsOnTop ? (tax?.minor ?? 0) : 0);
  if (paidMinor < 0) item.wrong('discount', 'exceeds the price');
  return { unit, tax, discount, paidMinor };
}

/** An amount in `details`. */
export function inApiForm(money: Money): { [Member in keyof MoneyText]: string } {
  return { ...moneyText(money) };
}

/** What is blank says nothing. */
export function said(text: string | null): string | null {
  return text?.trim() || null;
}
