// Paging against a scripted OTTO: what the pretend one does not do of itself.
import 'reflect-metadata';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/commerce/json.js';
import { pageAt } from '../../../src/marketplaces/otto/pull-returns.js';
import { json, type Stranger, startStranger } from '../../http/stranger.js';
import { drain, idsOf, ottoSession } from './drain.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** An OTTO whose lists a test answers itself, from the query. */
async function scripted(answer: (query: URLSearchParams, nth: number) => { status?: number; body: unknown }) {
  let nth = 0;
  const stranger: Stranger = await startStranger((request, response) => {
    if (request.method === 'POST') return json(response, 200, { access_token: 't', expires_in: 1_800 });
    const { status = 200, body } = answer(new URL(request.url ?? '', 'http://x').searchParams, ++nth);
    json(response, status, body);
  });
  const session = ottoSession(stranger.origin, { clientId: 'a', clientSecret: 'b' }, { rateScale: 100 });
  open.push(stranger, session);
  return { session, asked: () => stranger.asked.filter((line) => line.startsWith('GET')) };
}

const order = (id: number, changedAt: string): Json => ({
  salesOrderId: `o${id}`,
  orderLifecycleInformation: { lifecycleChangeDate: changedAt },
});
const next = (href: string): Json => [
  { rel: 'self', href: '/v4/orders' },
  { rel: 'next', href },
];
const now = new Date('2026-11-21T10:00:00Z');

