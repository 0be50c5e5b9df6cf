// Position items → units → order lines. OTTO knows no quantity: two of a product are two position items.
import type { Json } from '../../commerce/json.js';
import { type Money, type MoneyText, moneyText } from '../../commerce/money.js';
import type { OrderLine } from '../../commerce/order.js';
import type { Fields } from '../../http/fields.js';
import type { WirePositionState } from './wire.js';

/** A position item: one physical unit. */
export interface Unit {
  readonly id: string;
  readonly state: WirePositionState;
  readonly sku: string;
  readonly ean: string | null;
  readonly title: string;
  readonly gross: Money;
  /** What the buyer pays for it. */
  readonly price: Money;
  readonly vatRate: string | null;
  readonly sentAt: Date | null;
  readonly details: Readonly<Record<string, Json>>;
}

/** Sorted by id, so that the same order always gives the same lines. */
export function unitsOf(order: Fields): Unit[] {
  const units = order.objects('positionItems').map(unitOf);
  if (units.length === 0) order.wrong('positionItems', 'is empty');
  units.sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first] = units as [Unit];
  for (const [index, unit] of units.entries()) {
    if (unit.id === units[index - 1]?.id) order.wrong('positionItems', `has ${unit.id} twice`);
    if (unit.price.currency !== first.price.currency || unit.gross.currency !== first.price.currency) {
      order.wrong('positionItems', `mix ${first.price.currency} and ${unit.price.currency}`);
    }
  }
  return units;
}

function unitOf(item: Fields): Unit {
  const product = item.object('product');
  const gross = item.money('itemValueGrossPrice');
  const discount = item.optionalMoney('itemValueDiscount');
  const reduced = item.optionalMoney('itemValueReducedGrossPrice');
  const state = stateOf(item);
  const id = item.key('positionItemId');
  const sentAt = item.optionalInstant('sentDate');
  const tracking = item.optionalObject('trackingInfo');
  const sku = product.key('sku');
  return {
    id,
    state,
    sku,
    ean: product.optionalText('ean'),
    title: product.text('productTitle'),
    gross,
    price: reduced ?? (discount ? discounted(item, gross, discount) : gross),
    vatRate: product.optionalPercent('vatRate'),
    sentAt,
    details: {
      positionItemId: id,
      fulfillmentStatus: state,
      sku,
      articleNumber: product.optionalText('articleNumber'),
      shopUrl: product.optionalText('shopUrl'),
      dimensions: product.objects('dimensions').map((dimension) => ({
        type: dimension.optionalText('type'),
        name: dimension.optionalText('displayName'),
        value: dimension.optionalText('value'),
      })),
      grossPrice: inApiForm(gross),
      discount: discount && inApiForm(discount),
      reducedGrossPrice: reduced && inApiForm(reduced),
      processableAt: text(item.optionalInstant('processableDate')),
      expectedDeliveryAt: text(item.optionalInstant('expectedDeliveryDate')),
      sentAt: text(sentAt),
      carrier: tracking?.optionalText('carrier') ?? null,
      carrierServiceCode: tracking?.optionalText('carrierServiceCode') ?? null,
      trackingNumber: tracking?.optionalText('trackingNumber') ?? null,
      returnedAt: text(item.optionalInstant('returnedDate')),
      returnAcceptedByMarketplace: item.optionalFlag('returnAcceptedByMarketplace'),
      cancelledAt: text(item.optionalInstant('cancellationDate')),
      cancellationReason: item.optionalText('cancellationReason'),
      dealId: item.optionalText('dealId'),
      dealName: item.optionalText('dealName'),
      weeePickup: item.optionalFlag('weeePickup'),
    },
  };
}

/** What a unit in each state counts as. */
const counts: Readonly<
  Record<WirePositionState, { shipped: 0 | 1; cancelled: 0 | 1; returned: 0 | 1; pending: 0 | 1 }>
> = {
  ANNOUNCED: { shipped: 0, cancelled: 0, returned: 0, pending: 1 },
  PROCESSABLE: { shipped: 0, cancelled: 0, returned: 0, pending: 0 },
  SENT: { shipped: 1, cancelled: 0, returned: 0, pending: 0 },
  RETURNED: { shipped: 1, cancelled: 0, returned: 1, pending: 0 },
  CANCELLED_BY_PARTNER: { shipped: 0, cancelled: 1, returned: 0, pending: 0 },
  CANCELLED_BY_MARKETPLACE: { shipped: 0, cancelled: 1, returned: 0, pending: 0 },
};

function stateOf(item: Fields): WirePositionState {
  const state = item.key('fulfillmentStatus');
  if (!Object.hasOwn(counts, state)) item.wrong('fulfillmentStatus', `"${state.slice(0, 40)}" is not a known state`);
  return state as WirePositionState;
}

function discounted(item: Fields, gross: Money, discount: Money): Money {
  if (discount.currency !== gross.currency) item.wrong('itemValueDiscount', `is not in ${gross.currency}`);
  if (discount.minor > gross.minor) item.wrong('itemValueDiscount', 'exceeds the price');
  return { minor: gross.minor - discount.minor, currency: gross.currency };
}

/** Units of the same product at the same price become one line; lines follow their smallest unit id. */
export function linesOf(units: readonly Unit[]): OrderLine[] {
  const groups = new Map<string, [Unit, ...Unit[]]>();
  for (const unit of units) {
    const key = JSON.stringify([unit.sku, unit.gross.minor, unit.price.minor, unit.vatRate]);
    const group = groups.get(key);
    if (group) group.push(unit);
    else groups.set(key, [unit]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const sum = (of: 'shipped' | 'cancelled' | 'returned' | 'pending') =>
      group.reduce((total, { state }) => total + counts[state][of], 0);
    const [ordered, cancelled] = [group.length, sum('cancelled')];
    const sent = group
      .filter(({ state, sentAt }) => counts[state].shipped && sentAt)
      .map(({ sentAt }) => sentAt as Date);
    return {
      externalIds: group.map(({ id }) => id),
      sku: first.sku,
      ean: first.ean,
      title: first.title,
      fulfilledBy: 'SELLER',
      quantity: {
        ordered,
        shipped: sum('shipped'),
        cancelled,
        returned: sum('returned'),
        pending: sum('pending'),
      },
      unitPriceMinor: first.price.minor,
      // all its units cost the same
      totalMinor: (ordered - cancelled) * first.price.minor,
      vatRate: first.vatRate,
      shippedAt: sent.reduce<Date | null>((last, at) => (last && last > at ? last : at), null),
    };
  });
}

/** Instants in `details` are text. */
export function text(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}

/** A plain copy: `details` are JSON. */
export function inApiForm(money: Money): { [Member in keyof MoneyText]: string } {
  return { ...moneyText(money) };
}
