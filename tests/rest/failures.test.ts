// Everything that can be wrong with a request: status, code, the one shape of body, and nothing done.
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, openRestStage, type RestStage } from './stage.js';

let stage: RestStage;
let order: { id: string; lines: { id: string }[] };
let shipped: { id: string; lines: { id: string }[] };
beforeAll(async () => {
  stage = await openRestStage();
  await stage.stock('LAMP', 'TABLE');
  order = (await stage.call('POST', '/orders', { lines: [{ sku: 'LAMP', quantity: 2 }] })).body;
  const lines = [
    { sku: 'LAMP', quantity: 1 },
    { sku: 'TABLE', quantity: 1 },
  ];
  shipped = (await stage.call('POST', '/orders', { lines })).body;
  await stage.ask('mutation Ship($input: OrderShipInput!) { orderShip(input: $input) { userErrors { code } } }', {
    input: { orderId: shipped.id, lines: [{ lineId: shipped.lines[0]?.id }] },
  });
});
afterAll(() => stage?.close());

const line = { sku: 'LAMP', quantity: 1 };
const lines = (...given: unknown[]) => ({ lines: given });

describe('POST /orders refuses', () => {
  it.each([
    ['an unknown SKU', lines(line, { sku: 'NONE', quantity: 1 }), 400, 'UNKNOWN_SKU', 'lines.1.sku'],
    ['no units', lines({ sku: 'LAMP', quantity: 0 }), 400, 'INVALID', 'lines.0.quantity'],
    ['fewer than none', lines({ sku: 'LAMP', quantity: -1 }), 400, 'INVALID', 'lines.0.quantity'],
    ['half a unit', lines({ sku: 'LAMP', quantity: 1.5 }), 400, 'BAD_USER_INPUT', 'lines.0.quantity'],
    ['a billion units', lines({ sku: 'LAMP', quantity: 1e9 }), 400, 'INVALID', 'lines.0.quantity'],
    ['more than an integer', lines({ sku: 'LAMP', quantity: 1e10 }), 400, 'BAD_USER_INPUT', 'lines.0.quantity'],
    ['a quantity in letters', lines({ sku: 'LAMP', quantity: 'two' }), 400, 'BAD_USER_INPUT', 'lines.0.quantity'],
    ['no quantity', lines({ sku: 'LAMP' }), 400, 'BAD_USER_INPUT', 'lines.0'],
    ['an empty order', lines(), 400, 'INVALID', 'lines'],
    ['no lines', {}, 400, 'BAD_USER_INPUT', 'lines'],
    ['null for lines', { lines: null }, 400, 'BAD_USER_INPUT', 'lines'],
    ['null for a policy', { ...lines(line), outOfStock: null }, 400, 'BAD_USER_INPUT', 'outOfStock'],
    ['a policy that is none', { ...lines(line), outOfStock: 'WAIT' }, 400, 'BAD_USER_INPUT', 'outOfStock'],
    ['a SKU twice', lines(line, line), 400, 'DUPLICATE_SKU', 'lines.1.sku'],
    ['too little stock', lines({ sku: 'LAMP', quantity: 100 }), 409, 'INSUFFICIENT_STOCK', 'lines.0.quantity'],
    ['a customer that is none', { ...lines(line), customerId: 'cus_999' }, 404, 'CUSTOMER_NOT_FOUND', 'customerId'],
    ['a blank note', { ...lines(line), note: ' ' }, 400, 'BLANK', 'note'],
    [
      'a country that is none',
      { ...lines(line), shippingAddress: { lines: ['Weg 1'], country: 'XX' } },
      ...[400, 'BAD_USER_INPUT', 'shippingAddress.country'],
    ],
    [
      'an address without lines',
      { ...lines(line), billingAddress: { lines: [], country: 'DE' } },
      400,
      'INVALID',
      'billingAddress.lines',
    ],
    ['a member that is none', { ...lines(line), discount: 5 }, 400, 'BAD_REQUEST', undefined],
    ['a member of a line that is none', lines({ ...line, price: 1 }), 400, 'BAD_USER_INPUT', 'lines.0'],
    ['a list', [line], 400, 'BAD_REQUEST', undefined],
    ['null', null, 400, 'BAD_REQUEST', undefined],
    ['a text', 'order', 400, 'BAD_REQUEST', undefined],
  ] as [string, unknown, number, string, string | undefined][])('%s', async (_, body, status, code, field) => {
    const answer = await stage.call('POST', '/orders', body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([status, code, field]);
    expect((await stage.call('GET', '/orders?totalCount=true')).body.totalCount).toBe(2);
  });

  it('10,001 lines', async () => {
    const many = Array.from({ length: 10_001 }, (_, at) => ({ sku: `S${at}`, quantity: 1 }));
    const answer = await stage.call('POST', '/orders', { lines: many });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID', field: 'lines' } });
  });

  it('several things at once, each by name', async () => {
    const answer = await stage.call('POST', '/orders', lines({ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 1 }));
    expect(answer.body).toMatchObject({
      ...{ code: 'UNKNOWN_SKU', field: 'lines.0.sku' },
      errors: [
        { code: 'UNKNOWN_SKU', field: 'lines.0.sku' },
        { code: 'UNKNOWN_SKU', field: 'lines.1.sku' },
      ],
    });
    const types = await stage.call('POST', '/orders', { lines: [{ ...line, quantity: 'a' }], note: 5 });
    expect(types.body.errors.map(({ field }: { field: string }) => field)).toEqual(['lines.0.quantity', 'note']);
  });
});

describe('what is sent as a body', () => {
  const post = (body: string | undefined, headers: Record<string, string>) =>
    stage.send('/orders', { method: 'POST', body, headers });

  it.each([
    ['is not JSON', '{"lines":', json, 400, 'INVALID_JSON'],
    ['reaches for the prototype', '{"__proto__":{}}', json, 400, 'INVALID_JSON'],
    ['is empty', '', json, 400, 'INVALID_JSON'],
    ['has one thing for a list', '{"lines":{"sku":"LAMP","quantity":1}}', json, 400, 'BAD_REQUEST'],
    ['is not there', undefined, {}, 400, 'BAD_REQUEST'],
    ['is 2 MB long', `{"note":"${'x'.repeat(2_000_000)}"}`, json, 413, 'BODY_TOO_LARGE'],
    ['is a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['needs no preflight (CSRF)', '{"lines":[]}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['has a type that is none', '{}', { 'content-type': 'json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ] as const)('and %s', async (_, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(stage.description.judge('POST', '/orders', status, answer.body)).toEqual([]);
  });

  it('has no place in DELETE', async () => {
    const answer = await stage.call('DELETE', `/orders/${order.id}`, { reason: 'x' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  });
});

describe('GET refuses', () => {
  it.each([
    ['/orders?page=2', 'BAD_REQUEST'],
    ['/orders?first=1&first=2', 'BAD_REQUEST'],
    ['/orders?first=0', 'INVALID_PAGE_SIZE'],
    ['/orders?first=101', 'INVALID_PAGE_SIZE'],
    ['/orders?first=-1', 'INVALID_PAGE_SIZE'],
    ['/orders?first=two', 'BAD_USER_INPUT'],
    ['/orders?first=', 'BAD_USER_INPUT'],
    ['/orders?first=99999999999999999999', 'BAD_USER_INPUT'],
    ['/orders?after=made-up', 'INVALID_CURSOR'],
    ['/orders?fulfillmentStatuses=READY,FULFILLED', 'BAD_USER_INPUT'],
    ['/orders?fulfillmentStatuses=', 'BAD_USER_INPUT'],
    ['/orders?direction=UP', 'BAD_USER_INPUT'],
    ['/orders?orderedAtFrom=yesterday', 'BAD_USER_INPUT'],
    ['/orders?orderedAtFrom=2026-01-02T00:00:00Z&orderedAtTo=2026-01-01T00:00:00Z', 'INVALID_RANGE'],
    ['/orders?shopIds=7', 'INVALID_ID'],
    ['/orders?countries=XX', 'BAD_USER_INPUT'],
    ['/orders?totalCount=perhaps', 'BAD_USER_INPUT'],
    ['/orders/ord_1?fields=id', 'BAD_REQUEST'],
    ['/shipments?carrier=DHL', 'BAD_REQUEST'],
    ['/shipments?first=1000', 'INVALID_PAGE_SIZE'],
    ['/shipments?fulfilledBy=ME', 'BAD_USER_INPUT'],
  ])('%s', async (path, code) => {
    const answer = await stage.call('GET', path);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('says which values there are', async () => {
    const { body } = await stage.call('GET', '/orders?direction=UP');
    expect(body.error).toBe('"direction" has an invalid value: one of ASC, DESC is expected.');
    expect((await stage.call('GET', '/orders/ord_1?fields=id')).body.error).toMatch(/there is none/);
  });
});

describe('an order that is not there', () => {
  it.each(['ord_999999', 'ord_', 'shop_1', 'x', '%F0%9F%92%A9', "1'%20or%201=1"])('%s', async (id) => {
    for (const [method, body] of [['GET'], ['PATCH', { note: 'x' }], ['DELETE']] as const) {
      const answer = await stage.call(method, `/orders/${id}`, body);
      expect([method, answer.status, answer.body.code]).toEqual([method, 404, 'ORDER_NOT_FOUND']);
    }
  });

  it('and an address that is none', async () => {
    for (const [path, status] of [
      ['/orders/%zz', 400],
      [`/orders/${'a'.repeat(500)}`, 400],
      [`/orders/${order.id}/lines`, 404],
      ['/shops/shop_1', 404],
    ] as const) {
      expect([path, (await stage.send(path)).status]).toEqual([path, status]);
    }
  });
});

describe('PATCH /orders/{id} refuses', () => {
  it.each([
    [
      'a line that is none',
      () => ({ changeLines: [{ lineId: 'lin_1_99', quantity: 1 }] }),
      404,
      'ORDER_LINE_NOT_FOUND',
    ],
    ['no units', () => ({ changeLines: [{ lineId: order.lines[0]?.id, quantity: 0 }] }), 400, 'INVALID'],
    ['the last line to go', () => ({ removeLines: [order.lines[0]?.id] }), 400, 'INVALID'],
    [
      'more than there is',
      () => ({ changeLines: [{ lineId: order.lines[0]?.id, quantity: 50 }] }),
      409,
      'INSUFFICIENT_STOCK',
    ],
    ['a SKU that it has', () => ({ addLines: [line] }), 400, 'DUPLICATE_SKU'],
    ['a member that is none', () => ({ status: 'SHIPPED' }), 400, 'BAD_REQUEST'],
    ['another id', () => ({ id: 'ord_2', note: 'x' }), 400, 'BAD_REQUEST'],
    ['a version in letters', () => ({ expectedVersion: 'one' }), 400, 'BAD_USER_INPUT'],
  ] as [string, () => object, number, string][])('%s', async (_, body, status, code) => {
    const answer = await stage.call('PATCH', `/orders/${order.id}`, body());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await stage.call('GET', `/orders/${order.id}`)).body.version).toBe(1);
  });

  it('a change of what was shipped', async () => {
    const lineId = shipped.lines[0]?.id;
    for (const body of [{ changeLines: [{ lineId, quantity: 1 }], removeLines: [lineId] }, { removeLines: [lineId] }]) {
      const answer = await stage.call('PATCH', `/orders/${shipped.id}`, body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'LINE_ALREADY_SHIPPED', field: 'removeLines.0' } });
    }
  });

  it('headers that are wrong, or say something else', async () => {
    const patch = (headers: Record<string, string>, body: object = { note: 'x' }) =>
      stage.call('PATCH', `/orders/${order.id}`, body, headers);
    for (const match of ['1', '"one"', 'W/"1"', '"1", "2"']) {
      expect(await patch({ 'if-match': match })).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    }
    expect(await patch({ 'if-match': '"1"' }, { expectedVersion: 2 })).toMatchObject({ status: 400 });
  });
});

describe('POST /shops refuses', () => {
  const otto = { clientId: 'a', clientSecret: 'b' };
  it.each([
    ['blanks', { name: ' ', credentials: { otto: { ...otto, clientId: '' } } }, 'BLANK', 'name'],
    ['two marketplaces', { name: 'A', credentials: { otto, bol: otto } }, 'BAD_USER_INPUT', 'credentials'],
    ['none', { name: 'A', credentials: {} }, 'BAD_USER_INPUT', 'credentials'],
    [
      'a secret that is a number',
      { name: 'A', credentials: { otto: { ...otto, clientSecret: 123456789 } } },
      'BAD_USER_INPUT',
      'credentials.otto.clientSecret',
    ],
  ])('%s', async (_, body, code, field) => {
    const answer = await stage.call('POST', '/shops', body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([400, code, field]);
    expect(JSON.stringify(answer.body)).not.toContain('123456789');
  });
});

describe('methods', () => {
  it.each([
    ['/orders', 'PUT', 'POST, GET, HEAD'],
    ['/orders', 'OPTIONS', 'POST, GET, HEAD'],
    ['/orders', 'DELETE', 'POST, GET, HEAD'],
    ['/orders/ord_1', 'POST', 'GET, PATCH, DELETE, HEAD'],
    ['/shipments', 'POST', 'GET, HEAD'],
    ['/customers/cus_1/orders', 'DELETE', 'GET, POST, HEAD'],
    ['/shops', 'DELETE', 'POST, GET, HEAD'],
    ['/orders/ord_1/shipments', 'GET', 'POST'],
  ])('%s does not answer %s', async (path, method, allow) => {
    const answer = await stage.send(path, { method });
    expect([answer.status, answer.body.code, answer.headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
  });
});

describe('who may ask', () => {
  it('only with the key, where there is one; the description is open', async () => {
    const adminKey = 'key-of-the-administrator';
    const other = await openRestStage({ adminKey });
    try {
      for (const [method, path] of [
        ['GET', '/orders'],
        ['POST', '/orders'],
        ['GET', '/orders/ord_1'],
        ['PATCH', '/orders/ord_1'],
        ['DELETE', '/orders/ord_1'],
        ['GET', '/customers/cus_1/orders'],
        ['POST', '/customers/cus_1/orders'],
        ['GET', '/shipments'],
        ['POST', '/shops'],
      ] as const) {
        const answer = await other.call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'UNAUTHENTICATED']);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
      expect((await other.send('/orders', { method: 'POST', headers: json, body: '{ not JSON' })).status).toBe(401);
      for (const headers of [{ authorization: `Bearer ${adminKey}` }, { 'x-api-key': adminKey }]) {
        expect((await other.call('GET', '/orders', undefined, headers as never)).status).toBe(200);
      }
      for (const path of ['/docs', '/docs/errors', '/openapi.json']) {
        expect([path, (await fetch(other.server.url + path)).status]).toEqual([path, 200]);
      }
    } finally {
      await other.close();
    }
  });

  it('nobody under a foreign name', async () => {
    const status = await new Promise((resolve, reject) => {
      http
        .get(`${stage.server.url}/orders`, { headers: { host: 'evil.example' } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
        .on('error', reject);
    });
    expect(status).toBe(403);
  });
});

describe('a server whose database went away', () => {
  it('or is not as it should be: masks the cause, and names the request', async () => {
    const other = await openRestStage();
    try {
      await other.db.run({ text: 'alter table orders rename to lost' });
      const answer = await other.call('GET', '/orders');
      const requestId = answer.headers.get('x-request-id');
      expect([answer.status, answer.body.error]).toEqual([500, `Internal server error (request ${requestId}).`]);
      expect(other.logged()).toContain(`"requestId":"${requestId}"`);
    } finally {
      await other.close();
    }
  });

  it('says that it should be tried again, and masks the cause', async () => {
    const other = await openRestStage();
    await other.db.close();
    try {
      for (const [method, path, body] of [
        ['GET', '/orders'],
        ['POST', '/orders', lines(line)],
      ] as const) {
        const answer = await other.call(method, path, body);
        expect([method, answer.status, answer.body.code]).toEqual([method, 503, 'SERVICE_UNAVAILABLE']);
      }
      expect(other.logged()).toContain('request failed');
    } finally {
      await other.server.stop();
    }
  });
});
