// Checks of the coverage when something goes wrong, against the tests' own marketplace.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { CountedRecord, Coverage } from '../../src/commerce/coverage.js';
import type { Json } from '../../src/commerce/json.js';
import type { Marketplace, Session, Stream, StreamName } from '../../src/commerce/marketplace.js';
import { pauseShop } from '../../src/store/shops.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { type Checker, newChecker } from './checker.js';
import { type Market, openMarket } from './market.js';

let fresh: Fresh;
let market: Market;
let shop: Checker;

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  market = await openMarket();
});
afterEach(async () => {
  await shop.stop();
  await market.close();
});

type Listed = { orders: { id: string; change: number }[]; more: boolean; last: number };

const ask = async (session: Session, after: number, signal: AbortSignal) =>
  (await session.http.get('/orders', { query: { after, count: 1 }, signal })) as Listed;

/** All orders of this marketplace were placed on one day. */
const orderCoverage: Coverage = {
  by: 'LIST',
  text: 'All of them.',
  methods: ['SELLER'],
  reachDays: null,
  daily: true,
  async list(session, { after }, signal) {
    const page = await ask(session, Number(after ?? 0), signal);
    const records = page.orders.map(
      ({ id, change }): CountedRecord => ({
        externalId: id,
        changedAt: new Date(Date.UTC(2026, 0, 1) + change * 1000),
      }),
    );
    return { records, after: page.more ? page.last : null };
  },
};

const shipmentCoverage: Coverage = {
  by: 'ORDERS',
  text: 'By what the orders say.',
  methods: ['SELLER'],
  reachDays: null,
  shipmentsOf: async () => [...market.shipments.keys()],
};

interface Changes {
  readonly byKey?: Stream['byKey'] | null;
  readonly coverage?: Coverage | null;
  readonly shipments?: Coverage;
}

/** One order, asked for by its key; any path will do. */
const orderByKey: NonNullable<Stream['byKey']> = (session, externalId) => ({
  externalId,
  payload: null,
  load: (signal) => session.http.get(`/orders/${externalId}`, { signal }),
});

function counting({
  byKey = orderByKey,
  coverage = orderCoverage,
  shipments = shipmentCoverage,
}: Changes = {}): Marketplace {
  const streams = market.marketplace.streams.map((stream) =>
    stream.name === 'ORDERS'
      ? { ...stream, ...(byKey && { byKey }), ...(coverage && { coverage }) }
      : { ...stream, coverage: shipments },
  ) as Stream[];
  return { ...market.marketplace, streams };
}

/** Serves single orders, after what a test does with a request. */
function serve(first: Market['script'] = () => undefined): void {
  market.script = async (request, count) => {
    const given = await first(request, count);
    const order = market.orders.get(/^GET \/orders\/(\w+)$/.exec(request)?.[1] ?? '');
    return given ?? (order ? { status: 200, body: { ...order } as Json } : undefined);
  };
}

/** A synced shop; nothing of it is due any more. */
async function open(changes: Changes = {}, streams: readonly StreamName[] = ['ORDERS']): Promise<void> {
  const credentials = { clientId: 'tests', clientSecret: 'secret' };
  serve();
  shop = await newChecker(fresh, { marketplace: counting(changes), origin: market.origin, credentials }, streams);
  await shop.run();
  expect(await shop.synced()).toBe('SUCCEEDED');
}

const day = '2026-01-01';
const requestsOf = (name: string) => market.requests.filter((request) => request.startsWith(name)).length;
const text = (statement: string, values: unknown[] = []) =>
  fresh.db.run<Record<string, unknown>>({ text: statement, values });

test('what was added and changed unseen is named and fetched, sales included', async () => {
  market.put(1, 25);
  await open();
  market.put(24, 27, { quantity: 3 });
  expect(await shop.check({ from: day })).toMatchObject({ status: 'SUCCEEDED', trigger: 'MANUAL', stepsDone: 1 });
  expect(await shop.days()).toMatchObject([
    { state: 'GAP', counted: 27, held: 23, missing: ['o24', 'o25', 'o26', 'o27'], fetched: 4, heldAfter: 27 },
  ]);
  expect(await text('select sum(units_sold)::int as sold, sum(order_count)::int as orders from sales_daily')).toEqual([
    { sold: 23 + 4 * 3, orders: 27 },
  ]);
  await shop.check({ from: day });
  expect(await shop.days()).toMatchObject([{ state: 'MATCHED', counted: 27, held: 27, missing: [], fetched: 0 }]);
});

