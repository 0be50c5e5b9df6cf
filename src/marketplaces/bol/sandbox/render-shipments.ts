import { chance } from '../../../sandbox/random.js';
import { hourMs, minuteMs } from '../../../sandbox/world.js';
import { draftOf } from './draft.js';
import { dutchTime } from './dutch-time.js';
import * as ids from './ids.js';
import { bolProducts } from './products.js';
import type { ShipmentRecord, Told } from './records.js';
import {
  addresses,
  commissionMinor,
  deliveryDate,
  distributionParty,
  euros,
  offerOf,
  productOf,
} from './render-orders.js';
import type { BolWorld } from './world.js';

/** As in a list. */
export function reducedShipment(world: BolWorld, shipment: ShipmentRecord): object {
  const reference = referenceOf(world, shipment);
  return {
    shipmentId: ids.shipmentId(shipment.index),
    shipmentDateTime: dutchTime(shipment.at),
    ...(reference && { shipmentReference: reference }),
    order: orderOf(world, shipment),
    shipmentItems: shipment.lots.map(({ item }) => ({
      orderItemId: ids.orderItemId(shipment.order.index, item),
      ean: bolProducts[shipment.order.items[item]?.product ?? -1]?.ean,
    })),
    transport: { transportId: ids.transportId(shipment.index) },
  };
}

export function shipmentDetail(world: BolWorld, shipment: ShipmentRecord): object {
  const { order } = shipment;
  const draft = draftOf(world.seed, order.index);
  const reference = referenceOf(world, shipment);
  return {
    shipmentId: ids.shipmentId(shipment.index),
    shipmentDateTime: dutchTime(shipment.at),
    ...(reference && { shipmentReference: reference }),
    pickupPoint: draft.pickupPoint,
    order: orderOf(world, shipment),
    ...addresses(world, order, draft),
    shipmentItems: shipment.lots.map((lot) => {
      const item = order.items[lot.item];
      if (!item) throw new RangeError('a shipment names an item that its order does not have');
      return {
        orderItemId: ids.orderItemId(order.index, lot.item),
        fulfilment: {
          method: item.method,
          distributionParty: distributionParty(item, draft),
          latestDeliveryDate: deliveryDate(world, order).day,
        },
        offer: offerOf(item.product),
        product: productOf(item.product),
        // ordered, not sent: that is quantityShipped
        quantity: item.quantity,
        quantityShipped: lot.quantity,
        unitPrice: euros(bolProducts[item.product]?.priceMinor ?? 0),
        commission: euros(commissionMinor(item)),
      };
    }),
    transport: transportOf(world, shipment),
  };
}

const orderOf = (world: BolWorld, { order }: ShipmentRecord) => ({
  orderId: ids.orderId(world.seed, order.index),
  orderPlacedDateTime: dutchTime(order.placedAt),
});

/** Only the retailer gives one, and not to each. */
export function referenceOf(world: BolWorld, { index, method, order, told }: ShipmentRecord): string | null {
  if (told) return told.reference ?? null;
  return method === 'FBR' && draftOf(world.seed, order.index).hasReference ? `ERP-${70_000 + index}` : null;
}

const ownTransporters = ['TNT', 'DHLFORYOU', 'DPD-NL', 'BPOST_BRIEF', 'FIETSKOERIER-03'];

function transportOf(world: BolWorld, shipment: ShipmentRecord): object {
  const { index, told, corrected } = shipment;
  const made = madeTransport(world, shipment);
  const { transporterCode, trackAndTrace } = { ...made, ...told, ...corrected };
  const label = told ? told.shippingLabelId : made.shippingLabelId;
  const events = made.trackAndTrace ? transportEvents(world, shipment) : [];
  return {
    transportId: ids.transportId(index),
    transporterCode,
    ...(trackAndTrace && { trackAndTrace }),
    ...(label && { shippingLabelId: label }),
    ...(events.length > 0 && { transportEvents: events }),
  };
}

/** How the world sends it: one of eight own parcels goes as a letter, which cannot be followed. */
export function madeTransport(world: BolWorld, { index, method, order }: ShipmentRecord): Told {
  const by = chance(world.seed, 15, index);
  const vvb = method === 'FBR' && draftOf(world.seed, order.index).vvb;
  if (method === 'FBR' && !vvb && by.is(0.12)) return { transporterCode: 'BRIEFPOST' };
  return {
    transporterCode: method === 'FBB' ? 'TNT' : by.pick(ownTransporters),
    trackAndTrace: `3SLADE${String(index).padStart(7, '0')}`,
    ...(vvb && { shippingLabelId: ids.uuid(world.seed, 16, index) }),
  };
}

/** What the carrier has told by now, oldest first: worked out from the shipment's number, so nothing has to be kept. */
function transportEvents(world: BolWorld, { index, at, order }: ShipmentRecord): object[] {
  const by = chance(world.seed, 17, index);
  const pickup = draftOf(world.seed, order.index).pickupPoint;
  const atCarrier = at + by.int(60, 540) * minuteMs;
  const onTheWay = atCarrier + by.int(30, 600) * minuteMs;
  const there = onTheWay + by.int(6, 40) * hourMs;
  const end = ['DELIVERED_AT_CUSTOMER', 'DELIVERED_AT_NEIGHBOURS', 'RETURNED_TO_SENDER'][by.weighted([88, 9, 3])];
  const events = [
    ['PRE_ANNOUNCED', at],
    ['AT_TRANSPORTER', atCarrier],
    ['IN_TRANSIT', onTheWay],
    ...(pickup
      ? ([
          ['AT_PICK_UP_POINT', there],
          ['PICKED_UP_AT_PICK_UP_POINT', there + by.int(2, 70) * hourMs],
        ] as const)
      : ([[end, there]] as const)),
  ] as const;
  return events
    .filter(([, happenedAt]) => happenedAt <= world.clock.now())
    .map(([eventCode, happenedAt]) => ({ eventCode, eventDateTime: dutchTime(happenedAt) }));
}
