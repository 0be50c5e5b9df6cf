import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { WireReturn, WireReturnPage, WireReturnStatus } from '../wire.js';
import { isObject, jsonOf, refusal } from './errors.js';
import { malformedReturns } from './malformed.js';
import { returnJson } from './render.js';
import type { OttoSettings } from './settings.js';
import type { OttoWorld } from './world.js';

const statuses: readonly WireReturnStatus[] = ['ANNOUNCED', 'ACCEPTED', 'REJECTED', 'MISDIRECTED'];
const limitDefault = 10;
const limitMax = 50;
const decisionsMax = 200;
const reasons = {
  ACCEPTED:
    'RETURN_RECEIVED CANCEL_REQUEST_BY_CUSTOMER SHIPMENT_LOST RETURN_LOST STATUS_SENT_BY_ACCIDENT REFUND_AFTER_AFFIDAVIT COMPLAINT UNDELIVERABLE',
  REJECTED:
    'THIRD_PARTY_ITEM WRONG_ITEM EXCHANGE DAMAGE_TO_THE_HYGIENE_SEAL ITEM_DAMAGED RETURN_PERIOD_EXCEEDED ITEM_NOT_IN_THE_PARCEL',
} as const;

export function returnRoutes(world: OttoWorld, faults: Faults, settings: OttoSettings): Route[] {
  return [
    {
      name: 'GET /v3/returns',
      method: 'GET',
      pattern: /^\/v3\/returns\/?$/,
      handle: (request) => list(request, world, faults, settings),
    },
    {
      name: 'POST /v3/returns/acceptance',
      method: 'POST',
      pattern: /^\/v3\/returns\/acceptance$/,
      handle: (request) => decide(request, world, 'ACCEPTED'),
    },
    {
      name: 'POST /v3/returns/rejection',
      method: 'POST',
      pattern: /^\/v3\/returns\/rejection$/,
      handle: (request) => decide(request, world, 'REJECTED'),
    },
  ];
}

/** Newest status change first, in pages by number: a return that changes meanwhile shifts all that follow. */
function list(request: SandboxRequest, world: OttoWorld, faults: Faults, settings: OttoSettings): Answer {
  const { query, method, path } = request;
  const status = query.get('status')?.toUpperCase() ?? null;
  const limit = Number(query.get('limit') ?? limitDefault);
  const page = Number(query.get('page') ?? 1);
  if (status !== null && !(statuses as readonly string[]).includes(status)) return badParameter(request, 'status');
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) return badParameter(request, 'limit');
  if (!Number.isInteger(page) || page < 1) return badParameter(request, 'page');

  const found = settings.emptyReturns ? [] : world.returns.filter((made) => status === null || made.status === status);
  found.sort((a, b) => b.occurredAt - a.occurredAt || b.order.index - a.order.index || b.unit - a.unit);
  const positionItems = found.slice((page - 1) * limit, page * limit).map((made) => returnJson(world, made));
  if (positionItems.length > 0 && faults.inContent('DUPLICATE_ENTRIES', method, path)) {
    positionItems.push(...positionItems.slice(-2));
  }
  if (faults.inContent('MALFORMED_RECORDS', method, path)) {
    positionItems.push(...(malformedReturns() as WireReturn[]));
  }
  const more = found.length > page * limit;
  const following = more && faults.inContent('STUCK_CURSOR', method, path) ? page : page + 1;
  const filter = status === null ? '' : `status=${status}&`;
  const body: WireReturnPage = {
    positionItems,
    ...(more && { links: [{ rel: 'next', href: `/v3/returns?${filter}page=${following}&limit=${limit}` }] }),
  };
  return { status: 200, body };
}

/** The partner's verdict on up to 200 sent units, each for itself: 200 if all were taken, else 207 with the rest as errors. */
function decide(request: SandboxRequest, world: OttoWorld, verdict: 'ACCEPTED' | 'REJECTED'): Answer {
  const body = jsonOf(request);
  const wanted = isObject(body) ? body.positionItems : null;
  if (!Array.isArray(wanted) || wanted.length === 0) {
    return refusal(request, 422, 'UNPROCESSABLE_ENTITY', 'positionItems is mandatory');
  }
  if (wanted.length > decisionsMax) {
    return refusal(request, 413, 'PAYLOAD_TOO_LARGE', `At most ${decisionsMax} position items per request`);
  }
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const each of wanted) {
    const problem = decideOne(world, each, verdict);
    if (problem === null) results.push(each);
    else errors.push({ title: 'CONFLICT', detail: problem, path: request.path, logref: '0000000000000000' });
  }
  return errors.length === 0 ? { status: 200, body: {} } : { status: 207, body: { results, errors } };
}

/** What stands against this verdict; null: it was carried out. */
function decideOne(world: OttoWorld, wanted: unknown, verdict: 'ACCEPTED' | 'REJECTED'): string | null {
  if (!isObject(wanted)) return 'A position item is not an object';
  const order = world.order(String(wanted.salesOrderId));
  const unit = order && world.unit(order, String(wanted.positionItemId));
  const record = order && unit !== null ? order.units[unit] : undefined;
  if (!order || unit === null || !record) return 'The position item was not found';
  const reason = typeof wanted.reason === 'string' ? wanted.reason : null;
  if (reason === null ? verdict === 'REJECTED' : !reasons[verdict].split(' ').includes(reason)) {
    return 'The reason is not valid';
  }
  if (record.return?.status === 'ACCEPTED') return 'The return has already been accepted';
  if (record.return?.status === 'REJECTED' && verdict === 'REJECTED') return 'The return has already been rejected';
  if (record.status !== 'SENT') return 'The position item is not in state SENT';
  const now = world.clock.now();
  const made = record.return ?? world.announceReturn(order, unit, now);
  if (!made) return 'The position item is not in state SENT';
  const condition = typeof wanted.condition === 'string' ? wanted.condition : null;
  // the list knows the reasons of a rejection only
  world.settleReturn(made, verdict, now, { condition, reason: verdict === 'REJECTED' ? reason : null });
  return null;
}

const badParameter = (request: SandboxRequest, name: string) =>
  refusal(request, 400, 'INVALID_REQUEST_PARAMETER', `Invalid value for parameter ${name}`);
