// Orders against a catalog service over real HTTP.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codes, expectAgreement, mutate, openScene, place, product, type Scene, settled } from './scene.js';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene?.close());
beforeEach(async () => {
  const { stage, catalog } = scene;
  catalog.faults.clear();
  catalog.setEtags(true);
  await stage.db.run({
    text: 'truncate orders, order_sagas, products, customers, sales_daily, idempotency_keys, alerts cascade',
  });
  for (const sku of ['LAMP', 'TABLE', 'CHAIR']) catalog.put(product(sku, 10));
});

const stocked = { LAMP: 10, TABLE: 10, CHAIR: 10 };
const agreed = () => expectAgreement(scene.stage, scene.catalog, stocked);
const units = (sku: string) => scene.catalog.product(sku)?.quantity;

describe('orderPlace', () => {
  it('takes the units there, and makes an order with their data', async () => {
    const { order, userErrors } = await place(scene.stage, { LAMP: 2, TABLE: 1 });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({ fulfillmentStatus: 'READY', totalGross: { amount: '36.90' } });
    expect(order.lines).toMatchObject([
      { sku: 'LAMP', title: 'A LAMP', vatRate: '19', quantity: { ordered: 2, open: 2, pending: 0 } },
      { sku: 'TABLE' },
    ]);
    expect(units('LAMP')).toBe(8);
    expect(scene.catalog.product('LAMP')).toMatchObject({ title: 'A LAMP', colour: 'a member of theirs' });
    await agreed();
  });

  it('refuses unknown SKUs, two currencies and what is not there, and takes nothing', async () => {
    scene.catalog.put(product('VASE', 5, { price: { amount: '5', currency: 'GBP' } }));
    expect(codes(await place(scene.stage, { LAMP: 1, NONE: 1 }))).toEqual(['UNKNOWN_SKU']);
    expect(codes(await place(scene.stage, { LAMP: 1, VASE: 1 }))).toEqual(['CURRENCY_MISMATCH']);
    const short = await place(scene.stage, { LAMP: 1, TABLE: 11 });
    expect(short).toMatchObject({
      order: null,
      userErrors: [{ code: 'INSUFFICIENT_STOCK', sku: 'TABLE', available: 10 }],
    });
    expect(await scene.stage.db.run({ text: 'select from orders' })).toEqual([]);
    await agreed();
  });

  it('takes what is there when that is asked for', async () => {
    const { order, userErrors } = await place(scene.stage, { LAMP: 1, TABLE: 11 }, { outOfStock: 'ACCEPT_AVAILABLE' });
    expect(userErrors).toMatchObject([{ code: 'INSUFFICIENT_STOCK', sku: 'TABLE', requested: 11, available: 10 }]);
    expect(order).toMatchObject({ fulfillmentStatus: 'READY', shortages: [{ sku: 'TABLE' }] });
    await agreed();
  });

  it('asks for a SKU whatever characters it has', async () => {
    for (const sku of ['a/b c', 'Ü-ÄÖ?x=1#y', '100%']) {
      scene.catalog.put(product(sku, 3));
      expect(await place(scene.stage, { [sku]: 1 })).toMatchObject({ userErrors: [] });
      expect(units(sku)).toBe(2);
    }
    expect(codes(await place(scene.stage, { '..': 1 }))).toEqual(['UNKNOWN_SKU']);
  });

  it('makes one order of a key that is sent many times at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, () => place(scene.stage, { LAMP: 1 }, { idempotencyKey: 'k' })),
    );
    expect(new Set(all.map(({ order }) => order?.id)).size).toBe(1);
    expect(codes(await place(scene.stage, { LAMP: 2 }, { idempotencyKey: 'k' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(units('LAMP')).toBe(9);
    await agreed();
  });

  it.each([true, false])('never sells the last unit twice, ETags %s', async (etags) => {
    scene.catalog.setEtags(etags);
    scene.catalog.put(product('LAMP', 1));
    const all = await Promise.all(Array.from({ length: 20 }, () => place(scene.stage, { LAMP: 1 })));
    expect(all.filter(({ order }) => order)).toHaveLength(1);
    expect(units('LAMP')).toBe(0);
    await settled(scene.stage.db, scene.worker);
    await expectAgreement(scene.stage, scene.catalog, { LAMP: 1 });
  });

  it('never sells what another client of the service sold meanwhile, where it tells versions', async () => {
    let theirs = 0;
    const other = setInterval(() => {
      const now = scene.catalog.product('LAMP');
      if (!now || now.quantity === 0 || theirs === 15) return;
      scene.catalog.put({ ...now, quantity: now.quantity - 1 });
      theirs += 1;
    }, 7);
    scene.catalog.put(product('LAMP', 40));
    const all = await Promise.all(Array.from({ length: 30 }, () => place(scene.stage, { LAMP: 1 })));
    clearInterval(other);
    await settled(scene.stage.db, scene.worker);
    const ours = all.filter(({ order }) => order).length;
    expect(units('LAMP')).toBe(40 - theirs - ours);
    expect(ours).toBeGreaterThan(0);
  });

  it('leaves products and stock that are kept here alone', async () => {
    await scene.stage.db.run({
      text: `insert into products (sku, title, price_minor, currency, on_hand, stock_since) values ('LAMP', 'old', 1, 'EUR', 5, now())`,
    });
    const { order } = await place(scene.stage, { LAMP: 2 });
    await mutate(scene.stage, 'orderShip', { orderId: order.id, lines: [{ lineId: order.lines[0].id, quantity: 1 }] });
    await mutate(scene.stage, 'orderCancel', { orderId: order.id });
    await settled(scene.stage.db, scene.worker);
    const [held] = await scene.stage.db.run({
      text: 'select on_hand, reserved, (select count(*)::int from stock_claims) as claims from products',
    });
    expect(held).toEqual({ on_hand: 5, reserved: 0, claims: 0 });
  });

  it('refuses to change products and stock here', async () => {
    const set =
      await scene.stage.ask(`mutation { stockSet(input: { changes: [{ sku: "LAMP", quantity: 1 }] }) { userErrors { code } }
      productUpsert(input: { products: [{ sku: "LAMP", title: "x", price: { amount: "1", currency: "EUR" } }] }) { userErrors { code } } }`);
    expect(set.data).toEqual({
      stockSet: { userErrors: [{ code: 'CATALOG_IS_REMOTE' }] },
      productUpsert: { userErrors: [{ code: 'CATALOG_IS_REMOTE' }] },
    });
  });
});

describe('orderUpdate, orderCancel and orderShip', () => {
  it('take more and give back there', async () => {
    const { order } = await place(scene.stage, { LAMP: 2, TABLE: 4 });
    const [lamp, table] = order.lines;
    const changed = await mutate(scene.stage, 'orderUpdate', {
      ...{ orderId: order.id, addLines: [{ sku: 'CHAIR', quantity: 3 }] },
      changeLines: [
        { lineId: lamp.id, quantity: 5 },
        { lineId: table.id, quantity: 1 },
      ],
    });
    expect(changed.userErrors).toEqual([]);
    expect(changed.order).toMatchObject({ fulfillmentStatus: 'READY', version: 3 });
    await settled(scene.stage.db, scene.worker);
    expect(['LAMP', 'TABLE', 'CHAIR'].map(units)).toEqual([5, 9, 7]);
    await mutate(scene.stage, 'orderShip', { orderId: order.id, lines: [{ lineId: lamp.id, quantity: 2 }] });
    expect(units('LAMP')).toBe(5);
    const cancelled = await mutate(scene.stage, 'orderCancel', { orderId: order.id });
    expect(cancelled.order).toMatchObject({ fulfillmentStatus: 'FULFILLED' });
    await settled(scene.stage.db, scene.worker);
    expect(['LAMP', 'TABLE', 'CHAIR'].map(units)).toEqual([8, 10, 10]);
    await agreed();
  });

  it('leave the order as it was where there is not enough, or the order has moved on', async () => {
    const { order } = await place(scene.stage, { LAMP: 2, TABLE: 4 });
    const [lamp] = order.lines;
    const change = { orderId: order.id, addLines: [{ sku: 'CHAIR', quantity: 3 }] };
    const short = await mutate(scene.stage, 'orderUpdate', {
      ...change,
      changeLines: [{ lineId: lamp.id, quantity: 99 }],
    });
    expect(short).toMatchObject({ order: { version: 2 }, userErrors: [{ code: 'INSUFFICIENT_STOCK', sku: 'LAMP' }] });
    await settled(scene.stage.db, scene.worker);
    await agreed();
    // both take their chair; the one that comes second finds another version, and gives it back
    const both = await Promise.all(
      [change, change].map((input) => mutate(scene.stage, 'orderUpdate', { ...input, expectedVersion: 2 })),
    );
    expect(both.flatMap(codes)).toEqual(['STALE_VERSION']);
    await settled(scene.stage.db, scene.worker);
    await agreed();
  });

  it('take the units of one change, however often it is sent under its key', async () => {
    const { order } = await place(scene.stage, { LAMP: 2 });
    const change = { orderId: order.id, addLines: [{ sku: 'CHAIR', quantity: 3 }], idempotencyKey: 'change' };
    const all = await Promise.all(Array.from({ length: 4 }, () => mutate(scene.stage, 'orderUpdate', change)));
    expect(all.flatMap(codes)).toEqual([]);
    await settled(scene.stage.db, scene.worker);
    expect(units('CHAIR')).toBe(7);
    await agreed();
  });

  it('cancel while the catalog is away: its units go back when it is there again', async () => {
    const { order } = await place(scene.stage, { LAMP: 2 });
    scene.catalog.faults.add({ kind: 'SERVER_ERROR', status: 503 });
    expect(await mutate(scene.stage, 'orderCancel', { orderId: order.id })).toMatchObject({
      order: { fulfillmentStatus: 'CANCELLED' },
      userErrors: [],
    });
    await scene.worker.look();
    expect(units('LAMP')).toBe(8);
    scene.catalog.faults.clear();
    await settled(scene.stage.db, scene.worker);
    expect(units('LAMP')).toBe(10);
    await agreed();
  });
});
