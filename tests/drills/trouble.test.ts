import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.js';
import { type Dump, dump, rowStamps } from '../../src/store/dump.js';
import { queueRun, requestCancel } from '../../src/store/sync-requests.js';
import { vault } from '../sync/shop.js';
import { actors, ended, expectTruth, imported, openScene, readAnew, type Scene, undisturbed } from './scene.js';

const storms: Record<string, readonly FaultRule[]> = {
  'a storm of 429, without and with Retry-After': [
    { kind: 'TOO_MANY_REQUESTS', after: 3, times: 15 },
    { kind: 'TOO_MANY_REQUESTS', rate: 0.05, retryAfterSeconds: 1, times: 5 },
  ],
  'pages that show entries twice and shift while they are read': [
    { kind: 'DUPLICATE_ENTRIES', rate: 0.5 },
    { kind: 'SHIFTED_PAGES', rate: 0.5 },
  ],
  'a source that breaks in every way now and then': [
    { kind: 'SERVER_ERROR', status: 503, rate: 0.05 },
    { kind: 'DROP', rate: 0.03 },
    { kind: 'DROP_MID_BODY', rate: 0.03 },
    { kind: 'HTML_200', rate: 0.02, times: 5 },
    { kind: 'TRUNCATED_JSON', rate: 0.02, times: 5 },
    { kind: 'EMPTY_200', rate: 0.02, times: 5 },
    { kind: 'UNAUTHORIZED', rate: 0.02, times: 5 },
  ],
};

