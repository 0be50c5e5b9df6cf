import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../src/commerce/json.js';
import type { Cursor, Page, PullFrom } from '../../src/commerce/marketplace.js';
import type { ShopSession } from '../../src/http/client.js';
import { type Listing, type Pass, pullOf } from '../../src/http/listing.js';
import { json, type Stranger, sessionWith, startStranger } from './stranger.js';

const minute = 60_000;
const hour = 60 * minute;
const pageSize = 3;

interface Item {
  readonly id: string;
  readonly at: string;
}

/** What the source lists, newest first, by the `list` of the request. */
let lists: Record<string, Item[]>;
/** The source's clock. */
let clock: number;
/** Called before a page is answered: the source lives on while it is read. */
let beforePage: (list: string, page: number) => void;
let stranger: Stranger;
let session: ShopSession;

beforeEach(async () => {
  lists = {};
  clock = Date.parse('2026-05-10T12:00:00Z');
  beforePage = () => {};
  stranger = await startStranger((request, response) => {
    const url = new URL(request.url ?? '', 'http://stranger');
    const headers = { date: new Date(clock).toUTCString() };
    if (url.pathname === '/token') return json(response, 200, { token: 't', life: 300 }, headers);
    const list = url.searchParams.get('list') ?? '';
    const page = Number(url.searchParams.get('page'));
    beforePage(list, page);
    const items = (lists[list] ?? []).slice((page - 1) * pageSize, page * pageSize);
    json(response, 200, items.length ? { items } : {}, headers);
  });
  session = sessionWith(stranger);
});

afterEach(async () => {
  session.close();
  await stranger.close();
});

const member = (record: Json, name: string) => (record as Record<string, string>)[name] as string;

const passOf = (name: string, more: Partial<Pass> = {}): Pass => ({
  name,
  path: '/items',
  query: { list: name },
  member: 'items',
  keyOf: (record) => member(record, 'id'),
  ...more,
});

const listingOf = (passes: Listing['passes']): Listing => ({
  strategies: [
    { code: 'INTERVAL_POLL', text: 'The last minutes.', reachMs: hour },
    { code: 'DAY_SWEEP', text: 'Days.', reachMs: 100 * hour },
  ],
  passes,
});

const fromOf = (cursor: Cursor | null, more: Partial<PullFrom> = {}): PullFrom => ({
  ...{ mode: 'INCREMENTAL', cursor, overlapMs: 10 * minute, windowMs: 100 * hour, runBegins: true, now: new Date() },
  ...more,
});

async function drain(listing: Listing, from: PullFrom, stopAfter = Number.POSITIVE_INFINITY) {
  const pages: Page[] = [];
  for await (const page of pullOf(listing)(session, from, new AbortController().signal)) {
    pages.push(page);
    if (pages.length >= stopAfter) break;
  }
  const ids = pages.flatMap(({ records }) => records.map(({ externalId }) => externalId as string));
  const last = pages.at(-1) as Page;
  return { pages, ids, cursor: last.cursor, done: last.done };
}

const named = (...ids: string[]): Item[] => ids.map((id) => ({ id, at: '2026-05-10T11:00:00Z' }));

