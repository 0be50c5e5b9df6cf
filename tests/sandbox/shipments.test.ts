import { expect, test } from 'vitest';
import type { WireOrder, WireShipment, WireShipmentPage } from '../../src/marketplaces/otto/wire.js';
import { ask } from './ask.js';

const all = '/v1/shipments?datefrom=2020-01-01';

test('pages: the cursor is the id of the next page’s first shipment; newest first, or oldest', async () => {
  const { json, shipments } = await ask({ orders: 120 });
  const rows = await shipments(`${all}&limit=100`);
  expect(rows.length).toBeGreaterThan(90);
  const dates = rows.map(({ creationDate }) => creationDate);
  expect(dates).toEqual(dates.toSorted().toReversed());
  for (const limit of [1, 9, 25]) expect(await shipments(`${all}&limit=${limit}`)).toEqual(rows);
  const first = await json<WireShipmentPage>(`${all}&limit=3`);
  expect(first.links?.[0]?.href).toBe(`/v1/shipments?next=${rows[3]?.shipmentId}&datefrom=2020-01-01&limit=3`);
  expect((await json<WireShipmentPage>(all)).resources).toHaveLength(25);

  const oldest = await ask({ orders: 120, shipmentDirection: 'OLDEST_FIRST' });
  expect(await oldest.shipments(`${all}&limit=7`)).toEqual(rows.toReversed());
});

test('datefrom is mandatory and filters by creation; a last page has no links', async () => {
  const { get, shipments, json } = await ask();
  expect(await shipments('/v1/shipments?datefrom=2026-11-12')).toHaveLength(2);
  expect(await shipments('/v1/shipments?datefrom=2026-11-15T17:00:00Z')).toHaveLength(0);
  expect(await json<object>(all)).not.toHaveProperty('links');
  const bad = await get('/v1/shipments?datefrom=2020-09-0X');
  expect(bad.status).toBe(400);
  expect(await bad.json()).toEqual({
    errors: [{ title: 'INVALID_REQUEST_PARAMETER', path: '/shipments?datefrom=2020-09-0X' }],
  });
  for (const query of ['', '?datefrom=2020-01-01&limit=101', '?datefrom=2020-01-01&next=1']) {
    expect((await get(`/v1/shipments${query}`)).status).toBe(400);
  }
});

test('one shipment, by id and by tracking number; the states grow with time', async () => {
  const { otto, shipments, json, get } = await ask();
  for (const summary of await shipments(all)) {
    const shipment = await json<WireShipment>(`/v1/shipments/${summary.shipmentId}`);
    expect(shipment).toMatchObject(summary);
    const { carrier, trackingNumber } = shipment.trackingKey;
    expect(await json(`/v1/shipments/carriers/${carrier}/trackingnumbers/${trackingNumber}`)).toEqual(shipment);
  }
  const missing = await get('/v1/shipments/101000000000');
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({
    errors: [{ title: 'RESOURCE_NOT_FOUND', path: '/shipments/101000000000' }],
  });
  const [newest] = await shipments(all);
  expect(newest?.states).toHaveLength(1);
  otto.world.clock.advance(10 * 86_400_000);
  const later = (await shipments(all)).find(({ shipmentId }) => shipmentId === newest?.shipmentId);
  expect(later?.states?.length).toBeGreaterThan(2);
});

const request = (order: WireOrder, tracking: string) => ({
  trackingKey: { carrier: 'DHL', trackingNumber: tracking },
  shipDate: '2026-11-16T07:55:00Z',
  shipFromAddress: { city: 'Dresden', zipCode: '01067', countryCode: 'DEU' },
  positionItems: order.positionItems
    .filter(({ fulfillmentStatus }) => fulfillmentStatus === 'PROCESSABLE')
    .map(({ positionItemId }) => ({
      positionItemId,
      salesOrderId: order.salesOrderId,
      returnTrackingKey: { carrier: 'DHL', trackingNumber: '577546565072' },
    })),
});

async function titleOf(answer: Response): Promise<[number, string]> {
  const body = (await answer.json()) as { errors: { title: string }[] };
  return [answer.status, body.errors[0]?.title ?? ''];
}

