// The pretend feed's protocol: what was handed out does not come again.
import { expect, onTestFinished, test } from 'vitest';
import { type FeedSandboxOptions, startSandbox } from '../../../src/marketplaces/feed/sandbox.js';
import type { WireOrder } from '../../../src/marketplaces/feed/wire.js';

async function start(options: FeedSandboxOptions = {}) {
  const feed = await startSandbox({ orders: 100, rateScale: 1_000, ...options });
  onTestFinished(() => feed.stop());
  const take = async () => (await (await fetch(`${feed.origin}/orders`)).json()) as WireOrder[];
  return { feed, take };
}

test('hands out each order once, a batch at a time, then an empty list until new ones come', async () => {
  const { feed, take } = await start({ batchSize: 40 });
  const sizes = [];
  for (let at = 0; at < 4; at++) sizes.push((await take()).length);
  expect(sizes).toEqual([40, 40, 20, 0]);
  feed.change(3);
  feed.advance(3_600_000);
  expect((await take()).length).toBe(23);
});

test('has what clients stumble over: no address, a SKU twice, a number again, zeros in front', async () => {
  const { take } = await start({ orders: 600, batchSize: 1_000 });
  const all = await take();
  expect(all.some(({ shipToAddress }) => !shipToAddress)).toBe(true);
  expect(all.some(({ orderItems }) => new Set(orderItems.map(({ sku }) => sku)).size < orderItems.length)).toBe(true);
  expect(all.some(({ shipToAddress }) => shipToAddress?.postalCode?.startsWith('0'))).toBe(true);
  const forms = new Map<string, Set<string>>();
  for (const order of all) {
    const known = forms.get(order.orderNumber) ?? new Set();
    forms.set(order.orderNumber, known.add(JSON.stringify(order)));
  }
  expect(forms.size).toBeLessThan(all.length);
  expect([...forms.values()].some(({ size }) => size > 1)).toBe(true);
});

test('knows which orders of an answer that was cut went out whole; a failure takes none out', async () => {
  const { feed } = await start({ batchSize: 10 });
  feed.faults.add({ kind: 'SERVER_ERROR', times: 1 });
  expect((await fetch(`${feed.origin}/orders`)).status).toBe(500);
  expect(feed.world.batches).toEqual([]);
  feed.faults.add({ kind: 'TRUNCATED_JSON', times: 1 });
  const text = await (await fetch(`${feed.origin}/orders`)).text();
  const [batch] = feed.world.batches;
  const whole = batch?.orders.filter((_, at) => batch.whole[at]) ?? [];
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.length).toBeLessThan(10);
  for (const order of batch?.orders ?? []) expect(text.includes(JSON.stringify(order))).toBe(whole.includes(order));
  expect(feed.truth().orders.length).toBeLessThanOrEqual(100 - (10 - whole.length));
});

test('the same seed gives the same orders', async () => {
  const [one, other] = [await start({ seed: 3 }), await start({ seed: 3 })];
  expect(await one.take()).toEqual(await other.take());
});
