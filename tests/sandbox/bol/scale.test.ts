import { expect, test } from 'vitest';
import { ask, type WireOrder, type WireShipment } from './ask.js';

test('100,000 shipments: there in seconds, and page 1,000 is as quick as page 1', async () => {
  const started = performance.now();
  const { bol, json, all } = await ask({ shipments: 100_000, rateScale: 1_000_000 });
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(bol.world.shipments).toHaveLength(100_000);
  const msOf = async (path: string) => {
    const times: number[] = [];
    for (let n = 0; n < 7; n++) {
      const at = performance.now();
      await json(path);
      times.push(performance.now() - at);
      // moved, so that nothing can have been kept since
      bol.world.place();
    }
    return times.sort((a, b) => a - b)[3] ?? 0;
  };
  const last = Math.floor(bol.world.shipmentsBy.FBR.length / 50);
  const [first, deep] = [await msOf('/retailer/shipments?page=1'), await msOf(`/retailer/shipments?page=${last}`)];
  expect(deep).toBeLessThan(Math.max(50, 5 * first));
  expect(await msOf('/retailer/orders?fulfilment-method=ALL&status=ALL')).toBeLessThan(1_000);

  let shipments = 0;
  for (const method of ['FBR', 'FBB']) {
    shipments += (await all<WireShipment>(`/retailer/shipments?fulfilment-method=${method}`)).length;
  }
  expect(shipments).toBe(100_000);
  const path = '/retailer/orders?fulfilment-method=ALL&status=ALL&latest-change-date=2026-11-10';
  expect((await all<WireOrder>(path)).length).toBeGreaterThan(500);
}, 120_000);