test('a created shipment makes its units SENT and moves the order', async () => {
  const { post, json, orders } = await ask();
  const open = await orders('/v4/orders?fulfillmentStatus=PROCESSABLE');
  const order = open.find(({ positionItems }) => positionItems.length === 4) as WireOrder;
  const answer = await post('/v1/shipments', request(order, 'D1'));
  expect(answer.status).toBe(201);
  const { shipmentId } = (await answer.json()) as { shipmentId: string };
  const after = await json<WireOrder>(`/v4/orders/${order.salesOrderId}`);
  for (const item of after.positionItems) {
    expect(item).toMatchObject({ fulfillmentStatus: 'SENT', trackingInfo: { carrier: 'DHL', trackingNumber: 'D1' } });
  }
  expect(after.lastModifiedDate && after.lastModifiedDate > (order.lastModifiedDate ?? '')).toBe(true);
  const shipment = await json<WireShipment>(`/v1/shipments/${shipmentId}`);
  expect(shipment).toMatchObject({ shipDate: '2026-11-16T07:55:00.000Z', positionItems: { length: 4 } });

  const again = request(order, 'D2');
  expect(await titleOf(await post('/v1/shipments', again))).toEqual([409, 'POSITION_ITEM_INCLUDED_IN_OTHER_SHIPMENT']);
  expect(await titleOf(await post('/v1/shipments', request(after, 'D2')))).toEqual([400, 'PROPERTY_IS_MANDATORY']);
});

test('what cannot be sent is refused under OTTO’s titles, and nothing changes', async () => {
  const { post, orders, otto } = await ask();
  const before = JSON.stringify(otto.truth());
  const byState = async (state: string) => (await orders(`/v4/orders?fulfillmentStatus=${state}`))[0] as WireOrder;
  const good = request(await byState('PROCESSABLE'), 'D3');
  const announced = await byState('ANNOUNCED');
  const item = {
    positionItemId: announced.positionItems[0]?.positionItemId,
    salesOrderId: announced.salesOrderId,
    returnTrackingKey: good.positionItems[0]?.returnTrackingKey,
  };
  const attempts: [unknown, number, string][] = [
    [{ ...good, trackingKey: undefined }, 400, 'PROPERTY_IS_MANDATORY'],
    [{ ...good, trackingKey: { carrier: 'dhl', trackingNumber: '1' } }, 400, 'PROPERTY_IS_MANDATORY'],
    [
      { ...good, positionItems: [{ ...good.positionItems[0], returnTrackingKey: undefined }] },
      400,
      'PROPERTY_IS_MANDATORY',
    ],
    [{ ...good, positionItems: [{ ...good.positionItems[0], salesOrderId: 'x' }] }, 400, 'INSUFFICIENT_PERMISSION'],
    [{ ...good, positionItems: [...good.positionItems, item] }, 400, 'POSITION_ITEM_CAN_NOT_BE_SENT'],
  ];
  const existing = otto.truth().shipments.find(({ carrier }) => carrier === 'DHL');
  attempts.push([
    { ...good, trackingKey: { carrier: 'DHL', trackingNumber: existing?.trackingNumber } },
    409,
    'DUPLICATE_TRACKING_KEY',
  ]);
  for (const [body, status, title] of attempts) {
    expect(await titleOf(await post('/v1/shipments', body))).toEqual([status, title]);
  }
  expect(JSON.stringify(otto.truth())).toBe(before);
});

test('more units can be put into a shipment', async () => {
  const { post, json, orders, shipments } = await ask();
  const [shipment] = await shipments(all);
  const [order] = await orders('/v4/orders?fulfillmentStatus=PROCESSABLE');
  const { positionItems } = request(order as WireOrder, '');
  const target = `/v1/shipments/${shipment?.shipmentId}/positionitems`;
  const before = await json<WireShipment>(`/v1/shipments/${shipment?.shipmentId}`);
  expect((await post(target, positionItems)).status).toBe(200);
  const after = await json<WireShipment>(`/v1/shipments/${shipment?.shipmentId}`);
  expect(after.positionItems).toHaveLength(before.positionItems.length + positionItems.length);
  expect((await post(target, positionItems)).status).toBe(409);
  expect((await post('/v1/shipments/101000000000/positionitems', positionItems)).status).toBe(404);
});
