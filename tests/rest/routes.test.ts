// Every route: what it does, and that it answers what GraphQL answers.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writePage } from '../../src/store/pages.js';
import { expectAgreement } from '../store/agreement.js';
import { addShop, line, mapped, order, pageOf } from '../store/shop.js';
import { openRestStage, type RestStage } from './stage.js';

let stage: RestStage;
beforeAll(async () => {
  stage = await openRestStage();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.db.run({
    text: 'truncate orders, shipments, products, customers, sales_daily, idempotency_keys cascade',
  });
  await stage.stock('LAMP', 'TABLE', 'CHAIR');
});

const address = { name: 'Ada', lines: ['Weg 1'], postalCode: '01067', city: 'Dresden', country: 'DE' };
const place = (lines: [string, number][], more: object = {}, headers: Record<string, string> = {}) =>
  stage.call('POST', '/orders', { lines: lines.map(([sku, quantity]) => ({ sku, quantity })), ...more }, headers);

describe('POST /orders', () => {
  it('places an order and says where it is', async () => {
    const placed = await place(
      [
        ['LAMP', 2],
        ['TABLE', 1],
      ],
      { shippingAddress: address, note: 'Ring twice' },
    );
    expect(placed.status).toBe(201);
    expect(placed.headers.get('location')).toBe(`/orders/${placed.body.id}`);
    expect(placed.headers.get('etag')).toBe('"1"');
    expect(placed.headers.get('cache-control')).toBe('no-store');
    expect(placed.headers.get('x-request-id')).toMatch(/./);
    expect(placed.body).toMatchObject({
      ...{ marketplace: 'DIRECT', fulfillmentStatus: 'READY', note: 'Ring twice', unitCount: 3, customer: null },
      shippingAddress: { ...address, company: null, stateOrProvince: null },
      lines: [{ sku: 'LAMP', quantity: { ordered: 2, open: 2 } }, { sku: 'TABLE' }],
    });
    const found = await stage.call('GET', placed.headers.get('location') as string);
    expect(found.body).toEqual(placed.body);
    await expectAgreement(stage.db);
  });

  it('is short of something only where that is accepted', async () => {
    const refused = await place([['LAMP', 11]]);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'INSUFFICIENT_STOCK', field: 'lines.0.quantity', sku: 'LAMP', requested: 11, available: 10 },
    });
    const accepted = await place([['LAMP', 11]], { outOfStock: 'ACCEPT_AVAILABLE' });
    expect(accepted).toMatchObject({
      status: 201,
      body: { shortages: [{ sku: 'LAMP', requested: 11, available: 10 }] },
    });
    expect(await place([['LAMP', 1]], { outOfStock: 'ACCEPT_AVAILABLE' })).toMatchObject({ status: 409 });
    await expectAgreement(stage.db);
  });

  it('makes one order of a key, in a header or in the body', async () => {
    const once = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        at % 2 ? place([['LAMP', 1]], { idempotencyKey: 'k' }) : place([['LAMP', 1]], {}, { 'idempotency-key': 'k' }),
      ),
    );
    expect(new Set(once.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    const reused = await place([['LAMP', 2]], {}, { 'idempotency-key': 'k' });
    expect(reused).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' } });
    const two = await place([['LAMP', 2]], { idempotencyKey: 'a' }, { 'idempotency-key': 'b' });
    expect(two).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  });
});

