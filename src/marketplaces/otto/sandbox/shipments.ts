import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { WireShipmentPage, WireShipmentSummary } from '../wire.js';
import { shipmentRefusal, timeOf } from './errors.js';
import * as ids from './ids.js';
import { malformedShipment, malformedShipmentId, malformedShipments } from './malformed.js';
import type { ShipmentRecord } from './records.js';
import { shipmentJson, shipmentSummary } from './render.js';
import type { OttoSettings } from './settings.js';
import type { OttoWorld } from './world.js';

const limitDefault = 25;
const limitMax = 100;

/** Reading shipments: the list of summaries, and one in full by id or tracking number. */
export function shipmentRoutes(world: OttoWorld, faults: Faults, settings: OttoSettings): Route[] {
  return [
    {
      name: 'GET /v1/shipments',
      method: 'GET',
      pattern: /^\/v1\/shipments\/?$/,
      handle: (request) => list(request, world, faults, settings),
    },
    {
      name: 'GET /v1/shipments/{id}',
      method: 'GET',
      pattern: /^\/v1\/shipments\/([^/]+)$/,
      handle(request, [id = '']) {
        if (id === malformedShipmentId) return { status: 200, body: malformedShipment() };
        const shipment = world.shipment(id);
        return shipment ? { status: 200, body: shipmentJson(world, shipment) } : notFound(request, `id ${id}`);
      },
    },
    {
      name: 'GET /v1/shipments/carriers/{carrier}/trackingnumbers/{number}',
      method: 'GET',
      pattern: /^\/v1\/shipments\/carriers\/([^/]+)\/trackingnumbers\/([^/]+)$/,
      handle(request, [carrier = '', number = '']) {
        const shipment = world.shipmentByTracking(carrier, number);
        return shipment
          ? { status: 200, body: shipmentJson(world, shipment) }
          : notFound(request, `carrier ${carrier} and tracking number ${number}`);
      },
    },
  ];
}

export const notFound = (request: SandboxRequest, what: string) =>
  shipmentRefusal(request, 404, 'RESOURCE_NOT_FOUND', { detail: `Found no shipment with ${what}` });

function list(request: SandboxRequest, world: OttoWorld, faults: Faults, settings: OttoSettings): Answer {
  const { query, method, path } = request;
  const dateText = query.get('datefrom');
  const from = dateText === null ? null : timeOf(dateText);
  const limit = Number(query.get('limit') ?? limitDefault);
  const next = query.get('next');
  const start = next === null ? null : (world.shipment(next)?.index ?? -1);
  if (from === null || !Number.isInteger(limit) || limit < 1 || limit > limitMax || start === -1) {
    return shipmentRefusal(request, 400, 'INVALID_REQUEST_PARAMETER', { withQuery: true });
  }
  const struck = (kind: Parameters<Faults['inContent']>[0]) => faults.inContent(kind, method, path);
  const { page, following } = pageOf(world.shipments, { from, start, limit, direction: settings.shipmentDirection });
  const resources = page.map((shipment) => shipmentSummary(world, shipment));
  if (resources.length > 0 && struck('DUPLICATE_ENTRIES')) resources.push(...resources.slice(-2));
  if (struck('MALFORMED_RECORDS')) resources.push(...(malformedShipments() as WireShipmentSummary[]));

  let cursor = following && ids.shipmentId(following.index);
  if (cursor && struck('STUCK_CURSOR')) cursor = next ?? cursor;
  const datefrom = encodeURIComponent(dateText ?? '');
  const body: WireShipmentPage = {
    ...(cursor && {
      links: [{ href: `/v1/shipments?next=${cursor}&datefrom=${datefrom}&limit=${limit}`, rel: 'next' }],
    }),
    resources,
  };
  return { status: 200, body };
}

/** A page, and the first shipment of the next one: OTTO's cursor. */
function pageOf(
  all: readonly ShipmentRecord[],
  { from, start, limit, direction }: { from: number; start: number | null; limit: number; direction: string },
): { page: ShipmentRecord[]; following: ShipmentRecord | null } {
  const first = all.findIndex(({ createdAt }) => createdAt >= from);
  if (first < 0) return { page: [], following: null };
  const page: ShipmentRecord[] = [];
  const step = direction === 'NEWEST_FIRST' ? -1 : 1;
  let at = start ?? (step < 0 ? all.length - 1 : first);
  for (; at >= first && at < all.length && page.length < limit; at += step) page.push(all[at] as ShipmentRecord);
  return { page, following: at >= first ? (all[at] ?? null) : null };
}
