import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Derived, StreamName } from '../../src/commerce/marketplace.js';
import type { Order, OrderLine } from '../../src/commerce/order.js';
import type { Return, ReturnLine } from '../../src/commerce/return.js';
import type { Shipment } from '../../src/commerce/shipment.js';
import type { Database } from '../../src/store/database.js';
import { dump } from '../../src/store/dump.js';
import { writePage, writeRemapped } from '../../src/store/pages.js';
import { seeded } from '../bench/orders.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { expectAgreement } from './agree.js';
import { address, addShop, importedTables, line, mapped, order, pageOf, rowsOf, type TestShop } from './shop.js';

// A marketplace whose orders do not tell when lines were shipped and how many units came back.

let fresh: Fresh;
let db: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  db = fresh.db;
});
afterAll(() => fresh.close());

type AnyNoun = Order | Shipment | Return;

async function addDeriving(derived: readonly Derived[] = ['SHIPPED_AT', 'RETURNED']): Promise<TestShop> {
  const at = await addShop(db);
  return { ...at, shop: { ...at.shop, derived } };
}

const write = (at: TestShop, stream: StreamName, nouns: readonly AnyNoun[]) =>
  writePage(
    db,
    pageOf(
      at,
      nouns.map((noun) => mapped(noun)),
      { stream },
    ),
  );

interface StoredLine {
  readonly order: string;
  readonly at: number;
  readonly shippedAt: Date | null;
  readonly returned: number;
}

const linesOf = (at: TestShop) =>
  db.run<StoredLine & { version: number }>({
    text: `select o.external_id as order, l.line_no - 1 as at, l.shipped_at as "shippedAt", l.returned, o.version
      from orders o join order_lines l on l.order_id = o.id where o.shop_id = $1 order by o.external_id, l.line_no`,
    values: [at.shop.id],
  });

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const quantity = (shipped: number) => ({ ordered: shipped + 1, shipped, cancelled: 0, returned: 0, pending: 0 });

function shipment(externalId: string, shippedAt: Date, ...units: [orderKey: string, unit: string][]): Shipment {
  return {
    ...{ externalId, shippedAt, fulfilledBy: 'SELLER', carrier: null, trackingNumber: null, details: {} },
    lines: units.map(([orderExternalId, unit]) => ({ orderExternalId, externalId: unit, quantity: 1 })),
  };
}

function returned(externalId: string, changedAt: Date, ...lines: Partial<ReturnLine>[]): Return {
  return {
    ...{ externalId, status: 'ACCEPTED', changedAt, carrier: null, trackingNumbers: [], details: {} },
    lines: lines.map((one) => ({
      ...{ orderExternalId: 'o-1', externalId: 'rma', ean: null, quantity: 1, accepted: 1, reason: null },
      ...one,
    })),
  };
}

test('whichever comes first, a line is shipped when its last shipment was, and its units come back', async () => {
  const sold = order({ lines: [line({ quantity: quantity(2), ean: '0042', shippedAt: day(1) })] });
  const parcels = [shipment('s-1', day(3), ['o-1', 'item-1']), shipment('s-2', day(2), ['o-1', 'item-1'])];
  const back = returned('r-1', day(9), { ean: '0042' });
  for (const first of ['ORDERS', 'SHIPMENTS'] as const) {
    const at = await addDeriving();
    if (first === 'ORDERS') await write(at, 'ORDERS', [sold]);
    await write(at, 'SHIPMENTS', parcels);
    await write(at, 'RETURNS', [back]);
    if (first === 'SHIPMENTS') await write(at, 'ORDERS', [sold]);
    const version = first === 'ORDERS' ? 3 : 1;
    expect(await linesOf(at)).toEqual([{ order: 'o-1', at: 0, shippedAt: day(3), returned: 1, version }]);
    await expectAgreement(db, at.shop.id);
  }
});

test('what is corrected is taken back: the order says again what it said itself', async () => {
  const at = await addDeriving();
  const lines = [
    line({ externalIds: ['a'], ean: '1', quantity: quantity(1), shippedAt: day(1) }),
    line({ externalIds: ['b'], ean: '1', quantity: quantity(2) }),
  ];
  await write(at, 'ORDERS', [order({ lines })]);
  await write(at, 'SHIPMENTS', [shipment('s-1', day(5), ['o-1', 'a'], ['o-1', 'b'])]);
  await write(at, 'RETURNS', [returned('r-1', day(6), { ean: '1', accepted: 2 }, { externalId: 'b' })]);
  const facts = async () => (await linesOf(at)).map((one) => [one.shippedAt, one.returned]);
  // the item with the line's id first, the others in the order of the lines, as far as was shipped
  expect(await facts()).toEqual([
    [day(5), 1],
    [day(5), 2],
  ]);
  await write(at, 'RETURNS', [returned('r-1', day(7), { ean: '1', accepted: 9 })]);
  await write(at, 'SHIPMENTS', [shipment('s-1', day(4), ['o-2', 'a'])]);
  expect(await facts()).toEqual([
    [day(1), 1],
    [null, 2],
  ]);
  await write(at, 'RETURNS', [returned('r-1', day(8), { orderExternalId: 'o-2', ean: '1' })]);
  expect((await facts()).map(([, units]) => units)).toEqual([0, 0]);
  await expectAgreement(db, at.shop.id);
});

