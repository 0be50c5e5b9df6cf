import type { Answer } from '../../../src/sandbox/delivery.js';
import { Faults } from '../../../src/sandbox/faults.js';
import type { RunningSandbox, SandboxOptions } from '../../../src/sandbox/marketplace.js';
import { type Route, type SandboxApp, type SandboxRequest, startServer } from '../../../src/sandbox/server.js';
import { TokenDesk } from '../../../src/sandbox/tokens.js';
import { WindowThrottle } from '../../../src/sandbox/windows.js';
import { sandboxEpoch } from '../../../src/sandbox/world.js';
import { changesKeptMs } from './guesses.js';
import { truthOf } from './sandbox/truth.js';
import { type OrderRecord, type ReturnRecord, type ShipmentRecord, ToyWorld } from './sandbox/world.js';
import type { WireOrder, WireOrderSummary, WireReturn, WireShipment, WireShipmentSummary } from './wire.js';

const credentials = { clientId: 'toy-demo', clientSecret: 'toy-secret' };
const pageSize = 20;

/** Who may come in. */
interface Gate {
  refuse: boolean;
}

/** Starts a pretend Toy Market. Rejects if the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const { seed = 7, orders = 40, base = sandboxEpoch, rateScale = 1, tokenLifetimeSeconds = 3_600 } = options;
  const world = new ToyWorld(seed, orders, new Date(base).getTime());
  const faults = new Faults(seed);
  const tokens = new TokenDesk();
  const gate: Gate = { refuse: false };
  const app: SandboxApp = {
    routes: [tokenRoute(gate, tokens, tokenLifetimeSeconds), ...routesOf(world, faults)],
    faults,
    throttle: new WindowThrottle([
      { name: 'token', methods: ['POST'], pattern: /^\/token$/, requests: 10 * rateScale, windowMs: 60_000 },
      { name: 'all', methods: ['GET'], pattern: /^/, requests: 10 * rateScale, windowMs: 1_000 },
    ]),
    now: () => world.clock.now(),
    admit: ({ headers }) => tokens.of(headers.authorization) ?? problem(401, 'unauthorized'),
    unauthorized: () => problem(401, 'unauthorized'),
    notFound: () => problem(404, 'not_found'),
    tooMany: (waitMs, forced = Math.ceil(waitMs / 1_000)) => ({
      ...problem(429, 'too_fast'),
      ...(forced !== null && { headers: { 'retry-after': String(forced) } }),
    }),
    contentType: 'application/json',
  };
  const server = await startServer(app, options);
  return {
    ...{ origin: server.origin, credentials, faults },
    counters: Object.defineProperty(server.counters, 'tokensIssued', {
      get: () => tokens.issued,
      enumerable: true,
    }) as RunningSandbox['counters'],
    truth: () => truthOf(world),
    change: (n) => world.change(n),
    advance: (ms) => world.advance(ms),
    revokeTokens: () => tokens.revokeAll(),
    refuseCredentials(refuse = true) {
      gate.refuse = refuse;
      if (refuse) tokens.revokeAll();
    },
    stop: () => server.stop(),
  };
}

const problem = (status: number, error: string): Answer => ({ status, body: { error } });
const get = (name: string, pattern: RegExp, handle: Route['handle']): Route => ({
  ...{ name: `GET ${name}`, method: 'GET', pattern, handle },
});

const tokenRoute = (gate: Gate, tokens: TokenDesk, lifetimeSeconds: number): Route => ({
  ...{ name: 'POST /token', method: 'POST', pattern: /^\/token$/, open: true },
  handle({ body }) {
    const form = new URLSearchParams(body);
    const isKnown =
      form.get('client_id') === credentials.clientId && form.get('client_secret') === credentials.clientSecret;
    if (gate.refuse || !isKnown) return problem(400, 'invalid_client');
    const { value } = tokens.issue(credentials.clientId, [], lifetimeSeconds);
    return { status: 200, body: { access_token: value, expires_in: lifetimeSeconds } };
  },
});

const newestFirst = <Row>(rows: readonly Row[], at: (row: Row) => number) => rows.toSorted((a, b) => at(b) - at(a));

function routesOf(world: ToyWorld, faults: Faults): Route[] {
  const page = (request: SandboxRequest, member: string, rows: () => readonly object[]) =>
    pageOf(request, member, rows, faults, world);
  const single = <Row extends { id: string }>(
    rows: readonly Row[],
    id: string | undefined,
    render: (row: Row) => object,
  ) => {
    const row = rows.find((one) => one.id === id);
    return row ? { status: 200, body: render(row) } : problem(404, 'not_found');
  };
  return [
    get('/orders', /^\/orders$/, (request) => {
      const since = Date.parse(request.query.get('changedSince') ?? new Date(0).toISOString());
      const isTooOld = request.query.has('changedSince') && since < world.clock.now() - changesKeptMs;
      if (Number.isNaN(since) || isTooOld) return problem(400, 'bad_changed_since');
      const changed = () => world.orders.filter(({ changedAt }) => changedAt >= since);
      return page(request, 'orders', () => newestFirst(changed(), (order) => order.changedAt).map(orderSummary));
    }),
    get('/orders/{id}', /^\/orders\/([^/]+)$/, (_, [id]) => single(world.orders, id, renderOrder)),
    get('/shipments', /^\/shipments$/, (request) =>
      page(request, 'shipments', () => newestFirst(world.shipments, ({ at }) => at).map(shipmentSummary)),
    ),
    get('/shipments/{id}', /^\/shipments\/([^/]+)$/, (_, [id]) => single(world.shipments, id, renderShipment)),
    get('/returns', /^\/returns$/, (request) =>
      page(request, 'returns', () => newestFirst(world.returns, ({ changedAt }) => changedAt).map(renderReturn)),
    ),
  ];
}

/** A page of a list, and what the content faults make of it. */
function pageOf(
  { method, path, query }: SandboxRequest,
  member: string,
  rows: () => readonly object[],
  faults: Faults,
  world: ToyWorld,
): Answer {
  const page = Number(query.get('page') ?? 1);
  if (!Number.isInteger(page) || page < 1) return problem(400, 'bad_page');
  const strikes = (kind: Parameters<Faults['inContent']>[0]) => faults.inContent(kind, method, path);
  // what happened since the page before stands on top, and all else moves down
  if (page > 1 && strikes('SHIFTED_PAGES')) world.change(1);
  const start = (page > 1 && strikes('STUCK_CURSOR') ? page - 2 : page - 1) * pageSize;
  const found = rows().slice(start, start + pageSize);
  if (strikes('DUPLICATE_ENTRIES')) found.push(...found.slice(-2));
  if (page === 1 && strikes('MALFORMED_RECORDS')) found.unshift({ ...found[0], id: 7 }, {});
  return { status: 200, body: { [member]: found } };
}

