import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../server/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ adminKey: 'a-key-of-sixteen-characters' });
});
afterAll(() => stage?.close());

/** Addresses that the page names: its style, its modules, the packages of its import map. */
async function named(): Promise<{ page: Response; files: string[] }> {
  const page = await fetch(stage.server.url);
  const text = await page.text();
  return {
    page,
    files: [...new Set([...text.matchAll(/"(\/dashboard\/[^"]+)"/g)].map((match) => match[1] as string))],
  };
}

describe('the files of the dashboard', () => {
  it('load without a key, may talk to this server only, and are kept for ever', async () => {
    const { page, files } = await named();
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'/);
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:|\*/);
    expect(files.length).toBeGreaterThan(20);
    let compressed = 0;
    for (const file of files) {
      const answer = await fetch(stage.server.url + file, { headers: { 'accept-encoding': 'gzip' } });
      expect([file, answer.status, answer.headers.get('cache-control')]).toEqual([
        ...[file, 200, 'public, max-age=31536000, immutable'],
      ]);
      expect(answer.headers.get('content-type')).toMatch(/^text\/(javascript|css); charset=utf-8$/);
      expect(await answer.text()).not.toBe('');
      compressed += Number(answer.headers.get('content-length'));
    }
    // what a first visit loads, in bytes: a page that is opened on a phone
    expect(compressed).toBeLessThan(110_000);
  });

  it('are sent as they are to those who take no compressed ones, with the same tag', async () => {
    const { files } = await named();
    const file = files.find((one) => one.endsWith('.css')) as string;
    const plain = await fetch(stage.server.url + file, { headers: { 'accept-encoding': 'identity' } });
    const packed = await fetch(stage.server.url + file, { headers: { 'accept-encoding': 'gzip' } });
    expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(await plain.text()).toBe(await packed.text());
    expect(packed.headers.get('vary')).toBe('accept-encoding');
    const again = await fetch(stage.server.url + file, {
      headers: { 'if-none-match': plain.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('are all that is served', async () => {
    const { files } = await named();
    const base = (files[0] as string).split('/').slice(0, 3).join('/');
    for (const path of [
      '/dashboard/',
      `${base}/package.json`,
      `${base}/src/main.js`,
      `${base}/src/dashboard/routes.js`,
      `${base}/node_modules/preact/package.json`,
      `${base}/node_modules/graphql/index.mjs`,
      `${base}/..%2f..%2fpackage.json`,
      (files[0] as string).replace(base, '/dashboard/another'),
    ]) {
      expect([path, (await fetch(stage.server.url + path)).status]).toEqual([path, 404]);
    }
  });
});