test('a missing record that cannot be stored becomes a reject, and is not missing the next time', async () => {
  market.put(1, 3);
  await open();
  market.put(4, 4, { sku: null });
  await shop.check({ from: day });
  expect(await shop.days()).toMatchObject([
    { state: 'GAP', missing: ['o4'], fetched: 0, heldAfter: 3, reason: expect.stringContaining('see the rejects') },
  ]);
  expect(await text('select external_id, reason from rejects')).toEqual([
    { external_id: 'o4', reason: expect.stringContaining('sku') },
  ]);
  await shop.check({ from: day });
  expect(await shop.days()).toMatchObject([{ state: 'MATCHED', counted: 4, held: 3, rejected: 1 }]);
});

test('one record that the marketplace cannot deliver does not keep the others away', async () => {
  market.put(1, 3);
  await open();
  market.put(4, 6);
  serve((request) => (request === 'GET /orders/o5' ? { status: 500 } : undefined));
  expect((await shop.check({ from: day })).status).toBe('SUCCEEDED');
  expect(await shop.days()).toMatchObject([
    {
      state: 'GAP',
      missing: ['o4', 'o5', 'o6'],
      fetched: 2,
      heldAfter: 5,
      reason: expect.stringContaining('o5 for one'),
    },
  ]);
});

test('where single records cannot be asked for, the stream is read whole by the schedule', async () => {
  market.put(1, 3);
  await open({ byKey: null });
  await text('delete from orders where external_id = $1', ['o2']);
  await shop.check({ from: day });
  expect(await shop.days()).toMatchObject([
    {
      state: 'GAP',
      missing: ['o2'],
      fetched: 0,
      heldAfter: null,
      reason: expect.stringContaining('read whole instead'),
    },
  ]);
  await vi.waitFor(async () => expect(await text('select from orders')).toHaveLength(3), { timeout: 15_000 });
  expect(await text('select mode from sync_runs order by id desc limit 1')).toEqual([{ mode: 'FULL' }]);
  await shop.check({ from: day });
  expect(await shop.statesOf()).toEqual(['MATCHED']);
});

test('a check waits out what passes, and is given up when it does not', async () => {
  market.put(1, 15);
  await open();
  let failures = 0;
  serve((request) => (request === 'GET /orders' && failures++ < 3 ? { status: 503 } : undefined));
  expect(await shop.check({ from: day })).toMatchObject({ status: 'SUCCEEDED', failures: 0, error: null });
  expect(failures).toBeGreaterThan(3);

  serve((request) => (request === 'GET /orders' ? { status: 503 } : undefined));
  const failed = await shop.check({ from: day });
  expect(failed).toMatchObject({ status: 'FAILED', failures: 3, error: expect.stringContaining('503') });
  expect(await shop.statesOf()).toEqual(['MATCHED']);
  expect(failed.requests).toBe(6);
});

test('a day that the marketplace refuses to list is unverifiable, and the others are checked', async () => {
  market.put(1, 3);
  await open();
  let asked = 0;
  serve((request) => (request === 'GET /orders' && ++asked === 1 ? { status: 400, body: 'no such day' } : undefined));
  expect((await shop.check({ from: day, to: '2026-01-02' })).status).toBe('SUCCEEDED');
  expect(await shop.days()).toMatchObject([
    { day, state: 'MATCHED' },
    { day: '2026-01-02', state: 'UNVERIFIABLE', counted: null, reason: expect.stringContaining('400') },
  ]);
});

