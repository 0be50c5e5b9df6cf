// Starting and stopping as a user does it.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { marketplaces } from '../../src/marketplaces/index.js';
import { freePort } from '../../src/store/embedded/postmaster.js';
import { runToEnd, startServer, temporaryFolder } from './process.js';

const dataDir = temporaryFolder();
afterAll(() => fs.rmSync(dataDir, { recursive: true, force: true }));

// the demo has one of each marketplace
const countShops = async (url: string): Promise<number> => {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ shops(where: { sandbox: true }) { totalCount } }' }),
  });
  return ((await answer.json()) as { data: { shops: { totalCount: number } } }).data.shops.totalCount;
};

/** Is a postmaster left on the folder? */
const postmasterRuns = (): boolean => fs.existsSync(path.join(dataDir, 'pg18', 'postmaster.pid'));

describe('start and stop', () => {
  it('stops cleanly on SIGTERM and SIGINT, database included, and keeps the data', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startServer({ DATA_DIR: dataDir });
      expect(await countShops(server.url)).toBe(marketplaces.length);
      expect(await server.end(signal)).toBe(0);
      expect(postmasterRuns()).toBe(false);
      expect(server.output()).toMatch(/stopped/);
    }
  });

  it('recovers from kill -9', async () => {
    const killed = await startServer({ DATA_DIR: dataDir });
    await killed.end('SIGKILL');
    const server = await startServer({ DATA_DIR: dataDir });
    expect(await countShops(server.url)).toBe(marketplaces.length);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(postmasterRuns()).toBe(false);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('stops when the npm that started it gets a %s', async (signal) => {
    const port = await freePort();
    const npm = spawn('npm', ['start'], {
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), LADING_DEMO: 'off' },
      stdio: 'ignore',
    });
    const ready = () =>
      fetch(`http://127.0.0.1:${port}/ready`).then(
        (answer) => answer.ok,
        () => false,
      );
    for (const started = Date.now(); !(await ready()); ) {
      if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
      if (Date.now() - started > 50_000) throw new Error('npm start was not ready in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    npm.kill(signal);
    for (const started = Date.now(); (await ready()) || postmasterRuns(); ) {
      if (Date.now() - started > 15_000) throw new Error('the server outlived npm');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  it('says that the demo shop rests while the demo is off', async () => {
    await (await startServer({ DATA_DIR: dataDir })).end('SIGTERM');
    const server = await startServer({ DATA_DIR: dataDir, LADING_DEMO: 'off' });
    expect(server.output()).toContain(
      `shops: ${marketplaces.length}; ${marketplaces.length} of the demo rest while LADING_DEMO is off`,
    );
    expect(server.output()).not.toContain('a pretend');
    await server.end('SIGTERM');
  });

  it('writes no secret to its log, at any level', async () => {
    const server = await startServer({ DATA_DIR: dataDir, LADING_LOG_LEVEL: 'debug' });
    await countShops(server.url);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await server.end('SIGTERM');
    const password = fs
      .readdirSync(dataDir)
      .map((name) => path.join(dataDir, name))
      .filter((file) => fs.statSync(file).isFile());
    for (const file of password) expect(server.output()).not.toContain(fs.readFileSync(file, 'utf8').trim());
    expect(server.output()).not.toContain('lading-demo-secret');
    expect(server.output()).not.toMatch(/bearer [\w-]{8}/i);
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535, not "abc"'],
    [{ HOST: '0.0.0.0' }, 'set LADING_ADMIN_KEY'],
    [{ LADING_DEMO: 'maybe' }, 'LADING_DEMO must be one of: on, off, not "maybe"'],
    [{ DATABASE_URL: 'mysql://root:hush@localhost/x' }, 'DATABASE_URL must be a URL that begins with'],
    [{ LADING_RATE_SCALE: '-1' }, 'LADING_RATE_SCALE must be a number above 0'],
    [{ OTTO_API_URL: 'api.otto.market' }, 'OTTO_API_URL must be a URL'],
    [{ LADING_SECRET_KEY: 'short' }, 'LADING_SECRET_KEY must be 32 bytes'],
    [{ DATA_DIR: path.join(dataDir, 'file') }, 'choose another folder with DATA_DIR'],
    [{ DATA_DIR: path.join(dataDir, 'file', 'inside') }, 'choose another folder with DATA_DIR'],
    [{ HOST: '192.0.2.1', LADING_ADMIN_KEY: 'k'.repeat(16) }, 'HOST 192.0.2.1 is no address of this machine'],
  ])('refuses %o with one clear line', async (settings, line) => {
    fs.writeFileSync(path.join(dataDir, 'file'), '');
    const { code, output } = await runToEnd({ DATA_DIR: dataDir, LADING_DEMO: 'off', ...settings });
    expect(code).toBe(1);
    expect(output).toContain(line);
    expect(output).not.toContain('hush');
    expect(output.trim().split('\n')).toHaveLength(1);
  });
});
