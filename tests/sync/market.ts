import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../src/commerce/json.js';
import type { Cursor, Marketplace, Page, PullFrom, Session } from '../../src/commerce/marketplace.js';
import type { Order } from '../../src/commerce/order.js';
import type { Shipment } from '../../src/commerce/shipment.js';
import { MappingError } from '../../src/errors.js';

/*
 * The smallest marketplace that has everything the engine must deal with: orders by change number, shipments whose
 * list is a summary, tokens. A real server whose script a test may change at any moment.
 */

interface MarketOrder {
  readonly id: string;
  readonly change: number;
  readonly sku: string | null;
  readonly quantity: number;
  readonly cents: number;
}

export interface Market {
  readonly origin: string;
  readonly marketplace: Marketplace;
  /** Method and path of every request, the oldest first. */
  readonly requests: string[];
  readonly secrets: Map<string, string>;
  readonly orders: Map<string, MarketOrder>;
  readonly shipments: Map<string, { id: string; order: string; state: string }>;
  pageSize: number;
  /** Called before every answer; what it returns is answered instead. */
  script: (request: string, count: number) => Reply | undefined | Promise<Reply | undefined>;
  /** Adds or changes orders. */
  put(from: number, to: number, change?: Partial<MarketOrder>): void;
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly body?: Json | string;
  readonly headers?: Record<string, string>;
}