describe('orders', () => {
  it('go by change date with overlap, every state, never by order date; with a cursor only the limit is sent', async () => {
    const { session, asked } = await scripted((query) =>
      query.has('nextcursor')
        ? { body: { resources: [order(2, '2026-11-20T10:00:00.000+0000')] } }
        : {
            body: {
              resources: [order(1, '2026-11-19T10:00:00.000+0000')],
              links: next('/v4/orders?nextcursor=ab%3D%3D'),
            },
          },
    );
    const first = await drain(session, 'ORDERS', { now });
    expect(first.cursor).toEqual({ watermark: '2026-11-20T10:00:00.000Z', pass: null });
    await drain(session, 'ORDERS', { cursor: first.cursor, overlapMs: 60_000, now });
    expect(asked()).toEqual([
      'GET /v4/orders?mode=AT_LEAST_ONE&limit=128',
      'GET /v4/orders?nextcursor=ab%3D%3D&limit=128',
      'GET /v4/orders?fromDate=2026-11-20T09%3A59%3A00.000Z&mode=AT_LEAST_ONE&limit=128',
      'GET /v4/orders?nextcursor=ab%3D%3D&limit=128',
    ]);
  });

  it('accept an absolute link, of which only the cursor is used, an empty list of links, and an empty list', async () => {
    const absolute = await scripted((query) =>
      query.has('nextcursor')
        ? { body: { resources: [], links: [] } }
        : {
            body: {
              resources: [order(1, '2026-11-19T10:00:00Z')],
              links: next('https://thief.example/x?nextcursor=c'),
            },
          },
    );
    expect((await drain(absolute.session, 'ORDERS', { now })).pages.map(({ done }) => done)).toEqual([false, true]);
    const empty = await scripted(() => ({ body: { resources: [] } }));
    const cursor = { watermark: '2026-11-01T00:00:00.000Z', pass: null };
    expect((await drain(empty.session, 'ORDERS', { cursor, now })).cursor).toEqual(cursor);
  });

  it('an empty page ends the list although it links on', async () => {
    const { session, asked } = await scripted((_, nth) => ({
      body: { resources: [], links: next(`/v4/orders?nextcursor=c${nth}`) },
    }));
    await drain(session, 'ORDERS', { now });
    expect(asked()).toHaveLength(1);
  });

  it('the watermark is a date of the source that can be true, and never goes back', async () => {
    const dated = (...dates: string[]) =>
      scripted(() => ({ body: { resources: dates.map((date) => order(1, date)) } }));
    const { session } = await dated('2026-11-20T08:00:00Z', '2026-11-20T09:00:00Z', '2099-01-01T00:00:00Z');
    const { cursor } = await drain(session, 'ORDERS', { now });
    expect(cursor?.watermark).toBe('2026-11-20T09:00:00.000Z');
    const earlier = await dated('2026-11-01T00:00:00Z');
    const later = await drain(earlier.session, 'ORDERS', { cursor, now });
    expect(later.cursor?.watermark).toBe('2026-11-20T09:00:00.000Z');
    // all dates lie ahead of our clock: it is wrong, or they are; everything is read again then
    const ahead = await dated('2026-11-22T00:00:00Z');
    expect((await drain(ahead.session, 'ORDERS', { now })).cursor?.watermark).toBeNull();
  });

  it('what an earlier run left unfinished is gone on with, and followed by what came in behind it', async () => {
    const left = { from: null, startedAt: '2026-11-20T00:00:00.000Z', newest: '2026-11-19T10:00:00.000Z', next: 'c2' };
    const cursor = { watermark: null, pass: left };
    const pages = () =>
      scripted((query) => {
        const [id, date] = query.has('nextcursor')
          ? ([2, '2026-11-19T11:00:00Z'] as const)
          : ([3, '2026-11-20T12:00:00Z'] as const);
        return { body: { resources: [order(id, date)] } };
      });
    const nextRun = await pages();
    const both = await drain(nextRun.session, 'ORDERS', { cursor, runBegins: true, overlapMs: 0, now });
    expect(idsOf(both.records)).toEqual(new Set(['o2', 'o3']));
    expect(both.cursor).toEqual({ watermark: '2026-11-20T12:00:00.000Z', pass: null });
    expect(nextRun.asked().at(-1)).toContain('fromDate=2026-11-19T11%3A00%3A00.000Z');
    // the same run, in its next slice: nothing more is needed
    const sameRun = await pages();
    const rest = await drain(sameRun.session, 'ORDERS', { cursor, overlapMs: 0, now });
    expect(idsOf(rest.records)).toEqual(new Set(['o2']));
  });

  it.each([400, 404])(
    'a page cursor refused with %i begins the pass anew, from its own lower bound',
    async (status) => {
      let refuse = false;
      const { session, asked } = await scripted((query) => {
        if (query.has('nextcursor') && refuse) return { status, body: { errors: [] } };
        if (query.has('nextcursor')) return { body: { resources: [order(2, '2026-11-20T11:00:00Z')] } };
        return {
          body: { resources: [order(1, '2026-11-20T10:00:00Z')], links: refuse ? [] : next('/v4/orders?nextcursor=c') },
        };
      });
      const from = { watermark: '2026-11-10T00:00:00.000Z', pass: null };
      const first = await drain(session, 'ORDERS', { cursor: from, now, stopAfter: 1 });
      expect(first.cursor?.watermark).toBe(from.watermark);
      refuse = true;
      const rest = await drain(session, 'ORDERS', { cursor: first.cursor, now });
      expect(idsOf(rest.records)).toEqual(new Set(['o1']));
      expect(asked()[2]).toBe(asked()[0]);
    },
  );

  it('a refused first page is our fault and is said so', async () => {
    const { session } = await scripted(() => ({ status: 400, body: { errors: [] } }));
    await expect(drain(session, 'ORDERS', { now })).rejects.toMatchObject({ failure: 'OUR_REQUEST' });
  });

  it('a link to the page itself: the list goes on from the newest change seen, and ends where that brings no more', async () => {
    const all = Array.from({ length: 6 }, (_, index) => order(index, `2026-11-0${index + 1}T00:00:00.000Z`));
    const { session } = await scripted((query) => {
      const from = query.get('fromDate') ?? '';
      const list = all.filter((_, index) => `2026-11-0${index + 1}T00:00:00.000Z` >= from);
      // the second page leads back to itself, for ever
      const page = query.has('nextcursor') ? all.slice(2, 4) : list.slice(0, 2);
      return { body: { resources: page, links: next('/v4/orders?nextcursor=stuck') } };
    });
    const { records } = await drain(session, 'ORDERS', { now, overlapMs: 1_000 });
    expect(idsOf(records).size).toBe(6);
  });

  it('records without a readable key are handed on, to be set aside', async () => {
    const { session } = await scripted(() => ({
      body: { resources: [null, { salesOrderId: 7 }, { salesOrderId: ' ' }] },
    }));
    const { records } = await drain(session, 'ORDERS', { now });
    expect(records.map(({ externalId }) => externalId)).toEqual([null, null, null]);
  });

  it.each([{}, [], { resources: {} }, 'text'])('an answer of another shape is theirs: %j', async (body) => {
    const { session } = await scripted(() => ({ body }));
    await expect(drain(session, 'ORDERS', { now })).rejects.toMatchObject({ failure: 'THEIR_ANSWER' });
  });

  it('a cursor that is none of ours reads everything again', async () => {
    const { session, asked } = await scripted(() => ({ body: { resources: [] } }));
    await drain(session, 'ORDERS', { cursor: { watermark: 5, pass: { next: 1 } }, now });
    expect(asked()).toEqual(['GET /v4/orders?mode=AT_LEAST_ONE&limit=128']);
  });
});

describe('shipments', () => {
  it('are listed from the day on which the window begins, and completed by their details', async () => {
    const { session, asked } = await scripted((query) =>
      query.has('limit')
        ? { body: { resources: [{ shipmentId: '1/2', creationDate: '2026-11-20T10:00:00Z', states: [] }] } }
        : { body: { shipmentId: '1/2', shipDate: '2026-11-20T09:00:00Z' } },
    );
    const cursor = { watermark: '2026-11-15T08:00:00.000Z', pass: null };
    const { records } = await drain(session, 'SHIPMENTS', { cursor, now });
    expect(await records[0]?.load?.(new AbortController().signal)).toEqual({
      shipmentId: '1/2',
      creationDate: '2026-11-20T10:00:00Z',
      states: [],
      shipDate: '2026-11-20T09:00:00Z',
    });
    expect(asked()).toEqual(['GET /v1/shipments?datefrom=2026-11-01&limit=100', 'GET /v1/shipments/1%2F2']);
  });
});