const iso = (at: number) => new Date(at).toISOString();
const orderSummary = ({ id, changedAt }: OrderRecord): WireOrderSummary => ({ id, changedAt: iso(changedAt) });
const shipmentSummary = ({ id, at }: ShipmentRecord): WireShipmentSummary => ({ id, shippedAt: iso(at) });

function renderOrder(order: OrderRecord): WireOrder {
  const { buyer, lines, sender, giftNote } = order;
  const isCancelled = lines.every(({ quantity, cancelled }) => quantity === cancelled);
  const shipTo = {
    name: `${buyer.firstName} ${buyer.lastName}`,
    street: `${buyer.street} ${buyer.houseNumber}`,
    ...{ postalCode: buyer.zipCode, city: buyer.city, country: buyer.country },
  };
  return {
    ...orderSummary(order),
    placedAt: iso(order.placedAt),
    ...{ sender, giftNote },
    ...(!isCancelled && { shipTo }),
    lines: lines.map(({ id, product, quantity, shipped, cancelled }) => ({
      ...{ id, sku: product.sku, ean: product.ean, title: product.title, vat: product.vatRate },
      ...{ price: product.priceMinor / 100, quantity, shipped, cancelled },
    })),
  };
}

function renderShipment(shipment: ShipmentRecord): WireShipment {
  const { id, order, items } = shipment;
  const parcel = { carrier: 'POST', tracking: `TRACK-${id}`, box: 'M' };
  return { ...shipmentSummary(shipment), orderId: order.id, sender: order.sender, ...parcel, items };
}

function renderReturn({ id, order, line, quantity, changedAt, accepted }: ReturnRecord): WireReturn {
  const said = { reason: 'TOO_SMALL', comment: 'Ça ne va pas – zu klein' };
  const about = { id, changedAt: iso(changedAt), orderId: order.id, lineId: line.id, quantity };
  return accepted === null ? { ...about, state: 'OPEN', ...said } : { ...about, state: 'DONE', accepted, ...said };
}
