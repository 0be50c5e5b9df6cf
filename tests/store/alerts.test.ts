import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewAlert } from '../../src/commerce/alert.js';
import { claimDeliveries, forgetOldAlerts } from '../../src/store/alert-deliveries.js';
import { raiseAlert, raiseAlerts, resolveAlert } from '../../src/store/alerts.js';
import { removeShop } from '../../src/store/shops.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { newShop } from '../sync/shop.js';

let fresh: Fresh;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  await rows('truncate shops, alerts, alert_deliveries restart identity cascade');
});

const rows = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  fresh.db.run<Row>({ text, values });
const oversell = (sku: string, more: Partial<NewAlert> = {}): NewAlert => ({
  ...{ kind: 'OVERSELL', subject: `sku:${sku}`, severity: 'CRITICAL', message: `One ${sku} too many was sold.` },
  ...{ facts: { sku, short: 1 } },
  ...more,
});
const states = async () =>
  (await rows<{ line: string }>(`select concat_ws(' ', subject, state, version) as line from alerts order by id`)).map(
    ({ line }) => line,
  );
const events = async () =>
  (
    await rows<{ line: string }>(
      `select concat_ws(' ', payload->'data'->>'subject', event) as line from alert_deliveries order by id`,
    )
  ).map(({ line }) => line);

describe('an alert', () => {
  it('is raised once, refreshed by raising it again, resolved, and comes back as another one', async () => {
    await raiseAlert(fresh.db, oversell('A'));
    await rows(
      `update alerts set raised_at = raised_at - interval '1 hour', last_seen_at = last_seen_at - interval '1 hour'`,
    );
    await raiseAlert(fresh.db, oversell('A', { severity: 'WARNING', message: 'two', facts: { short: 2 } }));
    expect(
      await rows(`select state, severity, message, facts, last_seen_at - raised_at as stood, version from alerts`),
    ).toMatchObject([
      { state: 'OPEN', severity: 'WARNING', message: 'two', facts: { short: 2 }, stood: { hours: 1 }, version: 1 },
    ]);
    expect(await events()).toEqual(['sku:A RAISED']);

    await resolveAlert(fresh.db, { kind: 'OVERSELL', subject: 'sku:A' });
    await resolveAlert(fresh.db, { kind: 'OVERSELL', subject: 'sku:A' });
    await resolveAlert(fresh.db, { kind: 'OVERSELL', subject: 'sku:never raised' });
    expect(await states()).toEqual(['sku:A RESOLVED 2']);
    await raiseAlert(fresh.db, oversell('A'));
    expect(await states()).toEqual(['sku:A RESOLVED 2', 'sku:A OPEN 1']);
    expect(await events()).toEqual(['sku:A RAISED', 'sku:A RESOLVED', 'sku:A RAISED']);
  });

  it('stays acknowledged when it is raised again', async () => {
    await raiseAlert(fresh.db, oversell('A'));
    await rows(`update alerts set state = 'ACKNOWLEDGED', version = 2`);
    await raiseAlert(fresh.db, oversell('A'));
    expect(await states()).toEqual(['sku:A ACKNOWLEDGED 2']);
  });

  it('is one for each kind and subject, also when many raise it at the same moment', async () => {
    const all = Array.from({ length: 20 }, (_, at) => raiseAlert(fresh.db, oversell(at % 2 ? 'A' : 'B')));
    await Promise.all([...all, raiseAlert(fresh.db, oversell('A', { kind: 'INVENTORY_UNAVAILABLE' }))]);
    expect((await states()).sort()).toEqual(['sku:A OPEN 1', 'sku:A OPEN 1', 'sku:B OPEN 1']);
    expect((await events()).sort()).toEqual(['sku:A RAISED', 'sku:A RAISED', 'sku:B RAISED']);
  });

  it('is written with the transaction that raises it, or not at all, and heard of with its commit', async () => {
    const heard: string[] = [];
    const stop = await fresh.db.listen('lading_alerts', (payload) => heard.push(payload));
    const undone = fresh.db.transaction(async (tx) => {
      await raiseAlert(tx, oversell('A'));
      throw new Error('changed our mind');
    });
    await expect(undone).rejects.toThrow('changed our mind');
    expect([await states(), await events()]).toEqual([[], []]);
    await fresh.db.transaction((tx) => raiseAlerts(tx, [oversell('A'), oversell('B'), oversell('A')]));
    await expect.poll(() => heard).toEqual(['']);
    expect(await states()).toEqual(['sku:A OPEN 1', 'sku:B OPEN 1']);
    await stop();
  });

  it('is told with all that a receiver needs', async () => {
    const shopId = await newShop(fresh.db);
    const facts = { reason: 'it "broke"', units: 3, at: null };
    await raiseAlert(fresh.db, {
      kind: 'SHOP_BLOCKED',
      subject: `shop:${shopId}`,
      shopId,
      severity: 'CRITICAL',
      message: 'ä',
      facts,
    });
    await resolveAlert(fresh.db, { kind: 'SHOP_BLOCKED', subject: `shop:${shopId}` });
    const told = await rows<{ payload: object; event_id: string }>(
      'select payload, event_id from alert_deliveries order by id',
    );
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const data = {
      ...{
        id: 'alr_1',
        kind: 'SHOP_BLOCKED',
        subject: 'shop:1',
        severity: 'CRITICAL',
        message: 'ä',
        facts,
        raisedAt: at,
      },
      shop: { id: 'shop_1', name: 'Shop of tests', marketplace: 'OTTO' },
    };
    expect(told.map(({ payload }) => payload)).toEqual([
      { type: 'alert.raised', timestamp: at, data: { ...data, state: 'OPEN', resolvedAt: null } },
      { type: 'alert.resolved', timestamp: at, data: { ...data, state: 'RESOLVED', resolvedAt: at } },
    ]);
    expect(new Set(told.map(({ event_id }) => event_id)).size).toBe(2);
  });

  it('goes with its shop, and that it is over is still told', async () => {
    const [gone, kept] = [await newShop(fresh.db, { account: 'gone' }), await newShop(fresh.db, { account: 'kept' })];
    for (const shopId of [gone, kept]) {
      await raiseAlert(fresh.db, oversell('A', { kind: 'SHOP_BLOCKED', subject: `shop:${shopId}`, shopId }));
    }
    await fresh.db.transaction((tx) => removeShop(tx, gone));
    expect(await states()).toEqual(['shop:2 OPEN 1']);
    expect(await rows('select alert_id, event, state from alert_deliveries order by id')).toEqual([
      { alert_id: null, event: 'RAISED', state: 'PENDING' },
      { alert_id: '2', event: 'RAISED', state: 'PENDING' },
      { alert_id: null, event: 'RESOLVED', state: 'PENDING' },
    ]);
    // still in its order, and no other alert waits for it
    expect((await claimDeliveries(fresh.db, 10, 60_000)).map(({ id }) => id).sort()).toEqual(['1', '2']);
  });
});