describe.each(actors.map((actor) => [actor.marketplace.title, actor] as const))('%s', (_, actor) => {
  let expected: { dump: Dump; requests: number };
  let scene: Scene;
  /** Where the credential is the token, none is given out. */
  const givesTokens = actor.marketplace.accountField !== 'accessToken';

  beforeAll(async () => {
    expected = await undisturbed(actor);
  });
  afterEach(() => scene.close());

  const syncAgain = async (mode: 'INCREMENTAL' | 'FULL', runs: number) => {
    const streams = scene.marketplace.streams.map(({ name }) => name);
    await queueRun(scene.db, { shopId: scene.shopId, mode, streams, idempotency: null });
    expect(await ended(scene.db, runs)).toBe('SUCCEEDED');
  };

  test('a second sync changes no row, incremental or full', async () => {
    scene = await openScene(actor);
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    expect(scene.sandbox.counters.tooMany).toBe(0);
    const before = await rowStamps(scene.db);
    await syncAgain('INCREMENTAL', 2);
    await syncAgain('FULL', 3);
    expect(await rowStamps(scene.db)).toEqual(before);
  });

  test('orders that change are followed, by what changed', async () => {
    scene = await openScene(actor);
    const engine = await scene.engine();
    await ended(scene.db);
    // nobody syncs meanwhile: an engine at work would see their clock jump, and ours would not have
    await engine.stop();
    scene.sandbox.change(40);
    scene.sandbox.advance(24 * 3_600_000);
    await scene.engine();
    await syncAgain('INCREMENTAL', 2);
    await expectTruth(scene);
  });

  // Skubana's whole world is read in a dozen requests: chance would not strike with every kind. The proofs have them all.
  const isShort = actor.marketplace.id === 'skubana';
  const weather = Object.entries(storms).filter(([, rules]) => !isShort || rules.length < 5);

  test.each(weather)('%s: the end is as if nothing had been', async (_, rules) => {
    scene = await openScene(actor);
    for (const rule of rules) scene.sandbox.faults.add({ match: /orders|shipments|returns/, ...rule });
    await scene.engine();
    let runs = 1;
    // a run may fail in such weather; the next one goes on
    while ((await ended(scene.db, runs)) !== 'SUCCEEDED') runs += 1;
    expect(runs).toBeLessThan(10);
    scene.sandbox.faults.clear();
    expect(Object.keys(scene.sandbox.faults.struck).length).toBe(new Set(rules.map(({ kind }) => kind)).size);
    await syncAgain('INCREMENTAL', runs + 1);
    expect(await dump(scene.db, scene.shopId)).toEqual(await readAnew(actor, scene));
    await expectTruth(scene);
  });

  test('malformed records among good ones are set aside with a reason; the good ones are all there', async () => {
    scene = await openScene(actor);
    const calm = scene.sandbox.faults.add({ kind: 'MALFORMED_RECORDS' });
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    const { rejects, ...rest } = await dump(scene.db, scene.shopId);
    expect(rejects.length).toBeGreaterThan(0);
    expect(rejects.every((line) => JSON.parse(line).reason.length > 5)).toBe(true);
    expect({ ...rest, rejects: [] }).toEqual(expected.dump);
    await expectTruth(scene);
    calm();
  });

  test('a token that is revoked in the middle of a run is replaced', async () => {
    scene = await openScene(actor);
    await scene.engine();
    await imported(scene.db, 40);
    scene.sandbox.revokeTokens();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    expect(scene.sandbox.counters.tokensIssued).toBe(givesTokens ? 2 : 0);
    expect(await dump(scene.db, scene.shopId)).toEqual(expected.dump);
  });

  test.skipIf(!givesTokens)('one odd 401 without a reason from the token endpoint does not stop the shop', async () => {
    scene = await openScene(actor);
    scene.sandbox.faults.add({ kind: 'UNAUTHORIZED', match: /token/, times: 1 });
    await scene.engine();
    expect(await ended(scene.db)).toBe('SUCCEEDED');
    expect(scene.sandbox.faults.struck).toEqual({ UNAUTHORIZED: 1 });
    expect(await scene.db.run({ text: 'select status from shops' })).toEqual([{ status: 'ACTIVE' }]);
  });

  test('credentials that are refused in the middle stop the shop; new ones finish the work', async () => {
    scene = await openScene(actor);
    await scene.engine();
    await imported(scene.db, 40);
    scene.sandbox.refuseCredentials();
    expect(await ended(scene.db)).toBe('FAILED');
    expect(await scene.db.run({ text: 'select s.status, r.error_code from shops s, sync_runs r' })).toEqual([
      { status: 'NEEDS_CREDENTIALS', error_code: 'CREDENTIALS_REFUSED' },
    ]);
    const asked = scene.sandbox.counters.total;
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(scene.sandbox.counters.total).toBe(asked);

    scene.sandbox.refuseCredentials(false);
    const { credentials } = scene.sandbox;
    const { code, accountField } = scene.marketplace;
    const row = vault.seal({ marketplace: code, sandbox: true, account: credentials[accountField] ?? '' }, credentials);
    await scene.db.run({
      text: `update shops set credentials = $1, status = 'ACTIVE', status_reason = null, version = version + 1`,
      values: [row.sealed],
    });
    await scene.db.run({ text: 'update streams set due_at = now()' });
    await scene.db.run({ text: `select pg_notify('lading_due', $1)`, values: [scene.shopId] });
    expect(await ended(scene.db, 2)).toBe('SUCCEEDED');
    expect(await dump(scene.db, scene.shopId)).toEqual(expected.dump);
  });

  test('a cancelled run stops at once, and the next one finishes the work', async () => {
    scene = await openScene(actor);
    await scene.engine();
    await imported(scene.db, 40);
    const [run] = await scene.db.run<{ id: string }>({ text: 'select id from sync_runs' });
    const since = performance.now();
    await requestCancel(scene.db, run?.id ?? '');
    expect(await ended(scene.db)).toBe('CANCELLED');
    expect(performance.now() - since).toBeLessThan(2_000);
    await vi.waitFor(async () => {
      expect(await scene.db.run({ text: 'select leased_until > now() as held from shops' })).toEqual([{ held: false }]);
    });
    await syncAgain('INCREMENTAL', 2);
    expect(await dump(scene.db, scene.shopId)).toEqual(expected.dump);
  });
});
