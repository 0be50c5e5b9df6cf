// A fault at every step of placing, changing and cancelling: what becomes of the order, and does the catalog agree?
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.js';
import {
  atStep,
  codes,
  expectAgreement,
  hasty,
  mutate,
  openScene,
  type Placed,
  place,
  product,
  type Scene,
  settled,
} from './scene.js';

/** How late the service is with LATE: later than anybody waits. */
const lateMs = 350;

let scene: Scene;
beforeAll(async () => {
  // one request after the other, so that a step is a number; and no breaker, which has a test of its own
  scene = await openScene({ ...hasty, timeoutMs: 150, answerWithinMs: 1_500, atOnce: 1, failuresMax: 1_000 });
});
afterAll(() => scene?.close());
beforeEach(async () => {
  await scene.stage.db.run({ text: 'truncate orders, order_sagas, sales_daily, idempotency_keys, alerts cascade' });
});

const steps = ['GET LAMP', 'GET TABLE', 'GET LAMP again', 'PUT LAMP', 'GET TABLE again', 'PUT TABLE'];
const faults: readonly FaultKind[] = [
  ...([
    'SERVER_ERROR',
    'HANG',
    'DROP',
    'HTML_200',
    'EMPTY_200',
    'TRUNCATED_JSON',
    'TOO_MANY_REQUESTS',
    'UNPROCESSABLE',
  ] as const),
  ...(['LATE', 'DROP_AFTER', 'HANG_AFTER'] as const),
];
/** One of each kind that differs in what comes after it. */
const lasting: readonly FaultKind[] = [
  ...(['SERVER_ERROR', 'UNPROCESSABLE', 'HANG', 'HTML_200', 'LATE', 'DROP_AFTER', 'HANG_AFTER'] as const),
];
const stocked = { LAMP: 10, TABLE: 10 };
const restock = () => {
  for (const [sku, quantity] of Object.entries(stocked)) scene.catalog.put(product(sku, quantity));
};
/** Strikes the nth request from now on, or all from that one on. */
const strike = (kind: FaultKind, after: number, once: boolean) =>
  scene.catalog.faults.add({ kind, after, ms: lateMs, ...(once && { times: 1 }) });

async function healed(kind: FaultKind): Promise<void> {
  // what is late arrives while nobody waits for it any more
  if (kind === 'LATE') await sleep(lateMs + 50);
  scene.catalog.faults.clear();
  await settled(scene.stage.db, scene.worker);
}

const stateOf = async () => {
  const [row] = await scene.stage.db.run<{ status: string }>({
    text: 'select fulfillment_status as status from orders',
  });
  return row?.status ?? 'none';
};

it.each([
  ['once', true],
  ['once', false],
  ['from then on', true],
  ['from then on', false],
])('placing: a fault %s, ETags %s', async (often, etags) => {
  scene.catalog.setEtags(etags);
  const table: Record<string, Record<string, string>> = {};
  for (const [at, step] of steps.entries()) {
    const row: Record<string, string> = {};
    table[step] = row;
    for (const kind of often === 'once' ? faults : lasting) {
      const placed = await atStep(scene.catalog, step, async () => {
        await scene.stage.db.run({ text: 'truncate orders, order_sagas, sales_daily cascade' });
        restock();
        strike(kind, at, often === 'once');
        const answer: Placed = await place(scene.stage, { LAMP: 2, TABLE: 1 });
        await healed(kind);
        return answer;
      });
      const state = await stateOf();
      row[kind] = `${codes(placed).join() ? 'refused' : 'placed'}, ${state}`;
      // the answer and the order say the same
      expect([step, kind, codes(placed)]).toEqual([step, kind, placed.order ? [] : ['INVENTORY_UNAVAILABLE']]);
      expect([step, kind, state]).toEqual([step, kind, placed.order ? 'READY' : at < 2 ? 'none' : 'CANCELLED']);
      await expectAgreement(scene.stage, scene.catalog, stocked);
    }
  }
  console.table(table);
  if (often === 'once') expect(Object.values(table).flatMap(Object.values)).not.toContain('refused, READY');
});

it.each([true, false])(
  'changing and cancelling: whatever fails, the units are where the order says, ETags %s',
  async (etags) => {
    scene.catalog.setEtags(etags);
    for (const kind of lasting) {
      for (const at of [0, 1, 2]) {
        await scene.stage.db.run({ text: 'truncate orders, order_sagas, sales_daily cascade' });
        restock();
        const { order } = await place(scene.stage, { LAMP: 2 });
        strike(kind, at, false);
        const changed = await mutate(scene.stage, 'orderUpdate', {
          ...{ orderId: order.id, addLines: [{ sku: 'TABLE', quantity: 3 }] },
          changeLines: [{ lineId: order.lines[0].id, quantity: 1 }],
        });
        expect(codes(changed)).toEqual(['INVENTORY_UNAVAILABLE']);
        const cancelled = await mutate(scene.stage, 'orderCancel', { orderId: order.id });
        expect(cancelled).toMatchObject({ order: { fulfillmentStatus: 'CANCELLED' }, userErrors: [] });
        await scene.worker.look();
        await healed(kind);
        expect([kind, at, scene.catalog.product('LAMP')?.quantity]).toEqual([kind, at, 10]);
        await expectAgreement(scene.stage, scene.catalog, stocked);
      }
    }
  },
);

const eventsOf = async () =>
  (await scene.stage.db.run<{ message: string }>({ text: 'select message from order_events order by id' })).map(
    ({ message }) => message,
  );

