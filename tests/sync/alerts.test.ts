// What is wrong with shops and their streams becomes an alert, and is over by itself.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/commerce/marketplace.js';
import { writePage } from '../../src/store/pages.js';
import { refuseShop } from '../../src/store/refusals.js';
import { pauseShop, replaceCredentials, resumeShop } from '../../src/store/shops.js';
import { raiseByHealth } from '../../src/sync/health.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { addShop, pageOf } from '../store/shop.js';
import { type Market, openMarket } from './market.js';
import { newShop, vault } from './shop.js';

let fresh: Fresh;
let market: Market;
beforeAll(async () => {
  fresh = await freshDatabase();
  market = await openMarket();
});
afterAll(async () => {
  await market?.close();
  await fresh?.close();
});
beforeEach(async () => {
  await rows('truncate shops, alerts, alert_deliveries restart identity cascade');
});

const rows = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  fresh.db.run<Row>({ text, values });
const alerts = async () =>
  (await rows<{ line: string }>(`select concat_ws(' ', kind, subject, state) as line from alerts order by id`)).map(
    ({ line }) => line,
  );
const told = async () =>
  (await rows<{ line: string }>(`select event as line from alert_deliveries order by id`)).map(({ line }) => line);
/** A look, as the engine takes one every minute. */
const look = (unreachable: readonly string[] = []) => {
  // 48 hours: long enough for a stream to be late, at risk and lost
  const streams = market.marketplace.streams.map((one) => ({ ...one, windowMs: 48 * 3_600_000 })) as never;
  const marketplaces = [{ ...market.marketplace, streams }];
  return raiseByHealth({ db: fresh.db, marketplaces, canWork: ({ id }) => !unreachable.includes(id) });
};
const stream = (hoursAgo: number, dueHoursAgo: number, more = '') =>
  rows(
    `update streams set last_success_at = now() - $1 * interval '1 hour', due_at = now() - $2 * interval '1 hour' ${more}`,
    [hoursAgo, dueHoursAgo],
  );

describe('a shop', () => {
  const refuse = (shopId: string, code: 'CREDENTIALS_REFUSED' | 'BLOCKED', version = 1) =>
    refuseShop(fresh.db, { shopId, epoch: '0' }, { runId: null, version, code, reason: 'no such client' });
  const sealed = () =>
    vault.seal({ marketplace: 'OTTO', sandbox: true, account: 'tests' }, { clientId: 'tests', clientSecret: 'new' });

  it('whose credentials are refused needs new ones until it has them, paused or not', async () => {
    const shopId = await newShop(fresh.db);
    await refuse(shopId, 'CREDENTIALS_REFUSED');
    const alert = 'SHOP_NEEDS_CREDENTIALS shop:1';
    expect(await alerts()).toEqual([`${alert} OPEN`]);
    const [{ message, severity } = {}] = await rows('select message, severity from alerts');
    expect([message, severity]).toEqual([expect.stringContaining('no such client'), 'CRITICAL']);
    await look();
    await fresh.db.transaction((tx) => pauseShop(tx, shopId));
    await look();
    await fresh.db.transaction((tx) => resumeShop(tx, shopId));
    await look();
    expect([await alerts(), await told()]).toEqual([[`${alert} OPEN`], ['RAISED']]);
    await fresh.db.transaction((tx) => replaceCredentials(tx, shopId, sealed()));
    expect([await alerts(), await told()]).toEqual([[`${alert} RESOLVED`], ['RAISED', 'RESOLVED']]);
    await look();
    await refuse(shopId, 'CREDENTIALS_REFUSED', 4);
    expect(await alerts()).toEqual([`${alert} RESOLVED`, `${alert} OPEN`]);
  });

  it('that is shut out is blocked until somebody resumes it', async () => {
    const shopId = await newShop(fresh.db);
    await refuse(shopId, 'BLOCKED');
    await look();
    expect(await alerts()).toEqual(['SHOP_BLOCKED shop:1 OPEN']);
    await fresh.db.transaction((tx) => resumeShop(tx, shopId));
    expect([await alerts(), await told()]).toEqual([['SHOP_BLOCKED shop:1 RESOLVED'], ['RAISED', 'RESOLVED']]);
  });

  it('that was changed meanwhile is not refused, and raises nothing', async () => {
    expect(await refuse(await newShop(fresh.db), 'CREDENTIALS_REFUSED', 7)).toBe(false);
    expect(await alerts()).toEqual([]);
  });

  it('that stood still before there were alerts is found by the next look, and its end by another', async () => {
    await newShop(fresh.db);
    await rows(`update shops set status = 'NEEDS_CREDENTIALS', status_reason = 'wrong secret'`);
    await look();
    expect(await alerts()).toEqual(['SHOP_NEEDS_CREDENTIALS shop:1 OPEN']);
    await rows(`update shops set status = 'ACTIVE', status_reason = null`);
    await look();
    expect(await alerts()).toEqual(['SHOP_NEEDS_CREDENTIALS shop:1 RESOLVED']);
  });
});

