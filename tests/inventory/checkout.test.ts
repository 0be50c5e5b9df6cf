// Carts of a cart service become orders of a catalog service.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.js';
import { atStep, codes, expectAgreement, hasty, mutate, openScene, product, type Scene, settled } from './scene.js';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ ...hasty, timeoutMs: 150, answerWithinMs: 1_500, atOnce: 1, failuresMax: 1_000 });
});
afterAll(() => scene?.close());
let customer: string;
beforeEach(async () => {
  const { stage, catalog } = scene;
  catalog.faults.clear();
  catalog.setEtags(true);
  await stage.db.run({
    text: 'truncate orders, order_sagas, customers, sales_daily, idempotency_keys, alerts cascade',
  });
  const { data } = await stage.ask('mutation { customerUpsert(input: { reference: "a/b 1" }) { customer { id } } }');
  customer = data.customerUpsert.customer.id;
  fill();
});

const stocked = { LAMP: 10, TABLE: 10 };
const open = { customerId: 'a/b 1', status: 'OPEN', coupon: 'X' };
function fill(lines: object[] = [line('LAMP', 2), line('TABLE', 1)]): void {
  for (const [sku, quantity] of Object.entries(stocked)) scene.catalog.put(product(sku, quantity));
  scene.catalog.putCart('a/b 1', { ...open, lines });
}
const line = (productId: string, quantity: number) => ({ productId, quantity });
const checkout = (more: object = {}) => mutate(scene.stage, 'cartCheckout', { customerId: customer, ...more });
const status = () => (scene.catalog.cart('a/b 1') as { status: string } | null)?.status;

it('reads a cart with what the catalog says of it', async () => {
  fill([line('LAMP', 2), line('GONE', 1), line('TABLE', 11)]);
  const query = `query Cart($id: ID!) { cart(customerId: $id) { id } remoteCart(customerId: $id) {
    status unitCount lines { sku title quantity available isEnough totalGross { amount currency } } } }`;
  const { data } = await scene.stage.ask(query, { id: customer });
  expect(data.cart).toBeNull();
  expect(data.remoteCart).toEqual({
    ...{ status: 'OPEN', unitCount: 14 },
    lines: [
      {
        ...{ sku: 'LAMP', title: 'A LAMP', quantity: 2, available: 10, isEnough: true },
        totalGross: { amount: '24.60', currency: 'EUR' },
      },
      { sku: 'GONE', title: null, quantity: 1, available: 0, isEnough: false, totalGross: null },
      expect.objectContaining({ sku: 'TABLE', available: 10, isEnough: false }),
    ],
  });
  scene.catalog.faults.add({ kind: 'SERVER_ERROR', match: /carts/ });
  const away = await scene.stage.ask(query, { id: customer });
  expect(away.errors[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
});

it('leaves filling carts to the service', async () => {
  const { data } = await scene.stage.ask(
    `mutation Add($id: ID!) { cartLineAdd(input: { customerId: $id, sku: "LAMP" }) { userErrors { code } } }`,
    { id: customer },
  );
  expect(data.cartLineAdd.userErrors).toEqual([{ code: 'CATALOG_IS_REMOTE' }]);
});

describe('cartCheckout', () => {
  it('takes the units and makes the cart ORDERED, once', async () => {
    const { order, userErrors } = await checkout({ idempotencyKey: 'k' });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ fulfillmentStatus: 'READY', lines: [{ sku: 'LAMP' }, { sku: 'TABLE' }] });
    expect(scene.catalog.cart('a/b 1')).toMatchObject({ ...open, status: 'ORDERED' });
    expect((await checkout({ idempotencyKey: 'k' })).order.id).toBe(order.id);
    expect(codes(await checkout())).toEqual(['CART_ALREADY_ORDERED']);
    await expectAgreement(scene.stage, scene.catalog, stocked);
  });

  it('refuses what cannot be ordered, and leaves the cart open', async () => {
    fill([line('LAMP', 11)]);
    expect(codes(await checkout())).toEqual(['INSUFFICIENT_STOCK']);
    fill([line('LAMP', 1), line('GONE', 1)]);
    expect(codes(await checkout())).toEqual(['UNKNOWN_SKU']);
    fill([]);
    expect(codes(await checkout())).toEqual(['CART_EMPTY']);
    expect(codes(await checkout({ cartId: 'crt_1' }))).toEqual(['INVALID']);
    expect(codes(await checkout({ customerId: 'cus_999999' }))).toEqual(['CUSTOMER_NOT_FOUND']);
    expect(status()).toBe('OPEN');
    await expectAgreement(scene.stage, scene.catalog, stocked);
  });

  it.each([true, false])('makes one order of many at once, ETags %s', async (etags) => {
    scene.catalog.setEtags(etags);
    const all = await Promise.all(Array.from({ length: 8 }, () => checkout()));
    expect(all.filter(({ order }) => order)).toHaveLength(1);
    await settled(scene.stage.db, scene.worker);
    expect(status()).toBe('ORDERED');
    await expectAgreement(scene.stage, scene.catalog, stocked);
  });

  const steps = [
    'GET cart',
    'GET LAMP',
    'GET TABLE',
    'GET cart again',
    'GET LAMP',
    'PUT LAMP',
    'GET TABLE',
    'PUT TABLE',
  ];
  steps.push('PUT cart');
  const faults: FaultKind[] = ['SERVER_ERROR', 'DROP', 'HTML_200', 'DROP_AFTER', 'HANG_AFTER'];
  it.each([
    ['once', true],
    ['from then on', true],
    ['from then on', false],
  ])('a fault %s at every step, ETags %s: order, cart and stock agree', async (often, etags) => {
    scene.catalog.setEtags(etags);
    const table: Record<string, Record<string, string>> = {};
    for (const [at, step] of steps.entries()) {
      const row: Record<string, string> = {};
      table[`${at + 1} ${step}`] = row;
      for (const kind of faults) {
        const answer = await atStep(scene.catalog, step, async () => {
          await scene.stage.db.run({ text: 'truncate orders, order_sagas, sales_daily cascade' });
          fill();
          scene.catalog.faults.add({ kind, after: at, ...(often === 'once' && { times: 1 }) });
          const given = await checkout();
          scene.catalog.faults.clear();
          await settled(scene.stage.db, scene.worker);
          return given;
        });
        const [order] = await scene.stage.db.run<{ state: string }>({
          text: 'select fulfillment_status as state from orders',
        });
        row[kind] = `${answer.order ? 'placed' : 'refused'}, ${order?.state ?? 'none'}, ${status()}`;
        if (often === 'once') expect(row[kind]).toBe('placed, READY, ORDERED');
        else expect(row[kind]).toBe(`refused, ${at < 3 ? 'none' : 'CANCELLED'}, OPEN`);
        await expectAgreement(scene.stage, scene.catalog, stocked);
      }
    }
    console.table(table);
  });
});
