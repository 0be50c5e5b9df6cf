import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../server/stage.js';
import { cellsOf, figuresOf, startExport } from './fetching.js';
import { fillStock } from './stock.js';

const adminKey = 'key-of-the-administrator';
let stage: Stage;
beforeAll(async () => {
  const opened = await openStage({ adminKey, exportStallMs: 4_000 });
  const ask: Stage['ask'] = (query, variables) => opened.ask(query, variables, { 'x-api-key': adminKey });
  stage = { ...opened, ask };
  await fillStock(stage.db);
});
afterAll(() => stage?.close());

/** 100,000 order lines of some length, by SQL: only their number matters. */
async function fillLarge(): Promise<void> {
  await stage.db.run({
    text: `with shop as (select min(id) as id from shops), many as (
        insert into orders (shop_id, marketplace, external_id, order_number, ordered_at, changed_at, business_day, currency,
          total_minor, units_ordered, units_shipped, units_cancelled, units_returned, units_pending, units_to_ship,
          units_by_seller, details, content_hash, raw_id)
        select shop.id, 'OTTO', 'large-' || n, 'large-' || n, '2025-01-01T00:00:00Z'::timestamptz + n * interval '1 s',
          '2025-01-01', '2025-01-01', 'EUR', 1000, 1, 0, 0, 0, 0, 1, 1, '{}', '', 0
        from shop, generate_series(1, 20000) n returning id, shop_id)
      insert into order_lines (order_id, line_no, shop_id, external_ids, title, fulfilled_by, ordered, shipped, cancelled,
        returned, pending, unit_price_minor, total_minor)
      select id, no, shop_id, array['x'], repeat('large title ', 20), 'SELLER', 1, 0, 0, 0, 0, 1000, 1000
      from many, generate_series(1, 5) no`,
  });
  await stage.db.run({ text: 'analyze orders, order_lines' });
}

