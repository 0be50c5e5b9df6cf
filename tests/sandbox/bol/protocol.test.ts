import { expect, test } from 'vitest';
import { type Asking, ask, vendorType, type WireOrder, type WireShipment } from './ask.js';

test('the version is chosen by the media type', async () => {
  const { get, send } = await ask({ shipments: 5 });
  const answer = await get('/retailer/shipments');
  expect(answer.headers.get('content-type')).toBe(`${vendorType};charset=UTF-8`);
  for (const accept of [
    'application/json',
    '*/*',
    'application/vnd.retailer.v9+json',
    'application/vnd.retailer.v3+json',
  ]) {
    const refused = await get('/retailer/shipments', { accept });
    expect(refused.status).toBe(406);
    expect(await refused.json()).toMatchObject({ title: 'Not Acceptable', status: 406 });
  }
  expect((await get('/retailer/shipments', { accept: `application/json, ${vendorType}` })).status).toBe(200);
  expect((await send('PUT', '/retailer/transports/1', {}, 'application/json')).status).toBe(415);
  expect((await send('POST', '/retailer/returns', {}, 'application/json')).status).toBe(400);
});

test('every answer tells the world’s time', async () => {
  const { bol, get } = await ask({ shipments: 5 });
  expect((await get('/retailer/orders')).headers.get('date')).toBe('Mon, 16 Nov 2026 08:00:00 GMT');
  bol.advance(3_600_000);
  expect((await get('/retailer/nothing')).headers.get('date')).toBe('Mon, 16 Nov 2026 09:00:00 GMT');
  bol.faults.add({ kind: 'SERVER_ERROR', times: 1 });
  expect((await get('/retailer/orders')).headers.get('date')).toBe('Mon, 16 Nov 2026 09:00:00 GMT');
});

async function violationsOf({ get }: Asking, path: string): Promise<unknown> {
  const answer = await get(path);
  const body = (await answer.json()) as { violations?: unknown };
  expect([answer.status, body]).toMatchObject([400, { detail: 'Bad request', instance: `https://api.bol.com${path}` }]);
  return body.violations;
}

test('what is not allowed in a query is named', async () => {
  const asking = await ask({ shipments: 5 });
  for (const path of ['shipments', 'returns']) {
    expect(await violationsOf(asking, `/retailer/${path}?fulfilment-method=ALL&page=1`)).toEqual([
      { name: 'fulfilment-method', reason: "Request contains invalid value(s): 'ALL', allowed values: FBR, FBB." },
    ]);
  }
  expect(await violationsOf(asking, '/retailer/orders?fulfilment-method=FBX&status=NEW&page=0')).toHaveLength(3);
  for (const query of [
    'change-interval-minute=0',
    'change-interval-minute=61',
    'change-interval-minute=x',
    'latest-change-date=2026-08-18',
    'latest-change-date=2026-02-30',
    'latest-change-date=yesterday',
    'vvb-only=maybe',
  ]) {
    expect(await violationsOf(asking, `/retailer/orders?${query}`)).toHaveLength(1);
  }
  expect(await violationsOf(asking, '/retailer/returns?handled=perhaps')).toHaveLength(1);
  expect(await violationsOf(asking, '/retailer/shipments?order-id=A2M0000000&fulfilment-method=FBR')).toHaveLength(1);
  // a misspelt name is none at all: the default holds
  expect((await asking.get('/retailer/shipments?fulfillmentmethod=ALL')).status).toBe(200);
});

test('past the last page the member is missing; it can be made an empty array', async () => {
  const { json, bol } = await ask({ shipments: 130 });
  const all = bol.truth().shipments.filter(({ fulfilledBy }) => fulfilledBy === 'SELLER');
  const size = async (page: number) =>
    (await json<{ shipments?: [] }>(`/retailer/shipments?page=${page}`)).shipments?.length;
  expect([await size(1), await size(2), await size(9)]).toEqual([50, all.length - 50, undefined]);
  expect(await json('/retailer/shipments?page=9')).toEqual({});
  const other = await ask({ shipments: 5, pastTheEnd: 'EMPTY_ARRAY' });
  expect(await other.json('/retailer/shipments?page=9')).toEqual({ shipments: [] });
});

