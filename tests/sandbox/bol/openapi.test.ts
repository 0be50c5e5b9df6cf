import type { ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';
import { type Asking, ask, idsOf, type WireOrder, type WireReturn, type WireShipment } from './ask.js';
import { hasOpenApi, noOpenApi, schemaOf } from './openapi.js';

/** Every answer of the pretend bol against the vendor's own description of it, in worlds of several sizes and seeds. */
const worlds = [
  { seed: 7, shipments: 60 },
  { seed: 1, orders: 14 },
  { seed: 4_000_000_000, shipments: 400 },
];

if (!hasOpenApi) console.warn(`skipped: ${noOpenApi}`);

const retailer = (name: string) => schemaOf('retailer-v10', name);

function isValid(valid: ValidateFunction, body: unknown): void {
  expect(valid(body), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
}

/** A list page by page, and the detail of each of its rows. */
async function checkList(asking: Asking, path: string, list: ValidateFunction, one: ValidateFunction): Promise<number> {
  isValid(list, await asking.json(path));
  const folder = path.slice(0, path.indexOf('?'));
  const rows = await asking.all<WireOrder & WireShipment & WireReturn>(path);
  for (const id of idsOf(rows)) isValid(one, await asking.json(`${folder}/${id}`));
  return rows.length;
}

describe.skipIf(!hasOpenApi)('answers conform to the vendor’s OpenAPI files', () => {
  test.each(worlds)('orders: %o', async (world) => {
    const asking = await ask({ ...world, historyDays: 1.9 });
    const path = '/retailer/orders?fulfilment-method=ALL&status=ALL';
    expect(await checkList(asking, path, retailer('ReducedOrders'), retailer('Order'))).toBeGreaterThan(5);
  });

  test.each(worlds)('shipments: %o', async (world) => {
    const asking = await ask(world);
    for (const method of ['FBR', 'FBB']) {
      const path = `/retailer/shipments?fulfilment-method=${method}`;
      expect(await checkList(asking, path, retailer('ShipmentsResponse'), retailer('Shipment'))).toBeGreaterThan(1);
    }
  });

  test.each(worlds)('returns: %o', async (world) => {
    const asking = await ask(world);
    let found = 0;
    for (const method of ['FBR', 'FBB']) {
      const path = `/retailer/returns?fulfilment-method=${method}`;
      found += await checkList(asking, path, retailer('ReturnsResponse'), retailer('Return'));
    }
    expect(found).toBeGreaterThan(0);
  });

  test('version 3: open orders and shipments as they were in 2020', async () => {
    const asking = await ask({ shipments: 300, version: 'v3' });
    const old = (name: string) => schemaOf('retailer-v3', name);
    for (const method of ['FBR', 'FBB']) {
      const query = `?fulfilment-method=${method}`;
      await checkList(asking, `/retailer/shipments${query}`, old('ShipmentResponse'), old('Shipment'));
      await checkList(asking, `/retailer/orders${query}`, old('ReducedOrders'), old('Order'));
    }
    const answer = await asking.get('/retailer/shipments');
    expect(answer.headers.get('content-type')).toBe('application/vnd.retailer.v3+json;charset=UTF-8');
    expect((await asking.get('/retailer/shipments', { accept: 'application/vnd.retailer.v10+json' })).status).toBe(406);
    expect((await asking.get('/retailer/returns')).status).toBe(404);
  });

  test('writes, process statuses and refusals', async () => {
    const { bol, get, send, json } = await ask({ shipments: 20 });
    const [shipment] = bol.truth().shipments;
    const transportId = (await json<WireShipment>(`/retailer/shipments/${shipment?.externalId}`)).transport.transportId;
    const put = await send('PUT', `/retailer/transports/${transportId}`, { trackAndTrace: '3SX' });
    const pending = (await put.json()) as { processStatusId: string };
    isValid(retailer('ProcessStatus'), pending);
    bol.advance(120_000);
    isValid(schemaOf('shared-v10', 'ProcessStatus'), await json(`/shared/process-status/${pending.processStatusId}`));
    const list = await json(`/shared/process-status?entity-id=${transportId}&event-type=CHANGE_TRANSPORT`);
    isValid(schemaOf('shared-v10', 'ProcessStatusResponse'), list);
    for (const path of ['/retailer/orders?status=LOST', '/retailer/orders/A2M0000000', '/retailer/shipments?page=x']) {
      isValid(retailer('Problem'), await (await get(path)).json());
    }
  });
});