describe('GET /orders', () => {
  it('pages by its links, through everything once', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) ids.unshift((await place([['LAMP', 1]])).body.id);
    const seen: string[] = [];
    let next: string | undefined = '/orders?first=2&marketplaces=DIRECT&marketplaces=OTTO';
    while (next) {
      const page = await stage.call('GET', next);
      seen.push(...page.body.nodes.map(({ id }: { id: string }) => id));
      const link = page.headers.get('link') as string;
      expect(link).toContain('</orders?first=2&marketplaces=DIRECT&marketplaces=OTTO>; rel="first"');
      next = /<([^>]+)>; rel="next"/.exec(link)?.[1];
      expect(page.body.pageInfo.hasNextPage).toBe(next !== undefined);
    }
    expect(seen).toEqual(ids);
    const { headers } = await stage.call('GET', '/orders?skus=A?B&first=2');
    expect(headers.get('link')).toBe('</orders?skus=A%3FB&first=2>; rel="first"');
  });

  it('filters, sorts and counts like GraphQL', async () => {
    const [first, second] = [await place([['LAMP', 1]]), await place([['TABLE', 2]], { shippingAddress: address })];
    await stage.call('DELETE', `/orders/${first.body.id}`);
    const lists: [string, string[]][] = [
      ['fulfillmentStatuses=CANCELLED', [first.body.id]],
      ['fulfillmentStatuses=READY&fulfillmentStatuses=CANCELLED&direction=ASC', [first.body.id, second.body.id]],
      ['skus=TABLE', [second.body.id]],
      ['countries=DE', [second.body.id]],
      [`orderNumber=${first.body.orderNumber}`, [first.body.id]],
      [`shopIds=${first.body.shop.id}&orderBy=CHANGED_AT`, [first.body.id, second.body.id]],
      ['marketplaces=OTTO', []],
      ['fulfilledBy=MARKETPLACE', []],
      [`orderedAtFrom=${second.body.orderedAt}`, [second.body.id]],
      [`orderedAtTo=${second.body.orderedAt}`, [first.body.id]],
      ['changedAtFrom=2999-01-01T00:00:00Z', []],
      ['fulfilledAtFrom=2000-01-01T00:00:00%2B01:00', []],
    ];
    for (const [query, ids] of lists) {
      const { status, body } = await stage.call('GET', `/orders?${query}&totalCount=true`);
      expect([query, status, body.nodes?.map(({ id }: { id: string }) => id)]).toEqual([query, 200, ids]);
      expect(body.totalCount).toBe(ids.length);
    }
    expect((await stage.call('GET', '/orders')).body).not.toHaveProperty('totalCount');
    expect((await fetch(`${stage.server.url}/orders`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers what GraphQL answers', async () => {
    const { body: placed } = await place([['LAMP', 1]], { shippingAddress: address });
    const { data } = await stage.ask(`{
      orders { nodes { id orderNumber orderedAt totalGross { amount currency } shippingAddress { name lines city country }
        lines { id sku quantity { ordered open } unitPriceGross { amount } } ... on DirectOrder { events { kind at message } } } }
      order(id: "${placed.id}") { version unitCount shop { id name } }
    }`);
    const list = await stage.call('GET', '/orders');
    expect(list.body.nodes).toMatchObject(data.orders.nodes);
    expect((await stage.call('GET', `/orders/${placed.id}`)).body).toMatchObject(data.order);
  });
});

describe('orders of marketplaces', () => {
  it('show like direct ones, and are no business of ours to change', async () => {
    const shop = await addShop(stage.db);
    const orders = Array.from({ length: 100 }, (_, at) =>
      order({
        ...{ externalId: `o-${at}`, orderNumber: `n-${at}`, shippingAddress: null, shipBy: new Date() },
        lines: [line({ sku: null, vatRate: null, fulfilledBy: at % 2 ? 'SELLER' : 'MARKETPLACE' })],
      }),
    );
    await writePage(
      stage.db,
      pageOf(
        shop,
        orders.map((one) => mapped(one)),
      ),
    );
    const { body } = await stage.call('GET', '/orders?first=100&totalCount=true&marketplaces=OTTO');
    expect(body).toMatchObject({ totalCount: 100, pageInfo: { hasNextPage: false } });
    const [one] = body.nodes;
    expect(one).toMatchObject({ marketplace: 'OTTO', shippingAddress: null, lines: [{ sku: null, vatRate: null }] });
    expect(one).not.toHaveProperty('supportedActions');
    expect((await stage.call('GET', `/orders/${one.id}`)).body).toEqual(one);
    const page = await stage.call('GET', '/orders?first=1&fulfilledBy=MARKETPLACE');
    expect(page.body.nodes).toMatchObject([{ fulfillmentStatus: 'AWAITING_MARKETPLACE' }]);
    for (const [method, change] of [['PATCH', { note: 'x' }], ['DELETE']] as const) {
      const answer = await stage.call(method, `/orders/${one.id}`, change);
      expect([answer.status, answer.body.code]).toEqual([409, 'ACTION_NOT_AVAILABLE']);
    }
  });
});

describe('PATCH /orders/{id}', () => {
  it('changes lines, address and note, at the version that was read', async () => {
    const { body: placed } = await place([
      ['LAMP', 2],
      ['TABLE', 1],
    ]);
    const [lamp, table] = placed.lines;
    const change = {
      ...{ addLines: [{ sku: 'CHAIR', quantity: 3 }], changeLines: [{ lineId: lamp.id, quantity: 5 }] },
      ...{ removeLines: [table.id], shippingAddress: address, billingAddress: address, note: 'New' },
    };
    const changed = await stage.call('PATCH', `/orders/${placed.id}`, change, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { version: 2, unitCount: 8, note: 'New' } });
    expect(changed.headers.get('etag')).toBe('"2"');
    const stale = { status: 409, body: { code: 'STALE_VERSION', field: 'expectedVersion' } };
    expect(await stage.call('PATCH', `/orders/${placed.id}`, { note: 'x' }, { 'if-match': '"1"' })).toMatchObject(
      stale,
    );
    expect(await stage.call('PATCH', `/orders/${placed.id}`, { note: 'x', expectedVersion: 1 })).toMatchObject(stale);
    const any = await stage.call('PATCH', `/orders/${placed.id}`, { note: 'y' }, { 'if-match': '*' });
    expect(any).toMatchObject({ status: 200, body: { version: 3 } });
    await expectAgreement(stage.db);
  });
});

