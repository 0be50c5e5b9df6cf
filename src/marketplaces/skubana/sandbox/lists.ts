import type { Answer } from '../../../sandbox/delivery.js';
import type { Faults } from '../../../sandbox/faults.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { WireOrder } from '../wire.js';
import { renderOrder, salesChannelId, warehouses } from './render.js';
import type { SkubanaSettings } from './settings.js';
import type { OrderRecord, SkubanaWorld } from './world.js';

export const problem = (status: number, error: string): Answer => ({
  status,
  body: { error, error_description: error },
});

/** Which filters there are, by the dates that they go by. */
const dates: Readonly<Record<string, (order: OrderRecord) => number | null>> = {
  created: ({ placedAt }) => placedAt,
  modified: ({ modifiedAt }) => modifiedAt,
  order: ({ placedAt }) => placedAt,
  payment: ({ paidAt }) => paidAt,
  ship: ({ shippedAt }) => shippedAt,
};

const get = (name: string, pattern: RegExp, handle: Route['handle']): Route => ({
  ...{ name: `GET ${name}`, method: 'GET', pattern, handle },
});

export function routesOf(world: SkubanaWorld, faults: Faults, settings: SkubanaSettings): Route[] {
  return [
    get('/v1.1/orders', /^\/v1\.1\/orders$/, (request) => pageOf(request, world, faults, settings)),
    get('/v1.1/orders/{id}', /^\/v1\.1\/orders\/([^/]+)$/, (_, [id]) => {
      const order = world.orders.find((one) => String(one.id) === id);
      return order ? { status: 200, body: renderOrder(order) } : problem(404, 'not_found');
    }),
  ];
}

/** A page of the list, and what the content faults make of it. Past the end: an empty list. */
function pageOf(request: SandboxRequest, world: SkubanaWorld, faults: Faults, settings: SkubanaSettings): Answer {
  const { method, path, query } = request;
  const page = Number(query.get('page') ?? 1);
  const limit = limitOf(query.get('limit'), settings);
  const problemOfDates = wrongDate(query);
  if (!Number.isInteger(page) || page < 1 || limit === null || problemOfDates) return problem(400, 'bad_request');
  const strikes = (kind: Parameters<Faults['inContent']>[0]) => faults.inContent(kind, method, path);
  // what changes meanwhile moves within the list
  if (page > 1 && strikes('SHIFTED_PAGES')) world.change(1);
  const start = (page > 1 && strikes('STUCK_CURSOR') ? page - 2 : page - 1) * limit;
  const orders = inOrder(
    world.orders.filter((order) => isWanted(order, query)),
    settings,
  );
  const found: unknown[] = orders.slice(start, start + limit).map(renderOrder);
  if (strikes('DUPLICATE_ENTRIES')) found.push(...found.slice(-2));
  const [first] = found as WireOrder[];
  if (page === 1 && strikes('MALFORMED_RECORDS')) {
    found.unshift({ ...first, orderId: `${first?.orderId}` }, { orderId: 7, orderStatus: 'TELEPORTED' }, {});
  }
  return { status: 200, body: found };
}

/** By what the list runs, nobody says. */
function inOrder(orders: readonly OrderRecord[], { listedBy }: SkubanaSettings): readonly OrderRecord[] {
  if (listedBy === 'ID') return orders;
  const sign = listedBy === 'OLDEST_CHANGE' ? 1 : -1;
  return orders.toSorted((a, b) => sign * (a.modifiedAt - b.modifiedAt) || a.id - b.id);
}

/** 10 to 1,000; what lies beyond is cut, or refused. */
function limitOf(text: string | null, { beyondLimit }: SkubanaSettings): number | null {
  const limit = Number(text ?? 100);
  if (!Number.isInteger(limit)) return null;
  const clamped = Math.min(1_000, Math.max(10, limit));
  return clamped !== limit && beyondLimit === 'REFUSED' ? null : clamped;
}

const dateForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function wrongDate(query: URLSearchParams): boolean {
  return [...query].some(([name, value]) => /Date(From|To)$/.test(name) && !dateForm.test(value));
}

/** Of a filter that is given several times, any. */
function isWanted(order: OrderRecord, query: URLSearchParams): boolean {
  const isOne = (name: string, value: string | number) =>
    !query.has(name) || query.getAll(name).includes(String(value));
  const { own, amazon } = warehouses;
  return (
    Object.entries(dates).every(([name, at]) => isWithin(at(order), query, name)) &&
    isOne('status', order.status) &&
    isOne('orderId', order.id) &&
    isOne('orderNumber', order.number) &&
    isOne('salesChannelId', salesChannelId) &&
    isOne('warehouseId', (order.isTheirs ? amazon : own).warehouseId)
  );
}

function isWithin(at: number | null, query: URLSearchParams, name: string): boolean {
  const [from, to] = [query.get(`${name}DateFrom`), query.get(`${name}DateTo`)];
  if (from === null && to === null) return true;
  if (at === null) return false;
  return (from === null || at >= Date.parse(from)) && (to === null || at <= Date.parse(to));
}