describe('what is kept', () => {
  it('has a bound: old resolved alerts, old deliveries, and news that nobody was there to send', async () => {
    for (const sku of ['A', 'B', 'C']) await raiseAlert(fresh.db, oversell(sku));
    await resolveAlert(fresh.db, oversell('A'));
    await resolveAlert(fresh.db, oversell('B'));
    await rows(`update alerts set resolved_at = resolved_at - interval '366 days' where subject = 'sku:A'`);
    const age = (id: number, set: string) => rows(`update alert_deliveries set ${set} where id = $1`, [id]);
    const days = (count: number) => `now() - interval '${count} days'`;
    await age(1, `state = 'DELIVERED', queued_at = ${days(40)}, delivered_at = ${days(31)}`);
    await age(2, `state = 'DELIVERED', queued_at = ${days(40)}, delivered_at = ${days(29)}`);
    await age(3, `queued_at = ${days(2)}`);
    await age(4, `queued_at = ${days(2)}, attempts = 1`);
    await forgetOldAlerts(fresh.db);
    expect(await states()).toEqual(['sku:B RESOLVED 2', 'sku:C OPEN 1']);
    expect(await rows('select id from alert_deliveries order by id')).toEqual([{ id: '2' }, { id: '4' }, { id: '5' }]);
  });

  it('keeps news that waits for an earlier one, which is still tried', async () => {
    await raiseAlert(fresh.db, oversell('A'));
    await resolveAlert(fresh.db, oversell('A'));
    await rows(
      `update alert_deliveries set queued_at = now() - interval '2 days', attempts = case id when 1 then 7 else 0 end`,
    );
    await forgetOldAlerts(fresh.db);
    expect(await rows('select id from alert_deliveries order by id')).toEqual([{ id: '1' }, { id: '2' }]);
    // by hand, which begins its tries again
    await rows(`update alert_deliveries set queued_at = now(), attempts = 0 where id = 1`);
    await forgetOldAlerts(fresh.db);
    expect(await rows('select id from alert_deliveries order by id')).toEqual([{ id: '1' }, { id: '2' }]);
  });
});
