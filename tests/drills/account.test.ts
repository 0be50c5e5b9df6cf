// What is wrong with a shop's account at bol stops the shop with a reason, and nothing is asked any more until somebody acts.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { globalId } from '../../src/commerce/id.js';
import type { Credentials } from '../../src/commerce/marketplace.js';
import { standingOf } from '../../src/store/hurry.js';
import { openStage, type Stage } from '../server/stage.js';
import { vault } from '../sync/shop.js';
import { bolActor, ended, expectTruth, imported, openScene, type Scene } from './scene.js';

let scene: Scene<typeof bolActor.sandbox>;
let api: Stage;
afterEach(async () => {
  await api?.close();
  await scene?.close();
});

async function open(credentials?: Credentials): Promise<void> {
  scene = await openScene(bolActor, { orders: 100 }, credentials);
  api = await openStage({ db: scene.db, vault, sandboxFor: () => true });
  await scene.engine();
}

const standing = () => standingOf(scene.db, scene.shopId);

async function expectSilence(): Promise<void> {
  await scene.db.run({ text: 'update streams set due_at = now()' });
  const asked = scene.sandbox.counters.total;
  await sleep(2_000);
  expect(scene.sandbox.counters.total).toBe(asked);
}

/** Sends a mutation about the shop; throws when it was refused. */
async function act(name: string, more: object = {}): Promise<void> {
  const input = { shopId: globalId('Shop', scene.shopId), ...more };
  const { data, errors } = await api.ask(
    `mutation Act($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
      ${name}(input: $input) { shop { status } userErrors { code message } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  expect(data[name]).toMatchObject({ shop: { status: 'ACTIVE' }, userErrors: [] });
}

test('credentials of another marketplace are refused by name; the right ones finish the work', async () => {
  const otto = { clientId: 'lading-demo', clientSecret: 'lading-demo-secret' };
  await open(otto);
  expect(await ended(scene.db)).toBe('FAILED');
  expect(await standing()).toMatchObject({
    status: 'NEEDS_CREDENTIALS',
    reason: expect.stringMatching(/POST \/token/),
  });
  // not asked again and again: bol blocks addresses that do
  expect(scene.sandbox.counters.total).toBeLessThan(5);
  await expectSilence();

  await act('shopUpdateCredentials', { credentials: { bol: scene.sandbox.credentials } });
  expect(await ended(scene.db, 2)).toBe('SUCCEEDED');
  await expectTruth(scene);
});

test('credentials that are revoked later stop the shop; what was read stays, and the same ones go on', async () => {
  await open();
  await imported(scene.db, 20);
  scene.sandbox.refuseCredentials();
  expect(await ended(scene.db)).toBe('FAILED');
  expect(await standing()).toMatchObject({ status: 'NEEDS_CREDENTIALS' });
  await expectSilence();

  scene.sandbox.refuseCredentials(false);
  await act('shopUpdateCredentials', { credentials: { bol: scene.sandbox.credentials } });
  expect(await ended(scene.db, 2)).toBe('SUCCEEDED');
  await expectTruth(scene);
});

test('a token endpoint that answers 404 pauses the shop with the reason, until somebody resumes it', async () => {
  await open();
  await imported(scene.db, 20);
  scene.sandbox.blockAddress();
  scene.sandbox.revokeTokens();
  expect(await ended(scene.db)).toBe('FAILED');
  expect(await standing()).toMatchObject({ status: 'PAUSED', reason: expect.stringMatching(/404/) });
  const [run] = await scene.db.run<{ code: string }>({ text: 'select error_code as code from sync_runs order by id' });
  expect(run?.code).toBe('BLOCKED');
  await expectSilence();

  scene.sandbox.blockAddress(false);
  await act('shopResume');
  expect(await ended(scene.db, 2)).toBe('SUCCEEDED');
  expect(await standing()).toMatchObject({ status: 'ACTIVE', reason: null });
  await expectTruth(scene);
});

test('an account that bol has closed stops the shop with bol’s own words', async () => {
  await open();
  await imported(scene.db, 20);
  scene.sandbox.deactivateAccount();
  expect(await ended(scene.db)).toBe('FAILED');
  const { status, reason } = await standing();
  expect(status).toBe('NEEDS_CREDENTIALS');
  expect(reason).toMatch(/403/);
});