describe('a stream', () => {
  const late = 'STREAM_LATE stream:1:ORDERS';
  const risk = 'DATA_AT_RISK stream:1:ORDERS';
  const lost = 'DATA_LOST stream:1:ORDERS';

  it('raises nothing while it is read in time', async () => {
    await newShop(fresh.db);
    await look();
    await stream(1.5, 0.5);
    await look();
    expect([await alerts(), await told()]).toEqual([[], []]);
  });

  it('is late, then at risk, then lost, and all but the loss is over when it is read again', async () => {
    await newShop(fresh.db);
    await stream(3, 2);
    await look();
    await look();
    expect([await alerts(), await told()]).toEqual([[`${late} OPEN`], ['RAISED']]);
    await stream(30, 29);
    await look();
    expect(await alerts()).toEqual([`${late} OPEN`, `${risk} OPEN`]);
    await stream(50, 49);
    await look();
    expect(await alerts()).toEqual([`${late} OPEN`, `${risk} OPEN`, `${lost} OPEN`]);
    await stream(0, -1);
    await look();
    expect(await alerts()).toEqual([`${late} RESOLVED`, `${risk} RESOLVED`, `${lost} OPEN`]);
    // a loss has no end: it waits for somebody to know of it
    await rows(`update alerts set state = 'ACKNOWLEDGED', acknowledged_at = now() where kind = 'DATA_LOST'`);
    await stream(50, 49);
    await look();
    expect((await alerts())[2]).toBe(`${lost} ACKNOWLEDGED`);
    await stream(0, -1);
    await look();
    expect((await alerts())[2]).toBe(`${lost} RESOLVED`);
    await stream(3, 2);
    await look();
    expect((await alerts()).at(-1)).toBe(`${late} OPEN`);
  });

  it('that fails is late after two periods, not at its first failure', async () => {
    await newShop(fresh.db);
    await stream(1.5, -0.1, `, failures = 3, last_error = 'GET /orders answered 500'`);
    await look();
    expect(await alerts()).toEqual([]);
    await stream(3, -0.1);
    await look();
    expect(await alerts()).toEqual([`${late} OPEN`]);
    const [{ message, facts } = {}] = await rows('select message, facts from alerts');
    expect(message).toMatch(/^ORDERS was not read to its end since \d{4}-.+Z: GET \/orders answered 500\.$/);
    expect(facts).toMatchObject({ stream: 'ORDERS', lastError: 'GET /orders answered 500' });
  });

  it.each([
    [
      'whose shop is at work on it',
      `insert into sync_runs (shop_id, mode, trigger, status) values (1, 'FULL', 'SCHEDULE', 'RUNNING')`,
    ],
    ['of a paused shop', `update shops set status = 'PAUSED'`],
    ['that is switched off', 'update streams set enabled = false'],
  ])('%s is not late, and no longer', async (_, change) => {
    await newShop(fresh.db);
    await stream(3, 2);
    await look();
    await rows(change);
    if (change.startsWith('insert')) {
      await rows(`insert into stream_runs (run_id, stream, status) select id, 'ORDERS', 'RUNNING' from sync_runs`);
      await look();
      // nobody holds the shop: a run that is open but not worked is no excuse
      expect(await alerts()).toEqual([`${late} OPEN`]);
      await rows(`update shops set leased_until = now() - interval '1 minute'`);
    }
    await look();
    expect(await alerts()).toEqual([`${late} RESOLVED`]);
  });

  it('of a shop that this process cannot reach is left to others', async () => {
    await newShop(fresh.db);
    await stream(3, 2);
    await look(['1']);
    expect(await alerts()).toEqual([]);
    await look();
    await stream(0, -1);
    await look(['1']);
    expect(await alerts()).toEqual([`${late} OPEN`]);
  });

  it('whose page tells of a loss raises it in the transaction of the page', async () => {
    const shop = await addShop(fresh.db);
    const span = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T00:00:00Z') };
    await writePage(fresh.db, pageOf(shop, [], { stream: 'SHIPMENTS' satisfies StreamName, lost: span }));
    expect(await alerts()).toEqual(['DATA_LOST stream:1:SHIPMENTS OPEN']);
    expect(await rows('select facts from alerts')).toEqual([
      { facts: { stream: 'SHIPMENTS', from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' } },
    ]);
    await look();
    expect(await alerts()).toEqual(['DATA_LOST stream:1:SHIPMENTS OPEN']);
  });

  it('is looked at by several processes at once as by one', async () => {
    await newShop(fresh.db, { streams: ['ORDERS', 'SHIPMENTS'] });
    await stream(3, 2);
    await Promise.all(Array.from({ length: 4 }, () => look()));
    expect((await alerts()).sort()).toEqual([`${late} OPEN`, 'STREAM_LATE stream:1:SHIPMENTS OPEN']);
    expect(await told()).toEqual(['RAISED', 'RAISED']);
  });
});
