import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../../src/commerce/json.js';
import type { RawRecord, Stream, SyncMode } from '../../src/commerce/marketplace.js';
import { createLog } from '../../src/log.js';
import { writePage } from '../../src/store/pages.js';
import { type PreparedPage, preparePage } from '../../src/sync/page.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, order, pageOf, type TestShop } from '../store/shop.js';
import { openMarket } from './market.js';

let fresh: Fresh;
let orders: Stream;
beforeAll(async () => {
  fresh = await freshDatabase({ poolSize: 2 });
  const market = await openMarket();
  await market.close();
  const known = market.marketplace.streams.find(({ name }) => name === 'ORDERS') as Stream & { name: 'ORDERS' };
  orders = {
    ...known,
    map: (payload) => {
      const { id, settles } = payload as { id: string; settles: string | null };
      return order({ externalId: id, ...(settles && { settlesAt: new Date(settles) }) });
    },
  };
});
afterAll(() => fresh.close());

/** Loads of details, by key. */
let loaded: string[] = [];
const long = '2020-01-01T00:00:00Z';
const record = (id: string, says: Json, detail: Json, isHint = false): RawRecord => ({
  externalId: id,
  payload: says,
  ...(isHint && { isHint }),
  load: async () => {
    loaded.push(id);
    return { id, ...(detail as object) };
  },
});

async function read(at: TestShop, mode: SyncMode, records: RawRecord[]): Promise<PreparedPage> {
  loaded = [];
  const to = {
    ...{ db: fresh.db, shopId: at.shop.id, stream: orders, mode, detailsAtOnce: 1, unread: new Map() },
    ...{ signal: new AbortController().signal, log: createLog({ level: 'error', format: 'pretty' }) },
  };
  const page = await preparePage({ records, cursor: {}, done: true }, to);
  await writePage(fresh.db, pageOf(at, page.records, { fetched: page.fetched, unchanged: page.unchanged }));
  return page;
}

test('a FULL run loads what may still change, an INCREMENTAL one what the list says otherwise', async () => {
  const at = await addShop(fresh.db);
  const list = (open: Json = 1) => [record('open', open, { settles: null }), record('done', 1, { settles: long })];
  await read(at, 'FULL', list());
  expect(loaded).toEqual(['open', 'done']);
  await read(at, 'INCREMENTAL', list());
  expect(loaded).toEqual([]);
  expect(await read(at, 'FULL', list())).toMatchObject({ fetched: 2, unchanged: 1 });
  expect(loaded).toEqual(['open']);
  await read(at, 'INCREMENTAL', list(2));
  expect(loaded).toEqual(['open']);
});

test('a hint is loaded once, where no record of its key is held; its own list then loads it again', async () => {
  const at = await addShop(fresh.db);
  const hint = (id: string, says: Json) => record(id, says, { settles: long }, true);
  const listed = record('a', 'listed', { settles: long });
  expect(await read(at, 'FULL', [hint('a', 1), hint('a', 2), hint('b', 1)])).toMatchObject({
    fetched: 3,
    unchanged: 1,
  });
  expect(loaded).toEqual(['a', 'b']);
  await read(at, 'FULL', [hint('a', 3), hint('b', 3)]);
  expect(loaded).toEqual([]);
  await read(at, 'FULL', [hint('a', 4), listed, hint('c', 1)]);
  expect(loaded).toEqual(['a', 'c']);
  await read(at, 'FULL', [listed]);
  expect(loaded).toEqual([]);
});
