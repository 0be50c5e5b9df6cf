// What was found by checks of the coverage, and wishes for such checks.
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

const span = { from: '2026-03-01', to: '2026-03-10' };
const start = async (input: object = {}) => {
  const answer = await stage.ask(
    `mutation Start($input: SyncCoverageStartInput!) {
      syncCoverageStart(input: $input) {
        check { id trigger streams from to status requestedAt startedAt stepsDone stepsTotal requests error shop { name } }
        userErrors { code field message }
      }
    }`,
    { input: { shopId: 'shop_1', ...span, ...input } },
  );
  return answer.data?.syncCoverageStart ?? answer;
};
const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code);

describe('syncCoverageStart', () => {
  it('queues a check of all enabled streams and tells the engine', async () => {
    await rows(`update streams set enabled = false where name = 'RETURNS'`);
    const heard: string[] = [];
    const stop = await stage.db.listen('lading_due', (payload) => heard.push(payload));
    expect(await start()).toEqual({
      check: {
        ...{ id: 'cov_1', trigger: 'MANUAL', streams: ['ORDERS', 'SHIPMENTS'], ...span, status: 'QUEUED' },
        ...{
          requestedAt: expect.any(String),
          startedAt: null,
          stepsDone: 0,
          stepsTotal: null,
          requests: 0,
          error: null,
        },
        shop: { name: 'one' },
      },
      userErrors: [],
    });
    await expect.poll(() => heard).toEqual(['1']);
    await stop();
  });

  it('answers with the queued check where that covers the wish, and names the one that is in the way', async () => {
    const first = await start();
    for (const wish of [{}, { from: '2026-03-05' }, { streams: ['ORDERS'] }]) expect(await start(wish)).toEqual(first);
    for (const wish of [{ from: '2026-02-28' }, { to: '2026-03-11' }]) {
      const answer = await start(wish);
      expect([answer.check.id, codes(answer)]).toEqual(['cov_1', ['COVERAGE_ALREADY_RUNNING']]);
      expect(answer.userErrors[0].message).toContain('cov_1 of 2026-03-01 to 2026-03-10 is QUEUED');
    }
    await rows(`update coverage_checks set status = 'RUNNING'`);
    expect(codes(await start())).toEqual(['COVERAGE_ALREADY_RUNNING']);
    await rows(`update coverage_checks set status = 'SUCCEEDED'`);
    expect((await start()).check.id).toBe('cov_2');
    expect((await start({ shopId: 'shop_2' })).check.id).toBe('cov_3');
  });

  it('makes one check of many wishes at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => start()));
    expect(new Set(all.map(({ check }) => check.id)).size).toBe(1);
  });

  it('remembers an idempotency key, also after the check has ended', async () => {
    const first = await start({ idempotencyKey: 'k' });
    await rows(`update coverage_checks set status = 'SUCCEEDED'`);
    expect((await start({ idempotencyKey: 'k' })).check.id).toBe(first.check.id);
    expect(codes(await start({ idempotencyKey: 'k', to: '2026-03-09' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('is cancelled with the shop paused', async () => {
    await start();
    await stage.ask('mutation { shopPause(input: { shopId: "shop_1" }) { shop { status } } }');
    expect(await rows('select status, finished_at is not null as ended from coverage_checks')).toEqual([
      { status: 'CANCELLED', ended: true },
    ]);
  });

  it.each([
    ['an unknown shop', { shopId: 'shop_77' }, '', 'SHOP_NOT_FOUND', 'shopId'],
    ['an id of something else', { shopId: 'run_1' }, '', 'SHOP_NOT_FOUND', 'shopId'],
    ['a paused shop', {}, `update shops set status = 'PAUSED'`, 'SHOP_PAUSED', 'shopId'],
    ['days that end before they begin', { from: '2026-03-02', to: '2026-03-01' }, '', 'INVALID', 'to'],
    ['more than 100 days', { from: '2026-01-01', to: '2026-04-11' }, '', 'INVALID', 'to'],
    ['a day that is none', { from: '2026-02-30' }, '', 'INVALID', 'from'],
    ['another day that is none', { to: '2026-13-01' }, '', 'INVALID', 'to'],
    ['no stream', { streams: [] }, '', 'BLANK', 'streams'],
    ['a disabled stream', { streams: ['ORDERS'] }, 'update streams set enabled = false', 'STREAM_DISABLED', 'streams'],
    ['a stream that is not there', { streams: ['RETURNS'] }, `delete from streams`, 'STREAM_NOT_FOUND', 'streams'],
    ['a key too long', { idempotencyKey: 'k'.repeat(201) }, '', 'TOO_LONG', 'idempotencyKey'],
  ])('refuses %s', async (_, input, before, code, field) => {
    if (before) await rows(before);
    const answer = await start(input);
    expect([answer.check, answer.userErrors]).toEqual([
      null,
      [{ code, field: ['input', field], message: expect.stringMatching(/^.+\.$/) }],
    ]);
    expect(await rows('select from coverage_checks')).toEqual([]);
  });

  it('takes exactly 100 days', async () => {
    expect(codes(await start({ from: '2026-01-01', to: '2026-04-10' }))).toEqual([]);
  });

  it.each([
    ['a stream that nobody knows', { streams: ['INVOICES'] }],
    ['a day in another form', { from: '1.3.2026' }],
  ])('refuses %s before anything is done', async (_, input) => {
    expect(codeOf(await start(input))).toBe('BAD_USER_INPUT');
  });
});

const query = `query Coverage($shopId: ID!, $streams: [StreamName!], $from: CalendarDay!, $to: CalendarDay!) {
  syncCoverage(shopId: $shopId, streams: $streams, from: $from, to: $to) {
    __typename shop { id name } checkedAt
    check { __typename id status from to streams stepsDone stepsTotal finishedAt error }
    rows {
      __typename stream day fulfilledBy state reason unit counted held rejected missing missingCount fetchedCount
      heldAfter repairedAt checkedAt
    }
    totals { __typename matched gaps unverifiable missing fetched }
  }
}`;
const read = async (more: object = {}) => {
  const answer = await stage.ask(query, { shopId: 'shop_1', ...span, ...more });
  return answer.errors.length ? answer : answer.data.syncCoverage;
};

async function found(): Promise<void> {
  await rows(`insert into coverage_checks (shop_id, trigger, streams, from_day, to_day, status, steps_done, steps_total)
    values (1, 'MANUAL', '{ORDERS}', '2026-02-01', '2026-03-31', 'SUCCEEDED', 4, 4),
      (1, 'SCHEDULE', '{ORDERS,RETURNS}', '2026-03-31', '2026-03-31', 'RUNNING', 1, 4)`);
  await rows(`insert into coverage_days (shop_id, stream, day, fulfilled_by, check_id, checked_at, state, reason, unit,
      counted, held, rejected, missing, fetched, held_after, repaired_at, is_settled)
    values
      (1, 'RETURNS', '2026-03-02', 'SELLER', 1, '2026-04-01T10:00:00Z', 'UNVERIFIABLE', 'no "way"', null, null, null, null, '{}', 0, null, null, true),
      (1, 'ORDERS', '2026-03-01', 'SELLER', 1, '2026-04-01T10:00:01Z', 'MATCHED', null, 'RECORDS', 3, 2, 1, '{}', 0, null, null, true),
      (1, 'ORDERS', '2026-03-02', 'MARKETPLACE', 1, '2026-04-01T10:00:02Z', 'MATCHED', null, 'RECORDS', 0, 0, 0, '{}', 0, null, null, true),
      (1, 'ORDERS', '2026-03-02', 'SELLER', 1, '2026-04-01T10:00:03Z', 'GAP', null, 'RECORDS', 160, 10, 0,
        (select array_agg('o-' || n order by n) from generate_series(1, 150) n), 149, 159, '2026-04-01T10:00:09Z', true),
      (1, 'ORDERS', '2026-03-11', 'SELLER', 1, '2026-04-01T11:00:00Z', 'MATCHED', null, 'RECORDS', 1, 1, 0, '{}', 0, null, null, true),
      (2, 'ORDERS', '2026-03-01', 'SELLER', 9, '2026-04-01T11:00:00Z', 'GAP', null, 'RECORDS', 1, 0, 0, '{x}', 0, null, null, false)`);
}

describe('syncCoverage', () => {
  it('tells what was found, newest days first, in one statement', async () => {
    await found();
    const before = stage.db.statements.count;
    const coverage = await read();
    expect(stage.db.statements.count - before).toBe(1);
    expect(coverage).toMatchObject({
      __typename: 'SyncCoverage',
      shop: { id: 'shop_1', name: 'one' },
      checkedAt: '2026-04-01T10:00:03.000Z',
      check: { id: 'cov_2', status: 'RUNNING', streams: ['ORDERS', 'RETURNS'], stepsDone: 1, finishedAt: null },
      totals: { __typename: 'CoverageTotals', matched: 2, gaps: 1, unverifiable: 1, missing: 150, fetched: 149 },
    });
    const told = coverage.rows as Record<string, unknown>[];
    expect(told.map(({ stream, day, fulfilledBy, state }) => [stream, day, fulfilledBy, state].join(' '))).toEqual([
      'ORDERS 2026-03-02 SELLER GAP',
      'ORDERS 2026-03-02 MARKETPLACE MATCHED',
      'ORDERS 2026-03-01 SELLER MATCHED',
      'RETURNS 2026-03-02 SELLER UNVERIFIABLE',
    ]);
    expect(told[0]).toEqual({
      ...{ __typename: 'CoverageDay', stream: 'ORDERS', day: '2026-03-02', fulfilledBy: 'SELLER', state: 'GAP' },
      ...{ reason: null, unit: 'RECORDS', counted: 160, held: 10, rejected: 0, missingCount: 150, fetchedCount: 149 },
      ...{ heldAfter: 159, repairedAt: '2026-04-01T10:00:09.000Z', checkedAt: '2026-04-01T10:00:03.000Z' },
      missing: Array.from({ length: 100 }, (_, at) => `o-${at + 1}`),
    });
    expect(told[3]).toMatchObject({ reason: 'no "way"', unit: null, counted: null, held: null, missing: [] });
  });

  it('tells of some streams only', async () => {
    await found();
    const { rows: told, totals, checkedAt } = await read({ streams: ['RETURNS'] });
    expect(told).toHaveLength(1);
    expect(totals).toMatchObject({ matched: 0, unverifiable: 1 });
    expect(checkedAt).toBe('2026-04-01T10:00:00.000Z');
    expect((await read({ streams: [] })).rows).toEqual([]);
  });

  it('is empty where nothing was checked yet, and null for a shop that is not there', async () => {
    expect(await read()).toMatchObject({
      ...{ checkedAt: null, check: null, rows: [] },
      totals: { matched: 0, gaps: 0, unverifiable: 0, missing: 0, fetched: 0 },
    });
    expect(await read({ shopId: 'shop_77' })).toBeNull();
  });

  it('is found again by the id of its check', async () => {
    await found();
    const { data } = await stage.ask(
      '{ node(id: "cov_1") { __typename id ... on CoverageCheck { from shop { id } } } }',
    );
    expect(data.node).toEqual({ __typename: 'CoverageCheck', id: 'cov_1', from: '2026-02-01', shop: { id: 'shop_1' } });
  });

  it.each([
    ['an id of something else', { shopId: 'run_1' }, 'INVALID_ID'],
    ['an id that is none', { shopId: "1'; drop table shops" }, 'INVALID_ID'],
    ['days that end before they begin', { from: '2026-03-02', to: '2026-03-01' }, 'INVALID_RANGE'],
    ['more than 100 days', { from: '2026-01-01', to: '2026-04-11' }, 'BAD_USER_INPUT'],
    ['a day that is none', { from: '2026-02-30' }, 'BAD_USER_INPUT'],
    ['a year that is none', { from: '0000-01-01' }, 'BAD_USER_INPUT'],
    ['a stream that nobody knows', { streams: ['INVOICES'] }, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_, variables, code) => {
    expect(codeOf(await read(variables))).toBe(code);
  });
});
