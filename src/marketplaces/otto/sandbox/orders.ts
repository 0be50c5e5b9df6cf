import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { WireOrder, WireOrderPage, WirePositionState } from '../wire.js';
import { refusal, timeOf } from './errors.js';
import { malformedOrders } from './malformed.js';
import type { OrderRecord } from './records.js';
import { orderJson } from './render.js';
import type { OttoSettings } from './settings.js';
import type { OttoWorld } from './world.js';

const states: readonly WirePositionState[] = [
  'ANNOUNCED',
  'PROCESSABLE',
  'SENT',
  'RETURNED',
  'CANCELLED_BY_PARTNER',
  'CANCELLED_BY_MARKETPLACE',
];

const limitDefault = 128;
const limitMax = 256;

/** What a list asks for. A cursor carries all of it: with one, every parameter but `limit` is ignored. */
interface OrderQuery {
  readonly from: number | null;
  readonly orderedFrom: number | null;
  readonly orderedTo: number | null;
  readonly states: readonly WirePositionState[];
  readonly mode: 'BUCKET' | 'AT_LEAST_ONE';
  readonly direction: 'ASC' | 'DESC';
}

/** OTTO's names: the last record's change date in ms, and its number. */
interface OrderCursor extends OrderQuery {
  readonly ff: number;
  readonly pif: string;
}

export function orderListRoute(world: OttoWorld, faults: Faults, settings: OttoSettings): Route {
  return {
    name: 'GET /v4/orders',
    method: 'GET',
    pattern: /^\/v4\/orders\/?$/,
    handle: (request) => list(request, world, faults, settings),
  };
}

function list(request: SandboxRequest, world: OttoWorld, faults: Faults, settings: OttoSettings): Answer {
  const limit = limitOf(request, settings);
  if (limit === null) return badParameter(request, 'limit');
  const text = request.query.get('nextcursor');
  const cursor = text === null ? null : cursorOf(text);
  if (text !== null && cursor === null) return badParameter(request, 'nextcursor');
  const query = cursor ?? queryOf(request.query);
  if (typeof query === 'string') return badParameter(request, query);
  const struck = (kind: Parameters<Faults['inContent']>[0]) => faults.inContent(kind, request.method, request.path);

  const after = cursor && { at: cursor.ff, index: Number(cursor.pif) };
  const found: OrderRecord[] = [];
  let more = false;
  for (const order of world.changes.read(query.direction, { from: query.from, after })) {
    if (!matches(order, query)) continue;
    if (found.length === limit) {
      more = true;
      break;
    }
    found.push(order);
  }
  const resources = found.map((order) => orderJson(world, order));
  if (resources.length > 0 && struck('DUPLICATE_ENTRIES')) resources.push(...resources.slice(-3));
  if (struck('MALFORMED_RECORDS')) resources.push(...(malformedOrders(resources[0]) as unknown as WireOrder[]));

  const last = found.at(-1);
  let next = more && last ? cursorText({ ...query, ff: world.changes.timeOf(last), pif: String(last.index) }) : null;
  if (next && struck('STUCK_CURSOR')) next = text ?? next;
  // the first order of this page changes before the next page is asked for, and so comes again at the end
  const [first] = found;
  if (next && first && struck('SHIFTED_PAGES')) world.touch(first);
  const page: WireOrderPage = {
    resources,
    ...(next && { links: [{ rel: 'next', href: `/v4/orders?nextcursor=${encodeURIComponent(next)}&limit=${limit}` }] }),
  };
  return { status: 200, body: page };
}

function limitOf(request: SandboxRequest, settings: OttoSettings): number | null {
  const limit = Number(request.query.get('limit') ?? limitDefault);
  if (!Number.isInteger(limit) || limit < 1) return null;
  return limit <= limitMax ? limit : settings.limitAboveMax === 'CLAMP' ? limitMax : null;
}

/** The query, or the name of the parameter that makes no sense. Names that OTTO does not know are ignored. */
function queryOf(query: URLSearchParams): OrderQuery | string {
  const times: Record<string, number | null> = {};
  for (const name of ['fromDate', 'fromOrderDate', 'toOrderDate']) {
    const text = query.get(name);
    times[name] = text === null ? null : timeOf(text);
    if (text !== null && times[name] === null) return name;
  }
  const wanted = query.getAll('fulfillmentStatus');
  if (!wanted.every((state): state is WirePositionState => (states as readonly string[]).includes(state))) {
    return 'fulfillmentStatus';
  }
  const mode = query.get('mode') ?? 'BUCKET';
  if (mode !== 'BUCKET' && mode !== 'AT_LEAST_ONE') return 'mode';
  const direction = query.get('orderDirection') ?? 'ASC';
  if (direction !== 'ASC' && direction !== 'DESC') return 'orderDirection';
  if ((query.get('orderColumnType') ?? 'ORDER_LIFECYCLE_DATE') !== 'ORDER_LIFECYCLE_DATE') return 'orderColumnType';
  const { fromDate = null, fromOrderDate = null, toOrderDate = null } = times;
  return { from: fromDate, orderedFrom: fromOrderDate, orderedTo: toOrderDate, states: wanted, mode, direction };
}

function matches(order: OrderRecord, query: OrderQuery): boolean {
  if (query.orderedFrom !== null && order.orderedAt < query.orderedFrom) return false;
  if (query.orderedTo !== null && order.orderedAt > query.orderedTo) return false;
  if (query.states.length === 0) return true;
  const found = query.mode === 'BUCKET' ? bucketsOf(order) : new Set(order.units.map(({ status }) => status));
  return query.states.some((state) => found.has(state));
}

/**
 * OTTO's buckets: of ANNOUNCED, PROCESSABLE, SENT and RETURNED the first that any unit is in; and each kind of
 * cancellation that any unit has. So an order can be in two buckets.
 */
export function bucketsOf(order: OrderRecord): Set<WirePositionState> {
  const any = new Set(order.units.map(({ status }) => status));
  const first = (['ANNOUNCED', 'PROCESSABLE', 'SENT', 'RETURNED'] as const).find((state) => any.has(state));
  const buckets = new Set<WirePositionState>(first ? [first] : []);
  for (const state of ['CANCELLED_BY_PARTNER', 'CANCELLED_BY_MARKETPLACE'] as const) {
    if (any.has(state)) buckets.add(state);
  }
  return buckets;
}

function cursorText(cursor: OrderCursor): string {
  return Buffer.from(JSON.stringify(cursor), 'utf8').toString('base64');
}

function cursorOf(text: string): OrderCursor | null {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as OrderCursor;
    return Number.isFinite(cursor.ff) && /^\d+$/.test(cursor.pif) && Array.isArray(cursor.states) ? cursor : null;
  } catch {
    return null;
  }
}

function badParameter(request: SandboxRequest, name: string): Answer {
  return refusal(request, 400, 'INVALID_REQUEST_PARAMETER', `Invalid value for parameter ${name}`);
}