const refusal = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${stage.server.url}${path}`, { headers });
  const { errors } = (await answer.json()) as { errors: { message: string; extensions: { code: string } }[] };
  return [answer.status, errors[0]?.extensions.code];
};

/** Backends of fetches, and what they do. */
const backends = () =>
  stage.db.run<{ state: string }>({
    text: `select state from pg_stat_activity where datname = current_database() and application_name = 'lading snapshot'`,
  });

describe('the link of an export', () => {
  it('works without the API key, as a browser asks, and says what it is', async () => {
    const { url, fileName, state } = await startExport(stage, { kind: 'ORDER_LINES' });
    expect(state).toBe('READY');
    expect(fileName).toMatch(/^lading-order-lines-\d{4}-\d\d-\d\d-\d+\.csv$/);
    const answer = await fetch(stage.server.url + url);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(cellsOf(await answer.text()).length).toBe(96);
  });

  it('refuses what is not the whole link, whatever else is sent along', async () => {
    const { url, id } = await startExport(stage, { kind: 'ORDERS' });
    const [path = '', key = ''] = url.split('?key=');
    expect(key).toMatch(/^[\w-]{43}$/);
    const wrong = [path, `${path}?key=`, `${path}?key=${key.slice(0, -1)}`, `${path}?key=${key}&key=${key}`];
    for (const one of [
      ...wrong,
      `/exports/exp_999?key=${key}`,
      `/exports/1?key=${key}`,
      `/exports/shop_1?key=${key}`,
    ]) {
      expect([one, ...(await refusal(one, { 'x-api-key': adminKey }))]).toEqual([one, 404, 'NOT_FOUND']);
    }
    expect((await fetch(stage.server.url + path, { method: 'HEAD' })).status).toBe(404);
    expect((await figuresOf(stage, id)).state).toBe('READY');
  });

  it('tells a HEAD what the file is, without running its query', async () => {
    const { url, id, fileName } = await startExport(stage, { kind: 'ORDERS' });
    const answer = await fetch(stage.server.url + url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
      200,
      `attachment; filename="${fileName}"`,
    ]);
    expect((await figuresOf(stage, id)).state).toBe('READY');
  });

  it('expires', async () => {
    const { url, id } = await startExport(stage, { kind: 'ORDERS' });
    await stage.db.run({ text: `update exports set expires_at = now() where id = $1`, values: [id.slice(4)] });
    expect(await refusal(url)).toEqual([410, 'LINK_EXPIRED']);
    const { data } = await stage.ask('query ($id: ID!) { node(id: $id) { ... on Export { state url } } }', { id });
    expect(data.node).toEqual({ state: 'EXPIRED', url: null });
  });

  it('is not made without the API key, nor told in the log', async () => {
    const answer = await stage.post('{"query":"mutation { exportStart(input: { kind: ORDERS }) { export { url } } }"}');
    expect(answer.status).toBe(401);
    const { url } = await startExport(stage, { kind: 'SHOPS' });
    await (await fetch(stage.server.url + url)).text();
    await expect.poll(stage.logged).toContain('"path":"/exports/exp_');
    expect(stage.logged()).not.toContain(url.split('key=')[1]);
  });

  it('runs the query anew each time, and tells how the last one went', async () => {
    const { url, id } = await startExport(stage, { kind: 'SHOPS' });
    for (let again = 0; again < 2; again++) {
      await (await fetch(stage.server.url + url)).text();
      await expect
        .poll(() => figuresOf(stage, id))
        .toMatchObject({
          ...{ state: 'COMPLETED', rowsTotal: 2, rowsWritten: 2, progress: 1, error: null },
          ...{ startedAt: expect.any(String), finishedAt: expect.any(String) },
        });
    }
  });
});

describe('exportStart', () => {
  it.each([
    [
      { kind: 'ORDERS', where: { shipments: {} } },
      ['where', 'shipments'],
      'ORDERS is filtered by where.orders, not by where.shipments.',
    ],
    [{ kind: 'ORDERS', where: { orders: { shopIds: ['ord_1'] } } }, ['where'], /not the id of a shop/],
    [
      {
        kind: 'ORDERS',
        where: { orders: { orderedAt: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' } } },
      },
      ['where'],
      /ends before it begins/,
    ],
    [{ kind: 'PRODUCT_SALES', timeZone: 'Nowhere/Land' }, ['timeZone'], /IANA/],
    [{ kind: 'ORDERS', groupBy: ['DAY'] }, ['groupBy'], /only reports do/],
    [{ kind: 'ORDERS', timeZone: 'UTC' }, ['timeZone'], /only reports do/],
    [{ kind: 'ORDERS', format: 'JSON_LINES', byteOrderMark: true }, ['byteOrderMark'], /byte order mark/],
  ])('refuses %j', async (input, field, message) => {
    const { data } = await stage.ask(
      'mutation ($input: ExportStartInput!) { exportStart(input: $input) { export { id } userErrors { code field message } } }',
      { input },
    );
    const { export: made, userErrors } = data.exportStart;
    expect([made, userErrors.length, userErrors[0].code]).toEqual([null, 1, 'INVALID']);
    expect(userErrors[0].field).toEqual(['input', ...field]);
    expect(userErrors[0].message).toMatch(message);
  });

  it('takes one filter only', async () => {
    const answer = await stage.ask(
      'mutation { exportStart(input: { kind: ORDERS, where: { orders: {}, returns: {} } }) { export { id } } }',
    );
    expect(answer.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a large export', () => {
  beforeAll(fillLarge);

  /** Opens a link and reads as much as `read` says, then stops reading. */
  const openSlowly = (url: string, read: number) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      http
        .get(stage.server.url + url, { agent: false }, (answer) => {
          let taken = 0;
          const take = (chunk: Buffer) => {
            taken += chunk.length;
            if (taken < read) return;
            answer.off('data', take).pause();
            resolve(answer);
          };
          answer.on('data', take);
          answer.on('error', () => {});
        })
        .on('error', reject);
    });

  it('stops its query at once when the client goes away', async () => {
    const { url, id } = await startExport(stage, { kind: 'ORDER_LINES' });
    const answer = await openSlowly(url, 200_000);
    await expect.poll(() => figuresOf(stage, id)).toMatchObject({ state: 'RUNNING', rowsTotal: 100_096 });
    expect(await backends()).toHaveLength(1);
    answer.destroy();
    await expect.poll(backends, { timeout: 1_000 }).toHaveLength(0);
    await expect.poll(() => figuresOf(stage, id)).toMatchObject({ state: 'ABORTED', error: null });
    const { rowsWritten } = await figuresOf(stage, id);
    expect(rowsWritten).toBeLessThan(90_000);
  });

  it('stops a query that has not sent a row yet', async () => {
    const { url, id } = await startExport(stage, { kind: 'ORDERS' });
    // nobody reads the table while it is locked: the first statement of the fetch waits
    await stage.db.transaction(async (tx) => {
      await tx.run({ text: 'lock table orders in access exclusive mode' });
      const gone = new AbortController();
      const fetching = fetch(stage.server.url + url, { signal: gone.signal }).catch((error: Error) => error.name);
      await expect.poll(backends).toEqual([{ state: 'active' }]);
      gone.abort();
      expect(await fetching).toBe('AbortError');
      await expect.poll(backends, { timeout: 1_000 }).toEqual([]);
    });
    await expect.poll(() => figuresOf(stage, id)).toMatchObject({ state: 'ABORTED', rowsWritten: 0 });
  });

  it('sees one moment, whatever is written while it is read', async () => {
    const { url } = await startExport(stage, { kind: 'ORDERS', format: 'JSON_LINES' });
    const answer = await openSlowly(url, 10_000);
    // the oldest come last
    const meanwhile = `update orders set order_number = 'changed meanwhile' where external_id in ('large-1', 'large-2')`;
    await stage.db.run({ text: meanwhile });
    const rest: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => rest.push(chunk));
    answer.resume();
    await new Promise((resolve) => answer.once('close', resolve));
    expect(answer.complete).toBe(true);
    const text = Buffer.concat(rest).toString('utf8');
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(text).not.toContain('changed meanwhile');
  });

  it('cuts off a client that takes nothing, and serves one that takes little', async () => {
    const [stuck, slow] = [
      await startExport(stage, { kind: 'ORDER_LINES' }),
      await startExport(stage, { kind: 'ORDER_LINES' }),
    ];
    const answer = await openSlowly(stuck.url, 1_000);
    const slowly = await openSlowly(slow.url, 1_000);
    const ended = new Promise<string>((resolve) => answer.once('close', () => resolve('cut')));
    // takes everything, a piece at a time with pauses, for longer than a client may take nothing
    let taken = 0;
    slowly.on('data', (chunk: Buffer) => {
      taken += chunk.length;
      slowly.pause();
      setTimeout(() => slowly.resume(), 5);
    });
    slowly.resume();
    const complete = new Promise<boolean>((resolve) => slowly.once('close', () => resolve(slowly.complete)));
    await expect.poll(() => figuresOf(stage, stuck.id), { timeout: 10_000 }).toMatchObject({ state: 'ABORTED' });
    answer.resume();
    expect(await ended).toBe('cut');
    expect(answer.complete).toBe(false);
    expect(await complete).toBe(true);
    expect(taken).toBeGreaterThan(100_000 * 240);
    await expect.poll(() => figuresOf(stage, slow.id)).toMatchObject({ state: 'COMPLETED', rowsWritten: 100_096 });
  });

  it('says when too many are open', async () => {
    const links = await Promise.all(Array.from({ length: 5 }, () => startExport(stage, { kind: 'ORDER_LINES' })));
    const open = await Promise.all(links.slice(0, 4).map(({ url }) => openSlowly(url, 1_000)));
    const last = links[4]?.url as string;
    expect(await refusal(last)).toEqual([503, 'SERVICE_UNAVAILABLE']);
    for (const answer of open) answer.destroy();
    const status = async () => {
      const answer = await fetch(stage.server.url + last);
      await answer.body?.cancel();
      return answer.status;
    };
    await expect.poll(status).toBe(200);
  });

  it('is cut by the server’s end, and the API answers meanwhile', async () => {
    const other = await openStage({ db: stage.db });
    try {
      const { url, id } = await startExport(stage, { kind: 'ORDER_LINES' });
      // a link works at every process of the same database
      const answer = await fetch(other.server.url + url);
      const reader = answer.body?.getReader();
      await reader?.read();
      const began = performance.now();
      expect((await stage.ask('{ shops { nodes { id } } }')).errors).toEqual([]);
      await other.server.stop();
      expect(performance.now() - began).toBeLessThan(3_000);
      await expect(
        (async () => {
          while (!(await reader?.read())?.done) await sleep(0);
        })(),
      ).rejects.toThrow();
      expect(await figuresOf(stage, id)).toMatchObject({ state: 'ABORTED' });
      expect(await backends()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('whose process died is told as aborted', async () => {
    const { id } = await startExport(stage, { kind: 'ORDERS' });
    await stage.db.run({
      text: `update exports set status = 'RUNNING', told_at = now() - interval '31 s' where id = $1`,
      values: [id.slice(4)],
    });
    expect((await figuresOf(stage, id)).state).toBe('ABORTED');
  });
});

describe('a database that goes away', () => {
  it('fails the export: its file does not look complete', async () => {
    const { url, id } = await startExport(stage, { kind: 'ORDER_LINES' });
    const answer = await fetch(stage.server.url + url);
    const reader = answer.body?.getReader();
    await reader?.read();
    await stage.db.run({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'lading snapshot'`,
    });
    await expect(
      (async () => {
        while (!(await reader?.read())?.done);
      })(),
    ).rejects.toThrow();
    await expect
      .poll(() => figuresOf(stage, id))
      .toMatchObject({
        state: 'FAILED',
        error: 'The database could not be read to the end: the log of the server says why.',
      });
  });
});
