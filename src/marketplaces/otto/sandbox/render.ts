import { chance, hash32 } from '../../../sandbox/random.js';
import { dayMs, type Product, person, products } from '../../../sandbox/world.js';
import type {
  WireOrder,
  WirePositionItem,
  WireProduct,
  WireReturn,
  WireShipment,
  WireShipmentSummary,
} from '../wire.js';
import * as ids from './ids.js';
import type { OrderRecord, ReturnRecord, ShipmentRecord, UnitRecord } from './records.js';
import { isFreight, type OttoWorld } from './world.js';

const alpha3: Readonly<Record<string, string>> = { DE: 'DEU', AT: 'AUT', CH: 'CHE', NL: 'NLD', BE: 'BEL' };

/** Orders v4 write the zone without a colon: `2021-07-20T08:50:48.280+0000`. */
const orderDate = (at: number) => `${new Date(at).toISOString().slice(0, -1)}+0000`;
const orderDateOrNull = (at: number | null) => (at === null ? null : orderDate(at));
const isoDate = (at: number) => new Date(at).toISOString();
const amount = (minor: number) => ({ amount: minor / 100, currency: 'EUR' });
const productOf = (unit: UnitRecord) => products[unit.product] as Product;

/** OTTO gives no address before it releases an order: not while a unit is ANNOUNCED, nor if none ever got further. */
export function addressKnown(order: OrderRecord): boolean {
  return (
    order.units.every(({ status }) => status !== 'ANNOUNCED') &&
    order.units.some(({ processableAt }) => processableAt !== null)
  );
}

/** An order as `GET /v4/orders` writes it, with OTTO's explicit nulls. */
export function orderJson(world: OttoWorld, order: OrderRecord): WireOrder {
  const id = ids.salesOrderId(world.seed, order.index);
  const unitIds = order.units.map((_, unit) => ids.positionItemId(world.seed, order.index, unit));
  return {
    salesOrderId: id,
    orderNumber: ids.orderNumber(world.seed, order.index),
    orderDate: orderDate(order.orderedAt),
    lastModifiedDate: orderDate(order.modifiedAt),
    positionItems: order.units.map((unit, index) => unitJson(unit, unitIds[index] as string)),
    orderLifecycleInformation: { lifecycleChangeDate: orderDate(order.lifecycleAt) },
    initialDeliveryFees: [feeJson(order, unitIds)],
    initialDiscounts: discountsJson(order, unitIds),
    payment: { paymentMethod: order.payment },
    suspectedFraudCase: false,
    ...(addressKnown(order) && addressesJson(world, order)),
    links: [{ rel: 'self', href: `/v4/orders/${id}` }],
  };
}

function unitJson(unit: UnitRecord, positionItemId: string): WirePositionItem {
  const product = productOf(unit);
  const open = unit.status === 'ANNOUNCED' || unit.status === 'PROCESSABLE' || unit.status === 'SENT';
  return {
    positionItemId,
    fulfillmentStatus: unit.status,
    itemValueGrossPrice: amount(product.priceMinor),
    product: productJson(unit.product, product),
    ...(unit.discountMinor > 0 && {
      itemValueDiscount: amount(unit.discountMinor),
      itemValueReducedGrossPrice: amount(product.priceMinor - unit.discountMinor),
    }),
    processableDate: orderDateOrNull(unit.processableAt),
    // absent on what is cancelled or came back
    ...(open && unit.processableAt !== null && { expectedDeliveryDate: orderDate(unit.processableAt + 3 * dayMs) }),
    trackingInfo: unit.shipment
      ? {
          carrier: unit.shipment.trackingKey.carrier,
          carrierServiceCode: null,
          trackingNumber: unit.shipment.trackingKey.trackingNumber ?? null,
        }
      : null,
    sentDate: orderDateOrNull(unit.sentAt),
    returnedDate: orderDateOrNull(unit.returnedAt),
    cancellationDate: orderDateOrNull(unit.cancelledAt),
    ...(unit.cancellationReason && { cancellationReason: unit.cancellationReason }),
    ...(unit.status === 'RETURNED' && { returnAcceptedByMarketplace: false }),
    weeePickup: product.takesBackOld ?? false,
  };
}

const productTexts = new Map<number, WireProduct>();

function productJson(index: number, product: Product): WireProduct {
  let json = productTexts.get(index);
  if (!json) {
    const articleNumber = `S0${String(index + 1).padStart(3, '0')}${String(hash32(index)).slice(0, 5)}`;
    json = {
      sku: product.sku,
      productTitle: product.title,
      articleNumber,
      ean: product.ean,
      vatRate: product.vatRate,
      ...(product.dimension && { dimensions: [product.dimension] }),
      shopUrl: `https://www.otto.de/p/${articleNumber}`,
    };
    productTexts.set(index, json);
  }
  return json;
}