describe('DELETE /orders/{id}', () => {
  it('cancels what is open, once', async () => {
    const { body: placed } = await place([['LAMP', 2]]);
    const path = `/orders/${placed.id}`;
    expect(await stage.call('DELETE', path, undefined, { 'if-match': '"9"' })).toMatchObject({ status: 409 });
    for (const customerId of ['cus_1', 'nonsense']) {
      expect(await stage.call('DELETE', `${path}?customerId=${customerId}`)).toMatchObject({
        ...{ status: 409, body: { code: 'ORDER_OF_ANOTHER_CUSTOMER', field: 'customerId' } },
      });
    }
    const cancelled = await stage.call('DELETE', `${path}?reason=changed%20mind&expectedVersion=1`, undefined, {
      'content-type': 'application/json',
    });
    expect(cancelled).toMatchObject({ status: 200, body: { fulfillmentStatus: 'CANCELLED', version: 2 } });
    expect(cancelled.body.events.at(-1).message).toBe('2 units cancelled: changed mind.');
    const again = await stage.call('DELETE', path);
    expect(again).toMatchObject({ status: 409, body: { code: 'ORDER_ALREADY_CANCELLED', field: 'id' } });
    expect((await stage.call('GET', path)).body).toEqual(cancelled.body);
    await expectAgreement(stage.db);
  });
});

