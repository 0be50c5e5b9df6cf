import fs from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const html = { accept: 'text/html,application/xhtml+xml' };

describe('the explorer', () => {
  it('is for browsers, may talk to this server only, and is cached by its content', async () => {
    const page = await fetch(`${stage.server.url}/graphql`, { headers: html });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'/,
    );
    const text = await page.text();
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      expect(file).toMatch(/^\/explorer\//);
      const first = await fetch(stage.server.url + file);
      expect([file, first.status]).toEqual([file, 200]);
      await first.arrayBuffer();
      const again = await fetch(stage.server.url + file, {
        headers: { 'if-none-match': first.headers.get('etag') ?? '' },
      });
      expect([file, again.status]).toEqual([file, 304]);
    }
  });

  it('serves nothing but its own files', async () => {
    for (const path of [
      '/explorer/',
      '/explorer/..%2f..%2fpackage.json',
      '/explorer/routes.ts',
      '/explorer/page.html',
    ]) {
      expect([path, (await fetch(stage.server.url + path)).status]).toEqual([path, 404]);
    }
  });

  it('has examples that fit the schema', async () => {
    const source = fs.readFileSync('src/explorer/examples.js', 'utf8');
    const scope: { ladingExamples?: { query: string; variables?: string }[] } = {};
    new Function('window', source)(scope);
    const examples = scope.ladingExamples ?? [];
    expect(examples.length).toBeGreaterThanOrEqual(6);
    for (const { query, variables = '{}' } of examples) {
      const [, operationName] = /\n(?:query|mutation) (\w+)/.exec(query) ?? [];
      const answer = await stage.post(JSON.stringify({ query, operationName, variables: JSON.parse(variables) }));
      expect([operationName, answer.errors]).toEqual([operationName, []]);
    }
  });
});

const executablePath = '/usr/bin/chromium';
// skipped where there is no Chromium: the page is a browser's business, and no browser comes from npm
describe.skipIf(!fs.existsSync(executablePath))('the explorer in Chromium (/usr/bin/chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({
      executablePath,
      args: [...flags, '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    });
  });
  afterAll(() => browser?.close());

  /** A page on the explorer; what it asked of other hosts and what went wrong in it. */
  async function openExplorer(viewport: { width: number; height: number }) {
    const page = await browser.newPage({ viewport });
    const trouble: string[] = [];
    page.on('request', (request) => {
      const own = /^(data|blob):/.test(request.url()) || request.url().startsWith(stage.server.url);
      if (!own) trouble.push(request.url());
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(message.text());
    });
    await page.goto(`${stage.server.url}/graphql`);
    const button = page.locator('.graphiql-execute-button');
    await button.waitFor();
    const shown = () => page.locator('.result-window').innerText();
    const result = (text: string) => expect.poll(shown, { timeout: 20_000 }).toContain(text);
    /** Presses the button until the answer is there: the page knows a tab's operations a moment after it was opened. */
    const run = async (answer: string, operation?: string) => {
      const item = page.getByRole('menuitem', { name: operation, exact: true });
      const press = async () => {
        // the menu may still be open from the press before, and lies over everything then
        if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click();
        if (operation) await item.click({ timeout: 2_000 }).catch(() => {});
        for (let wait = 0; wait < 10 && !(await shown()).includes(answer); wait++) await page.waitForTimeout(100);
        return shown();
      };
      await expect.poll(press, { timeout: 30_000 }).toContain(answer);
    };
    return { page, trouble, run, result };
  }

  it('loads without another host and runs every example', async () => {
    const { page, trouble, run } = await openExplorer({ width: 1400, height: 900 });
    const tabs = page.locator('.graphiql-tab-button');
    expect(await tabs.count()).toBe(10);
    const answers = [
      ['"totalCount": 0'],
      ['"totalCount": 0'],
      ['"productSales"'],
      ['"popularSkusReport"'],
      ['"fulfillmentTimes"', 'FulfillmentTimes'],
      ['SHOP_NOT_FOUND', 'StartSync'],
      ['"syncRuns"'],
      ['"syncCoverage": null', 'Coverage'],
      ['"alerts"', 'OpenAlerts'],
      ['"rejects"', 'Rejects'],
    ] as const;
    for (const [at, [answer, operation]] of answers.entries()) {
      await tabs.nth(at).click();
      await run(answer, operation);
      expect(await page.locator('.CodeMirror-lint-mark-error').count()).toBe(0);
    }
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('follows a subscription', async () => {
    await stage.ask(`mutation {
      shopAdd(input: { name: "Watched", credentials: { otto: { clientId: "a", clientSecret: "b" } } }) { shop { id } }
    }`);
    await stage.ask('mutation { syncStart(input: { shopId: "shop_1", mode: FULL }) { syncRun { id } } }');
    const { page, trouble, run, result } = await openExplorer({ width: 1400, height: 900 });
    await page.locator('.graphiql-tab-button').nth(5).click();
    await run('"status": "QUEUED"', 'SyncProgress');
    // what a worker that takes the run writes
    await stage.db.run({
      text: `with taken as (update sync_runs set status = 'RUNNING' returning id)
        select pg_notify('lading_progress', id::text) from taken`,
    });
    await result('"status": "RUNNING"');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('shows question and answer one above the other on a phone', async () => {
    const { page, run } = await openExplorer({ width: 390, height: 844 });
    await run('totalCount');
    const [question, answer] = await Promise.all(
      ['.graphiql-query-editor', '.graphiql-response'].map((part) => page.locator(part).boundingBox()),
    );
    expect(question?.width).toBeGreaterThan(300);
    expect(answer?.width).toBeGreaterThan(300);
    expect(answer?.y).toBeGreaterThan(question?.y ?? 0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.close();
  });
});
