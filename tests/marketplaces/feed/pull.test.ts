// The feed at work: engine, PostgreSQL and the pretend feed over HTTP.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WireOrder } from '../../../src/marketplaces/feed/wire.js';
import { rejectsOf } from '../../../src/store/holdings.js';
import { noteAsked } from '../../../src/store/inbox.js';
import { spoolFile } from '../../../src/store/spool.js';
import { ended, expectRollUp, expectTruth, feedActor, openScene, type Scene } from '../../drills/scene.js';

let scene: Scene<typeof feedActor.sandbox>;
let spoolDir: string;
let runs = 0;
beforeEach(async () => {
  runs = 0;
  spoolDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-spool-'));
});
afterEach(async () => {
  await scene.close();
  fs.rmSync(spoolDir, { recursive: true, force: true });
});

/** A run to its end, by an engine that knows nothing of those before. */
async function sync(): Promise<string> {
  await scene.db.run({ text: `update streams set due_at = now()` });
  const engine = await scene.engine({ spoolDir });
  const status = await ended(scene.db, ++runs);
  await engine.stop();
  return status;
}

const waiting = () => scene.db.run({ text: 'select from inbox where body is not null and stored_at is null' });
const order = (externalId: string) =>
  scene.db.run({
    text: `select o.fulfillment_status as status, o.shipping_address->>'postalCode' as zip, o.total_minor as total, o.currency,
        o.version, o.ordered_at as at, (select array_agg(sku || ' ' || ordered order by line_no) from order_lines where order_id = o.id) as lines
      from orders o where external_id = $1`,
    values: [externalId],
  });

test('is drained to its end; what comes again is no news, in another form it replaces the one before', async () => {
  scene = await openScene(feedActor, { orders: 0 });
  const { waiting: queue } = scene.sandbox.world;
  const first: WireOrder = {
    orderNumber: 'A-1',
    orderItems: [
      { sku: 'X', quantity: 2 },
      { sku: 'X', quantity: 1 },
    ],
    shipToAddress: { name: 'Jane', line1: 'Way 1', line2: '', postalCode: '01067', stateProvince: '', country: 'DE' },
  };
  queue.push(first, first);
  expect(await sync()).toBe('SUCCEEDED');
  const [stored] = await order('A-1');
  expect(stored).toMatchObject({ status: 'READY', zip: '01067', total: '0', currency: 'USD', version: 1 });
  expect(stored?.lines).toEqual(['X 2', 'X 1']);
  // an empty answer leaves nothing behind
  expect(await scene.db.run({ text: 'select count(*)::int as count from inbox' })).toEqual([{ count: 1 }]);

  queue.push(first, { orderNumber: 'A-2', orderItems: [{ sku: 'Y', quantity: 1 }], shipToAddress: null });
  expect(await sync()).toBe('SUCCEEDED');
  expect(await order('A-1')).toEqual([stored]);
  expect(await order('A-2')).toMatchObject([{ status: 'READY', zip: null }]);

  queue.push({ ...first, shipToAddress: { ...first.shipToAddress, postalCode: '00001' } });
  expect(await sync()).toBe('SUCCEEDED');
  expect(await order('A-1')).toMatchObject([{ zip: '00001', version: 2 }]);
  await expectTruth(scene);
  await expectRollUp(scene);
});

test('an answer larger than a transaction is stored in several, and marked with the last', async () => {
  scene = await openScene(feedActor, { orders: 1_300, batchSize: 1_300 });
  expect(await sync()).toBe('SUCCEEDED');
  expect(scene.sandbox.world.batches.length).toBe(2);
  expect(await waiting()).toEqual([]);
  const [{ pages } = { pages: 0 }] = await scene.db.run<{ pages: number }>({ text: 'select pages from stream_runs' });
  expect(pages).toBe(4);
  await expectTruth(scene);
});

