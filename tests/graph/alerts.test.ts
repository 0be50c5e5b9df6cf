// Alerts as the API tells them: lists, filters, pages, acknowledging, and what the webhook was told.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertKind } from '../../src/commerce/alert.js';
import { raiseAlert, resolveAlert } from '../../src/store/alerts.js';
import { codeOf, openStage, type Stage } from '../server/stage.js';
import { newShop } from '../sync/shop.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const rows = (text: string, values: unknown[] = []) => stage.db.run<Record<string, unknown>>({ text, values });
const raise = (kind: AlertKind, subject: string, shopId: string | null = null) =>
  raiseAlert(stage.db, {
    kind,
    subject,
    shopId,
    severity: 'CRITICAL',
    message: `of ${subject}`,
    facts: { of: subject },
  });

/** Five alerts: alr_1 … alr_5; the second resolved, the third acknowledged; raised at the same moment, or a minute apart. */
beforeEach(async () => {
  await rows('truncate shops, alerts, alert_deliveries restart identity cascade');
  const shops = [await newShop(stage.db, { account: 'a' }), await newShop(stage.db, { account: 'b' })];
  await raise('SHOP_BLOCKED', 'shop:1', shops[0]);
  await raise('OVERSELL', 'sku:"A"');
  await raise('STREAM_LATE', 'stream:2:ORDERS', shops[1]);
  await raise('INVENTORY_UNAVAILABLE', 'inventory:catalog');
  await raise('OVERSELL', 'sku:B');
  await resolveAlert(stage.db, { kind: 'OVERSELL', subject: 'sku:"A"' });
  await rows(
    `update alerts set raised_at = timestamptz '2026-03-01T00:00:00Z' + case when id > 3 then 60 else 0 end * interval '1 second'`,
  );
  await rows(
    `update alerts set state = 'ACKNOWLEDGED', acknowledged_at = '2026-03-02T00:00:00Z', version = 2 where id = 3`,
  );
});

const list = async (where: object | null = null, more = '') => {
  const answer = await stage.ask(
    `query ($where: AlertWhere) { alerts(where: $where ${more}) { nodes { id } totalCount } }`,
    { where },
  );
  return answer.data ? answer.data.alerts.nodes.map(({ id }: { id: string }) => id.slice(4)).join('') : codeOf(answer);
};