it.each([
  ['UNPROCESSABLE', 'the write was refused'],
  ['EMPTY_404', 'the SKU was gone'],
] as const)(
  'placing: a write that is refused (%s) is given up at once, and what was taken goes back',
  async (kind, why) => {
    scene.catalog.setEtags(true);
    restock();
    scene.catalog.faults.add({ kind, match: /PUT .*TABLE/ });
    const placed: Placed = await place(scene.stage, { LAMP: 2, TABLE: 1 });
    expect(placed.userErrors).toMatchObject([
      { message: `The order cannot be made now: the catalog service did not take a write of TABLE: ${why}.` },
    ]);
    // long before the lease of the one that placed it is over
    await vi.waitFor(async () => expect(await stateOf()).toBe('CANCELLED'), 1_000);
    scene.catalog.faults.clear();
    await expectAgreement(scene.stage, scene.catalog, stocked);
  },
);

it.each([
  ['is gone for a moment', 'EMPTY_404', /GET .*LAMP/],
  ['refuses the write for a moment', 'UNPROCESSABLE', /PUT .*LAMP/],
] as const)('cancelling: units go back to a product that %s', async (_, kind, match) => {
  scene.catalog.setEtags(true);
  restock();
  const { order } = await place(scene.stage, { LAMP: 2 });
  scene.catalog.faults.add({ kind, match, times: 3 });
  await mutate(scene.stage, 'orderCancel', { orderId: order.id });
  await settled(scene.stage.db, scene.worker);
  await expectAgreement(scene.stage, scene.catalog, stocked);
});

it.each([
  ['is gone for good', 'EMPTY_404', /GET .*LAMP/, 'the catalog does not know the SKU'],
  ['refuses the write for good', 'UNPROCESSABLE', /PUT .*LAMP/, 'the write was refused'],
] as const)('cancelling: a product that %s is left to people, who are told', async (_, kind, match, why) => {
  scene.catalog.setEtags(true);
  restock();
  const { order } = await place(scene.stage, { LAMP: 2, TABLE: 1 });
  scene.catalog.faults.add({ kind, match });
  await mutate(scene.stage, 'orderCancel', { orderId: order.id });
  await settled(scene.stage.db, scene.worker);
  expect(await eventsOf()).toContain(`The catalog did not take 2 of LAMP back (${why}): count it there.`);
  expect(scene.catalog.product('TABLE')?.quantity).toBe(10);
  expect(scene.catalog.product('LAMP')?.quantity).toBe(8);
  scene.catalog.faults.clear();
});

it('a lost write that cannot be made void does not keep the SKU for ever', async () => {
  scene.catalog.setEtags(true);
  restock();
  // lost, then refused as long as anybody tries
  scene.catalog.faults.add({ kind: 'DROP', match: /PUT/, times: 1 });
  scene.catalog.faults.add({ kind: 'UNPROCESSABLE', match: /PUT/ });
  expect(codes(await place(scene.stage, { LAMP: 2 }))).toEqual(['INVENTORY_UNAVAILABLE']);
  await settled(scene.stage.db, scene.worker);
  expect(await eventsOf()).toContain('Nobody can tell whether 2 of LAMP was taken from the catalog: count it there.');
  scene.catalog.faults.clear();
  expect(codes(await place(scene.stage, { LAMP: 1 }))).toEqual([]);
});

it('units that went back without an answer do not go back twice where another sold as many', async () => {
  scene.catalog.setEtags(true);
  restock();
  const { order } = await place(scene.stage, { LAMP: 2 });
  scene.catalog.faults.add({ kind: 'DROP_AFTER', match: /PUT/, times: 1 });
  // it is read, then written without an answer, then away
  const away = scene.catalog.faults.add({ kind: 'SERVER_ERROR', after: 1 });
  await mutate(scene.stage, 'orderCancel', { orderId: order.id });
  await vi.waitFor(() => expect(scene.catalog.product('LAMP')?.quantity).toBe(10), 5_000);
  scene.catalog.put(product('LAMP', 8));
  away();
  await settled(scene.stage.db, scene.worker);
  expect(scene.catalog.product('LAMP')?.quantity).toBe(8);
  expect(await eventsOf()).toContain(
    'Nobody can tell whether 2 of LAMP was given back to the catalog: count it there.',
  );
});

it('a lost write of a cart that cannot be made void does not keep the cart for ever', async () => {
  scene.catalog.setEtags(true);
  restock();
  const { data } = await scene.stage.ask('mutation { customerUpsert(input: { reference: "c" }) { customer { id } } }');
  scene.catalog.putCart('c', { customerId: 'c', status: 'OPEN', lines: [{ productId: 'LAMP', quantity: 2 }] });
  const checkout = () => mutate(scene.stage, 'cartCheckout', { customerId: data.customerUpsert.customer.id });
  scene.catalog.faults.add({ kind: 'DROP', match: /PUT .*carts/, times: 1 });
  scene.catalog.faults.add({ kind: 'UNPROCESSABLE', match: /PUT .*carts/ });
  expect(codes(await checkout())).toEqual(['INVENTORY_UNAVAILABLE']);
  await settled(scene.stage.db, scene.worker);
  expect(await eventsOf()).toContain('Nobody can tell whether the cart was ordered: look at it there.');
  scene.catalog.faults.clear();
  expect(codes(await checkout())).toEqual([]);
  await expectAgreement(scene.stage, scene.catalog, stocked);
});
