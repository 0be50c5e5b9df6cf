import { expect, test } from 'vitest';
import { type Asking, ask, type WireOrder, type WireShipment } from './ask.js';

interface Status {
  readonly processStatusId: string;
  readonly status: string;
  readonly entityId?: string;
  readonly errorMessage?: string;
  readonly links?: readonly object[];
}

const minuteMs = 60_000;

/** Sends a write, lets it be carried out, and reads what came of it. */
async function done({ send, json, bol }: Asking, method: string, path: string, body: unknown): Promise<Status> {
  const answer = await send(method, path, body);
  expect(answer.status).toBe(202);
  const pending = (await answer.json()) as Status;
  expect(pending).toMatchObject({ status: 'PENDING', links: [{ rel: 'self', method: 'GET' }] });
  expect(await json(`/shared/process-status/${pending.processStatusId}`)).toEqual(pending);
  bol.advance(2 * minuteMs);
  const settled = await json<Status>(`/shared/process-status/${pending.processStatusId}`);
  expect(settled.links).toBeUndefined();
  return settled;
}

/** An open order of the seller with several units of its first item. */
async function openOrder({ all, bol }: Asking): Promise<WireOrder> {
  for (let tries = 0; tries < 50; tries++) {
    const orders = await all<WireOrder>('/retailer/orders');
    const found = orders.find(({ orderItems: [item] }) => item && item.quantity > 1 && item.quantityShipped === 0);
    if (found) return found;
    bol.world.place();
  }
  throw new Error('no order of several units is open');
}

test('shipping part of an item, then the rest, with the seller’s own transport', async () => {
  const asking = await ask({ shipments: 60 });
  const order = await openOrder(asking);
  const [item] = order.orderItems as [WireOrder['orderItems'][number]];
  const transport = { transporterCode: 'TNT', trackAndTrace: '3STEST' };
  const ship = (more: object) => ({ orderItems: [{ orderItemId: item.orderItemId, ...more }], transport });
  const path = '/retailer/shipments';
  const first = await done(asking, 'POST', path, { ...ship({ quantity: 1 }), shipmentReference: 'ERP-1' });
  expect(first).toMatchObject({ status: 'SUCCESS', entityId: expect.any(String) });
  expect(await asking.json(`${path}/${first.entityId}`)).toMatchObject({
    shipmentReference: 'ERP-1',
    order: { orderId: order.orderId },
    shipmentItems: [{ orderItemId: item.orderItemId, quantity: item.quantity, quantityShipped: 1 }],
    transport,
  });
  const rest = await done(asking, 'POST', path, ship({}));
  expect(await asking.json(`${path}/${rest.entityId}`)).toMatchObject({
    shipmentItems: [{ quantity: item.quantity, quantityShipped: item.quantity - 1 }],
  });
  expect(await done(asking, 'POST', path, ship({}))).toMatchObject({
    status: 'FAILURE',
    errorMessage: `Order item with id ${item.orderItemId} has already been handled.`,
  });
});

test('a shipment says either transport or label', async () => {
  const { send } = await ask({ shipments: 5 });
  const transport = { transporterCode: 'TNT' };
  const refused = await send('POST', '/retailer/shipments', {
    orderItems: [{ orderItemId: '1' }],
    transport,
    shippingLabelId: 'x',
  });
  const reason =
    'Conflicting transport method: Either provide Transport or ShippingLabelId. The current request contains both.';
  expect([refused.status, await refused.json()]).toMatchObject([400, { violations: [{ reason }] }]);
  for (const body of [
    'no json',
    { orderItems: [], transport },
    { orderItems: [{ orderItemId: '1', quantity: 0 }], transport },
    { orderItems: [{ orderItemId: '1' }], transport: {} },
    { orderItems: [{ orderItemId: '1' }], transport, shipmentReference: 'x'.repeat(91) },
    { orderItems: [{ orderItemId: '1' }] },
  ]) {
    expect((await send('POST', '/retailer/shipments', body)).status).toBe(400);
  }
});

