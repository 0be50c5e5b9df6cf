// Every connector against its own pretend marketplace, over real HTTP, in the form that all of them have. A new one
// brings its sandbox, and no test.
import 'reflect-metadata';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cursor, Marketplace, Page, RawRecord, Session, Stream } from '../../src/commerce/marketplace.js';
import { openSession, type ShopSession } from '../../src/http/client.js';
import { createLog } from '../../src/log.js';
import type { RunningSandbox, SandboxModule, Truth } from '../../src/sandbox/marketplace.js';
import { connectors, folderOf } from './connectors.js';

/** Lists of several pages, at rates that let a test end. */
const world = { orders: 220, rateScale: 400 };

const { signal } = new AbortController();
const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(marketplace: Marketplace): Promise<RunningSandbox> {
  const file = path.resolve(folderOf(marketplace), 'sandbox.ts');
  const module = (await import(file)) as SandboxModule;
  const sandbox = await module.startSandbox(world);
  open.push(sandbox);
  return sandbox;
}

function sessionOf(marketplace: Marketplace, { origin, credentials }: Pick<RunningSandbox, 'origin' | 'credentials'>) {
  const log = createLog({ level: 'error', format: 'json' });
  const session = openSession(marketplace, {
    ...{ origin, credentials, log, rateScale: world.rateScale },
    ...{ backOffMs: 10, backOffMaxMs: 100, timeoutMs: 5_000 },
  });
  open.push({ stop: () => session.close() });
  return session;
}

interface Reading {
  readonly pages: readonly Page[];
  readonly records: readonly RawRecord[];
  readonly cursor: Cursor | null;
}

/** What the engine does: the cursor goes through the database after each page. */
async function read(
  stream: Stream,
  session: Session,
  { cursor = null, stopAfter }: { cursor?: Cursor | null; stopAfter?: number } = {},
): Promise<Reading> {
  const pages: Page[] = [];
  const { overlapMs, windowMs } = stream;
  const from = { mode: 'INCREMENTAL', cursor, overlapMs, windowMs, runBegins: true, now: new Date() } as const;
  for await (const page of stream.pull(session, from, signal)) {
    pages.push({ ...page, cursor: JSON.parse(JSON.stringify(page.cursor)) as Cursor });
    expect(pages.length).toBeLessThan(2_000);
    if (pages.length === stopAfter) break;
  }
  return { pages, records: pages.flatMap(({ records }) => records), cursor: pages.at(-1)?.cursor ?? cursor };
}

const idsOf = (records: readonly RawRecord[]) => new Set(records.map(({ externalId }) => externalId as string));
/** Where the credential is the token, none is given out. */
const issued = (sandbox: RunningSandbox, tokens: number) => ('accessToken' in sandbox.credentials ? 0 : tokens);

/** What hands out each record once cannot be read again and again: it has tests of its own. */
const readable = connectors.filter(({ streams }) => !streams.some(({ drains }) => drains));

const nouns = { ORDERS: 'orders', SHIPMENTS: 'shipments', RETURNS: 'returns' } as const;

function expectAll(stream: Stream, truth: Truth, seen: ReadonlySet<string>): void {
  const missing = truth[nouns[stream.name]].map(({ externalId }) => externalId).filter((id) => !seen.has(id));
  expect(missing, `${stream.name} that were not seen`).toEqual([]);
}

/** Reads each stream once, through whatever happens meanwhile. */
async function readAll({ streams }: Marketplace, session: ShopSession, truth: () => Truth): Promise<void> {
  for (const stream of streams) {
    const { records } = await read(stream, session);
    expectAll(stream, truth(), idsOf(records));
  }
}

describe.each(readable)('$title', (marketplace) => {
  it('is read and mapped whole, with one token and no request too many', async () => {
    const sandbox = await start(marketplace);
    const session = sessionOf(marketplace, sandbox);
    await marketplace.verify(session, signal);
    for (const stream of marketplace.streams) {
      const { pages, records } = await read(stream, session);
      expect(pages.map(({ done }) => done)).toEqual([...pages.slice(1).map(() => false), true]);
      const truth = sandbox.truth()[nouns[stream.name]].map(({ externalId }) => externalId);
      expect(truth.length).toBeGreaterThan(0);
      expect(idsOf(records)).toEqual(new Set(truth));
      const some = records.filter((_, at) => at % Math.ceil(records.length / 40) === 0);
      for (const { externalId, payload, load } of some) {
        const mapped = stream.map(load ? await load(signal) : payload);
        expect(mapped.externalId).toBe(externalId);
        const loaded = externalId === null ? null : await stream.byKey?.(session, externalId).load?.(signal);
        if (loaded) expect(stream.map(loaded)).toEqual(mapped);
      }
    }
    expect(sandbox.counters).toMatchObject({ tooMany: 0, tokensIssued: issued(sandbox, 1), failures: [] });
    expect(session.meter.requests).toBe(sandbox.counters.total);
  });

  it('knows wrong credentials when it meets them', async () => {
    const { origin, credentials } = await start(marketplace);
    const { accountField } = marketplace;
    expect(credentials[accountField]).toMatch(/\S/);
    for (const name of Object.keys(credentials)) {
      const wrong = sessionOf(marketplace, { origin, credentials: { ...credentials, [name]: 'wrong' } });
      await expect(marketplace.verify(wrong, signal)).rejects.toMatchObject({ failure: 'CREDENTIALS_REFUSED' });
    }
  });

  it('stopped after any page and resumed while the world goes on, misses nothing', async () => {
    const sandbox = await start(marketplace);
    const session = sessionOf(marketplace, sandbox);
    for (const stream of marketplace.streams) {
      const { pages } = await read(stream, session);
      const step = Math.ceil(pages.length / 8);
      for (let stopAfter = 1; stopAfter < pages.length; stopAfter += step) {
        const first = await read(stream, session, { stopAfter });
        sandbox.change(5);
        const rest = await read(stream, session, { cursor: first.cursor });
        const again = await read(stream, session, { cursor: rest.cursor });
        expectAll(stream, sandbox.truth(), idsOf([...first.records, ...rest.records, ...again.records]));
      }
    }
  });

  it.each(['DUPLICATE_ENTRIES', 'SHIFTED_PAGES', 'STUCK_CURSOR', 'MALFORMED_RECORDS'] as const)(
    '%s costs no record',
    async (kind) => {
      const sandbox = await start(marketplace);
      const session = sessionOf(marketplace, sandbox);
      const before = sandbox.truth();
      sandbox.faults.add({ kind, times: 2 });
      await readAll(marketplace, session, () => before);
      expect(sandbox.faults.struck[kind]).toBeGreaterThan(0);
    },
  );

  it('bad weather costs no record', async () => {
    const sandbox = await start(marketplace);
    const session = sessionOf(marketplace, sandbox);
    const kinds = ['TOO_MANY_REQUESTS', 'SERVER_ERROR', 'DROP', 'DROP_MID_BODY', 'HTML_200'] as const;
    const others = ['TRUNCATED_JSON', 'EMPTY_200', 'FORBIDDEN_HTML'] as const;
    for (const [at, kind] of [...kinds, ...others].entries()) sandbox.faults.add({ kind, after: 2 + at, times: 1 });
    await readAll(marketplace, session, () => sandbox.truth());
    // of a token that died; of the token's own endpoint it would mean the credentials
    sandbox.revokeTokens();
    await readAll(marketplace, session, () => sandbox.truth());
    expect(sandbox.counters.tokensIssued).toBe(issued(sandbox, 2));
  });
});