describe('a sweep', () => {
  test('reads every list to the page that has nothing any more, and holds what changed before it began', async () => {
    lists = { a: named('1', '2', '3', '4'), b: named('5') };
    const read = await drain(
      listingOf(() => [passOf('a'), passOf('b')]),
      fromOf(null),
    );
    expect(read.ids).toEqual(['1', '2', '3', '4', '5']);
    expect(read.pages.map(({ done }) => done)).toEqual([false, false, false, false, true]);
    expect(read.cursor).toEqual({ held: expect.stringMatching(/^2026-05-10T12:00:00\.\d{3}Z$/), sweep: null });
    expect(read.pages[0]?.strategy).toBe('DAY_SWEEP');
  });

  test('goes on where an earlier pull of the same run stopped', async () => {
    lists = { a: named('1', '2', '3', '4'), b: named('5') };
    const listing = listingOf(() => [passOf('a'), passOf('b')]);
    const first = await drain(listing, fromOf(null), 1);
    const rest = await drain(listing, fromOf(first.cursor, { runBegins: false }));
    expect([...first.ids, ...rest.ids]).toEqual(['1', '2', '3', '4', '5']);
    expect(rest.done).toBe(true);
  });

  test('that an earlier run left is finished, and followed by one for what came in behind it', async () => {
    lists = { a: named('1', '2', '3', '4', '5', '6', '7') };
    const listing = listingOf(() => [passOf('a')]);
    const first = await drain(listing, fromOf(null), 2);
    lists = { a: [...named('new'), ...named('1', '2', '3', '4', '5', '6', '7')] };
    const rest = await drain(listing, fromOf(first.cursor));
    expect(rest.ids).toContain('7');
    expect(rest.ids).toContain('new');
    expect(rest.pages.filter(({ done }) => done)).toHaveLength(1);
  });

  test('ends a list from new to old at the first page that lies before what must be covered', async () => {
    const at = (hours: number) => ({ id: `${hours}`, at: new Date(clock - hours * hour).toISOString() });
    lists = { a: [1, 2, 3, 4, 30, 31, 32, 33, 34, 35, 36].map(at) };
    const listing = listingOf(() => [passOf('a', { dateOf: (record) => new Date(member(record, 'at')) })]);
    const held = new Date(clock - 5 * hour).toISOString();
    const read = await drain(listing, fromOf({ held, sweep: null }));
    expect(read.ids).toEqual(['1', '2', '3', '4', '30', '31', '32', '33', '34']);
  });

  test('goes back as far as the window of the shop where that is narrower than what the source answers', async () => {
    const at = (hours: number) => ({ id: `${hours}`, at: new Date(clock - hours * hour).toISOString() });
    lists = { a: [1, 2, 3, 30, 31, 32, 33, 34, 35].map(at) };
    const listing = listingOf((_, { from }) => [
      passOf('a', { query: { list: 'a', from: String(from) }, dateOf: (record) => new Date(member(record, 'at')) }),
    ]);
    expect((await drain(listing, fromOf(null, { windowMs: 10 * hour }))).ids).toEqual([
      '1',
      '2',
      '3',
      '30',
      '31',
      '32',
    ]);
    // the source's own: whatever there is
    expect((await drain(listing, fromOf(null))).ids).toHaveLength(9);
  });

  test('reads a list anew from which records left meanwhile, as others moved up past the page that was read', async () => {
    lists = { a: named('1', '2', '3', '4', '5', '6', '7') };
    let left = false;
    beforePage = (_, page) => {
      if (page !== 2 || left) return;
      left = true;
      lists.a = (lists.a ?? []).slice(1);
    };
    const listing = listingOf(() => [passOf('a', { shrinks: true })]);
    const read = await drain(listing, fromOf(null));
    expect(new Set(read.ids)).toEqual(new Set(['1', '2', '3', '4', '5', '6', '7']));
    expect(read.done).toBe(true);
  });

  test('reads a list that stood still twice, and one of a single page once', async () => {
    lists = { a: named('1', '2', '3', '4'), b: named('5') };
    const passes = [passOf('a', { shrinks: true }), passOf('b', { shrinks: true })];
    await drain(
      listingOf(() => passes),
      fromOf(null),
    );
    const asked = stranger.asked.flatMap((one) => /list=(\w)&page=(\d)/.exec(one)?.slice(1).join('') ?? []);
    expect(asked).toEqual(['a1', 'a2', 'a3', 'a1', 'a2', 'a3', 'b1', 'b2']);
  });

  test('comes to its end even if there is a long pause after each page of a list that shrinks', async () => {
    lists = { a: named('1', '2', '3', '4', '5', '6', '7') };
    const listing = listingOf(() => [passOf('a', { shrinks: true })]);
    let read = await drain(listing, fromOf(null), 1);
    for (let pulls = 0; !read.done; pulls++) {
      clock += 3 * minute;
      expect(pulls).toBeLessThan(12);
      read = await drain(listing, fromOf(read.cursor, { runBegins: false }), 1);
    }
  });

  test('fails where every page is the same, instead of reading for ever', async () => {
    beforePage = (_, page) => {
      lists = { a: Array.from({ length: page * pageSize }, (_, at) => named(`${at % pageSize}`)[0] as Item) };
    };
    await expect(
      drain(
        listingOf(() => [passOf('a')]),
        fromOf(null),
      ),
    ).rejects.toThrow('page 6 shows no other records than the page before it');
  });

  test('names a record that a hint names twice on a page once', async () => {
    lists = { a: named('1', '1', '2') };
    const read = await drain(
      { ...listingOf(() => [passOf('a', { isHint: true })]), detail: (id) => `/items/${id}` },
      fromOf(null),
    );
    expect(read.ids).toEqual(['1', '2']);
    expect(read.pages[0]?.records.every(({ isHint, load }) => isHint && load)).toBe(true);
  });
});

