// A fault at every step of placing, changing and cancelling: what becomes of the order, and does the catalog agree?
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
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
  ...(['SERVER_ERROR', 'HANG', 'DROP', 'HTML_200', 'EMPTY_200', 'TRUNCATED_JSON', 'TOO_MANY_REQUESTS'] as const),
  ...(['LATE', 'DROP_AFTER', 'HANG_AFTER'] as const),
];
/** One of each kind that differs in what comes after it. */
const lasting: readonly FaultKind[] = ['SERVER_ERROR', 'HANG', 'HTML_200', 'LATE', 'DROP_AFTER', 'HANG_AFTER'];
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