export async function openMarket(options: { mappingVersion?: number } = {}): Promise<Market> {
  const tokens = new Set<string>();
  let changes = 0;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://market');
    const name = `${request.method} ${url.pathname}`;
    market.requests.push(name);
    const body = await readBody(request);
    const reply = (await market.script(name, market.requests.length)) ?? answer(name, url, request, body);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? null));
  });
  const answer = (name: string, url: URL, request: IncomingMessage, body: string): Reply => {
    if (name === 'POST /token') {
      const form = new URLSearchParams(body);
      if (market.secrets.get(form.get('id') ?? '') !== form.get('secret')) return { status: 401, body: 'no' };
      const token = `t${market.requests.length}`;
      tokens.add(token);
      return { status: 200, body: { token, seconds: 600 } };
    }
    if (!tokens.has(request.headers.authorization?.slice(7) ?? '')) return { status: 401 };
    if (name === 'GET /orders')
      return { status: 200, body: ordersAfter(market, Number(url.searchParams.get('after'))) };
    if (name === 'GET /shipments') {
      return { status: 200, body: [...market.shipments.values()].map(({ id, state }) => ({ id, state })) };
    }
    const shipment = market.shipments.get(url.pathname.split('/')[2] ?? '');
    return shipment ? { status: 200, body: { ...shipment, at: '2026-01-02T00:00:00Z' } } : { status: 404 };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const market: Market = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    marketplace: { ...marketplace, mappingVersion: options.mappingVersion ?? 1 },
    requests: [],
    secrets: new Map([['tests', 'secret']]),
    orders: new Map(),
    shipments: new Map(),
    pageSize: 10,
    script: () => undefined,
    put(from, to, change = {}) {
      for (let at = from; at <= to; at++) {
        const id = `o${at}`;
        const order = { sku: `sku-${at % 3}`, quantity: 1, cents: 100 + at, ...market.orders.get(id), ...change };
        market.orders.set(id, { ...order, id, change: ++changes });
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return market;
}

function ordersAfter(market: Market, after: number): Json {
  const due = [...market.orders.values()].filter((order) => order.change > after).sort((a, b) => a.change - b.change);
  const page = due.slice(0, market.pageSize);
  return {
    orders: page.map((order) => ({ ...order })),
    more: due.length > page.length,
    last: page.at(-1)?.change ?? after,
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

type OrdersPage = { orders: { id: string | null }[]; more: boolean; last: number };

async function* pullOrders(session: Session, from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  let after = Number(from.cursor?.after ?? 0);
  for (let done = false; !done; ) {
    const page = (await session.http.get('/orders', { query: { after }, signal })) as OrdersPage;
    after = page.last;
    done = !page.more;
    const cursor: Cursor = { after };
    yield { records: page.orders.map((payload) => ({ externalId: payload.id, payload })), cursor, done };
  }
}

async function* pullShipments(session: Session, _from: PullFrom, signal: AbortSignal): AsyncGenerator<Page> {
  const list = (await session.http.get('/shipments', { signal })) as { id: string; state: string }[];
  const records = list.map((payload) => ({
    externalId: payload.id,
    payload,
    load: (loading: AbortSignal) => session.http.get(`/shipments/${payload.id}`, { signal: loading }),
  }));
  yield { records, cursor: { read: list.length }, done: true };
}

function mapOrder(payload: Json): Order {
  const order = payload as unknown as MarketOrder;
  if (order.sku === null) throw new MappingError('sku', 'is missing');
  const changedAt = new Date(Date.UTC(2026, 0, 1) + order.change * 1000);
  return {
    externalId: order.id,
    orderNumber: order.id,
    orderedAt: new Date(Date.UTC(2026, 0, 1)),
    changedAt,
    shipBy: null,
    shippingAddress: null,
    billingAddress: null,
    currency: 'EUR',
    lines: [
      {
        externalIds: [`${order.id}-1`],
        sku: order.sku,
        ean: null,
        title: order.sku,
        fulfilledBy: 'SELLER',
        quantity: { ordered: order.quantity, shipped: 0, cancelled: 0, returned: 0, pending: 0 },
        unitPriceMinor: order.cents,
        totalMinor: order.quantity * order.cents,
        vatRate: '19',
        shippedAt: null,
      },
    ],
    details: {},
  };
}

function mapShipment(payload: Json): Shipment {
  const shipment = payload as unknown as { id: string; order: string; at: string };
  const lines = [{ orderExternalId: shipment.order, externalId: `${shipment.order}-1`, quantity: 1 }];
  return {
    externalId: shipment.id,
    shippedAt: new Date(shipment.at),
    fulfilledBy: 'SELLER',
    carrier: 'DHL',
    trackingNumber: shipment.id,
    lines,
    details: {},
  };
}

class Nothing {}

const timing = { everyMs: 3_600_000, overlapMs: 0, windowMs: null };

const marketplace: Marketplace = {
  id: 'market',
  code: 'OTTO',
  title: 'Market',
  origin: 'https://market.invalid',
  zone: 'Europe/Berlin',
  accountField: 'clientId',
  lanes: [{ name: 'all', pattern: /./, requests: 500, windowMs: 1000, queueMax: 1000, source: 'these tests' }],
  token: {
    async fetch(http, { clientId = '', clientSecret = '' }, signal) {
      const answer = await http.post('/token', { form: { id: clientId, secret: clientSecret }, signal });
      const { token, seconds } = answer as { token: string; seconds: number };
      return { value: token, expiresInSeconds: seconds };
    },
  },
  derived: [],
  mappingVersion: 1,
  streams: [
    {
      name: 'ORDERS',
      strategies: [{ code: 'CHANGE_FEED', text: 'by change number', reachMs: null }],
      ...timing,
      pull: pullOrders,
      map: mapOrder,
    },
    {
      name: 'SHIPMENTS',
      strategies: [{ code: 'LIST_BACK', text: 'all of them', reachMs: null }],
      ...timing,
      pull: pullShipments,
      map: mapShipment,
    },
  ],
  classify: ({ path, status }) => (path === '/token' && status === 401 ? 'CREDENTIALS_REFUSED' : null),
  async verify(session, signal) {
    await session.http.get('/orders', { query: { after: 1_000_000 }, signal });
  },
  types: { order: Nothing, shipment: Nothing, return: Nothing, productSales: Nothing, credentials: Nothing },
};