test('cancelling an item, once', async () => {
  const asking = await ask({ shipments: 60 });
  const order = await openOrder(asking);
  const orderItemId = order.orderItems[0]?.orderItemId;
  const cancel = (reasonCode: string) => ({ orderItems: [{ orderItemId, reasonCode }] });
  const path = '/retailer/orders/cancellation';
  expect((await asking.send('PUT', path, cancel('BORED'))).status).toBe(400);
  expect((await asking.send('PUT', path, { orderItems: [] })).status).toBe(400);
  const cancelled = await done(asking, 'PUT', path, cancel('OUT_OF_STOCK'));
  expect(cancelled).toMatchObject({ status: 'SUCCESS', entityId: orderItemId });
  const { orderItems } = await asking.json<WireOrder>(`/retailer/orders/${order.orderId}`);
  expect(orderItems[0]?.quantityCancelled).toBe(orderItems[0]?.quantity);
  expect(await done(asking, 'PUT', path, cancel('OUT_OF_STOCK'))).toMatchObject({ status: 'FAILURE' });
  const both = await asking.json<{ processStatuses: Status[] }>(
    `/shared/process-status?entity-id=${orderItemId}&event-type=CANCEL_ORDER`,
  );
  expect(both.processStatuses.map(({ status }) => status)).toEqual(['FAILURE', 'SUCCESS']);
});

test('a transport that is told later', async () => {
  const asking = await ask({ shipments: 5 });
  const [row] = (await asking.json<{ shipments: WireShipment[] }>('/retailer/shipments')).shipments;
  const path = `/retailer/transports/${row?.transport.transportId}`;
  expect((await asking.send('PUT', path, { transporterCode: 'DHL' })).status).toBe(400);
  await done(asking, 'PUT', path, { transporterCode: 'DHLFORYOU', trackAndTrace: 'JVGL1' });
  expect(await asking.json(`/retailer/shipments/${row?.shipmentId}`)).toMatchObject({
    transport: { transporterCode: 'DHLFORYOU', trackAndTrace: 'JVGL1' },
  });
  expect(await done(asking, 'PUT', '/retailer/transports/1', { trackAndTrace: 'X' })).toMatchObject({
    status: 'FAILURE',
  });
});

test('returns are handled per item, and can be made', async () => {
  const asking = await ask({ shipments: 600 });
  const [open] = (
    await asking.json<{ returns: { returnId: string; returnItems: { rmaId: string }[] }[] }>(
      '/retailer/returns?handled=false',
    )
  ).returns;
  const rmaId = open?.returnItems[0]?.rmaId;
  const verdict = { handlingResult: 'RETURN_RECEIVED', quantityReturned: 1 };
  expect((await asking.send('PUT', `/retailer/returns/${rmaId}`, { handlingResult: 'LOST' })).status).toBe(400);
  expect(await done(asking, 'PUT', `/retailer/returns/${rmaId}`, verdict)).toMatchObject({ status: 'SUCCESS' });
  expect(JSON.stringify(await asking.json(`/retailer/returns/${open?.returnId}`))).toContain('"ACCEPTED"');

  const shipment = asking.bol.truth().shipments.findLast(({ fulfilledBy }) => fulfilledBy === 'SELLER');
  const orderItemId = shipment?.lines[0]?.externalId;
  const made = await done(asking, 'POST', '/retailer/returns', { orderItemId, ...verdict });
  expect(made).toMatchObject({ status: 'SUCCESS', entityId: expect.any(String) });
  expect(JSON.stringify(await asking.json(`/retailer/returns/${made.entityId}`))).toContain('"handled":true');
  const tooMany = { orderItemId, ...verdict, quantityReturned: 9_999 };
  expect(await done(asking, 'POST', '/retailer/returns', tooMany)).toMatchObject({ status: 'FAILURE' });
});

test('a write may be lost, and what came of one is forgotten after a day', async () => {
  const asking = await ask({ shipments: 5 });
  asking.bol.timeOutNext();
  const lost = await done(asking, 'PUT', '/retailer/transports/1', { trackAndTrace: 'X' });
  expect(lost).toMatchObject({ status: 'TIMEOUT', errorMessage: 'The request timed out.' });
  const bulk = async () =>
    (
      await asking.send('POST', '/shared/process-status', {
        processStatusQueries: [{ processStatusId: lost.processStatusId }, { processStatusId: '1234567' }],
      })
    ).json();
  expect(await bulk()).toEqual({ processStatuses: [lost] });
  asking.bol.advance(24 * 60 * minuteMs);
  const gone = await asking.get(`/shared/process-status/${lost.processStatusId}`);
  expect([gone.status, ((await gone.json()) as { detail: string }).detail]).toEqual([404, 'Not Found']);
  expect(await bulk()).toEqual({});
  expect((await asking.get('/shared/process-status?entity-id=1')).status).toBe(400);
});
