import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raiseAlerts } from '../../src/store/alerts.js';
import { openStage, type Stage } from '../server/stage.js';
import { addShop } from '../store/shop.js';
import { expectSame, flat, money } from './agree.js';
import { everyNode, jsonLines } from './fetching.js';
import { nasty } from './stock.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  const mutate = async (name: string, input: object, fields: string): Promise<void> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const asked = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { message } } }`;
    const { data, errors } = await stage.ask(asked, { input });
    expect([errors, data[name].userErrors]).toEqual([[], []]);
  };
  const products = nasty
    .filter((text) => text.trim() && !/\p{Cc}/u.test(text))
    .map((title, at) => ({
      ...{ sku: `SKU-${at % 2 ? 'b' : 'A'}-${at}`, title, price: { amount: `${at}.50`, currency: 'EUR' } },
      ...(at % 3 ? { vatRate: '19' } : { isActive: false }),
    }));
  await mutate('productUpsert', { products }, 'createdCount');
  const changes = products.slice(0, 6).map(({ sku }) => ({ sku, quantity: 7 }));
  await mutate('stockSet', { changes, note: '=note' }, 'products { sku }');
  await mutate('stockSet', { changes: [{ sku: 'SKU-b-1', quantity: 5 }] }, 'products { sku }');
  const shippingAddress = { name: 'Jörg', lines: ['Mühlenweg 3'], postalCode: '01067', city: 'Köln', country: 'DE' };
  const order = { lines: [{ sku: 'SKU-b-1', quantity: 2 }], shippingAddress, idempotencyKey: 'one' };
  await mutate('orderPlace', order, 'order { id }');
  await mutate('customerUpsert', { reference: '1', name: '@SUM(A1)', email: 'ada@example.com' }, 'customer { id }');
  await mutate('customerUpsert', { reference: '=2' }, 'customer { id }');
  const { shop } = await addShop(stage.db);
  await raiseAlerts(
    stage.db,
    nasty.map((message, at) => ({
      ...{ kind: 'STREAM_LATE' as const, subject: `stream:${at}:ORDERS`, severity: 'WARNING' as const, message },
      ...{ shopId: at % 2 ? shop.id : undefined, facts: { at, text: message } },
    })),
  );
});
afterAll(() => stage?.close());

describe('exports of the own stock, of customers and of alerts', () => {
  it('hold products by SKU', async () => {
    const fields = `id sku title ean price ${money} vatRate isActive onHand reserved safetyBuffer available stockSince
      createdAt changedAt version`;
    await expectSame(stage, 'PRODUCTS', (await everyNode(stage, 'products', fields)).map(flat));
    const where = { products: { inStock: true } };
    expect(await jsonLines(stage, { kind: 'PRODUCTS', where })).toHaveLength(6);
  });

  it('hold the ledger, with the orders that moved it', async () => {
    const nodes = await everyNode(
      stage,
      'stockMovements',
      'id at reason product { id sku } onHandDelta reservedDelta onHand reserved order { id orderNumber } note',
    );
    const rows = nodes.map(({ product, order, ...row }) => ({
      ...{ ...row, productId: product.id, sku: product.sku },
      ...{ orderId: order?.id ?? null, orderNumber: order?.orderNumber ?? null },
    }));
    await expectSame(stage, 'STOCK_MOVEMENTS', rows);
    expect(rows.map(({ onHandDelta }) => onHandDelta)).toContain(-2);
    const where = { stockMovements: { orderId: rows.find(({ orderId }) => orderId)?.orderId } };
    expect(await jsonLines(stage, { kind: 'STOCK_MOVEMENTS', where })).toEqual(rows.filter(({ orderId }) => orderId));
  });

  it('hold customers, the newest first', async () => {
    const rows = await everyNode(stage, 'customers', 'id reference name email createdAt version');
    await expectSame(stage, 'CUSTOMERS', rows);
    const where = { customers: { references: ['=2'] } };
    expect(await jsonLines(stage, { kind: 'CUSTOMERS', where })).toEqual(rows.slice(0, 1));
  });

  it('hold what was sold beyond what there is', async () => {
    await stage.db.run({
      text: `insert into oversell_incidents (product_id, shortfall, shortfall_max, resolved_at)
        select id, case when id % 2 = 0 then 3 else 0 end, 4, case when id % 2 = 0 then null else now() end from products limit 3`,
    });
    const nodes = await everyNode(
      stage,
      'oversellIncidents',
      'id product { id sku } shortfall shortfallMax noticedAt resolvedAt',
    );
    const rows = nodes.map(({ product, ...row }) => ({ ...row, productId: product.id, sku: product.sku }));
    await expectSame(stage, 'OVERSELL_INCIDENTS', rows);
    const where = { oversellIncidents: { isOpen: true } };
    const open = rows.filter(({ resolvedAt }) => resolvedAt === null);
    expect(await jsonLines(stage, { kind: 'OVERSELL_INCIDENTS', where })).toEqual(open);
  });

  it('hold alerts, with the shop where they are about one', async () => {
    const fields = `id kind subject shop { id name } severity state message raisedAt lastSeenAt acknowledgedAt resolvedAt
      facts version`;
    const rows = (await everyNode(stage, 'alerts', fields)).map(flat);
    await expectSame(stage, 'ALERTS', rows);
    expect(new Set(rows.map(({ shop }) => shop))).toEqual(new Set([null, 'test']));
    const told =
      'id alert { id } event eventId state attempts nextAttemptAt lastStatus lastError createdAt deliveredAt payload';
    const deliveries = (await everyNode(stage, 'alertDeliveries', told)).map(({ alert, ...row }) => ({
      ...{ ...row, alertId: alert.id },
    }));
    await expectSame(stage, 'ALERT_DELIVERIES', deliveries);
    const where = { alerts: { states: ['RESOLVED'] } };
    expect(await jsonLines(stage, { kind: 'ALERTS', where })).toEqual([]);
  });
});
