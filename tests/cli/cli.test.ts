import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServer } from '../end-to-end/process.js';
import { cellsOf } from '../exports/fetching.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { hasScript, inTerminal, lading, program } from './lading.js';

const key = 'key-of-the-administrator';
let fresh: Fresh;
let server: ServerProcess;
let env: Record<string, string>;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-cli-'));

beforeAll(async () => {
  fresh = await freshDatabase();
  server = await startServer({
    DATABASE_URL: fresh.url,
    LADING_SECRET_KEY: randomBytes(32).toString('hex'),
    LADING_ADMIN_KEY: key,
    LADING_LOG_LEVEL: 'warn',
    // what the pretend bol allows too is not what is tested
    LADING_RATE_SCALE: '1',
  });
  env = { LADING_URL: server.url, LADING_ADMIN_KEY: key };
});
afterAll(async () => {
  await server?.end('SIGTERM');
  await fresh?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** What a shell prints; nothing may be said beside it. */
async function run(command: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, ...env },
    maxBuffer: 1e8,
  });
  expect(stderr).toBe('');
  return stdout;
}

const file = (name: string) => path.join(folder, name);

describe('lading in a pipe', () => {
  it('syncs a shop and follows until it is read, as plain lines', async () => {
    const { code, out, err } = await lading(['sync', 'Demo OTTO Market shop'], { env });
    expect(err).not.toContain('\x1b');
    expect(out).toMatch(/^Demo OTTO Market shop: SUCCEEDED {2}ORDERS \d+ read, \d+ new, \d+ changed; SHIPMENTS .*\n$/);
    expect(code).toBe(0);
  });

  it('fails when another run is in the way', async () => {
    await lading(['sync', 'shop_2', '--full', '--stream', 'shipments', '--detach'], { env });
    const { code, out, err } = await lading(['sync', 'shop_2', '--full', '--detach'], { env });
    expect([code, out]).toEqual([1, expect.stringMatching(/^run_\d+ {2}Demo bol.com shop\n$/)]);
    expect(err).toContain('Demo bol.com shop: A shop has one run at a time');
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    expect(await lading(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('says which shops it leaves out', async () => {
    await fresh.db.run({
      text: `update shops set status = case id when 1 then 'ACTIVE' else 'PAUSED' end where marketplace <> 'DIRECT'`,
    });
    const { out, err } = await lading(['sync', '--detach'], { env });
    await fresh.db.run({ text: `update shops set status = 'ACTIVE'` });
    expect(out).toMatch(/^run_\d+ {2}Demo OTTO Market shop\n$/);
    expect(err).toContain('Demo bol.com shop: left out, it is PAUSED. See: lading shop list\n');
    expect(err).not.toContain('Direct');
  });

  it('lists shops, for people and for programs', async () => {
    const { out } = await lading(['shop', 'list'], { env });
    expect(out.split('\n')[0]).toMatch(/^SHOP +NAME +MARKETPLACE +STATUS +STREAM/);
    expect(out).toMatch(/shop_1 +Demo OTTO Market shop +OTTO +ACTIVE +ORDERS +\d{4}-/);
    const json = await lading(['shop', 'list', '--json'], { env });
    expect(JSON.parse(json.out)).toMatchObject([
      { id: 'shop_1', marketplace: 'OTTO' },
      { id: 'shop_2', marketplace: 'BOL' },
      { id: 'shop_3', marketplace: 'SKUBANA' },
      { id: 'shop_4', marketplace: 'FEED' },
      { id: 'shop_5', marketplace: 'DIRECT', streams: [] },
    ]);
    expect(out).toMatch(/shop_5 +Direct sales +DIRECT +ACTIVE +– +–/);
  });

  it('exports to standard output: data only, the rest beside it', async () => {
    const where = '{"orders":{"marketplaces":["OTTO"]}}';
    const { code, out, err } = await lading(['export', 'orders', '--where', where, '--bom'], { env });
    expect([code, out.startsWith('\uFEFFid,')]).toEqual([0, true]);
    const rows = cellsOf(out.slice(1));
    expect(rows).toHaveLength(16);
    const grouped = await lading(['export', 'sales-totals', '--group-by', 'month,shop'], { env });
    expect([grouped.code, cellsOf(grouped.out)[0]]).toEqual([
      0,
      expect.objectContaining({ month: expect.stringMatching(/^\d{4}-\d\d$/) }),
    ]);
    expect(err).toMatch(/^16 rows, [\d,]+ bytes in [\d.]+ s\n$/);
    const lines = await lading(['export', 'order-lines', '--where', where, '--format', 'jsonl'], { env });
    expect(
      lines.out
        .trimEnd()
        .split('\n')
        .every((line) => JSON.parse(line).marketplace === 'OTTO'),
    ).toBe(true);
    const sales = await lading(['export', 'PRODUCT_SALES', '--group-by', 'month', '--time-zone', 'UTC'], { env });
    expect(cellsOf(sales.out)[0]?.month).toMatch(/^\d{4}-\d\d$/);
  });

  it('exports to a file that appears when it is complete, and overwrites none', async () => {
    const { code, out, err } = await lading(['export', 'orders', '--out', file('orders.csv')], { env });
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain(`: ${file('orders.csv')}`);
    expect(cellsOf(fs.readFileSync(file('orders.csv'), 'utf8')).length).toBeGreaterThan(15);
    expect(fs.readdirSync(folder)).toEqual(['orders.csv']);
    const again = await lading(['export', 'orders', '--out', file('orders.csv')], { env });
    expect([again.code, again.err]).toEqual([1, `${file('orders.csv')} is there already: name another file.\n`]);
    const nowhere = await lading(['export', 'orders', '--out', file('not/there.csv')], { env });
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      `There is no folder ${file('not')}: make it first, or name another file.\n`,
    ]);
  });

  it('ends when nobody reads on', async () => {
    const child = spawn(process.execPath, [program, 'export', 'orders'], { env: { ...process.env, ...env } });
    child.stdout.once('data', () => child.stdout.destroy());
    let err = '';
    child.stderr.on('data', (chunk) => (err += chunk));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, err]).toEqual([expect.any(Number), expect.not.stringMatching(/Error|at /)]);
  });

  it('lists rejects and tries them again', async () => {
    await fresh.db.run({
      text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
        select 1, 'RETURNS', 'x' || n, 'k' || n, E'broken \\x1b[31m', '{}', 1 from generate_series(1, 130) n`,
    });
    const { out, err } = await lading(['rejects', 'list', '--stream', 'returns', '--limit', '120'], { env });
    expect(out.split('\n')).toHaveLength(122);
    // a text of others does not steer the terminal
    expect(out).toMatch(/rej_\d+ +Demo OTTO Market shop +RETURNS +x\d+ +\d{4}-.*broken {1,2}\[31m\n/);
    expect(err).toBe('120 of 130; more with --limit\n');
    const listed = await lading(['rejects', 'list', '--shop', 'shop_2', '--json'], { env });
    expect(JSON.parse(listed.out)).toEqual([]);
    const [first] = JSON.parse((await lading(['rejects', 'list', '--json'], { env })).out) as [{ id: string }];
    const one = await lading(['rejects', 'retry', first.id, 'rej_99999'], { env });
    expect(one).toEqual({ code: 1, out: '1 rejects are read again\n', err: 'No reject has this id.\n' });
    // more than a pipe holds, and a reader who begins late
    const piped = `'${process.execPath}' '${program}' rejects list --limit 999 --json | (sleep 2; cat)`;
    await fresh.db.run({ text: `update rejects set reason = repeat('long ', 400)` });
    const whole = await run(piped);
    expect(whole.length).toBeGreaterThan(200_000);
    expect(JSON.parse(whole).length).toBeGreaterThanOrEqual(130);
    expect(await run(piped.replace('(sleep 2; cat)', 'head -c 10'))).toHaveLength(10);
    const none = await lading(['rejects', 'retry', 'rej_99999'], { env });
    expect(none).toEqual({ code: 1, out: '', err: 'No reject has this id.\n' });
    const all = await lading(['rejects', 'retry', '--shop', 'shop_1', '--stream', 'returns'], { env });
    expect(all).toMatchObject({ code: 0, out: expect.stringMatching(/^1\d\d rejects are read again\n$/) });
  });

  it('adds a shop with secrets from standard input or the environment', async () => {
    const args = ['shop', 'add', 'otto', '--name', 'Piped', '--set', 'clientId=id-1', '--secret-stdin'];
    const { code, out } = await lading(args, { env, stdin: 'hush-hush\n' });
    expect([code, out]).toEqual([0, expect.stringMatching(/^shop_\d+ {2}Piped {2}ACTIVE\n$/)]);
    const variables = { ...env, BOL_CLIENT_ID: 'id-2', BOL_CLIENT_SECRET: 'hush-hush' };
    const other = await lading(['shop', 'add', 'BOL', '--name', 'Set', '--json'], { env: variables });
    expect(JSON.parse(other.out)).toMatchObject({ name: 'Set', marketplace: 'BOL' });
    const twice = await lading(['shop', 'add', 'bol', '--name', 'Again'], { env: variables });
    expect([twice.code, twice.err]).toEqual([
      1,
      expect.stringMatching(/^"Set" \(shop_\d+\) has the same account already/),
    ]);
    expect(server.output()).not.toContain('hush-hush');
  });

  it('knows the credentials of every marketplace', async () => {
    const token = await lading(['shop', 'add', 'skubana', '--name', 'Token', '--secret-stdin'], {
      env,
      stdin: 'token-hush-hush\n',
    });
    expect([token.code, token.out]).toEqual([0, expect.stringMatching(/^shop_\d+ {2}Token {2}ACTIVE\n$/)]);
    const feed = await lading(['shop', 'add', 'feed', '--name', 'Second feed', '--set', 'currency=USD'], { env });
    expect([feed.code, feed.err]).toEqual([
      1,
      expect.stringMatching(/^"Demo Skubana order feed shop" \(shop_4\) has the same account already/),
    ]);
    const none = await lading(['shop', 'add', 'skubana', '--name', 'X'], { env });
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringMatching(/^skubana needs accessToken: set SKUBANA_ACCESS_TOKEN, use --secret-stdin, or run/),
    ]);
  });

  it('hands the invariants on to their program', async () => {
    const { code, out } = await lading(['invariants', '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining('--rounds N')]);
    expect(await lading(['invariants', '--rounds', 'many'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--rounds'),
    });
    expect(await lading(['invariants', '--frob'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^[^\n]*--frob/),
    });
  });
});

describe('lading asked in a wrong way', () => {
  it.each([
    [[], 'lading <command>'],
    [['--help'], 'lading <command>'],
    [['shop', '--help'], 'shop add <marketplace>'],
    [['rejects'], 'rejects retry [<reject> …]'],
    [['export', '--help'], '--where JSON'],
    [['shop', 'add', '--help'], '--secret-stdin'],
    [['rejects', 'retry', '-h'], '[<reject> …]'],
  ])('says how: %j', async (args, words) => {
    const { code, out } = await lading(args);
    expect([code, out]).toEqual([args.some((arg) => arg.startsWith('-')) ? 0 : 2, expect.stringContaining(words)]);
  });

  it.each([
    [['frob'], 2, /^There is no command "frob"/],
    [['--frob'], 2, /^There is no option "--frob"/],
    [['export', 'product-sales', '--group-by', 'month,frob'], 2, /^groupBy\[1\]: Value "FROB" does not exist/],
    [
      ['export', 'orders', '--where', '{"orders":{"countries":["XX"]}}'],
      2,
      /^where\.orders\.countries\[0\]: Not a country/,
    ],
    [
      ['export', 'product-sales', '--where', '{"productSales":{"currencies":["XXL"]}}'],
      2,
      /^where\.productSales\.currencies\[0\]: Not a currency/,
    ],
    [['shop', 'frob'], 2, /^There is no command "shop frob"/],
    [['shop', 'list', 'x'], 2, /"x" is one argument too many/],
    [['export'], 2, /^It needs <kind>/],
    [['export', 'orders', '--frob'], 2, /^Unknown option '--frob'/],
    [['export', 'frob'], 2, /one of .*order-lines/],
    [['export', 'orders', '--format', 'xml'], 2, /csv or jsonl/],
    [['export', 'orders', '--where', '{'], 2, /must be JSON/],
    [['export', 'orders', '--where', '{"orders":{"frob":1}}'], 2, /"frob" is not defined by type "OrderWhere"/],
    [['export', 'orders', '--where', '{"returns":{}}'], 2, /filtered by where.orders/],
    [['export', 'orders', '--group-by', 'day'], 2, /only reports do/],
    [['export', 'orders', '--format', 'jsonl', '--bom'], 2, /byte order mark/],
    [['sync', 'nobody'], 2, /There is no shop "nobody"/],
    [['sync', '--stream', 'frob'], 2, /no stream "frob"/],
    [['rejects', 'retry'], 2, /either ids of rejects or a --shop/],
    [['rejects', 'list', '--limit', '0'], 2, /--limit/],
    [['shop', 'add', 'ebay', '--name', 'X'], 2, /no marketplace "ebay": it is one of otto, bol/],
    [['shop', 'add', 'otto', '--name', 'X', '--set', 'clientSecret=hush-hush'], 2, /seen in ps/],
    [['shop', 'add', 'otto', '--name', 'X', '--set', 'secret=hush-hush'], 2, /one of: clientId, clientSecret/],
    [['shop', 'add', 'otto', '--name', 'X', '--set', 'clientId=a'], 2, /needs clientSecret: set OTTO_CLIENT_SECRET/],
    [['shop', 'add', 'otto', '--set', 'clientId=a', '--secret-stdin'], 2, /needs clientSecret/],
  ])('%j', async (args, wanted, message) => {
    const { code, out, err } = await lading(args, { env });
    expect([code, out]).toEqual([wanted, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect(err).not.toContain('hush-hush');
  });

  it('says what to start, and what to set', async () => {
    const ask = async (more: Record<string, string>) => {
      const { code, err } = await lading(['shop', 'list'], { env: { ...env, ...more } });
      return [code, err];
    };
    const away = 'http://127.0.0.1:9';
    expect(await ask({ LADING_URL: away })).toEqual([
      1,
      expect.stringMatching(
        /^No server answers at http:\/\/127.0.0.1:9 \(.*\): start one with "npm start", or set LADING_URL\.\n$/,
      ),
    ]);
    expect(await ask({ LADING_URL: `${server.url}/graphql` })).toEqual([0, '']);
    expect(await ask({ LADING_URL: 'ftp://x' })).toEqual([2, expect.stringMatching(/^LADING_URL must be a URL/)]);
    for (const wrong of ['', 'another-key-of-16']) {
      const message = `The server at ${server.url} wants an API key: set LADING_ADMIN_KEY to its own.\n`;
      expect(await ask({ LADING_ADMIN_KEY: wrong })).toEqual([1, message]);
    }
    const other = http.createServer((_, answer) => answer.end('<html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await ask({ LADING_URL: url })).toEqual([
      1,
      `What answers at ${url} is not a Lading server: check LADING_URL.\n`,
    ]);
    other.close();
  });
});

describe.skipIf(!hasScript)('lading in a terminal (needs script of util-linux)', () => {
  it('draws its progress in place, in colours unless they are not wanted', async () => {
    const { code, shown } = await inTerminal(['sync', 'Demo OTTO Market shop'], env);
    expect(code).toBe(0);
    expect(shown).toContain('\r\x1b[K');
    expect(shown).toContain('\x1b[32mSUCCEEDED\x1b[0m');
    const plain = await inTerminal(['sync', 'Demo OTTO Market shop'], { ...env, NO_COLOR: '1' });
    expect(plain.shown).toContain(': SUCCEEDED ');
    expect(plain.shown).not.toContain('\x1b[3');
  });

  it('asks for what is missing, and shows no secret', async () => {
    const answers = [
      ['clientId', 'typed-id'],
      ['clientSecret', 'hush-hush'],
      ['name of the shop', 'Typed'],
    ] as const;
    const { code, shown } = await inTerminal(['shop', 'add', 'otto'], env, answers);
    expect([code, shown]).toEqual([0, expect.stringMatching(/shop_\d+ {2}Typed {2}ACTIVE/)]);
    expect(shown).toContain('typed-id');
    expect(shown).not.toContain('hush-hush');
  });

  it('is left with Ctrl-C', async () => {
    const { code, shown } = await inTerminal(['shop', 'add', 'otto', '--name', 'X'], env, [['clientId', '\x03']]);
    expect([code, shown]).toEqual([1, expect.stringContaining('interrupted')]);
  });
});
