import fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRestStage, type RestStage } from './stage.js';

let stage: RestStage;
beforeAll(async () => {
  stage = await openRestStage({ adminKey: 'key-of-the-administrator' });
});
afterAll(() => stage?.close());

const fetched = (path: string, headers: Record<string, string> = {}) => fetch(stage.server.url + path, { headers });

describe('the pages of the documentation', () => {
  it('may talk to this server only, and ask for nothing that is not served', async () => {
    for (const path of ['/docs', '/docs/errors']) {
      const page = await fetched(path);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      const files = [...(await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1] as string);
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) {
        const answer = await fetched(file, { accept: 'text/html' });
        expect([file, file.startsWith('/'), answer.status]).toEqual([file, true, 200]);
      }
    }
  });
});

const executablePath = '/usr/bin/chromium';
// skipped where there is no Chromium: the page is a browser's business, and no browser comes from npm
describe.skipIf(!fs.existsSync(executablePath))('the documentation in Chromium (/usr/bin/chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({
      executablePath,
      args: [...flags, '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    });
  });
  afterAll(() => browser?.close());

  /** A page; what it asked of other hosts and what went wrong in it. */
  async function open(path: string, width = 1200) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const trouble: string[] = [];
    page.on('request', (request) => {
      const own = /^(data|blob):/.test(request.url()) || request.url().startsWith(stage.server.url);
      if (!own) trouble.push(request.url());
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(message.text());
    });
    await page.goto(stage.server.url + path);
    return { page, trouble };
  }

  it('shows every route, and sends a request with the key', async () => {
    const { page, trouble } = await open('/docs');
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(11);
    expect(await page.locator('.errors-wrapper').count()).toBe(0);
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    const dialog = page.locator('.dialog-ux');
    await dialog.getByLabel('auth-bearer-value').fill('key-of-the-administrator');
    await dialog.getByRole('button', { name: 'Apply credentials' }).first().click();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await page.locator('#operations-Orders-listOrders .opblock-summary-control').click();
    await page.locator('#operations-Orders-listOrders .execute').click();
    const answer = page.locator('#operations-Orders-listOrders .live-responses-table .response').first();
    await expect.poll(() => answer.innerText(), { timeout: 20_000 }).toMatch(/200[\s\S]*"nodes": \[\]/);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('fits a phone', async () => {
    const { page, trouble } = await open('/docs', 390);
    await page.locator('.opblock').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('leads to a code', async () => {
    const { page, trouble } = await open('/docs/errors#STALE_VERSION');
    expect(await page.locator(':target + dd').innerText()).toMatch(/read it again/);
    expect(trouble).toEqual([]);
    await page.close();
  });
});
