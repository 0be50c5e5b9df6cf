import { describe, expect, test } from 'vitest';
import type { WireReturnPage, WireShipment } from '../../src/marketplaces/otto/wire.js';
import { ask } from './ask.js';
import { hasOpenApi, noOpenApi, schemaOf } from './openapi.js';

/** Every answer of the pretend OTTO against the vendor's own description of it, in worlds of several sizes and seeds. */
const worlds = [
  { seed: 7, orders: 16 },
  { seed: 1, orders: 5 },
  { seed: 99, orders: 400 },
  { seed: 4_000_000_000, orders: 1_200 },
];

if (!hasOpenApi) console.warn(`skipped: ${noOpenApi}`);

describe.skipIf(!hasOpenApi)('answers conform to the vendor’s OpenAPI files', () => {
  test.each(worlds)('orders: %o', async (world) => {
    const { orders, json } = await ask(world);
    const valid = schemaOf('OrdersV4', 'PartnerOrderListOrdersV4');
    const page = await json<object>('/v4/orders?limit=10');
    expect(valid(page), JSON.stringify(valid.errors)).toBe(true);
    const one = schemaOf('OrdersV4', 'PartnerOrderOrdersV4');
    const all = await orders('/v4/orders?limit=256');
    expect(all).toHaveLength(world.orders);
    for (const order of all) expect(one(order), `${order.salesOrderId} ${JSON.stringify(one.errors)}`).toBe(true);
    const single = await json<object>(`/v4/orders/${all[0]?.salesOrderId}`);
    expect(one(single)).toBe(true);
  });

  test.each(worlds)('shipments: %o', async (world) => {
    const { shipments, json } = await ask(world);
    const list = schemaOf('ShipmentsV1', 'ShipmentListShipmentsV1');
    const page = await json<object>('/v1/shipments?datefrom=2020-01-01&limit=10');
    expect(list(page), JSON.stringify(list.errors)).toBe(true);
    const valid = schemaOf('ShipmentsV1', 'ShipmentShipmentsV1', (schemas) => {
      // "required", yet OTTO's own forwarder examples leave both out
      for (const name of ['PositionItemShipmentsV1', 'TrackingKeyShipmentsV1']) {
        const schema = schemas[name] as { required: string[] };
        schema.required = schema.required.filter((member) => !['returnTrackingKey', 'trackingNumber'].includes(member));
      }
    });
    for (const { shipmentId } of await shipments('/v1/shipments?datefrom=2020-01-01&limit=100')) {
      const shipment = await json<WireShipment>(`/v1/shipments/${shipmentId}`);
      expect(valid(shipment), `${shipmentId} ${JSON.stringify(valid.errors)}`).toBe(true);
    }
  });

  test.each(worlds)('returns: %o', async (world) => {
    const { json } = await ask(world);
    const valid = schemaOf('ReturnsV3', 'PositionItemListReturnsV3', (schemas) => {
      // "required", but only a rejection has a reason
      (schemas.ReturnedItemStatusDataReturnsV3 as { required: string[] }).required = [];
    });
    for (const status of ['ANNOUNCED', 'ACCEPTED', 'REJECTED', 'MISDIRECTED']) {
      const page = await json<WireReturnPage>(`/v3/returns?status=${status}&limit=50`);
      expect(valid(page), JSON.stringify(valid.errors)).toBe(true);
    }
  });
});
