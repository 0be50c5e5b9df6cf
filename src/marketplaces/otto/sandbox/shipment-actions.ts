import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import { isObject, jsonOf, shipmentRefusal, timeOf } from './errors.js';
import * as ids from './ids.js';
import type { ShipmentItem, ShipmentRecord, TrackingKey } from './records.js';
import { notFound } from './shipments.js';
import { isFreight, type OttoWorld } from './world.js';

const parcelCarriers = 'DHL DHL_EXPRESS DHL_HOME_DELIVERY GLS HERMES DPD UPS';
const forwarders =
  'DHL_FREIGHT BTW BURSPED CARGOLINE DACHSER DB_SCHENKER DSV EMONS EPH_DIREKT IDS GEIS GEL GUETTLER HES HELLMANN HEUEL KOCH KUEHNE_NAGEL LOGWIN MEYER_JUMBO RABEN_LOGISTIK RHENUS REIMER REITHMEIER SCHOCKEMOEHLE SCHMIDT_GEVELSBERG ZUFALL OTHER_FORWARDER';
const carriers = new Set(`${parcelCarriers} ${forwarders}`.split(' '));
const parcels = new Set(parcelCarriers.split(' '));
const returnCarriers = new Set(['DHL', 'GLS', 'HERMES']);

/** Writing shipments: create one, or put more units into one that exists (a correction). */
export function shipmentActions(world: OttoWorld): Route[] {
  const append = (request: SandboxRequest, shipment: ShipmentRecord | null, what: string) =>
    shipment ? appendTo(request, world, shipment) : notFound(request, what);
  return [
    {
      name: 'POST /v1/shipments',
      method: 'POST',
      pattern: /^\/v1\/shipments\/?$/,
      handle: (request) => create(request, world),
    },
    {
      name: 'POST /v1/shipments/{id}/positionitems',
      method: 'POST',
      pattern: /^\/v1\/shipments\/([^/]+)\/positionitems$/,
      handle: (request, [id = '']) => append(request, world.shipment(id), `id ${id}`),
    },
    {
      name: 'POST /v1/shipments/carriers/{carrier}/trackingnumbers/{number}/positionitems',
      method: 'POST',
      pattern: /^\/v1\/shipments\/carriers\/([^/]+)\/trackingnumbers\/([^/]+)\/positionitems$/,
      handle: (request, [carrier = '', number = '']) =>
        append(request, world.shipmentByTracking(carrier, number), `tracking number ${number}`),
    },
  ];
}

function create(request: SandboxRequest, world: OttoWorld): Answer {
  const body = jsonOf(request);
  if (!isObject(body)) return shipmentRefusal(request, 400, 'INVALID_REQUEST_BODY');
  const missing = (jsonPath: string) =>
    shipmentRefusal(request, 400, 'PROPERTY_IS_MANDATORY', { detail: 'The property is mandatory', jsonPath });
  const trackingKey = trackingKeyOf(body.trackingKey, carriers);
  if (!trackingKey) return missing('trackingKey');
  const shipDate = typeof body.shipDate === 'string' ? timeOf(body.shipDate) : null;
  if (shipDate === null) return missing('shipDate');
  const from = fromOf(body.shipFromAddress);
  if (!from) return missing('shipFromAddress');
  if (parcels.has(trackingKey.carrier) && !trackingKey.trackingNumber) return missing('trackingKey.trackingNumber');
  if (!Array.isArray(body.positionItems) || body.positionItems.length === 0) return missing('positionItems');
  const items = itemsOf(request, world, body.positionItems, 'positionItems', trackingKey.carrier);
  if (!Array.isArray(items)) return items;
  if (trackingKey.trackingNumber && world.shipmentByTracking(trackingKey.carrier, trackingKey.trackingNumber)) {
    return shipmentRefusal(request, 409, 'DUPLICATE_TRACKING_KEY', {
      detail: 'Tracking key already exists for another shipment.',
    });
  }
  const made = world.ship(items, { trackingKey, shipDate, from }, world.clock.now());
  return { status: 201, body: { shipmentId: ids.shipmentId(made.index) } };
}

function appendTo(request: SandboxRequest, world: OttoWorld, shipment: ShipmentRecord): Answer {
  const body = jsonOf(request);
  if (!Array.isArray(body) || body.length === 0) return shipmentRefusal(request, 400, 'INVALID_REQUEST_BODY');
  const items = itemsOf(request, world, body, '', shipment.trackingKey.carrier);
  if (!Array.isArray(items)) return items;
  world.append(shipment, items, world.clock.now());
  return { status: 200 };
}

/** The units of a request, or the refusal of the first that cannot be sent: then nothing of the request is done. */
function itemsOf(
  request: SandboxRequest,
  world: OttoWorld,
  wanted: readonly unknown[],
  jsonRoot: string,
  carrier: string,
): ShipmentItem[] | Answer {
  const items: ShipmentItem[] = [];
  for (const [position, each] of wanted.entries()) {
    const at = (member: string) => `${jsonRoot}[${position}].${member}`;
    if (!isObject(each)) return shipmentRefusal(request, 400, 'INVALID_REQUEST_BODY');
    const order = world.order(String(each.salesOrderId));
    const unit = order && world.unit(order, String(each.positionItemId));
    if (!order || unit === null) {
      return shipmentRefusal(request, 400, 'INSUFFICIENT_PERMISSION', {
        detail: 'The partner is not allowed to create/update a shipment for position item ID',
        jsonPath: at('positionItemId'),
      });
    }
    const returnTrackingKey = trackingKeyOf(each.returnTrackingKey, returnCarriers);
    if (!returnTrackingKey && parcels.has(carrier) && !isFreight(order, unit)) {
      const detail = 'The property is mandatory';
      return shipmentRefusal(request, 400, 'PROPERTY_IS_MANDATORY', { detail, jsonPath: at('returnTrackingKey') });
    }
    const record = order.units[unit];
    if (record?.shipment) {
      return shipmentRefusal(request, 409, 'POSITION_ITEM_INCLUDED_IN_OTHER_SHIPMENT', {
        detail: 'One or more of the given position item ids already exist in another shipment',
      });
    }
    if (record?.status !== 'PROCESSABLE' || items.some((item) => item.order === order && item.unit === unit)) {
      return shipmentRefusal(request, 400, 'POSITION_ITEM_CAN_NOT_BE_SENT', {
        detail: 'The position item can not be sent',
        jsonPath: at('positionItemId'),
      });
    }
    items.push({ order, unit, returnTrackingKey });
  }
  return items;
}

function trackingKeyOf(value: unknown, allowed: ReadonlySet<string>): TrackingKey | null {
  if (!isObject(value) || typeof value.carrier !== 'string' || !allowed.has(value.carrier)) return null;
  const { carrier, trackingNumber } = value;
  return typeof trackingNumber === 'string' && trackingNumber !== '' ? { carrier, trackingNumber } : { carrier };
}

function fromOf(value: unknown): ShipmentRecord['from'] | null {
  if (!isObject(value)) return null;
  const { city, zipCode, countryCode } = value;
  const ok =
    typeof city === 'string' &&
    city.length <= 60 &&
    typeof zipCode === 'string' &&
    zipCode.length <= 10 &&
    typeof countryCode === 'string' &&
    /^[A-Z]{3}$/.test(countryCode);
  return ok ? { city, zipCode, countryCode } : null;
}