/** A list of returns by status that a test changes while it is read. */
function returnsOf(lists: Record<string, string[]>, before: (nth: number) => void = () => undefined) {
  return (query: URLSearchParams, nth: number) => {
    before(nth);
    const [limit, page] = [Number(query.get('limit')), Number(query.get('page'))];
    const all = lists[query.get('status') ?? ''] ?? [];
    const positionItems = all
      .slice((page - 1) * limit, page * limit)
      .map((id) => ({ positionItemId: id, occurredTime: '2026-11-01T00:00:00Z' }));
    return { body: { positionItems, ...(all.length > page * limit && { links: next('/v3/returns?page=x') }) } as Json };
  };
}
const ids = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('returns', () => {
  it('pages overlap and always advance, at any depth', () => {
    for (let read = 1; read < 30_000; read++) {
      const page = pageAt(Math.max(0, read - 10));
      expect(page.start).toBe((page.page - 1) * page.limit);
      if (page.start > Math.max(0, read - 10) || page.start + page.limit <= read || page.limit > 50) {
        if (read >= 50 || page.limit > 50) throw new Error(`read ${read}: ${JSON.stringify(page)}`);
      }
    }
  });

  it('that leave the list while it is read take no other with them, nor do those that enter', async () => {
    const lists: Record<string, string[]> = { ANNOUNCED: ids(400, 'a'), ACCEPTED: ids(60, 'b') };
    const everything = new Set(Object.values(lists).flat());
    const { session } = await scripted(
      returnsOf(lists, (nth) => {
        const announced = lists.ANNOUNCED as string[];
        lists.ACCEPTED?.unshift(...announced.splice(nth % 7, nth % 10));
        if (nth % 3 === 0) announced.unshift(`new${nth}`);
      }),
    );
    const { records } = await drain(session, 'RETURNS', { now });
    const seen = idsOf(records);
    for (const id of everything) expect(seen).toContain(id);
  });

  it('when too many leave at once, the list is begun again; when that never ends, it is given up for now', async () => {
    const lists: Record<string, string[]> = { ANNOUNCED: ids(300, 'a') };
    const everything = new Set(lists.ANNOUNCED);
    const once = await scripted(
      returnsOf(lists, (nth) => {
        if (nth === 3) lists.ACCEPTED = lists.ANNOUNCED?.splice(0, 40) ?? [];
      }),
    );
    const seen = idsOf((await drain(once.session, 'RETURNS', { now })).records);
    for (const id of everything) expect(seen).toContain(id);
    let at = 0;
    const never = await scripted((query) => returnsOf({ ANNOUNCED: ids(300, `${at++}-`) })(query, 1));
    await expect(drain(never.session, 'RETURNS', { now })).rejects.toMatchObject({ failure: 'RETRY_LATER' });
  });

  it('are read back to what is known, status by status', async () => {
    const { session, asked } = await scripted(returnsOf({ ANNOUNCED: ids(500, 'a'), REJECTED: ids(500, 'r') }));
    const at = '2026-11-10T00:00:00.000Z';
    const watermarks = { ANNOUNCED: at, MISDIRECTED: at, REJECTED: at, ACCEPTED: at };
    const cursor = { watermarks, pass: null };
    const { cursor: after } = await drain(session, 'RETURNS', { cursor, now });
    expect(asked()).toEqual(
      ['ANNOUNCED', 'MISDIRECTED', 'REJECTED', 'ACCEPTED'].map(
        (status) => `GET /v3/returns?status=${status}&page=1&limit=50`,
      ),
    );
    expect(after).toEqual(cursor);
  });

  it('what one list shows late says nothing of what entered another meanwhile', async () => {
    // ours is ahead of their clock, so it does not bound the watermark
    const listed = (prefix: string, time: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ positionItemId: `${prefix}${index}`, occurredTime: time }));
    const lists: Record<string, object[]> = { ANNOUNCED: listed('a', '2026-11-20T08:00:00Z', 1) };
    const asked = (query: URLSearchParams) => {
      const [limit, page] = [Number(query.get('limit')), Number(query.get('page'))];
      const positionItems = (lists[query.get('status') ?? ''] ?? []).slice((page - 1) * limit, page * limit);
      return { body: { positionItems: positionItems as Json[] } };
    };
    const slow = await scripted((query) => {
      const answer = asked(query);
      if (query.get('status') === 'REJECTED') {
        // an hour later: many were announced since their list was read, and one was accepted just now
        lists.ANNOUNCED?.unshift(...listed('b', '2026-11-20T08:30:00Z', 120));
        lists.ACCEPTED = listed('c', '2026-11-20T09:00:00Z', 1);
      }
      return answer;
    });
    const first = await drain(slow.session, 'RETURNS', { now });
    expect(idsOf(first.records)).toEqual(new Set(['a0', 'c0']));
    const next = await scripted(asked);
    const second = await drain(next.session, 'RETURNS', { cursor: first.cursor, overlapMs: 60_000, now });
    expect(idsOf(second.records).size).toBe(122);
  });
});