test('shipments of one order, of both methods', async () => {
  const { json, all } = await ask({ shipments: 300 });
  const fbb = await all<WireShipment>('/retailer/shipments?fulfilment-method=FBB');
  const fbr = await all<WireShipment>('/retailer/shipments?fulfilment-method=FBR');
  expect(fbb.concat(fbr)).toHaveLength(300);
  const mixed = fbb.find(({ order }) => fbr.some((other) => other.order.orderId === order.orderId));
  const found = await json<{ shipments: WireShipment[] }>(`/retailer/shipments?order-id=${mixed?.order.orderId}`);
  expect(found.shipments.length).toBeGreaterThan(1);
  expect(await json('/retailer/shipments?order-id=A2M0000000')).toEqual({});
});

test('what does not exist is told by its id', async () => {
  const { get } = await ask({ shipments: 5 });
  const refused = async (path: string) => {
    const answer = await get(path);
    return [answer.status, ((await answer.json()) as { detail: string }).detail];
  };
  expect(await refused('/retailer/orders/A2M0000000')).toEqual([404, 'Order for order id A2M0000000 not found.']);
  expect(await refused('/retailer/shipments/1')).toEqual([404, 'Shipment for shipment id 1 not found.']);
  expect(await refused('/retailer/returns/1')).toEqual([404, 'Return for return id 1 not found.']);
  expect(await refused('/retailer/nothing')).toEqual([404, 'Not Found']);
});

test('the examples under -demo never change', async () => {
  const { bol, json, send } = await ask({ shipments: 5 });
  const before = await json<{ shipments: WireShipment[] }>('/retailer-demo/shipments');
  expect(before.shipments.length).toBeGreaterThan(3);
  const [first] = before.shipments;
  await json(`/retailer-demo/shipments/${first?.shipmentId}`);
  const write = await send('PUT', `/retailer-demo/transports/${first?.transport.transportId}`, { trackAndTrace: 'X' });
  const { processStatusId } = (await write.json()) as { processStatusId: string };
  bol.advance(86_400_000);
  expect(await json(`/shared-demo/process-status/${processStatusId}`)).toMatchObject({ status: 'PENDING' });
  expect(await json('/retailer-demo/shipments')).toEqual(before);
});

test('every kind of record that a client may stumble over is there', async () => {
  const { json, all } = await ask({ shipments: 200 });
  const text: string[] = [];
  let split = 0;
  for (const method of ['FBR', 'FBB']) {
    const rows = await all<WireShipment>(`/retailer/shipments?fulfilment-method=${method}`);
    for (const { shipmentId } of rows) text.push(JSON.stringify(await json(`/retailer/shipments/${shipmentId}`)));
    const items = rows.flatMap((row) => row.shipmentItems.map(({ orderItemId }) => orderItemId));
    split += items.length - new Set(items).size;
    expect(rows.some((row) => row.shipmentItems.length > 1)).toBe(true);
  }
  expect(split).toBeGreaterThan(0);
  const has = (...parts: string[]) => text.some((one) => parts.every((part) => one.includes(part)));
  expect(has('"countryCode":"BE"', '"zipCode":"0612"')).toBe(true);
  expect(has('"countryCode":"NL"', '"zipCode":"1012AB"')).toBe(true);
  expect(has('"pickupPoint":true', '"pickupPointName"')).toBe(true);
  expect(has('"method":"FBR","distributionParty":"BOL"', '"shippingLabelId"')).toBe(true);
  expect(has('"method":"FBB","distributionParty":"BOL"')).toBe(true);
  expect(has('"ean":"0012345678905"')).toBe(true);
  expect(has('"kvkNumber"')).toBe(true);
  expect(text.some((one) => !one.includes('"billingDetails"'))).toBe(true);
  expect(text.some((one) => !one.includes('"shipmentReference"'))).toBe(true);
  expect(text.some((one) => !one.includes('"trackAndTrace"'))).toBe(true);
  expect(text.some((one) => one.includes('null'))).toBe(false);
});

test('money: what an item costs is its units less its discounts', async () => {
  const { json, all } = await ask({ orders: 200, historyDays: 1.9 });
  interface Item {
    quantity: number;
    unitPrice: number;
    totalPrice: number;
    discounts?: { amount: number }[];
  }
  let indivisible = 0;
  for (const { orderId } of await all<WireOrder>('/retailer/orders?fulfilment-method=ALL&status=ALL')) {
    const { orderItems } = await json<{ orderItems: Item[] }>(`/retailer/orders/${orderId}`);
    for (const { quantity, unitPrice, totalPrice, discounts = [] } of orderItems) {
      const off = discounts.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0);
      expect(Math.round(totalPrice * 100)).toBe(Math.round(unitPrice * 100) * quantity - off);
      if (Math.round(totalPrice * 100) % quantity !== 0) indivisible++;
    }
  }
  expect(indivisible).toBeGreaterThan(0);
});