describe('alerts', () => {
  it('tell what is wrong, with shop and deliveries, in one statement', async () => {
    const query = `{ alerts(last: 3) { nodes { id kind subject severity state message facts raisedAt lastSeenAt acknowledgedAt
      resolvedAt version shop { id name } deliveries { id event state payload eventId alert { id } } } } }`;
    await stage.ask(query);
    const before = stage.db.statements.count;
    const { data, errors } = await stage.ask(query);
    expect(stage.db.statements.count - before).toBe(1);
    expect(errors).toEqual([]);
    const at = expect.any(String);
    const [late, over, blocked] = data.alerts.nodes;
    expect(late).toMatchObject({
      ...{
        id: 'alr_3',
        kind: 'STREAM_LATE',
        state: 'ACKNOWLEDGED',
        raisedAt: '2026-03-01T00:00:00.000Z',
        resolvedAt: null,
      },
      ...{ acknowledgedAt: '2026-03-02T00:00:00.000Z', version: 2, shop: { id: 'shop_2', name: 'Shop of b' } },
    });
    expect(over).toEqual({
      ...{
        id: 'alr_2',
        kind: 'OVERSELL',
        subject: 'sku:"A"',
        severity: 'CRITICAL',
        state: 'RESOLVED',
        message: 'of sku:"A"',
      },
      ...{
        facts: { of: 'sku:"A"' },
        raisedAt: at,
        lastSeenAt: at,
        acknowledgedAt: null,
        resolvedAt: at,
        version: 2,
        shop: null,
      },
      deliveries: [
        {
          id: 'ald_2',
          event: 'RAISED',
          state: 'PENDING',
          payload: expect.objectContaining({ type: 'alert.raised' }),
          eventId: at,
          alert: { id: 'alr_2' },
        },
        {
          id: 'ald_6',
          event: 'RESOLVED',
          state: 'PENDING',
          payload: expect.objectContaining({ type: 'alert.resolved' }),
          eventId: at,
          alert: { id: 'alr_2' },
        },
      ],
    });
    expect(blocked).toMatchObject({ id: 'alr_1', state: 'OPEN', shop: { id: 'shop_1' } });
  });

  it.each([
    ['all, the newest first', null, '54321'],
    ['by state', { states: ['OPEN'] }, '541'],
    ['by several states', { states: ['OPEN', 'ACKNOWLEDGED'] }, '5431'],
    ['by kind', { kinds: ['OVERSELL', 'STREAM_LATE'] }, '532'],
    ['by shop', { shopIds: ['shop_2'] }, '3'],
    ['by all of them', { states: ['OPEN'], kinds: ['SHOP_BLOCKED'], shopIds: ['shop_1', 'shop_2'] }, '1'],
    ['by nothing', { states: [] }, ''],
    ['by a shop that is not there', { shopIds: ['shop_99'] }, ''],
    ['by an id of something else', { shopIds: ['run_1'] }, 'INVALID_ID'],
  ])('are found %s', async (_, where, expected) => {
    expect(await list(where)).toBe(expected);
  });

  it('are sorted the other way on request, and counted', async () => {
    expect(await list(null, ', orderBy: { direction: ASC }')).toBe('12345');
    const { data } = await stage.ask('{ alerts(where: { states: [OPEN] }, first: 1) { totalCount nodes { id } } }');
    expect(data.alerts).toEqual({ totalCount: 3, nodes: [{ id: 'alr_5' }] });
  });

  it('are paged in both directions without gap or repetition', async () => {
    const page = async (args: string) => {
      const { data } = await stage.ask(
        `{ alerts(${args}) { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      );
      const { nodes, pageInfo } = data.alerts;
      return { ids: nodes.map(({ id }: { id: string }) => id.slice(4)).join(''), ...pageInfo };
    };
    const first = await page('first: 2');
    expect(first).toMatchObject({ ids: '54', hasNextPage: true, hasPreviousPage: false });
    const second = await page(`first: 2, after: "${first.endCursor}"`);
    expect(second).toMatchObject({ ids: '32', hasNextPage: true, hasPreviousPage: true });
    expect(await page(`first: 2, after: "${second.endCursor}"`)).toMatchObject({ ids: '1', hasNextPage: false });
    expect(await page(`last: 2, before: "${second.startCursor}"`)).toMatchObject({ ids: '54', hasPreviousPage: false });
    expect(await page('last: 2')).toMatchObject({ ids: '21', hasPreviousPage: true, hasNextPage: false });
    expect(codeOf(await stage.ask('{ alerts(after: "nonsense") { nodes { id } } }'))).toBe('INVALID_CURSOR');
    expect(codeOf(await stage.ask('{ alerts(first: 101) { nodes { id } } }'))).toBe('INVALID_PAGE_SIZE');
  });

  it('are found by node(id), and so are their deliveries', async () => {
    const { data } =
      await stage.ask(`{ a: node(id: "alr_4") { ... on Alert { id kind } } d: node(id: "ald_4") { ... on AlertDelivery { id event } }
      none: node(id: "alr_99") { id } }`);
    expect(data).toEqual({
      a: { id: 'alr_4', kind: 'INVENTORY_UNAVAILABLE' },
      d: { id: 'ald_4', event: 'RAISED' },
      none: null,
    });
  });
});

describe('alertAcknowledge', () => {
  const acknowledge = async (input: object) => {
    const { data } = await stage.ask(
      `mutation ($input: AlertAcknowledgeInput!) {
        alertAcknowledge(input: $input) { alert { id state version acknowledgedAt } userErrors { code field message } }
      }`,
      { input },
    );
    return data.alertAcknowledge;
  };

  it('says that somebody looks after it, once, and tells nobody', async () => {
    const { alert, userErrors } = await acknowledge({ alertId: 'alr_1', expectedVersion: 1 });
    expect([alert, userErrors]).toEqual([
      { id: 'alr_1', state: 'ACKNOWLEDGED', version: 2, acknowledgedAt: expect.any(String) },
      [],
    ]);
    expect(await acknowledge({ alertId: 'alr_1' })).toEqual({ alert, userErrors: [] });
    expect(await rows('select from alert_deliveries')).toHaveLength(6);
    await raise('SHOP_BLOCKED', 'shop:1', '1');
    expect((await acknowledge({ alertId: 'alr_1' })).alert).toEqual(alert);
  });

  it.each([
    [
      'a version that is not the current one',
      { alertId: 'alr_1', expectedVersion: 7 },
      'alr_1',
      'STALE_VERSION',
      'expectedVersion',
    ],
    ['a resolved alert', { alertId: 'alr_2' }, 'alr_2', 'ALERT_ALREADY_RESOLVED', 'alertId'],
    ['an unknown id', { alertId: 'alr_99' }, null, 'ALERT_NOT_FOUND', 'alertId'],
    ['an id of something else', { alertId: 'shop_1' }, null, 'ALERT_NOT_FOUND', 'alertId'],
    ['what is no id', { alertId: 'alr_1_2' }, null, 'ALERT_NOT_FOUND', 'alertId'],
  ])('refuses %s', async (_, input, id, code, field) => {
    const before = await rows('select id, state, version from alerts order by id');
    const { alert, userErrors } = await acknowledge(input);
    expect(alert?.id ?? null).toBe(id);
    expect(userErrors).toEqual([{ code, field: ['input', field], message: expect.stringMatching(/^.+\.$/) }]);
    expect(await rows('select id, state, version from alerts order by id')).toEqual(before);
  });
});

describe('deliveries', () => {
  const fail = () =>
    rows(
      `update alert_deliveries set state = 'FAILED', attempts = 10, last_status = 500, last_error = 'the webhook answered 500' where id in (2, 4)`,
    );
  const retry = async (deliveryId: string) => {
    const { data } = await stage.ask(
      `mutation ($deliveryId: ID!) {
        alertDeliveryRetry(input: { deliveryId: $deliveryId }) { delivery { id state attempts eventId lastError } userErrors { code field } }
      }`,
      { deliveryId },
    );
    return data.alertDeliveryRetry;
  };

  it('that were given up are listed, and sent again', async () => {
    await fail();
    const query = `{ alertDeliveries(where: { states: [FAILED] }) { totalCount nodes { id attempts lastStatus lastError nextAttemptAt deliveredAt alert { id } } } }`;
    const failed = {
      attempts: 10,
      lastStatus: 500,
      lastError: 'the webhook answered 500',
      nextAttemptAt: null,
      deliveredAt: null,
    };
    expect((await stage.ask(query)).data.alertDeliveries).toEqual({
      totalCount: 2,
      nodes: [
        { id: 'ald_4', ...failed, alert: { id: 'alr_4' } },
        { id: 'ald_2', ...failed, alert: { id: 'alr_2' } },
      ],
    });
    const heard: string[] = [];
    const stop = await stage.db.listen('lading_alerts', (payload) => heard.push(payload));
    const [{ id: eventId } = {}] = await rows(`select event_id as id from alert_deliveries where id = 2`);
    const delivery = { id: 'ald_2', state: 'PENDING', attempts: 0, eventId, lastError: 'the webhook answered 500' };
    expect(await retry('ald_2')).toEqual({ delivery, userErrors: [] });
    await expect.poll(() => heard).toEqual(['']);
    await stop();
    expect((await stage.ask(query)).data.alertDeliveries.totalCount).toBe(1);
  });

  it('that are being sent are not sent by another one because somebody asks for it', async () => {
    await rows(`update alert_deliveries set attempts = 1, sending_until = now() + interval '1 minute' where id = 1`);
    expect((await retry('ald_1')).delivery).toMatchObject({ state: 'PENDING', attempts: 1 });
    expect(await rows('select from alert_deliveries where id = 1 and sending_until > now()')).toHaveLength(1);
  });

  it('that were delivered can be sent again', async () => {
    await rows(`update alert_deliveries set state = 'DELIVERED', delivered_at = now(), attempts = 3 where id = 1`);
    expect((await retry('ald_1')).delivery).toMatchObject({ state: 'PENDING', attempts: 0 });
  });

  it.each(['ald_99', 'alr_1', 'x'])('that are not there are named: %s', async (id) => {
    expect(await retry(id)).toEqual({
      delivery: null,
      userErrors: [{ code: 'ALERT_DELIVERY_NOT_FOUND', field: ['input', 'deliveryId'] }],
    });
  });
});