describe('after an outage', () => {
  const listing = listingOf((strategy) => [passOf(strategy)]);
  const heldAgo = (ms: number) => ({ held: new Date(clock - ms).toISOString(), sweep: null });

  test.each([
    [30 * minute, 'INTERVAL_POLL'],
    [49 * minute, 'INTERVAL_POLL'],
    // with the overlap it is more than an hour
    [55 * minute, 'DAY_SWEEP'],
    [50 * hour, 'DAY_SWEEP'],
  ])('of %d ms the cheapest strategy that reaches back over it is taken', async (ms, strategy) => {
    const { pages } = await drain(listing, fromOf(heldAgo(ms)));
    expect(pages[0]?.strategy).toBe(strategy);
    expect(pages[0]?.lost).toBeUndefined();
  });

  test('that was longer than the source remembers, what is lost is named', async () => {
    const { pages } = await drain(listing, fromOf(heldAgo(150 * hour)));
    expect(pages[0]?.strategy).toBe('DAY_SWEEP');
    expect(pages[0]?.lost?.from).toEqual(new Date(clock - 150 * hour));
    // our reckoning of their clock goes on between two answers
    const late = Number(pages[0]?.lost?.to) - (clock - 100 * hour);
    expect([late >= 0, late < minute]).toEqual([true, true]);
  });

  test('beyond every strategy, a sweep that was left is gone on with, and comes to its end', async () => {
    lists = { DAY_SWEEP: named('1', '2', '3', '4', '5', '6', '7') };
    const first = await drain(listing, fromOf(heldAgo(150 * hour)), 1);
    clock += minute;
    const rest = await drain(listing, fromOf(first.cursor, { runBegins: false }));
    expect([...first.ids, ...rest.ids]).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(rest.done).toBe(true);
    expect(rest.pages.some(({ lost }) => lost)).toBe(false);
  });

  test('a sweep that was left meanwhile is given up where its strategy no longer reaches back', async () => {
    const left = (await drain(listing, fromOf(heldAgo(30 * minute)), 1)).pages;
    expect(left).toHaveLength(1);
    lists = { INTERVAL_POLL: named('1', '2', '3', '4', '5', '6'), DAY_SWEEP: named('9') };
    const stopped = await drain(listing, fromOf(heldAgo(30 * minute)), 1);
    clock += 5 * hour;
    session.close();
    session = sessionWith(stranger);
    const read = await drain(listing, fromOf(stopped.cursor));
    expect(read.ids).toEqual(['9']);
    expect(read.pages[0]?.strategy).toBe('DAY_SWEEP');
  });
});