test('a marketplace whose orders tell everything sends not one statement more; with derived facts it is a fixed number', async () => {
  const cost = async (derived: readonly Derived[], orders: number) => {
    const at = await addDeriving(derived);
    const keys = Array.from({ length: orders }, (_, n) => `o-${n}`);
    const lines = [line({ ean: '1', quantity: quantity(2) })];
    const counts: number[] = [];
    const count = async (stream: StreamName, nouns: readonly AnyNoun[]) => {
      const before = db.statements.count;
      await write(at, stream, nouns);
      counts.push(db.statements.count - before);
    };
    const parcels = (on: number) => keys.map((key) => shipment(`s-${key}`, day(on), [key, 'item-1']));
    const back = (on: number) =>
      keys.map((key) => returned(`r-${key}`, day(on), { orderExternalId: key, ean: '1', accepted: on % 2 }));
    await count(
      'ORDERS',
      keys.map((externalId) => order({ externalId, lines })),
    );
    for (const on of [1, 2]) {
      await count('SHIPMENTS', parcels(on));
      await count('RETURNS', back(on));
    }
    return counts;
  };
  const plain = await cost([], 1);
  expect(await cost([], 30)).toEqual(plain);
  const derived = await cost(['SHIPPED_AT', 'RETURNED'], 1);
  expect(await cost(['SHIPPED_AT', 'RETURNED'], 30)).toEqual(derived);
  // orders: what shipments and returns tell; the others: which orders they named, those, what is told of them, and up
  // to three that change them; after shipments, whether there is stock of theirs that is kept
  expect(derived.map((count, at) => count - (plain[at] as number))).toEqual([2, 5, 5, 6, 6]);
});

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
const upTo = (random: Random, most: number) => Math.floor(random() * (most + 1));
const few = <T>(random: Random, most: number, make: (at: number) => T) =>
  Array.from({ length: 1 + upTo(random, most - 1) }, (_, at) => make(at));

const orderKeys = ['o-0', 'o-1', 'o-2', 'o-3', 'o-4', 'never seen'];
const units = ['0a', '0b', '1a', '1b', '2a', 'unknown'];
const eans = ['0042', '42', '7', null];

/** A newer version of something: time goes on with `serial`. */
function news(random: Random, serial: number): [StreamName, AnyNoun] {
  const changedAt = new Date(Date.UTC(2026, 1, 1) + serial * 1000);
  const stream = pick(random, ['ORDERS', 'SHIPMENTS', 'RETURNS'] as const);
  if (stream === 'ORDERS') {
    const lines = few(random, 3, (no): OrderLine => {
      const shipped = upTo(random, 3);
      return line({
        externalIds: [`${no}a`, ...(random() < 0.5 ? [`${no}b`] : [])],
        sku: pick(random, ['A', 'B', null]),
        ean: pick(random, eans),
        quantity: quantity(shipped),
        shippedAt: shipped && random() < 0.5 ? day(1 + upTo(random, 20)) : null,
      });
    });
    const externalId = pick(random, orderKeys.slice(0, 5));
    const shippingAddress = address(pick(random, ['DE', 'NL']));
    return [stream, order({ externalId, changedAt, lines, shippingAddress, details: { serial } })];
  }
  if (stream === 'SHIPMENTS') {
    const parts = few(random, 3, () => [pick(random, orderKeys), pick(random, units)] as [string, string]);
    return [stream, shipment(`s-${upTo(random, 5)}`, day(1 + upTo(random, 20)), ...parts)];
  }
  const parts = few(random, 3, () => ({
    orderExternalId: pick(random, orderKeys),
    externalId: pick(random, [...units, 'rma-1', 'rma-2', 'rma-3']),
    ean: pick(random, eans),
    accepted: upTo(random, 2),
  }));
  return [stream, returned(`r-${upTo(random, 5)}`, changedAt, ...parts)];
}

/** What is held after all that came, in the simplest way: no older version replaces a newer one. */
type Held = Record<StreamName, Map<string, AnyNoun>>;

function hold(held: Held, stream: StreamName, noun: AnyNoun): void {
  const known = held[stream].get(noun.externalId);
  const isOlder = known && 'changedAt' in known && 'changedAt' in noun && noun.changedAt < known.changedAt;
  if (!isOlder) held[stream].set(noun.externalId, noun);
}

