// The dashboard over the demo: real syncs of the pretend marketplaces, a real browser.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer, temporaryFolder } from '../end-to-end/process.js';
import { faults, figure, hasBrowser, launch, open, settled } from './browser.js';

describe.skipIf(!hasBrowser)('the dashboard in Chromium (/usr/bin/chromium)', () => {
  let browser: Browser;
  let server: ServerProcess;
  /** The days that hold all orders of the demo, as the address has them. */
  let range: string;
  let orderedAt: { from: string; to: string };
  /** Shops that are read. */
  let shopCount = 1;

  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
  async function ask(query: string, variables: object = {}): Promise<any> {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: unknown; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ DATA_DIR: temporaryFolder() }), launch()]);
    const runs = '{ syncRuns { nodes { status } } shops(where: { sandbox: true }) { totalCount } }';
    for (let ended = 0; ended < shopCount; await new Promise((resolve) => setTimeout(resolve, 300))) {
      const { syncRuns, shops } = await ask(runs);
      shopCount = shops.totalCount;
      const { nodes } = syncRuns as { nodes: { status: string }[] };
      ended = nodes.filter(({ status }) => status === 'SUCCEEDED').length;
      expect(nodes.filter(({ status }) => status === 'FAILED')).toEqual([]);
    }
    const ends = await ask(`{ new: orders(first: 1) { nodes { orderedAt } }
      old: orders(first: 1, orderBy: { field: ORDERED_AT, direction: ASC }) { nodes { orderedAt } } }`);
    const [first, last] = [ends.old, ends.new].map(({ nodes }) => nodes[0].orderedAt.slice(0, 10));
    const to = new Date(Date.parse(last) + 86_400_000).toISOString().slice(0, 10);
    range = `from=${first}&to=${to}`;
    // the viewer's midnights lie one or two hours before those of UTC: no order was placed between them
    orderedAt = { from: `${first}T00:00:00Z`, to: `${to}T22:00:00Z` };
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end('SIGTERM');
  });

  const count = (value: number) => value.toLocaleString('en-GB');
  const money = ({ amount, currency }: { amount: string; currency: string }) =>
    new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(Number(amount));
  const picked = (page: Page, name: string) => page.getByRole('combobox', { name });
  const figurePart = (page: Page, name: string) =>
    page
      .locator('.figure', { has: page.getByRole('heading', { name }) })
      .locator('p.aside')
      .innerText();
  const rowsOf = (page: Page, panel: string) => page.locator(`#${panel} tbody tr`).allInnerTexts();

  it('shows the figures of the API, in few requests', async () => {
    const { page, trouble, asked } = await open(browser, `${server.url}/?${range}`);
    await settled(page);
    expect([...asked].sort()).toEqual([...Array.from({ length: 7 }, () => '/graphql'), '/graphql/stream']);
    const where = { orderedAt };
    const told = await ask(
      `query ($where: ProductSalesWhere) { basketSize(where: $where) { averageUnits orderCount }
        ready: orders(where: { fulfillmentStatuses: [READY] }) { totalCount }
        toPick: orders(where: { fulfillmentStatuses: [READY] }, orderBy: { field: ORDERED_AT, direction: ASC }, first: 1) {
          nodes { orderNumber lines { sku title quantity { open } } } }
        productSales(where: $where, first: 100) { totalCount nodes { sku title unitsSold grossRevenue { amount currency } } }
        popularSkus(where: $where, first: 10) { sku unitsSold }
        shipments(first: 20) { nodes { trackingNumber shippedAt } } }`,
      { where },
    );
    const { nodes, totalCount } = told.productSales;
    expect(nodes).toHaveLength(totalCount);
    type Row = (typeof nodes)[number];
    const units = nodes.reduce((sum: number, one: Row) => sum + one.unitsSold, 0);
    const inEuros = nodes.filter(({ grossRevenue }: Row) => grossRevenue.currency === 'EUR');
    const cents = inEuros.reduce((sum: number, one: Row) => sum + Math.round(Number(one.grossRevenue.amount) * 100), 0);
    expect(await figure(page, 'Units sold')).toBe(count(units));
    expect(await figure(page, 'Gross revenue, EUR')).toBe(money({ amount: String(cents / 100), currency: 'EUR' }));
    expect(await figure(page, 'Orders')).toBe(count(told.basketSize.orderCount));
    expect(await figure(page, 'Items per order')).toBe(told.basketSize.averageUnits.toFixed(2));
    expect(await figure(page, 'Ready to ship')).toBe(count(told.ready.totalCount));
    expect(await figure(page, 'Open alerts')).toBe('0');
    expect(await figurePart(page, 'Open alerts')).toBe(`${shopCount} of ${shopCount} shops in good health`);

    const products = await rowsOf(page, 'products');
    for (const [at, one] of nodes.slice(0, 10).entries()) {
      for (const word of [one.title, one.sku, count(one.unitsSold), money(one.grossRevenue)]) {
        expect(products[at]).toContain(word);
      }
    }
    const popular = await rowsOf(page, 'popular');
    expect(popular).toHaveLength(10);
    for (const [at, one] of told.popularSkus.entries()) expect(popular[at]).toContain(one.sku);
    const parcels = await page.locator('#shipped li').allInnerTexts();
    for (const [at, { trackingNumber }] of told.shipments.nodes.entries()) {
      if (trackingNumber) expect(parcels[at]).toContain(trackingNumber);
    }
    const [oldest] = told.toPick.nodes;
    const order = page.locator('#to-ship .order', { hasText: oldest.orderNumber });
    for (const { sku, title, quantity } of oldest.lines) {
      if (quantity.open)
        await expect.poll(() => order.innerText()).toMatch(new RegExp(`${quantity.open} ×.*${sku}`, 's'));
      expect(await order.innerText()).toContain(title);
    }

    await page.getByText('Show as a table').click();
    const days = await page
      .locator('#sales tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    expect(days.reduce((sum, [, , sold]) => sum + Number(sold?.replace(',', '')), 0)).toBe(
      inEuros.reduce((sum: number, one: Row) => sum + one.unitsSold, 0),
    );
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('narrows everything by its filters, which live in the address', async () => {
    const { page, trouble } = await open(browser, `${server.url}/?${range}`);
    await settled(page);
    const shop = (await ask('{ shops(where: { marketplaces: [OTTO] }) { nodes { id name } } }')).shops.nodes[0];
    await picked(page, 'Marketplace').selectOption('OTTO');
    await picked(page, 'Shop').selectOption(shop.id);
    const told = await ask('query ($w: ProductSalesWhere) { basketSize(where: $w) { orderCount } }', {
      w: { shopIds: [shop.id], orderedAt },
    });
    await expect.poll(() => figure(page, 'Orders')).toBe(count(told.basketSize.orderCount));
    expect(await figurePart(page, 'Open alerts')).toBe('1 of 1 shop in good health');
    expect(new URL(page.url()).search).toBe(`?${range}&shop=${shop.id}&marketplace=OTTO`);
    const sold = await ask(
      'query ($w: ProductSalesWhere) { popularSkus(where: $w, country: "AT", first: 10) { sku unitsSold } }',
      { w: { shopIds: [shop.id], orderedAt } },
    );
    await picked(page, 'Country of the popular SKUs').selectOption('AT');
    await expect.poll(() => page.locator('#popular tbody tr').count()).toBe(sold.popularSkus.length);
    expect(sold.popularSkus.length).toBeGreaterThan(0);
    // back, and a reload: the address is all there is
    await page.goBack();
    await expect.poll(() => picked(page, 'Country of the popular SKUs').inputValue()).toBe('');
    await page.goForward();
    await page.reload();
    await settled(page);
    expect(await picked(page, 'Shop').inputValue()).toBe(shop.id);
    await page.getByRole('button', { name: '7 days' }).click();
    expect(page.url()).toContain('days=7');
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('From').fill('2025-01-01');
    await expect.poll(() => page.url()).toContain('from=2025-01-01');
    // typed: a year passes through others, and the field keeps the keyboard until it is left
    await page.getByLabel('From').focus();
    await page.keyboard.type('03152024', { delay: 30 });
    expect(await page.getByLabel('From').inputValue()).toBe('2024-03-15');
    expect(page.url()).toContain('from=2025-01-01');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('from=2024-03-15');
    expect(await page.evaluate('document.activeElement.type')).toBe('date');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('starts a sync, shows it while it runs, and tells its end', async () => {
    const { page, trouble } = await open(browser, `${server.url}/?${range}`);
    await settled(page);
    const shops = (await ask('{ shops { nodes { id name marketplace } } }')).shops.nodes;
    const { id, name } = shops.find(({ marketplace }: { marketplace: string }) => marketplace === 'BOL');
    // begun elsewhere, so that nothing but the stream can tell the page
    await ask('mutation ($id: ID!) { syncStart(input: { shopId: $id, mode: FULL }) { userErrors { message } } }', {
      id,
    });
    const bar = page.getByRole('progressbar', { name: `Sync of ${name}` });
    await bar.waitFor();
    await expect
      .poll(() => page.locator('.progress').innerText())
      .toMatch(/Reads orders · [\d,]+ pages?, [\d,]+ records/);
    await expect.poll(() => figurePart(page, 'Open alerts')).toContain('1 syncing now');
    await expect
      .poll(() => page.getByRole('status').last().innerText(), { timeout: 60_000 })
      .toContain(`The sync of ${name} ended`);
    expect(await bar.count()).toBe(0);

    const other = shops.find(({ marketplace }: { marketplace: string }) => marketplace === 'OTTO');
    await page.getByRole('button', { name: `Sync now: ${other.name}` }).click();
    await expect.poll(() => page.locator('.notices').innerText()).toContain(`The sync of ${other.name}`);
    await page.getByRole('button', { name: `Pause ${other.name}` }).click();
    await page.getByRole('button', { name: `Resume ${other.name}` }).waitFor();
    expect((await ask('{ shops(where: { statuses: [PAUSED] }) { nodes { name } } }')).shops.nodes).toEqual([
      { name: other.name },
    ]);
    expect(await figurePart(page, 'Open alerts')).toContain(`${shopCount - 1} of ${shopCount} shops in good health`);
    const held = () => page.evaluate('document.activeElement.innerText');
    expect(await held()).toBe('Resume');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Pause ${other.name}` }).waitFor();
    expect(await held()).toBe('Pause');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('can be reached whole by the keyboard, in the order that is seen', async () => {
    const { page, trouble } = await open(browser, `${server.url}/?${range}`);
    await settled(page);
    const stops = (await page.evaluate(`(() => {
      const all = document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]');
      const seen = [...all].filter((one) => one.checkVisibility());
      return seen.map((one, at) => { one.dataset.stop = String(at); return at; }).length;
    })()`)) as number;
    const reached: number[] = [];
    for (let press = 0; press < stops * 3 && reached.length < stops; press++) {
      await page.keyboard.press('Tab');
      const at = (await page.evaluate(`(() => {
        const { activeElement: at } = document;
        if (at === document.body) return -1;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        if (outlineStyle === 'none' || outlineWidth === '0px') throw new Error('no outline on ' + at.outerHTML);
        return Number(at.dataset.stop ?? -1);
      })()`)) as number;
      if (at >= 0 && at !== reached.at(-1)) reached.push(at);
    }
    expect(reached).toEqual(Array.from({ length: stops }, (_, at) => at));
    // a choice by the keyboard alone
    await page.getByRole('button', { name: '1 year' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('days=365');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it.each([
    ['on a desktop', { width: 1400, height: 900 }, 'light'],
    ['on a tablet', { width: 820, height: 1100 }, 'dark'],
    ['on a phone', { width: 360, height: 740 }, 'light'],
    ['on a dark phone', { width: 360, height: 740 }, 'dark'],
  ] as const)(
    'has no fault that axe finds, and scrolls in one direction only, %s',
    async (_, viewport, colorScheme) => {
      const { page, trouble } = await open(browser, `${server.url}/?${range}`, { viewport, colorScheme });
      await settled(page);
      await page.getByText('Show as a table').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      expect(await faults(page)).toEqual([]);
      expect(trouble).toEqual([]);
      await page.close();
    },
  );

  it('keeps the colours that were chosen', async () => {
    const { page, trouble } = await open(browser, server.url, { colorScheme: 'light' });
    await settled(page);
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await picked(page, 'Colours').selectOption('dark');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await ground()).toBe(dark);
    await picked(page, 'Colours').selectOption('auto');
    expect(await ground()).toBe(light);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('does not jump when figures come', async () => {
    const { page } = await open(browser, 'about:blank');
    await page.addInitScript(`window.shifts = [];
      new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value)))
        .observe({ type: 'layout-shift', buffered: true });`);
    await page.goto(`${server.url}/?${range}`);
    await settled(page);
    const shifts = (await page.evaluate('window.shifts')) as number[];
    // "good" is up to 0.1
    expect(shifts.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.1);
    await page.close();
  });
});
