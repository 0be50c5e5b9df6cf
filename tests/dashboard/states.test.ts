// What the dashboard says where there is nothing, something is wrong, or somebody must act.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { createLog } from '../../src/log.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { createServer } from '../../src/server.js';
import { writePage } from '../../src/store/pages.js';
import { openStage, type Stage } from '../server/stage.js';
import { addShop, line, mapped, order, pageOf } from '../store/shop.js';
import { faults, figure, hasBrowser, launch, open, settled } from './browser.js';

describe.skipIf(!hasBrowser)('the dashboard in Chromium (/usr/bin/chromium), where', () => {
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([openStage(), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('nothing is stored, says how to begin', async () => {
    // of direct orders nothing is read: its shop is there from the beginning
    await stage.db.run({
      text: `insert into shops (id, marketplace, name, account_digest, credentials, credentials_key_id)
        overriding system value values (1000, 'DIRECT', 'Direct orders', '', '', '')`,
    });
    const { page, trouble } = await open(browser, stage.server.url);
    await page.getByRole('heading', { name: 'Add your first shop' }).waitFor();
    expect(await page.getByRole('main').innerText()).toContain('shopAdd(input:');
    expect(await page.locator('canvas').count()).toBe(0);
    expect(await faults(page)).toEqual([]);
    expect(trouble).toEqual([]);

    // the page notices the first shop and the first order by itself, as soon as it is looked at again
    const shop = await addShop(stage.db);
    const show = () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await show();
    await page.getByRole('heading', { name: 'No order yet' }).waitFor();
    await page.getByRole('heading', { name: 'Sync health' }).waitFor();
    expect(await page.locator('canvas').count()).toBe(0);
    await writePage(stage.db, pageOf(shop, [mapped(order({ orderedAt: new Date('2025-05-01T10:00:00Z') }))]));
    await show();
    await page.getByRole('button', { name: 'Show the 90 days up to it' }).click();
    await expect.poll(() => figure(page, 'Orders')).toBe('1');
    expect(page.url()).toContain('to=2025-05-01');
    expect(trouble).toEqual([]);
    await page.close();
    await stage.db.run({ text: `delete from shops where id = 1000` });
  });

  it('two currencies were sold in, shows one at a time and sums none', async () => {
    const shop = await addShop(stage.db);
    const sold = (externalId: string, currency: string, unitPriceMinor: number, units: number) =>
      mapped(
        order({
          ...{ externalId, currency, orderedAt: new Date('2025-06-10T10:00:00Z') },
          lines: [
            line({
              ...{ sku: `SKU-${currency}`, unitPriceMinor },
              quantity: { ordered: units, shipped: 0, cancelled: 0, returned: 0, pending: 0 },
            }),
          ],
        }),
      );
    await writePage(stage.db, pageOf(shop, [sold('c-1', 'EUR', 1050, 3), sold('c-2', 'PLN', 99_999, 2)]));
    const { page, trouble } = await open(browser, `${stage.server.url}/?from=2025-06-01&to=2025-06-30`);
    await settled(page);
    expect(await figure(page, 'Gross revenue, EUR')).toBe('€31.50');
    expect(await figure(page, 'Units sold')).toBe('5');
    await page.getByRole('button', { name: 'PLN' }).click();
    expect(await figure(page, 'Gross revenue, PLN')).toBe('PLN 1,999.98'.replace(' ', '\u00a0'));
    expect(page.url()).toContain('currency=PLN');
    const products = await page.locator('#products tbody tr').allInnerTexts();
    expect(products.join()).toMatch(/€31\.50.*PLN\s1,999\.98/s);
    // the units beside an amount are those that it was made with
    expect(await page.locator('#sales .readout').innerText()).toMatch(/PLN\s1,999\.98 · 2 units/);
    expect(await page.locator('.figure', { hasText: 'Units sold' }).innerText()).toContain('all currencies');
    await page.getByText('Show as a table').click();
    const day = await page.locator('#sales tbody tr', { hasText: '10 Jun 2025' }).innerText();
    expect(day).toMatch(/PLN\s1,999\.98\s+2$/);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('a run writes orders, follows with its figures', async () => {
    const shop = await addShop(stage.db);
    const { page, trouble } = await open(browser, `${stage.server.url}/?from=2025-07-01&to=2025-07-31`);
    await settled(page);
    expect(await figure(page, 'Orders')).toBe('0');
    const sold = (externalId: string) => mapped(order({ externalId, orderedAt: new Date('2025-07-10T10:00:00Z') }));
    await writePage(stage.db, pageOf(shop, [sold('r-1'), sold('r-2')]));
    await stage.db.run({ text: `select pg_notify('lading_progress', $1)`, values: [shop.runId] });
    // sooner than by asking every half a minute
    await expect.poll(() => figure(page, 'Orders'), { timeout: 15_000 }).toBe('2');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('records were rejected, tells why and tries them again', async () => {
    await stage.db.run({
      text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
        select id, 'ORDERS', 'broken-' || id, 'k', 'currency <b>is</b> missing', '{}', 1 from shops`,
    });
    const { page, trouble } = await open(browser, stage.server.url);
    await settled(page);
    const reject = page.locator('#rejects li', { hasText: 'broken-1' });
    expect(await reject.innerText()).toContain('currency <b>is</b> missing');
    await page.getByRole('button', { name: 'Retry broken-1' }).click();
    await expect.poll(() => page.locator('.notices').innerText()).toContain('1 record will be read again');
    await expect.poll(() => reject.innerText()).toContain('is tried again');
    const { data } = await stage.ask('{ rejects { nodes { externalId retryRequestedAt } } }');
    const asked = data.rejects.nodes.filter((one: { retryRequestedAt: string | null }) => one.retryRequestedAt);
    expect(asked.map((one: { externalId: string }) => one.externalId)).toEqual(['broken-1']);
    expect(await faults(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('a shop fails, says so first, and what was refused is told', async () => {
    await stage.db.run({
      text: `with ended as (update sync_runs set status = 'SUCCEEDED', finished_at = now()), broken as (update shops set status = 'PAUSED', status_reason = 'The account is closed.'
          where id = (select max(id) from shops) returning id)
        update streams set last_error = 'no answer in 30 s', failures = 3 where shop_id = 1 and name = 'ORDERS'`,
    });
    const { page } = await open(browser, stage.server.url);
    await settled(page);
    const [first] = await page.locator('.shop').allInnerTexts();
    expect(first).toContain('fails');
    expect(first).toContain('3 failures: no answer in 30 s');
    expect(await page.locator('.shop', { hasText: 'The account is closed.' }).innerText()).toContain('paused');
    // paused by somebody else while the page was open
    await stage.db.run({ text: `update shops set status = 'NEEDS_CREDENTIALS' where id = 1` });
    const refused = page.locator('.shop', { hasText: 'needs credentials' });
    await page
      .locator('.shop')
      .first()
      .getByRole('button', { name: /^Sync now/ })
      .click();
    await expect.poll(() => page.locator('.notices').innerText()).toContain('credentials');
    // of what is not read nothing is late
    await expect
      .poll(() => refused.locator('.streams .badge').allInnerTexts())
      .toEqual(['fails', 'stopped', 'stopped']);
    await stage.db.run({ text: `update shops set status = 'ACTIVE', status_reason = null` });
    await page.close();
  });

  it('something needs somebody, tells what and takes note that somebody looks after it', async () => {
    await stage.db.run({
      text: `insert into alerts (kind, subject, shop_id, severity, message, facts)
        values ('SHOP_BLOCKED', 'shop:1', 1, 'CRITICAL', 'The marketplace shuts the shop out.', '{}'),
          ('STREAM_LATE', 'stream:1:ORDERS', 1, 'WARNING', 'Orders are overdue.', '{}')`,
    });
    const { page, trouble } = await open(browser, stage.server.url);
    await settled(page);
    expect(await figure(page, 'Open alerts')).toBe('2');
    const alerts = page.locator('#alerts li');
    expect(await alerts.first().innerText()).toMatch(/Shop blocked.*critical.*The marketplace shuts the shop out\./s);
    expect(await faults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Acknowledge: Shop blocked, test' }).click();
    await expect.poll(() => figure(page, 'Open alerts')).toBe('1');
    expect(await alerts.last().innerText()).toMatch(/Shop blocked.*acknowledged/s);
    const { data } = await stage.ask('{ alerts(where: { states: [ACKNOWLEDGED] }) { nodes { kind } } }');
    expect(data.alerts.nodes).toEqual([{ kind: 'SHOP_BLOCKED' }]);
    // the button has gone, the keyboard is where it was
    expect(await page.evaluate('document.activeElement.innerText')).toMatch(/^Shop blocked/);
    expect(await page.evaluate(`document.activeElement.closest('#alerts li') !== null`)).toBe(true);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('more needs somebody than is listed, counts all and shows the grave first', async () => {
    await stage.db.run({
      text: `insert into alerts (kind, subject, shop_id, severity, message, facts, raised_at)
        select 'STREAM_LATE', 'many:' || n, 1, case n when 1 then 'CRITICAL' else 'WARNING' end, 'No. ' || n, '{}',
          now() - interval '1 day' + n * interval '1 minute' from generate_series(1, 60) n`,
    });
    const { data } = await stage.ask(
      '{ open: alerts(where: { states: [OPEN] }) { totalCount } grave: alerts(where: { severities: [CRITICAL] }) { nodes { message } } }',
    );
    expect(data.grave.nodes).toContainEqual({ message: 'No. 1' });
    const { page, trouble } = await open(browser, stage.server.url);
    await settled(page);
    expect(await figure(page, 'Open alerts')).toBe(String(data.open.totalCount));
    expect(await page.locator('#alerts li').first().innerText()).toContain('No. 1');
    expect(trouble).toEqual([]);
    await page.close();
    await stage.db.run({ text: `delete from alerts where subject like 'many:%'` });
  });

  it('more was rejected than is listed, tries what it says', async () => {
    await stage.db.run({
      text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
        select 1, 'RETURNS', 'many-' || n, 'many-' || n, 'broken', '{}', 1 from generate_series(1, 60) n`,
    });
    const waiting = async () =>
      (
        await stage.db.run<{ count: string }>({
          text: `select count(*) from rejects where shop_id = 1 and retry_requested_at is not null`,
        })
      )[0]?.count;
    const { page } = await open(browser, stage.server.url);
    await settled(page);
    const shown = await page.locator('#rejects li').count();
    await page.getByRole('button', { name: `Retry the ${shown} rejects that are shown` }).waitFor();
    expect(await page.locator('#rejects .panel-head button').innerText()).toBe(`Retry these ${shown}`);
    await page.goto(`${stage.server.url}/?shop=shop_1`);
    await settled(page);
    await page.getByRole('button', { name: /^Retry all 6\d rejects$/ }).click();
    await expect.poll(() => page.locator('.notices').innerText()).toMatch(/6\d records will be read again/);
    expect(Number(await waiting())).toBeGreaterThanOrEqual(60);
    await page.close();
    await stage.db.run({ text: `delete from rejects where external_id like 'many-%'` });
  });

  it('the address asks for what there is not, says so and lets it be taken back', async () => {
    const { page } = await open(browser, `${stage.server.url}/?country=XX&days=365`);
    await settled(page);
    const popular = page.locator('#popular');
    await expect.poll(() => popular.innerText()).toContain('Not a country of ISO 3166-1');
    expect(await popular.innerText()).not.toContain('$');
    await page.getByLabel('Country of the popular SKUs').selectOption('');
    await expect.poll(() => popular.locator('[role=alert]').count()).toBe(0);
    await page.goto(`${stage.server.url}/?shop=shop_99999&marketplace=EBAY`);
    await expect
      .poll(() => page.locator('.notices').innerText())
      .toContain('There is no such shop, and no such marketplace');
    await settled(page);
    expect(await page.locator('.refusal').count()).toBe(0);
    expect(new URL(page.url()).search).toBe('');
    await page.close();
  });

  it('names and figures are long, keeps its shape', async () => {
    const shop = await addShop(stage.db);
    const [name, sku] = ['Merchant'.repeat(20), 'SKU-LONG-'.repeat(20)];
    await stage.db.run({ text: 'update shops set name = $1 where id = $2', values: [name, shop.shop.id] });
    await stage.db.run({
      text: `update sync_runs set status = 'SUCCEEDED', finished_at = now() where finished_at is null`,
    });
    const quantity = { ordered: 1234, shipped: 0, cancelled: 0, returned: 0, pending: 0 };
    const sold = order({
      ...{ externalId: 'long-1', orderedAt: new Date('2025-08-10T10:00:00Z') },
      lines: [line({ sku, unitPriceMinor: 123_456_789, quantity })],
    });
    await writePage(stage.db, pageOf(shop, [mapped(sold)]));
    await stage.db.run({
      text: `insert into alerts (kind, subject, shop_id, severity, message, facts)
        values ('SHOP_BLOCKED', 'long', $1, 'WARNING', $2, '{}')`,
      values: [shop.shop.id, name],
    });
    for (const width of [1400, 360]) {
      const { page, trouble } = await open(
        browser,
        `${stage.server.url}/?from=2025-08-01&to=2025-08-31&shop=shop_${shop.shop.id}`,
        {
          ...{ viewport: { width, height: 900 }, locale: 'de-DE' },
        },
      );
      await settled(page);
      expect(await page.evaluate('document.documentElement.scrollWidth'), String(width)).toBe(width);
      const wide = await page.evaluate(`[...document.querySelectorAll('.panel')].filter((panel) =>
        [...panel.querySelectorAll('code, h3, strong, .aside, button')].some((one) => one.checkVisibility()
          && one.getBoundingClientRect().right > panel.getBoundingClientRect().right)).map(({ id }) => id)`);
      expect(wide, String(width)).toEqual([]);
      const [units, code] =
        (await page.evaluate(`[document.querySelector('.lines .number [aria-hidden]'), document.querySelector('.lines code')]
        .map((one) => { const range = document.createRange(); range.selectNodeContents(one); const { left, right } = range.getBoundingClientRect(); return { left, right }; })`)) as {
          left: number;
          right: number;
        }[];
      expect(units?.right).toBeLessThanOrEqual(code?.left ?? 0);
      // the figures of the axis: as wide as the widest
      const [axis, text] = (await page.evaluate(`(() => {
        const { font } = getComputedStyle(document.querySelector('.chart'));
        const context = document.createElement('canvas').getContext('2d');
        context.font = '12px ' + getComputedStyle(document.querySelector('.chart')).fontFamily;
        return [document.querySelector('.u-over').offsetLeft, context.measureText('1,52 Mrd. €').width];
      })()`)) as number[];
      expect(axis).toBeGreaterThan(text as number);
      expect(trouble).toEqual([]);
      await page.close();
    }
  });

  it('nobody looks, asks for nothing', async () => {
    const { page, asked } = await open(browser, stage.server.url);
    await settled(page);
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const closed = page.waitForEvent('requestfailed').catch(() => {});
    await hide(true);
    await closed;
    await expect.poll(() => page.locator('.state').innerText()).toContain('Not live');
    asked.length = 0;
    await stage.db.run({ text: `select pg_notify('lading_progress', (select max(id) from sync_runs)::text)` });
    await page.waitForTimeout(3_000);
    expect(asked).toEqual([]);
    await hide(false);
    await expect.poll(() => asked.length).toBe(8);
    await page.close();
  });

  it('the server has gone, says so, and goes on when it is back', async () => {
    const options = {
      ...{ db: stage.db, vault: stage.vault, marketplaces, sandboxFor: () => false, host: '127.0.0.1', adminKey: null },
      graph: await createExecutableGraph({ marketplaces }),
      log: createLog({ level: 'error', format: 'json' }),
    };
    const server = await createServer({ ...options, port: 0 });
    const { page } = await open(browser, server.url);
    await settled(page);
    const before = await page.locator('#sync').innerText();
    await server.stop();
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByText('The server does not answer.').waitFor();
    // what was known stays
    expect(await page.locator('#sync').innerText()).toBe(before);
    const again = await createServer({ ...options, port: Number(new URL(server.url).port) });
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.poll(() => page.getByText('The server does not answer.').count(), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => page.locator('.state').innerText(), { timeout: 20_000 }).toContain('Live');
    await page.close();
    await again.stop();
  });
});

describe.skipIf(!hasBrowser)('the dashboard in Chromium (/usr/bin/chromium), of a server with a key', () => {
  const adminKey = 'the-right-key-of-this-server';
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([openStage({ adminKey }), launch()]);
    await addShop(stage.db);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('asks for the key once, refuses a wrong one, and forgets it with the tab', async () => {
    const { page } = await open(browser, stage.server.url);
    const key = page.getByLabel('Key', { exact: true });
    await key.waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain('Sync health');
    expect(await faults(page)).toEqual([]);
    await key.fill('a-wrong-key-of-this-server');
    await key.press('Enter');
    await page.getByText('This key is wrong').waitFor();
    await key.fill(adminKey);
    await key.press('Enter');
    await page.getByRole('heading', { name: 'Sync health' }).waitFor();
    const state = () => page.locator('.state').innerText();
    await expect.poll(state).toMatch(/^Live/);
    await page.reload();
    await page.getByRole('heading', { name: 'Sync health' }).waitFor();
    await expect.poll(state).toMatch(/^Live/);
    expect(await page.evaluate('[JSON.stringify(localStorage), location.href].join()')).not.toContain(adminKey);
    await page.close();
    const other = await open(browser, stage.server.url);
    await other.page.getByLabel('Key', { exact: true }).waitFor();
    await other.page.close();
  });
});