/** Every line as it must be, worked out unit by unit. */
function expected({ ORDERS, SHIPMENTS, RETURNS }: Held): StoredLine[] {
  const shipments = [...SHIPMENTS.values()] as Shipment[];
  const items = ([...RETURNS.values()] as Return[]).flatMap(({ lines }) => lines);
  const keys = [...ORDERS.keys()].sort();
  return keys.flatMap((key) => {
    const { lines } = ORDERS.get(key) as Order;
    const back = lines.map(() => 0);
    const giveTo = (fits: (one: OrderLine) => boolean) => {
      const at = lines.findIndex((one, no) => fits(one) && (back[no] as number) < one.quantity.shipped);
      if (at >= 0) back[at] = (back[at] as number) + 1;
    };
    const here = items.filter((item) => item.orderExternalId === key);
    const isNamed = (item: ReturnLine) => lines.some((one) => one.externalIds.includes(item.externalId));
    for (const item of here.filter(isNamed)) {
      for (let unit = 0; unit < item.accepted; unit++) giveTo((one) => one.externalIds.includes(item.externalId));
    }
    for (const item of here.filter((one) => !isNamed(one) && one.ean !== null)) {
      for (let unit = 0; unit < item.accepted; unit++) giveTo((one) => one.ean === item.ean);
    }
    return lines.map((one, at): StoredLine => {
      const sent = shipments.filter((parcel) =>
        parcel.lines.some((part) => part.orderExternalId === key && one.externalIds.includes(part.externalId)),
      );
      const last = sent.map(({ shippedAt }) => shippedAt.getTime()).sort((a, b) => b - a)[0];
      const shippedAt = one.quantity.shipped && last !== undefined ? new Date(last) : one.shippedAt;
      return { order: key, at, shippedAt, returned: back[at] as number };
    });
  });
}

const withoutVersion = ({ version: _, ...one }: StoredLine & { version: number }): StoredLine => one;
const versionsOf = (lines: readonly { order: string; version: number }[]) =>
  Object.fromEntries(lines.map(({ order: key, version }) => [key, version]));
const factsBy = (lines: readonly (StoredLine & { version: number })[], key: string) =>
  JSON.stringify(lines.filter((one) => one.order === key).map(withoutVersion));

test.each([1, 2, 3, 4])('in whatever order things come, all agrees with what is held (seed %i)', async (seed) => {
  const random = seeded(seed);
  const at = await addDeriving();
  const held: Held = { ORDERS: new Map(), SHIPMENTS: new Map(), RETURNS: new Map() };
  const late: [StreamName, AnyNoun][] = [];
  let before = await linesOf(at);
  for (let serial = 0; serial < 160; serial++) {
    const one = news(random, serial);
    if (random() < 0.2) {
      late.push(one);
      continue;
    }
    const [stream, noun] = random() < 0.15 && late.length ? (late.shift() as [StreamName, AnyNoun]) : one;
    const page = [noun, ...(random() < 0.3 && held[stream].size ? [pick(random, [...held[stream].values()])] : [])];
    for (const each of page) hold(held, stream, each);
    await write(at, stream, page);
    const after = await linesOf(at);
    expect(after.map(withoutVersion)).toEqual(expected(held));
    for (const [key, version] of Object.entries(stream === 'ORDERS' ? {} : versionsOf(before))) {
      const changed = factsBy(before, key) !== factsBy(after, key);
      expect(versionsOf(after)[key]).toBe(version + (changed ? 1 : 0));
    }
    if (random() < 0.2) await again(at, stream, page, random);
    await expectAgreement(db, at.shop.id);
    before = await linesOf(at);
  }
  expect(before.map(({ returned: count }) => count).some(Boolean)).toBe(true);

  const made = await dump(db, at.shop.id);
  for (const streams of [['ORDERS', 'SHIPMENTS', 'RETURNS'] as const, ['RETURNS', 'SHIPMENTS', 'ORDERS'] as const]) {
    const scratch = await addDeriving();
    for (const stream of streams) await write(scratch, stream, [...held[stream].values()]);
    expect(await dump(db, scratch.shop.id)).toEqual(made);
  }
});

/** The same page again changes no row; mapped again, no line and no version. */
async function again(at: TestShop, stream: StreamName, page: readonly AnyNoun[], random: Random): Promise<void> {
  const latest = [...new Map(page.map((noun) => [noun.externalId, noun])).values()];
  const before = await rowsOf(db, ...importedTables);
  await write(at, stream, stream === 'SHIPMENTS' ? latest : page);
  expect(await rowsOf(db, ...importedTables)).toEqual(before);
  if (random() < 0.5) return;
  const lines = await linesOf(at);
  const records = latest.map((noun) => mapped(noun));
  const result = await writeRemapped(db, { shop: at.shop, stream, records, rejects: [], mappingVersion: 2 });
  expect(result).toMatchObject({ created: 0, rejected: 0 });
  expect(await linesOf(at)).toEqual(lines);
}