describe('/customers/{id}/orders', () => {
  const upsert = async (reference: string): Promise<string> => {
    const { data } = await stage.ask(
      'mutation Customer($input: CustomerUpsertInput!) { customerUpsert(input: $input) { customer { id } } }',
      { input: { reference } },
    );
    return data.customerUpsert.customer.id;
  };
  const fill = async (customerId: string, sku: string, quantity: number): Promise<string> => {
    const { data } = await stage.ask(
      'mutation Add($input: CartLineAddInput!) { cartLineAdd(input: $input) { cart { id version } userErrors { code } } }',
      { input: { customerId, sku, quantity } },
    );
    expect(data.cartLineAdd.userErrors).toEqual([]);
    return data.cartLineAdd.cart.id;
  };

  it('orders the cart once, and lists the orders of the customer', async () => {
    const [ada, bob] = [await upsert('ada'), await upsert('bob')];
    const cartId = await fill(ada, 'LAMP', 2);
    const placed = await stage.call('POST', `/customers/${ada}/orders`, { shippingAddress: address, note: 'Gift' });
    expect(placed).toMatchObject({
      ...{ status: 201, body: { customer: { id: ada, reference: 'ada' }, note: 'Gift', lines: [{ sku: 'LAMP' }] } },
    });
    expect(placed.headers.get('location')).toBe(`/orders/${placed.body.id}`);
    expect(placed.headers.get('etag')).toBe('"1"');
    const again = await stage.call('POST', `/customers/${ada}/orders`, { cartId });
    expect(again).toMatchObject({ status: 409, body: { code: 'CART_ALREADY_ORDERED', field: 'cartId' } });
    expect(await stage.call('POST', `/customers/${ada}/orders`, {})).toMatchObject({
      ...{ status: 404, body: { code: 'CART_NOT_FOUND', field: 'id' } },
    });
    expect(await stage.call('POST', `/customers/${bob}/orders`, { cartId })).toMatchObject({
      ...{ status: 409, body: { code: 'CART_OF_ANOTHER_CUSTOMER', field: 'id' } },
    });
    await place([['TABLE', 1]], { customerId: bob });
    const { body } = await stage.call('GET', `/customers/${ada}/orders?totalCount=true`);
    expect(body).toMatchObject({ totalCount: 1, nodes: [{ id: placed.body.id }] });
    expect((await stage.call('GET', `/orders?customerIds=${ada}`)).body.nodes).toEqual(body.nodes);
    const { data } = await stage.ask(
      'query Orders($id: ID!) { ordersOfCustomer(customerId: $id) { nodes { id version } } }',
      {
        id: ada,
      },
    );
    expect(body.nodes).toMatchObject(data.ordersOfCustomer.nodes);
    await expectAgreement(stage.db);
  });

  it('orders a cart once per key, and is short of something only where that is accepted', async () => {
    const ada = await upsert('ada');
    await fill(ada, 'LAMP', 12);
    const path = `/customers/${ada}/orders`;
    const short = await stage.call('POST', path, {});
    expect(short).toMatchObject({ status: 409, body: { code: 'INSUFFICIENT_STOCK', sku: 'LAMP' } });
    // the lines are the cart's, not the request's
    expect(short.body).not.toHaveProperty('field');
    expect(await stage.call('POST', path, { expectedVersion: 99 })).toMatchObject({
      ...{ status: 409, body: { code: 'STALE_VERSION', field: 'expectedVersion' } },
    });
    const wish = { outOfStock: 'ACCEPT_AVAILABLE' };
    // If-Match is of the list, not of the cart: it says nothing here
    const first = await stage.call('POST', path, wish, { 'idempotency-key': 'k', 'if-match': '"99"' });
    expect(first).toMatchObject({ status: 201, body: { shortages: [{ sku: 'LAMP', requested: 12, available: 10 }] } });
    const second = await stage.call('POST', path, wish, { 'idempotency-key': 'k' });
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    await expectAgreement(stage.db);
  });

  it('pages, and refuses what is no customer', async () => {
    const ada = await upsert('ada');
    for (let at = 0; at < 3; at++) await place([['LAMP', 1]], { customerId: ada });
    const page = await stage.call('GET', `/customers/${ada}/orders?first=2&skus=LAMP`);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') as string)?.[1] as string;
    expect(next).toMatch(/^\/customers\/cus_\d+\/orders\?first=2&skus=LAMP&after=/);
    expect((await stage.call('GET', next)).body.nodes).toHaveLength(1);
    for (const id of ['cus_999999', 'ord_1', 'x']) {
      for (const [method, body] of [['GET'], ['POST', {}]] as const) {
        const answer = await stage.call(method, `/customers/${id}/orders`, body);
        expect([method, id, answer.status, answer.body.code]).toEqual([method, id, 404, 'CUSTOMER_NOT_FOUND']);
      }
    }
    expect(await stage.call('GET', `/customers/${ada}/orders?customerIds=${ada}`)).toMatchObject({ status: 400 });
    expect(await stage.call('GET', `/customers/${ada}/orders?shopIds=x`)).toMatchObject({
      body: { code: 'INVALID_ID' },
    });
  });
});

describe('GET /shipments', () => {
  it('lists parcels, and their order names them', async () => {
    const { body: placed } = await place([['LAMP', 2]]);
    const ship =
      'mutation Ship($input: OrderShipInput!) { orderShip(input: $input) { shipment { id } userErrors { code } } }';
    const { data } = await stage.ask(ship, { input: { orderId: placed.id, carrier: 'DHL', trackingNumber: 'T1' } });
    const [parcel] = (await stage.call('GET', '/shipments?trackingNumber=T1&totalCount=true&marketplaces=DIRECT')).body
      .nodes;
    expect(parcel).toMatchObject({
      ...{ id: data.orderShip.shipment.id, carrier: 'DHL', orders: [{ id: placed.id }] },
      lines: [{ quantity: 2, orderLine: { sku: 'LAMP' } }],
    });
    const none = await stage.call('GET', '/shipments?shippedAtTo=2000-01-01T00:00:00Z&direction=ASC');
    expect(none.body.nodes).toEqual([]);
    const order = await stage.call('GET', `/orders/${placed.id}`);
    expect(order.body.shipments).toMatchObject([{ id: parcel.id, lines: [{ quantity: 2 }] }]);
    expect(await stage.call('DELETE', `/orders/${placed.id}`)).toMatchObject({
      ...{ status: 409, body: { code: 'ACTION_NOT_AVAILABLE' } },
    });
  });
});

