import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, openStage, type Stage } from '../server/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const rows = (text: string, values: unknown[] = []) => stage.db.run<Record<string, unknown>>({ text, values });

beforeEach(async () => {
  await rows('truncate shops, idempotency_keys restart identity cascade');
  for (const name of ['one', 'two']) {
    await stage.ask(
      `mutation ($name: String!) {
        shopAdd(input: { name: $name, credentials: { otto: { clientId: $name, clientSecret: "secret" } } }) { shop { id } }
      }`,
      { name },
    );
  }
});

const start = async (input: object) => {
  const { data, errors } = await stage.ask(
    `mutation Start($input: SyncStartInput!) {
      syncStart(input: $input) {
        syncRun { id mode status trigger streams { stream status } shop { name } }
        userErrors { code field message }
      }
    }`,
    { input: { shopId: 'shop_1', ...input } },
  );
  return data?.syncStart ?? { errors };
};
const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code);

describe('syncStart', () => {
  it('queues a run of all enabled streams and tells the engine', async () => {
    await rows(`update streams set enabled = false where name = 'RETURNS'`);
    const heard: string[] = [];
    const stop = await stage.db.listen('lading_due', (payload) => heard.push(payload));
    expect(await start({})).toEqual({
      syncRun: {
        id: 'run_1',
        mode: 'INCREMENTAL',
        status: 'QUEUED',
        trigger: 'MANUAL',
        streams: [
          { stream: 'ORDERS', status: 'QUEUED' },
          { stream: 'SHIPMENTS', status: 'QUEUED' },
        ],
        shop: { name: 'one' },
      },
      userErrors: [],
    });
    await expect.poll(() => heard).toEqual(['1']);
    await stop();
  });

  it('answers with the queued run where that covers the wish', async () => {
    const first = await start({ mode: 'FULL' });
    for (const wish of [{}, { mode: 'INCREMENTAL' }, { mode: 'FULL', streams: ['ORDERS'] }]) {
      expect(await start(wish)).toEqual(first);
    }
    expect(await rows('select from sync_runs')).toHaveLength(1);
  });

  it('names the run that is in the way', async () => {
    await start({ streams: ['ORDERS'] });
    for (const wish of [{}, { streams: ['RETURNS'] }, { mode: 'FULL', streams: ['ORDERS'] }]) {
      const answer = await start(wish);
      expect([answer.syncRun.id, codes(answer)]).toEqual(['run_1', ['SYNC_ALREADY_RUNNING']]);
      expect(answer.userErrors[0].message).toContain('run_1 is QUEUED');
    }
    await rows(`update sync_runs set status = 'RUNNING'`);
    expect(codes(await start({ streams: ['ORDERS'] }))).toEqual(['SYNC_ALREADY_RUNNING']);
    await rows(`update sync_runs set status = 'SUCCEEDED'`);
    expect((await start({})).syncRun.id).toBe('run_2');
  });

  it('makes one run of many wishes at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => start({})));
    expect(new Set(all.map(({ syncRun }) => syncRun.id)).size).toBe(1);
    expect(all.flatMap(codes)).toEqual([]);
  });

  it('remembers an idempotency key, also after the run has ended', async () => {
    const first = await start({ idempotencyKey: 'k' });
    await rows(`update sync_runs set status = 'SUCCEEDED'`);
    expect((await start({ idempotencyKey: 'k' })).syncRun).toMatchObject({ id: first.syncRun.id, status: 'SUCCEEDED' });
    expect(codes(await start({ idempotencyKey: 'k', mode: 'FULL' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it.each([
    ['an unknown shop', { shopId: 'shop_77' }, '', 'SHOP_NOT_FOUND'],
    ['an id of something else', { shopId: 'run_1' }, '', 'SHOP_NOT_FOUND'],
    ['a paused shop', {}, `update shops set status = 'PAUSED'`, 'SHOP_PAUSED'],
    ['a shop without credentials', {}, `update shops set status = 'NEEDS_CREDENTIALS'`, 'SHOP_NEEDS_CREDENTIALS'],
    ['no stream', { streams: [] }, '', 'BLANK'],
    ['a disabled stream', { streams: ['ORDERS'] }, 'update streams set enabled = false', 'STREAM_DISABLED'],
    ['all streams disabled', {}, 'update streams set enabled = false', 'STREAM_DISABLED'],
    [
      'a stream that is not there',
      { streams: ['RETURNS'] },
      `delete from streams where name = 'RETURNS'`,
      'STREAM_NOT_FOUND',
    ],
  ])('refuses %s', async (_, input, before, code) => {
    if (before) await rows(before);
    const answer = await start(input);
    expect([answer.syncRun, codes(answer)]).toEqual([null, [code]]);
    expect(await rows('select from sync_runs')).toEqual([]);
  });
});

describe('syncCancel', () => {
  const cancel = async (syncRunId: string) =>
    (
      await stage.ask(
        `mutation ($id: ID!) { syncCancel(input: { syncRunId: $id }) {
          syncRun { id status cancelRequestedAt } userErrors { code field } } }`,
        { id: syncRunId },
      )
    ).data.syncCancel;

  it('asks once, and says when there is nothing to stop', async () => {
    await start({});
    const first = await cancel('run_1');
    expect(first).toMatchObject({ syncRun: { id: 'run_1', cancelRequestedAt: expect.any(String) }, userErrors: [] });
    expect(await cancel('run_1')).toEqual(first);
    await rows(`update sync_runs set status = 'CANCELLED'`);
    expect(await cancel('run_1')).toMatchObject({
      syncRun: { status: 'CANCELLED' },
      userErrors: [{ code: 'SYNC_ALREADY_FINISHED', field: ['input', 'syncRunId'] }],
    });
    for (const id of ['run_9', 'shop_1', '']) {
      expect(await cancel(id)).toMatchObject({ syncRun: null, userErrors: [{ code: 'SYNC_RUN_NOT_FOUND' }] });
    }
  });
});

describe('runs', () => {
  it('are listed in one statement, filtered, paged both ways', async () => {
    for (let at = 0; at < 5; at++) {
      await rows(
        `insert into sync_runs (shop_id, mode, trigger, status, queued_at, error) values ($1, 'FULL', 'SCHEDULE', $2, $3, $4)`,
        [
          1 + (at % 2),
          at === 4 ? 'FAILED' : 'SUCCEEDED',
          `2026-01-0${at + 1}T00:00:00Z`,
          at === 4 ? 'over "there"' : null,
        ],
      );
    }
    const ask = async (args: string) => {
      const before = stage.db.statements.count;
      const { data, errors } = await stage.ask(`{ syncRuns(${args}) {
        totalCount nodes { id queuedAt error shop { id } streams { stream } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`);
      expect([errors, stage.db.statements.count - before]).toEqual([[], 1]);
      return data.syncRuns;
    };
    const ids = (list: { nodes: { id: string }[] }) => list.nodes.map(({ id }) => id);
    const first = await ask('first: 2');
    expect([ids(first), first.totalCount]).toEqual([['run_5', 'run_4'], 5]);
    expect(first.nodes[0]).toMatchObject({ error: 'over "there"', queuedAt: '2026-01-05T00:00:00.000Z' });
    const second = await ask(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect([ids(second), second.pageInfo.hasNextPage]).toEqual([['run_3', 'run_2'], true]);
    expect(ids(await ask(`last: 2, before: "${second.pageInfo.startCursor}"`))).toEqual(['run_5', 'run_4']);
    expect(ids(await ask('where: { shopIds: ["shop_2"] }'))).toEqual(['run_4', 'run_2']);
    expect(ids(await ask('where: { statuses: [FAILED], triggers: [SCHEDULE], modes: [FULL] }'))).toEqual(['run_5']);
    expect(
      ids(
        await ask(
          'where: { queuedAt: { from: "2026-01-02T00:00:00Z", to: "2026-01-04T00:00:00Z" } }, orderBy: { direction: ASC }',
        ),
      ),
    ).toEqual(['run_2', 'run_3']);
    expect((await stage.ask('{ syncRun(id: "run_5") { id status } }')).data.syncRun).toEqual({
      id: 'run_5',
      status: 'FAILED',
    });
    expect((await stage.ask('{ syncRun(id: "run_55") { id } }')).data.syncRun).toBeNull();
  });

  it.each(['shops', 'syncRuns', 'rejects'])('%s refuses pages, cursors and ranges that mean nothing', async (list) => {
    const refuse = async (args: string) => codeOf(await stage.ask(`{ ${list}(${args}) { nodes { id } } }`));
    for (const args of ['first: 101', 'first: 0', 'first: -1', 'last: 500', 'first: 1, last: 1', 'before: "x"']) {
      expect([args, await refuse(args)]).toEqual([args, 'INVALID_PAGE_SIZE']);
    }
    const other = list === 'shops' ? 'syncRuns' : 'shops';
    await start({});
    const cursor = (await stage.ask(`{ ${other} { pageInfo { endCursor } } }`)).data[other].pageInfo.endCursor;
    for (const made of [cursor, 'made up', 'bWFkZSB1cA', '', `${cursor}x`]) {
      expect([made, await refuse(`after: ${JSON.stringify(made)}`)]).toEqual([made, 'INVALID_CURSOR']);
    }
    if (list === 'shops') return;
    const field = list === 'syncRuns' ? 'queuedAt' : 'firstSeenAt';
    expect(await refuse(`where: { ${field}: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" } }`)).toBe(
      'INVALID_RANGE',
    );
    expect(await refuse('where: { shopIds: ["ord_1"] }')).toBe('INVALID_ID');
  });
});

describe('rejects', () => {
  const retry = async (input: object) =>
    (
      await stage.ask(
        `mutation ($input: RejectRetryInput!) { rejectRetry(input: $input) { requestedCount userErrors { code field } } }`,
        { input },
      )
    ).data.rejectRetry;
  const asked = () => rows('select id from rejects where retry_requested_at is not null order by id');

  beforeEach(async () => {
    for (const [shop, stream, key] of [
      [1, 'ORDERS', 'a'],
      [1, 'RETURNS', 'b'],
      [2, 'ORDERS', 'c'],
    ]) {
      await rows(
        `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
         values ($1, $2, $3, $3, 'orderDate: missing', '{"a":{"b":[1.50,"ü"]}}', 1)`,
        [shop, stream, key],
      );
    }
  });

  it('are listed with reason and payload', async () => {
    const { data } = await stage.ask(
      '{ rejects(where: { streams: [ORDERS], shopIds: ["shop_2"] }) { totalCount nodes { id externalId reason payload shop { name } } } }',
    );
    expect(data.rejects).toEqual({
      totalCount: 1,
      nodes: [
        {
          id: 'rej_3',
          externalId: 'c',
          reason: 'orderDate: missing',
          payload: { a: { b: [1.5, 'ü'] } },
          shop: { name: 'two' },
        },
      ],
    });
    const { data: one } = await stage.ask(
      '{ rejects(where: { externalId: "a" }) { nodes { id } } node(id: "rej_2") { id } }',
    );
    expect(one).toEqual({ rejects: { nodes: [{ id: 'rej_1' }] }, node: { id: 'rej_2' } });
  });

  it('are retried by id, and those that are not there are named', async () => {
    expect(await retry({ ids: ['rej_1', 'rej_9', 'shop_1'] })).toEqual({
      requestedCount: 1,
      userErrors: [
        { code: 'REJECT_NOT_FOUND', field: ['input', 'ids', '1'] },
        { code: 'REJECT_NOT_FOUND', field: ['input', 'ids', '2'] },
      ],
    });
    expect(await asked()).toEqual([{ id: '1' }]);
  });

  it('are retried by shop and stream', async () => {
    const heard: string[] = [];
    const stop = await stage.db.listen('lading_due', (payload) => heard.push(payload));
    expect(await retry({ shopId: 'shop_1', stream: 'RETURNS' })).toEqual({ requestedCount: 1, userErrors: [] });
    expect(await asked()).toEqual([{ id: '2' }]);
    expect(await retry({ shopId: 'shop_1' })).toMatchObject({ requestedCount: 2 });
    await expect.poll(() => heard).toEqual(['1', '1']);
    await stop();
  });

  it.each([
    [{}, 'INVALID'],
    [{ ids: [] }, 'INVALID'],
    [{ ids: Array.from({ length: 101 }, (_, at) => `rej_${at}`) }, 'INVALID'],
    [{ ids: ['rej_1'], shopId: 'shop_1' }, 'INVALID'],
    [{ ids: ['rej_1'], stream: 'ORDERS' }, 'INVALID'],
    [{ stream: 'ORDERS' }, 'INVALID'],
    [{ shopId: 'shop_9' }, 'SHOP_NOT_FOUND'],
  ])('refuse %j', async (input, code) => {
    expect(await retry(input)).toMatchObject({ requestedCount: null, userErrors: [{ code }] });
    expect(await asked()).toEqual([]);
  });
});

const codeIn = (text: string): string => JSON.parse(text).errors[0].extensions.code;

describe('syncProgress', () => {
  const query = `subscription ($shopId: ID) { syncProgress(shopId: $shopId) { id status streams { stream pages } } }`;
  type Seen = { id: string; status: string; streams: { pages: number }[] };

  async function follow(shopId: string | null): Promise<{ seen: Seen[]; stop: () => void }> {
    const client = createClient({ url: `${stage.server.url}/graphql/stream`, retryAttempts: 0 });
    const seen: Seen[] = [];
    const ready = stage.logged().length;
    const stop = client.subscribe<{ syncProgress: Seen }>(
      { query, variables: { shopId } },
      { next: ({ data }) => data && seen.push(data.syncProgress), error: () => {}, complete: () => {} },
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(stage.logged().length).toBeGreaterThanOrEqual(ready);
    return {
      seen,
      stop: () => {
        stop();
        client.dispose();
      },
    };
  }
  const pageDone = (run: number, pages: number) =>
    rows(
      `with moved as (update stream_runs set pages = $2 where run_id = $1 returning run_id)
      select pg_notify('lading_progress', run_id::text) from moved`,
      [run, pages],
    );

  it('tells what is open, then every move at most five times a second, and the last state', async () => {
    await start({ streams: ['ORDERS'] });
    const { seen, stop } = await follow('shop_1');
    expect(seen).toEqual([{ id: 'run_1', status: 'QUEUED', streams: [{ stream: 'ORDERS', pages: 0 }] }]);
    for (let pages = 1; pages <= 60; pages++) {
      await pageDone(1, pages);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await expect.poll(() => seen.at(-1)?.streams[0]?.pages).toBe(60);
    expect(seen.length).toBeLessThan(12);
    expect(seen.length).toBeGreaterThan(3);
    stop();
  });

  it('keeps to one shop, or tells of all', async () => {
    // a run's shop never changes, and the server remembers it: other tests gave run_1 to another shop
    await rows('alter sequence sync_runs_id_seq restart 500');
    const [one, all] = await Promise.all([follow('shop_1'), follow(null)]);
    await start({ shopId: 'shop_2', streams: ['ORDERS'] });
    await expect.poll(() => all.seen.map(({ id }) => id)).toEqual(['run_500']);
    expect(one.seen).toEqual([]);
    one.stop();
    all.stop();
  });

  it.each([
    ['an id of something else', { query, variables: { shopId: 'ord_1' } }, 'INVALID_ID'],
    ['a query', { query: '{ shops { nodes { id } } }' }, 'BAD_REQUEST'],
    ['no GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: 'subscription { syncProgress { nothing } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'deep nesting',
      { query: `subscription { syncProgress { ${'shop { streams { '.repeat(12)} id ${'} }'.repeat(12)} } }` },
      'QUERY_TOO_DEEP',
    ],
    [
      'a bomb',
      { query: `subscription { syncProgress { ${'shop { streams { '.repeat(7)} id ${'} }'.repeat(7)} } }` },
      'QUERY_TOO_COMPLEX',
    ],
    ['nothing', {}, 'BAD_REQUEST'],
    ['variables of another kind', { query, variables: [1] }, 'BAD_REQUEST'],
  ])('refuses %s', async (_, body, code) => {
    const answer = await fetch(`${stage.server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(body),
    });
    expect([answer.status, codeIn(await answer.text())]).toEqual([400, code]);
  });
});
