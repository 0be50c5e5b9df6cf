import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Shipment } from '../../src/commerce/shipment.js';
import type { Database } from '../../src/store/database.js';
import { type Mapped, writePage, writeRemapped } from '../../src/store/pages.js';
import { type Sameness, unchangedOf } from '../../src/store/sift.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, mapped, pageOf, type TestShop } from './shop.js';

let fresh: Fresh;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 1 });
  db = fresh.db;
});
afterAll(() => fresh.close());

const settlesAt = new Date('2026-03-01T00:00:00Z');
const early = new Date('2026-02-28T23:59:59Z');
const late = new Date('2026-03-01T00:00:00Z');
const [list, other] = [Buffer.from('as listed'), Buffer.from('listed otherwise')];

const shipment = (more: Partial<Shipment> = {}): Shipment => ({
  ...{ externalId: 's-1', shippedAt: new Date('2026-02-01T00:00:00Z'), fulfilledBy: 'SELLER', carrier: null },
  ...{ trackingNumber: null, lines: [{ orderExternalId: 'o-1', externalId: 'i-1', quantity: 1 }], settlesAt },
  ...{ details: {}, ...more },
});
const read = (readAt: Date, noun = shipment(), summaryHash: Buffer | null = list): Mapped<Shipment> => ({
  ...mapped(noun, summaryHash),
  readAt,
});
const write = (at: TestShop, record: Mapped<Shipment>) => writePage(db, pageOf(at, [record], { stream: 'SHIPMENTS' }));
const isKnown = async (at: TestShop, by: Sameness, hash = list) =>
  (await unchangedOf(db, at.shop.id, 'SHIPMENTS', new Map([['s-1', hash]]), by)).has('s-1');

test('settled is what was read when it could no longer change, as long as the list says the same', async () => {
  const at = await addShop(db);
  expect(await isKnown(at, 'settled')).toBe(false);
  await write(at, read(early));
  // the moment has passed long since, but what happened between the reading and that moment is not known
  expect(await isKnown(at, 'settled')).toBe(false);
  expect(await isKnown(at, 'summary')).toBe(true);
  expect(await write(at, read(late))).toMatchObject({ updated: 0, unchanged: 1 });
  expect(await isKnown(at, 'settled')).toBe(true);
  expect(await isKnown(at, 'settled', other)).toBe(false);
  // news that does not settle takes it back
  await write(at, read(late, shipment({ carrier: 'DHL', settlesAt: new Date('2026-04-01T00:00:00Z') })));
  expect(await isKnown(at, 'settled')).toBe(false);
});

test('a stored payload that is mapped again is settled only as far as it was', async () => {
  const remap = (at: TestShop, noun: Shipment, from: Mapped<Shipment>) => {
    const { readAt: _, ...record } = { ...from, noun };
    const part = { shop: at.shop, stream: 'SHIPMENTS' as const, rejects: [], mappingVersion: 2 };
    return writeRemapped(db, { ...part, records: [record] });
  };
  const at = await addShop(db);
  await write(at, read(early));
  await remap(at, shipment(), read(early));
  expect(await isKnown(at, 'settled')).toBe(false);
  await write(at, read(late));
  await remap(at, shipment({ carrier: 'DHL' }), read(late));
  expect(await isKnown(at, 'settled')).toBe(true);
  await remap(at, shipment({ settlesAt: new Date('2026-03-02T00:00:00Z') }), read(late));
  expect(await isKnown(at, 'settled')).toBe(false);
});

test('by its key a record is known whatever it says; one that has a reject is not', async () => {
  const at = await addShop(db);
  expect(await isKnown(at, 'key', other)).toBe(false);
  await write(at, read(early, shipment(), null));
  expect(await isKnown(at, 'key', other)).toBe(true);
  expect(await isKnown(at, 'summary')).toBe(false);
  const reject = { externalId: 's-1', recordKey: 's-1', reason: 'odd', payload: '{}' };
  await writePage(db, pageOf(at, [], { stream: 'SHIPMENTS', rejects: [reject] }));
  expect(await isKnown(at, 'key')).toBe(false);
});

test('a page says how it was found and what is lost; the same words twice change nothing', async () => {
  const at = await addShop(db);
  const lost = (to: string) => ({ from: new Date('2026-01-01T00:00:00Z'), to: new Date(to) });
  const read = async () =>
    db.run({
      text: `select p.strategy, l.from_at, l.to_at from stream_runs p
        left join lost_spans l on l.shop_id = $2 and l.stream = p.stream where p.run_id = $1 and p.stream = 'ORDERS'`,
      values: [at.runId, at.shop.id],
    });
  await writePage(db, pageOf(at, []));
  expect(await read()).toEqual([{ strategy: null, from_at: null, to_at: null }]);
  await writePage(db, pageOf(at, [], { strategy: 'DAY_SWEEP', lost: lost('2026-01-03T00:00:00Z') }));
  await writePage(db, pageOf(at, [], { lost: lost('2026-01-02T00:00:00Z') }));
  await writePage(db, pageOf(at, [], { lost: null }));
  const kept = [{ strategy: 'DAY_SWEEP', from_at: lost('').from, to_at: new Date('2026-01-03T00:00:00Z') }];
  expect(await read()).toEqual(kept);
});