describe('POST /orders/{id}/shipments', () => {
  it('makes a parcel of some units, once per key, and of the rest', async () => {
    const placed = (await place([['LAMP', 3]])).body;
    const at = `/orders/${placed.id}/shipments`;
    const parcel = { lines: [{ lineId: placed.lines[0].id, quantity: 1 }], carrier: 'DHL', trackingNumber: 'T7' };
    const first = await stage.call('POST', at, parcel, { 'idempotency-key': 'parcel' });
    expect(first).toMatchObject({
      status: 201,
      body: { carrier: 'DHL', trackingNumber: 'T7', orders: [{ id: placed.id }], lines: [{ quantity: 1 }] },
    });
    const again = await stage.call('POST', at, parcel, { 'idempotency-key': 'parcel' });
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    const stale = await stage.call('POST', at, { expectedVersion: 1 });
    expect([stale.status, stale.body.code]).toEqual([409, 'STALE_VERSION']);
    const rest = await stage.call('POST', at, { expectedVersion: 2 });
    expect([rest.status, rest.body.lines.map(({ quantity }: { quantity: number }) => quantity)]).toEqual([201, [2]]);
    const none = await stage.call('POST', at, {});
    expect([none.status, none.body.code]).toEqual([409, 'ACTION_NOT_AVAILABLE']);
    const nobody = await stage.call('POST', '/orders/ord_999999/shipments', {});
    expect([nobody.status, nobody.body.code]).toEqual([404, 'ORDER_NOT_FOUND']);
  });
});

describe('GET /shops', () => {
  it('lists accounts and the direct sales, page by page, and no secret', async () => {
    const { data } = await stage.ask('{ shops(first: 100) { nodes { id name marketplace status } totalCount } }');
    const all = await stage.call('GET', '/shops?first=100&totalCount=true');
    expect(all.body).toMatchObject(data.shops);
    expect(all.body.nodes.length).toBeGreaterThan(0);
    const direct = await stage.call('GET', '/shops?marketplaces=DIRECT&statuses=ACTIVE');
    expect(direct.body.nodes).toMatchObject([{ marketplace: 'DIRECT' }]);
    const wrong = await stage.call('GET', '/shops?marketplaces=EBAY');
    expect([wrong.status, wrong.body.field]).toEqual([400, 'marketplaces.0']);
  });
});

describe('POST /shops', () => {
  it('adds an account once, and never shows its secret', async () => {
    const shop = { name: 'Mine', credentials: { otto: { clientId: 'rest-id', clientSecret: 'rest-secret' } } };
    const added = await stage.call('POST', '/shops', shop, { 'idempotency-key': 'shop' });
    expect(added).toMatchObject({ status: 201, body: { name: 'Mine', marketplace: 'OTTO', status: 'ACTIVE' } });
    const again = await stage.call('POST', '/shops', shop, { 'idempotency-key': 'shop' });
    expect(again).toMatchObject({ status: 201, body: { id: added.body.id } });
    const taken = await stage.call('POST', '/shops', shop);
    expect(taken).toMatchObject({ status: 409, body: { code: 'SHOP_ALREADY_EXISTS', field: 'credentials' } });
    const { data } = await stage.ask(
      'query Shop($id: ID!) { node(id: $id) { ... on Shop { id name status version } } }',
      {
        id: added.body.id,
      },
    );
    expect(added.body).toMatchObject(data.node);
    await expect.poll(stage.logged).toContain('"operation":"AddShop"');
    expect(stage.logged() + JSON.stringify([added.body, taken.body])).not.toContain('rest-secret');
  });
});