function feeJson(order: OrderRecord, positionItemIds: readonly string[]) {
  const freight = order.units.some((_, unit) => isFreight(order, unit));
  return {
    name: freight ? 'DELIVERY_FEE_FREIGHT' : 'DELIVERY_FEE_STANDARD',
    deliveryFeeAmount: amount(freight ? 2995 : 395),
    positionItemIds,
    vatRate: 19,
  };
}

function discountsJson(order: OrderRecord, positionItemIds: readonly string[]) {
  const discounted = order.units.flatMap((unit, index) => (unit.discountMinor > 0 ? [{ unit, index }] : []));
  return [...new Set(discounted.map(({ unit }) => unit.product))].map((product) => {
    const same = discounted.filter(({ unit }) => unit.product === product);
    return {
      name: 'PARTNER_DISCOUNT',
      discountId: `DISC-${product}`,
      discountName: 'Saisonrabatt',
      discountAmount: amount(same.reduce((sum, { unit }) => sum + unit.discountMinor, 0)),
      positionItemIds: same.map(({ index }) => positionItemIds[index] as string),
      vatRate: products[product]?.vatRate ?? 19,
    };
  });
}

/** The delivery address has an e-mail and a telephone number for forwarders only; the invoice's e-mail is a pseudonym. */
function addressesJson(world: OttoWorld, order: OrderRecord) {
  const buyer = (order.leader ?? order).index;
  const who = person(chance(world.seed, 12, buyer), order.country);
  const { salutation, firstName, lastName, street, houseNumber, zipCode, city } = who;
  const countryCode = alpha3[order.country] ?? 'DEU';
  const address = {
    salutation,
    title: null,
    firstName,
    lastName,
    street,
    houseNumber,
    addition: buyer % 7 === 0 ? 'Hinterhaus' : null,
    zipCode,
    city,
    countryCode,
  };
  const freight = order.units.some((_, unit) => isFreight(order, unit));
  return {
    deliveryAddress: {
      ...address,
      ...(freight && { email: `kunde${buyer}@example.invalid`, phoneNumber: '+49 40 0000000' }),
    },
    invoiceAddress: { ...address, email: `pseudonym-${buyer}@example.invalid` },
  };
}

/** A shipment as the list has it. */
export function shipmentSummary(world: OttoWorld, shipment: ShipmentRecord): WireShipmentSummary {
  return {
    shipmentId: ids.shipmentId(shipment.index),
    creationDate: isoDate(shipment.createdAt),
    trackingKey: shipment.trackingKey,
    states: statesJson(world, shipment),
  };
}

export function shipmentJson(world: OttoWorld, shipment: ShipmentRecord): WireShipment {
  return {
    ...shipmentSummary(world, shipment),
    shipDate: isoDate(shipment.shipDate),
    shipFromAddress: shipment.from,
    positionItems: shipment.items.map(({ order, unit, returnTrackingKey }) => ({
      positionItemId: ids.positionItemId(world.seed, order.index, unit),
      salesOrderId: ids.salesOrderId(world.seed, order.index),
      // forwarders collect without a label
      ...((returnTrackingKey || !isFreight(order, unit)) && {
        returnTrackingKey: returnTrackingKey ?? world.returnKey(order),
      }),
    })),
  };
}

/** How far the carrier is, by the world's clock. */
function statesJson(world: OttoWorld, shipment: ShipmentRecord) {
  const by = chance(world.seed, 40, shipment.index);
  const way = shipment.createdAt + by.int(8, 20) * 3_600_000;
  const end = way + by.int(12, 40) * 3_600_000;
  const states = [
    { state: 'SENT', at: shipment.createdAt },
    { state: 'ON_THE_WAY', at: way },
    ...(by.is(0.06) ? [{ state: 'DELIVERY_ATTEMPT_FAILED', at: end - 7_200_000 }] : []),
    { state: by.is(0.1) ? 'DELIVERED_FOR_PICKUP' : 'DELIVERED', at: end },
  ];
  const now = world.clock.now();
  return states
    .filter(({ at }, index) => index === 0 || at <= now)
    .map(({ state, at }) => ({ state, occurredOn: isoDate(at) }));
}

export function returnJson(world: OttoWorld, made: ReturnRecord): WireReturn {
  const { order, unit, trackingKey, status, occurredAt, condition, reason } = made;
  return {
    positionItemId: ids.positionItemId(world.seed, order.index, unit),
    salesOrderId: ids.salesOrderId(world.seed, order.index),
    status,
    occurredTime: isoDate(occurredAt),
    details: {
      orderNumber: ids.orderNumber(world.seed, order.index),
      ...(condition && { condition }),
      ...(reason && { reason }),
      ...(status === 'MISDIRECTED' && { ottoWarehouseID: `W${hash32(order.index, unit) % 100_000}` }),
      returnTrackingKey: {
        carrier: trackingKey.carrier,
        trackingNumbers: trackingKey.trackingNumber ? [trackingKey.trackingNumber] : [],
      },
    },
  };
}