test('pausing the shop cancels a check at once, and nothing more is asked', async () => {
  market.put(1, 3);
  await open();
  let hung = false;
  serve(async (request) => {
    if (request !== 'GET /orders') return undefined;
    hung = true;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return undefined;
  });
  await shop.ask({ from: day, to: '2026-01-09' });
  await vi.waitFor(() => expect(hung).toBe(true), { timeout: 10_000 });
  await fresh.db.transaction((tx) => pauseShop(tx, shop.shopId));
  expect(await shop.latest()).toMatchObject({ status: 'CANCELLED' });
  const before = requestsOf('GET');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(requestsOf('GET')).toBe(before);
  expect(await shop.days()).toEqual([]);
});

test('credentials that are refused meanwhile stop the shop, and the check waits', async () => {
  market.put(1, 3);
  await open();
  await shop.stop();
  market.secrets.set('tests', 'another');
  await shop.ask({ from: day });
  await shop.run();
  const status = () => text('select status from shops');
  await vi.waitFor(async () => expect(await status()).toEqual([{ status: 'NEEDS_CREDENTIALS' }]), { timeout: 10_000 });
  market.secrets.set('tests', 'secret');
  await text(`update shops set status = 'ACTIVE', status_reason = null, version = version + 1`);
  expect((await shop.checked()).status).toBe('SUCCEEDED');
});

test('by schedule a check makes up for the days since the last one', async () => {
  market.put(1, 3);
  await open();
  const today = new Date().toISOString().slice(0, 10);
  const due = 'update shops set coverage_due_at = now()';
  await text(due);
  const first = await shop.checked();
  expect(first).toMatchObject({ status: 'SUCCEEDED', trigger: 'SCHEDULE', streams: ['ORDERS'] });
  expect(first.from).toBe(first.to);
  expect(first.to <= today).toBe(true);
  expect(await text(`select coverage_due_at > now() + interval '22 hours' as later from shops`)).toEqual([
    { later: true },
  ]);

  // counted from a day of the marketplace: the database's own may be another one already
  const ago = (days: number) => `date '${first.to}' - ${days}`;
  await text(`update coverage_checks set from_day = ${ago(8)}, to_day = ${ago(7)}`);
  await text(due);
  await vi.waitFor(async () => expect((await shop.latest())?.id).not.toBe(first.id), { timeout: 10_000 });
  const second = await shop.checked();
  expect([second.to, second.stepsTotal]).toEqual([first.to, 7]);

  await text(`update coverage_checks set from_day = ${ago(300)}, to_day = ${ago(300)}`);
  await text(due);
  await vi.waitFor(async () => expect((await shop.latest())?.id).not.toBe(second.id), { timeout: 10_000 });
  expect((await shop.checked()).stepsTotal).toBe(30);
});

test('without a second way, or without what it rests on, days are unverifiable for a reason', async () => {
  market.put(1, 3);
  await open({ coverage: null }, ['ORDERS', 'SHIPMENTS']);
  await text(`update streams set enabled = false where name = 'ORDERS'`);
  await shop.check({ from: day });
  expect(await shop.days()).toMatchObject([
    { stream: 'ORDERS', state: 'UNVERIFIABLE', reason: 'No second way to count ORDERS of Market is declared.' },
    { stream: 'SHIPMENTS', state: 'UNVERIFIABLE', reason: expect.stringContaining('ORDERS is switched off') },
  ]);
});

test('units that no shipment holds are unverifiable where the marketplace names no shipment for them', async () => {
  market.put(1, 3);
  await open({}, ['ORDERS', 'SHIPMENTS']);
  await text(`update order_lines set shipped = 1, own_shipped_at = '2026-01-01T12:00:00Z' where line_no = 1`);
  await shop.check({ streams: ['SHIPMENTS'], from: day });
  expect(await shop.days()).toMatchObject([
    { state: 'UNVERIFIABLE', counted: 3, held: 0, reason: expect.stringContaining('no further shipment for 3 orders') },
  ]);
  for (const at of [1, 2, 3]) market.shipments.set(`s${at}`, { id: `s${at}`, order: `o${at}`, state: 'SENT' });
  await shop.check({ streams: ['SHIPMENTS'], from: day });
  expect(await shop.days()).toMatchObject([
    { state: 'GAP', counted: 3, held: 0, missing: ['s1', 's2', 's3'], reason: expect.stringContaining('read whole') },
  ]);
});