test('of answers that are cut off, or stop in the middle, every order that came whole is here; the rest is named', async () => {
  scene = await openScene(feedActor, { orders: 300, batchSize: 20 });
  for (const kind of ['TRUNCATED_JSON', 'DROP_MID_BODY', 'SERVER_ERROR', 'HTML_200', 'EMPTY_200', 'DROP'] as const) {
    scene.sandbox.faults.add({ kind, rate: 0.2, times: 2 });
  }
  for (let run = 0; run < 15 && scene.sandbox.world.waiting.length > 0; run++) await sync();
  scene.sandbox.faults.clear();
  expect(await sync()).toBe('SUCCEEDED');
  const { struck } = scene.sandbox.faults;
  expect((struck.TRUNCATED_JSON ?? 0) + (struck.DROP_MID_BODY ?? 0)).toBeGreaterThan(0);
  await expectTruth(scene);
  const cut = scene.sandbox.world.batches.filter(({ whole }) => whole.includes(false)).length;
  const rejects = await rejectsOf(scene.db, scene.shopId);
  expect(rejects.filter(({ reason }) => /broke off here/.test(reason)).length).toBeGreaterThanOrEqual(cut);

  // no answer came whole where the connection broke: that is told, once its time is over
  await scene.db.run({ text: `update inbox set asked_at = asked_at - interval '5 minutes'` });
  const unanswered = await scene.db.run({ text: 'select from inbox where not is_whole' });
  expect(unanswered.length).toBe((struck.DROP_MID_BODY ?? 0) + (struck.DROP ?? 0));
  expect(await sync()).toBe('SUCCEEDED');
  const spans = await scene.db.run({ text: 'select from lost_spans' });
  expect(spans.length).toBe(unanswered.length > 0 ? 1 : 0);
});

test('what a process left in files comes first, and is stored once', async () => {
  scene = await openScene(feedActor, { orders: 0 });
  const [{ epoch } = { epoch: '' }] = await scene.db.run<{ epoch: string }>({ text: 'select epoch from shops' });
  const left = async (text: string | Buffer, isWhole: boolean) => {
    const id = await noteAsked(scene.db, { shopId: scene.shopId, epoch }, 'ORDERS');
    const file = spoolFile(spoolDir, id ?? '') + (isWhole ? '' : '.part');
    fs.writeFileSync(file, text);
    // so long ago that it does not arrive any more
    const at = new Date(Date.now() - 100_000);
    fs.utimesSync(file, at, at);
    return file;
  };
  const one = (orderNumber: string) => JSON.stringify({ orderNumber, orderItems: [{ sku: 'X', quantity: 1 }] });
  await left(`[${one('L-1')},${one('L-2')}]`, true);
  await left(`[${one('L-3')},{"orderNumber":"L-4"`, false);
  await left('', false);
  // compressed, though nobody asked for that
  await left(gzipSync(`[${one('G-1')},${one('G-2')}]`), true);
  await left(gzipSync(`[${one('G-3')},${one('G-4')}]`).subarray(0, -9), false);
  // of a database that is another one's
  fs.writeFileSync(spoolFile(spoolDir, '33333333-3333-4333-8333-333333333333'), `[${one('M-1')}]`);
  // and one that still arrives
  const arriving = await left(`[${one('N-1')}`, false);
  fs.utimesSync(arriving, new Date(), new Date());
  expect(await sync()).toBe('SUCCEEDED');
  const held = await scene.db.run<{ id: string }>({ text: 'select external_id as id from orders order by 1' });
  expect(held.map(({ id }) => id)).toEqual(['G-1', 'G-2', 'G-3', 'G-4', 'L-1', 'L-2', 'L-3']);
  const others = ['33333333-3333-4333-8333-333333333333', path.basename(arriving)];
  expect(fs.readdirSync(spoolDir).sort()).toEqual(others.sort());
  expect(await waiting()).toEqual([]);
});

test('an engine that is told to stop lets the answer under way come to its end', async () => {
  scene = await openScene(feedActor, { orders: 200, batchSize: 50 });
  scene.sandbox.faults.add({ kind: 'SLOW_BODY', ms: 400 });
  const engine = await scene.engine({ spoolDir });
  while (scene.sandbox.world.batches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await engine.stop();
  scene.sandbox.faults.clear();
  // nobody knows of any answer that did not come
  expect(await scene.db.run({ text: 'select from inbox where not is_whole' })).toEqual([]);
  expect(await sync()).toBe('SUCCEEDED');
  await expectTruth(scene);
});
