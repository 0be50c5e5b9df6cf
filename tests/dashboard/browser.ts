// A real browser on the dashboard. No browser comes from npm: where there is none, the tests say so and are skipped.
import fs from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executablePath = '/usr/bin/chromium';
export const hasBrowser = fs.existsSync(executablePath);

/** Flags for a browser without a screen that talks to nobody but the server on this machine. */
const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: flags });

export interface Opened {
  readonly page: Page;
  /** Requests to other hosts, errors of the page and of its console. */
  readonly trouble: string[];
  /** Paths of what was asked of the API. */
  readonly asked: string[];
}

/** A page for a viewer in Amsterdam who reads British English. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage({
    ...{ viewport: { width: 1400, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Amsterdam' },
    ...options,
  });
  const trouble: string[] = [];
  const asked: string[] = [];
  const { origin } = new URL(url);
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) trouble.push(request.url());
    if (request.method() === 'POST') asked.push(new URL(request.url()).pathname);
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  await page.goto(url);
  return { page, trouble, asked };
}

/** The text of a key figure. */
export const figure = (page: Page, name: string): Promise<string> =>
  page
    .locator('.figure', { has: page.getByRole('heading', { name }) })
    .locator('.value')
    .innerText();

/** Waits until every figure and panel has its answer. */
export async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.figure, .panel').count(), { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => page.locator('.pending, .skeleton').count(), { timeout: 20_000 }).toBe(0);
}

const axe = fs.readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

interface AxeResult {
  readonly violations: readonly { id: string; help: string; nodes: readonly { html: string }[] }[];
}

/** What axe finds fault with, contrast included. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResult;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}
