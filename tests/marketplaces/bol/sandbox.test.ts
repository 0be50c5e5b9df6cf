// The connector against the pretend bol, over real HTTP: nothing missing, nothing misread, however long it was away.
import 'reflect-metadata';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials, StreamName } from '../../../src/commerce/marketplace.js';
import { type Order, totalsOf } from '../../../src/commerce/order.js';
import type { Return } from '../../../src/commerce/return.js';
import type { Shipment } from '../../../src/commerce/shipment.js';
import { bol } from '../../../src/marketplaces/bol/index.js';
import type { TrueOrder, TrueReturn, TrueShipment } from '../../../src/sandbox/marketplace.js';
import { drain, mappedOf, openScene, type Scene, signal } from './drain.js';

const hour = 3_600_000;
const open: Scene[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function scene(...options: Parameters<typeof openScene>): Promise<Scene> {
  const one = await openScene(...options);
  open.push(one);
  return one;
}

const byId = <T extends { externalId: string }>(all: Iterable<T>) =>
  Object.fromEntries([...all].map((one) => [one.externalId, one]));

/** What orders tell: when they were shipped and what came back stands elsewhere. */
function toldOf(order: Order) {
  const { unitsOrdered, unitsShipped, unitsCancelled, totalMinor } = totalsOf(order.lines);
  return {
    ...{ externalId: order.externalId, orderedAt: order.orderedAt.toISOString(), ordered: unitsOrdered },
    ...{
      shipped: unitsShipped,
      cancelled: unitsCancelled,
      totalMinor,
      country: order.shippingAddress?.country ?? null,
    },
  };
}

function trulyTold({ externalId, orderedAt, ordered, shipped, cancelled, totalMinor, country }: TrueOrder) {
  return { externalId, orderedAt, ordered, shipped, cancelled, totalMinor, country };
}

function shipmentTold({ externalId, fulfilledBy, shippedAt, lines }: Shipment): TrueShipment {
  return { externalId, fulfilledBy, shippedAt: shippedAt.toISOString(), lines: [...lines] };
}

const sorted = <T extends { lines: TrueReturn['lines'] | TrueShipment['lines'] }>(one: T) => ({
  ...one,
  lines: [...one.lines].sort((a, b) => (a.externalId < b.externalId ? -1 : 1)),
});

function returnTold({ externalId, status, lines }: Return): TrueReturn {
  const told = lines.map((line) => ({
    ...{ orderExternalId: line.orderExternalId, externalId: line.externalId },
    ...{ quantity: line.quantity, accepted: line.accepted },
  }));
  return { externalId, status, lines: told };
}

describe('the pretend bol', () => {
  it('is read and mapped whole: every order, shipment and return as it is, with one token and no 429', async () => {
    const { sandbox, session } = await scene();
    const shipments = await mappedOf<Shipment>('SHIPMENTS', (await drain(session, 'SHIPMENTS')).records);
    const orders = await mappedOf<Order>('ORDERS', (await drain(session, 'ORDERS')).records);
    const returns = await mappedOf<Return>('RETURNS', (await drain(session, 'RETURNS')).records);
    const truth = sandbox.reachable();
    expect(byId([...orders.values()].map(toldOf))).toEqual(byId(truth.orders.map(trulyTold)));
    expect(byId([...shipments.values()].map(shipmentTold).map(sorted))).toEqual(byId(truth.shipments.map(sorted)));
    expect(byId([...returns.values()].map(returnTold).map(sorted))).toEqual(byId(truth.returns.map(sorted)));
    expect(new Set([...shipments.values()].map(({ fulfilledBy }) => fulfilledBy)).size).toBe(2);
    expect(sandbox.counters.tokensIssued).toBe(1);
    expect(sandbox.counters.tooMany).toBe(0);
  });

  it.each([
    ['30 minutes', 0.5, 'INTERVAL_POLL', false],
    ['5 hours', 5, 'DAY_SWEEP', false],
    ['50 hours', 50, 'DAY_SWEEP', false],
    ['100 days', 2_400, 'SHIPMENT_SWEEP', true],
  ] as const)('is caught up with after %s away', async (_, hours, strategy, isLossy) => {
    const { sandbox, session } = await scene({ shipments: 200, historyDays: 20 });
    const first = await drain(session, 'ORDERS');
    const orders = await mappedOf<Order>('ORDERS', first.records);
    const heldAt = await session.now(signal);
    sandbox.change(40);
    sandbox.advance(hours * hour);
    sandbox.change(5);
    // an outage moves our clock as well; here only bol's was moved, so an answer must tell it
    await bol.verify(session, signal);
    const next = await drain(session, 'ORDERS', first.cursor);
    expect(new Set(next.pages.map((page) => page.strategy))).toEqual(new Set([strategy]));
    const lost = next.pages.flatMap((page) => page.lost ?? []);
    expect(lost).toHaveLength(isLossy ? 1 : 0);
    // the clock of answers has whole seconds
    if (lost[0]) expect(Math.abs(lost[0].from.getTime() - heldAt.getTime())).toBeLessThan(60_000);
    await mappedOf<Order>('ORDERS', next.records, orders);
    const told = byId([...orders.values()].map(toldOf));
    for (const truth of sandbox.reachable().orders) expect(told[truth.externalId]).toEqual(trulyTold(truth));
  });

  it.each(['SHIPMENTS', 'RETURNS'] as const)('shows every new one of its %s to the next run', async (name) => {
    const { sandbox, session } = await scene({ shipments: 200 });
    const first = await drain(session, name);
    for (const hours of [1, 30, 400]) sandbox.advance(hours * hour);
    await bol.verify(session, signal);
    const second = await drain(session, name, first.cursor);
    const seen = new Set([...first.records, ...second.records].map(({ externalId }) => externalId));
    const { shipments, returns } = sandbox.reachable();
    const missing = (name === 'SHIPMENTS' ? shipments : returns).filter(({ externalId }) => !seen.has(externalId));
    expect(missing).toEqual([]);
  });

  it('gives single records by their keys, and says that others do not exist', async () => {
    const { sandbox, session } = await scene({ shipments: 60 });
    const { orders, shipments, returns } = sandbox.reachable();
    const keys: Record<StreamName, string | undefined> = {
      ORDERS: orders[0]?.externalId,
      SHIPMENTS: shipments[0]?.externalId,
      RETURNS: returns[0]?.externalId,
    };
    for (const stream of bol.streams) {
      const record = stream.byKey?.(session, keys[stream.name] as string);
      expect(stream.map((await record?.load?.(signal)) ?? null).externalId).toBe(keys[stream.name]);
      await expect(stream.byKey?.(session, 'NOTHERE').load?.(signal)).rejects.toMatchObject({ failure: 'GONE' });
    }
  });
});

describe('the account', () => {
  const otto: Credentials = { clientId: 'lading-demo', clientSecret: 'lading-demo-secret' };

  it('is refused by name where the credentials are those of another marketplace, or not active', async () => {
    const { session } = await scene({ shipments: 20 }, { credentials: otto });
    await expect(bol.verify(session, signal)).rejects.toMatchObject({ failure: 'CREDENTIALS_REFUSED', status: 401 });
    const other = await scene({ shipments: 20 });
    await bol.verify(other.session, signal);
    other.sandbox.deactivateAccount();
    const refused = { failure: 'CREDENTIALS_REFUSED', status: 403 };
    await expect(bol.verify(other.session, signal)).rejects.toMatchObject(refused);
  });

  it('is shut out where the token endpoint answers 404', async () => {
    const { sandbox, session } = await scene({ shipments: 20 });
    sandbox.blockAddress();
    await expect(bol.verify(session, signal)).rejects.toMatchObject({ failure: 'BLOCKED', status: 404 });
  });

  it('signs in again when its token died early', async () => {
    const { sandbox, session } = await scene({ shipments: 20 });
    await bol.verify(session, signal);
    sandbox.revokeTokens();
    await bol.verify(session, signal);
    expect(sandbox.counters.tokensIssued).toBe(2);
  });
});
