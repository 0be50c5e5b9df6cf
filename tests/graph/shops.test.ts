import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addShop } from '../../src/store/shops.js';
import { type GraphQLAnswer, openStage, type Stage } from '../server/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.db.run({ text: 'truncate shops, idempotency_keys restart identity cascade' });
});

const secret = 'not-to-be-seen-anywhere';
const add = (input: object = {}): Promise<GraphQLAnswer> =>
  stage.ask(
    `mutation Add($input: ShopAddInput!) {
      shopAdd(input: $input) {
        shop { id name marketplace status statusReason sandbox version streams { id name enabled lastSuccessAt lag } }
        userErrors { __typename code field message documentationUrl }
      }
    }`,
    { input: { name: 'Main', credentials: { otto: { clientId: 'client-1', clientSecret: secret } }, ...input } },
  );
const change = (mutation: string, input: object, select = 'shop { id status statusReason version }') =>
  stage
    .ask(
      `mutation Change($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) {
        ${mutation}(input: $input) { ${select} userErrors { code field message } }
      }`,
      { input },
    )
    .then((answer) => answer.data?.[mutation] ?? answer);
const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code);
const rows = (text: string) => stage.db.run<Record<string, unknown>>({ text });

describe('shopAdd', () => {
  it('stores a shop with all streams due, sealed credentials, and tells the engine', async () => {
    const heard: string[] = [];
    const stop = await stage.db.listen('lading_due', (payload) => heard.push(payload));
    const { data } = await add({ name: '  Main  ' });
    expect(data.shopAdd).toMatchObject({
      shop: { id: 'shop_1', name: 'Main', marketplace: 'OTTO', status: 'ACTIVE', sandbox: false, version: 1 },
      userErrors: [],
    });
    expect(data.shopAdd.shop.streams.map(({ id }: { id: string }) => id)).toEqual([
      'str_1_ORDERS',
      'str_1_SHIPMENTS',
      'str_1_RETURNS',
    ]);
    await expect.poll(() => heard).toEqual(['1']);
    await stop();
    const [row] = await rows('select * from shops');
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(String(row?.credentials)).not.toContain(secret);
    const open = stage.vault.open({
      marketplace: 'OTTO',
      sandbox: false,
      accountDigest: row?.account_digest as Buffer,
      sealed: row?.credentials as Buffer,
      keyId: row?.credentials_key_id as string,
    });
    expect(open).toEqual({ clientId: 'client-1', clientSecret: secret });
  });

  it.each([
    ['an empty name', { name: '' }, 'BLANK', ['input', 'name']],
    ['a name of white space', { name: ' \t ' }, 'BLANK', ['input', 'name']],
    ['a name too long', { name: 'x'.repeat(101) }, 'TOO_LONG', ['input', 'name']],
    ['a name with a line break', { name: 'a\nb' }, 'INVALID', ['input', 'name']],
    ['half a character', { name: 'a\ud800' }, 'INVALID', ['input', 'name']],
    ['a name that turns the reading direction', { name: '\u202eevil' }, 'INVALID', ['input', 'name']],
    [
      'empty credentials',
      { credentials: { otto: { clientId: 'a', clientSecret: ' ' } } },
      'BLANK',
      ['input', 'credentials', 'otto', 'clientSecret'],
    ],
    ['an idempotency key too long', { idempotencyKey: 'k'.repeat(201) }, 'TOO_LONG', ['input', 'idempotencyKey']],
  ])('refuses %s', async (_, input, code, field) => {
    const { data } = await add(input);
    expect(data.shopAdd).toEqual({
      shop: null,
      userErrors: [
        {
          __typename: 'InputError',
          code,
          field,
          message: expect.any(String),
          documentationUrl: `/docs/errors#${code}`,
        },
      ],
    });
    expect(await rows('select from shops')).toEqual([]);
  });

  it.each([
    ['no marketplace', {}],
    ['an unknown one', { ebay: { token: secret } }],
    ['a credential missing', { otto: { clientId: secret } }],
    ['a credential of another type', { otto: { clientId: 'a', clientSecret: { text: secret } } }],
    ['a null credential', { otto: { clientId: secret, clientSecret: null } }],
  ])('refuses credentials of %s without quoting them', async (_, credentials) => {
    const answer = await add({ credentials });
    expect(answer.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.text).not.toContain(secret);
    const literal = await stage.ask(
      `mutation { shopAdd(input: { name: "x", credentials: ${JSON.stringify(credentials).replace(/"(\w+)":/g, '$1:')} }) { shop { id } } }`,
    );
    expect(literal.errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(literal.text).not.toContain(secret);
  });

  it('names the shop that has the account already, also when two come at once', async () => {
    const both = await Promise.all([add(), add({ name: 'Other' })]);
    const refused = both.map(({ data }) => data.shopAdd).filter(({ shop }) => shop === null);
    expect(refused).toHaveLength(1);
    expect(refused[0].userErrors[0]).toMatchObject({ code: 'SHOP_ALREADY_EXISTS', field: ['input', 'credentials'] });
    expect(refused[0].userErrors[0].message).toMatch(/^"(Main|Other)" \(shop_\d+\)/);
  });

  it('gives the first result again for an idempotency key, and refuses it for another wish', async () => {
    const same = await Promise.all([1, 2, 3].map(() => add({ idempotencyKey: 'wish-1' })));
    expect(same.map(({ data }) => [data.shopAdd.shop?.id, codes(data.shopAdd)])).toEqual(
      [1, 2, 3].map(() => [same[0]?.data.shopAdd.shop.id, []]),
    );
    expect(codes((await add({ idempotencyKey: 'wish-1', name: 'Else' })).data.shopAdd)).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(await rows('select from shops')).toHaveLength(1);
    const stored = JSON.stringify(await rows('select * from idempotency_keys'));
    expect(stored).not.toContain(secret);
  });

  it('takes three statements at most, its answer included', async () => {
    const before = stage.db.statements.count;
    await add();
    expect(stage.db.statements.count - before).toBe(2);
  });
});

describe('changes of a shop', () => {
  it('pauses, cancels the open run, resumes; each once', async () => {
    await add();
    await change('syncStart', { shopId: 'shop_1' }, 'syncRun { id }');
    const paused = await change('shopPause', { shopId: 'shop_1', expectedVersion: 1 });
    expect(paused).toEqual({
      shop: { id: 'shop_1', status: 'PAUSED', statusReason: null, version: 2 },
      userErrors: [],
    });
    expect(await rows('select cancel_requested_at is not null as asked from sync_runs')).toEqual([{ asked: true }]);
    expect((await change('shopPause', { shopId: 'shop_1' })).shop.version).toBe(2);
    expect((await change('shopResume', { shopId: 'shop_1' })).shop).toMatchObject({ status: 'ACTIVE', version: 3 });
    expect((await change('shopResume', { shopId: 'shop_1' })).shop.version).toBe(3);
  });

  it('does not forget refused credentials over a pause, and forgets them with new ones', async () => {
    await add();
    await rows(`update shops set status = 'NEEDS_CREDENTIALS', status_reason = 'invalid_client'`);
    const resumed = await change('shopResume', { shopId: 'shop_1' });
    expect([resumed.shop.status, codes(resumed)]).toEqual(['NEEDS_CREDENTIALS', ['SHOP_NEEDS_CREDENTIALS']]);
    await change('shopPause', { shopId: 'shop_1' });
    expect(await change('shopResume', { shopId: 'shop_1' })).toMatchObject({
      shop: { status: 'NEEDS_CREDENTIALS', statusReason: 'invalid_client' },
    });
    await rows(`update streams set due_at = now() + interval '1 day'`);
    const credentials = { otto: { clientId: 'client-2', clientSecret: secret } };
    expect(await change('shopUpdateCredentials', { shopId: 'shop_1', credentials })).toMatchObject({
      shop: { status: 'ACTIVE', statusReason: null },
      userErrors: [],
    });
    expect(await rows('select from streams where due_at > now()')).toEqual([]);
  });

  it('does not let two shops share an account', async () => {
    await add();
    await add({ name: 'Second', credentials: { otto: { clientId: 'client-2', clientSecret: secret } } });
    const credentials = { otto: { clientId: 'client-1', clientSecret: 'x' } };
    const answer = await change('shopUpdateCredentials', { shopId: 'shop_2', credentials });
    expect([codes(answer), answer.shop, answer.userErrors[0].message]).toEqual([
      ['SHOP_ALREADY_EXISTS'],
      null,
      '"Main" (shop_1) has the same account already.',
    ]);
  });

  it('refuses an account that another shop takes at the same moment', async () => {
    await add();
    const credentials = { clientId: 'client-2', clientSecret: 's' };
    let racing: Promise<unknown> = Promise.resolve();
    await stage.db.transaction(async (tx) => {
      const sealed = stage.vault.seal({ marketplace: 'OTTO', sandbox: false, account: 'client-2' }, credentials);
      await addShop(tx, { name: 'Faster', credentials: sealed, streams: ['ORDERS'], idempotency: null });
      racing = change('shopUpdateCredentials', { shopId: 'shop_1', credentials: { otto: credentials } });
      await expect
        .poll(() =>
          rows(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
        )
        .toHaveLength(1);
    });
    expect(await racing).toEqual({
      shop: null,
      userErrors: [
        {
          code: 'SHOP_ALREADY_EXISTS',
          field: ['input', 'credentials'],
          message: '"Faster" (shop_2) has the same account already.',
        },
      ],
    });
  });

  it('configures a stream: what is left out stays, null is the connector’s value', async () => {
    await add();
    const select =
      'stream { id enabled everySeconds overlapSeconds windowSeconds strategy rateLimits { requests } shop { version } }';
    const [before, every] = [{ streamId: 'str_1_ORDERS' }, { everySeconds: 60 }];
    const original = (await change('streamConfigure', before, select)).stream;
    expect(original.everySeconds).toBeGreaterThan(0);
    expect(original.rateLimits[0].requests).toBeGreaterThan(0);
    expect((await change('streamConfigure', { ...before, ...every, enabled: false }, select)).stream).toMatchObject({
      enabled: false,
      everySeconds: 60,
      overlapSeconds: original.overlapSeconds,
    });
    expect((await change('streamConfigure', { ...before, everySeconds: null }, select)).stream).toMatchObject({
      enabled: false,
      everySeconds: original.everySeconds,
    });
    for (const bad of [{ everySeconds: 0 }, { everySeconds: -5 }, { overlapSeconds: -1 }, { windowSeconds: 1 }]) {
      expect(codes(await change('streamConfigure', { ...before, ...bad }, select))).toEqual(['INVALID']);
    }
    for (const streamId of ['str_1_NOTHING', 'shop_1', 'x', 'str_x_ORDERS']) {
      expect(codes(await change('streamConfigure', { streamId }, select))).toEqual(['STREAM_NOT_FOUND']);
    }
  });

  it('configures a rate limit: what is documented, set and told are all shown, and what holds', async () => {
    await add();
    const select =
      'shop { version streams { rateLimits { name requests windowMs documentedRequests configuredRequests observedRequests observedAt } } }';
    // OTTO's second limit, of everything but tokens
    const lane = { name: 'partner', requests: 20, windowMs: 1_000 };
    const given = { shopId: 'shop_1', name: lane.name };
    const set = async (input: object) => {
      const { shop, userErrors } = await change('rateLimitConfigure', { ...given, ...input }, select);
      expect(userErrors).toEqual([]);
      return { version: shop.version, ...shop.streams[0].rateLimits.at(-1) };
    };
    const documented = {
      name: lane.name,
      requests: lane.requests,
      windowMs: lane.windowMs,
      documentedRequests: lane.requests,
    };
    const untold = { configuredRequests: null, observedRequests: null, observedAt: null };
    expect(await set({})).toEqual({ ...documented, ...untold, version: 2 });
    expect(await set({ requests: 7, windowSeconds: 30 })).toEqual({
      ...{ ...documented, ...untold, version: 3, requests: 7, windowMs: 30_000, configuredRequests: 7 },
    });
    expect(await rows('select rate_limits from shops')).toEqual([
      { rate_limits: { [lane.name]: { requests: 7, windowMs: 30_000 } } },
    ]);
    const at = '2026-11-21T08:00:00.000Z';
    await rows(`update shops set observed_limits = '${JSON.stringify({ [lane.name]: { requests: 9, at } })}'`);
    expect(await set({ requests: 30 })).toMatchObject({
      requests: 9,
      windowMs: lane.windowMs,
      observedRequests: 9,
      observedAt: at,
    });
    expect(await set({ requests: 4 })).toMatchObject({ requests: 4, configuredRequests: 4, observedRequests: 9 });
    expect(await set({ requests: null })).toMatchObject({ requests: 9, configuredRequests: null });

    const refusedWith = async (input: object) =>
      codes(await change('rateLimitConfigure', { ...given, ...input }, select));
    for (const requests of [0, -1, 100_001]) expect(await refusedWith({ requests })).toEqual(['INVALID']);
    for (const windowSeconds of [0, -5, 86_401])
      expect(await refusedWith({ requests: 1, windowSeconds })).toEqual(['INVALID']);
    expect(await refusedWith({ windowSeconds: 5 })).toEqual(['INVALID']);
    expect(await refusedWith({ name: 'nothing', requests: 1 })).toEqual(['RATE_LIMIT_NOT_FOUND']);
    expect(await refusedWith({ shopId: 'shop_99', requests: 1 })).toEqual(['SHOP_NOT_FOUND']);
    expect(await refusedWith({ requests: 1, expectedVersion: 1 })).toEqual(['STALE_VERSION']);
  });

  it('removes a shop with all that was read of it', async () => {
    await add();
    await change('syncStart', { shopId: 'shop_1' }, 'syncRun { id }');
    await rows(`insert into raw_records (shop_id, stream, payload) values (1, 'ORDERS', '{}')`);
    expect(await change('shopRemove', { shopId: 'shop_1' }, 'removedShopId')).toEqual({
      removedShopId: 'shop_1',
      userErrors: [],
    });
    for (const table of ['shops', 'streams', 'sync_runs', 'stream_runs', 'raw_records']) {
      expect([table, await rows(`select from ${table}`)]).toEqual([table, []]);
    }
  });

  it.each(['shopPause', 'shopResume', 'shopRemove', 'shopUpdateCredentials'])(
    '%s refuses unknown ids and stale versions',
    async (mutation) => {
      await add();
      const more =
        mutation === 'shopUpdateCredentials' ? { credentials: { otto: { clientId: 'a', clientSecret: 'b' } } } : {};
      const select = mutation === 'shopRemove' ? 'removedShopId' : 'shop { id version }';
      for (const shopId of ['shop_99', 'ord_1', 'shop_', 'shop_99999999999999999999', "shop_1' or 1=1", '']) {
        const answer = await change(mutation, { shopId, ...more }, select);
        expect([shopId, codes(answer)]).toEqual([shopId, ['SHOP_NOT_FOUND']]);
      }
      const stale = await change(mutation, { shopId: 'shop_1', expectedVersion: 7, ...more }, select);
      expect(stale.userErrors).toEqual([
        {
          code: 'STALE_VERSION',
          field: ['input', 'expectedVersion'],
          message: '"Main" is at version 1, not 7: read it again.',
        },
      ]);
      expect(await rows('select version from shops')).toEqual([{ version: 1 }]);
    },
  );
});

describe('shops', () => {
  it('are filtered, ordered and paged in one statement', async () => {
    for (const name of ['b', 'a', 'c'])
      await add({ name, credentials: { otto: { clientId: name, clientSecret: 'x' } } });
    await change('shopPause', { shopId: 'shop_3' });
    const before = stage.db.statements.count;
    const { data } = await stage.ask(`{
      shops(orderBy: { field: NAME, direction: ASC }, first: 2, where: { marketplaces: [OTTO] }) {
        totalCount nodes { name streams { name shop { name } dataAtRiskAt } } pageInfo { hasNextPage endCursor }
      }
    }`);
    expect(stage.db.statements.count - before).toBe(1);
    expect(data.shops).toMatchObject({
      totalCount: 3,
      nodes: [{ name: 'a' }, { name: 'b' }],
      pageInfo: { hasNextPage: true },
    });
    const next = await stage.ask(
      `query ($after: String) { shops(orderBy: { field: NAME, direction: ASC }, first: 2, after: $after) { nodes { name } } }`,
      { after: data.shops.pageInfo.endCursor },
    );
    expect(next.data.shops.nodes).toEqual([{ name: 'c' }]);
    const paused = await stage.ask('{ shops(where: { statuses: [PAUSED] }) { nodes { name } } }');
    expect(paused.data.shops.nodes).toEqual([{ name: 'c' }]);
  });

  it('tell how late a stream is, and when data would be lost', async () => {
    await add();
    await rows(
      `update streams set last_success_at = now() - interval '90 seconds', window_ms = 3600000 where name = 'ORDERS'`,
    );
    const { data } = await stage.ask(
      '{ shop: node(id: "shop_1") { ... on Shop { streams { name lag lastSuccessAt dataAtRiskAt } } } }',
    );
    const [orders, shipments] = data.shop.streams;
    expect(orders.lag).toBeGreaterThanOrEqual(90);
    expect(orders.lag).toBeLessThan(100);
    expect(Date.parse(orders.dataAtRiskAt) - Date.parse(orders.lastSuccessAt)).toBe(3_600_000);
    expect([shipments.lag, shipments.dataAtRiskAt]).toEqual([null, null]);
  });

  it('have streams as nodes', async () => {
    await add();
    const { data } = await stage.ask('{ node(id: "str_1_RETURNS") { id ... on Stream { name shop { id } } } }');
    expect(data.node).toEqual({ id: 'str_1_RETURNS', name: 'RETURNS', shop: { id: 'shop_1' } });
  });
});
