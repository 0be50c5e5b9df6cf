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

  it('loads without another host, runs the first example and follows a subscription', async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const outside: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(stage.server.url))
        outside.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(stage.server.url);
    await page.locator('.graphiql-execute-button').click();
    await page.locator('.result-window', { hasText: 'totalCount' }).waitFor();
    expect(await page.locator('.graphiql-tab').count()).toBe(6);
    expect(await page.locator('.CodeMirror-lint-mark-error').count()).toBe(0);
    expect([outside, errors]).toEqual([[], []]);
    await page.close();
  });
});
