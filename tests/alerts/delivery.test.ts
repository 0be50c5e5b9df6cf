// The outbox emptied into a real receiver: retries, giving up, several processes, processes that die.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Alerts, startAlerts, type Timing } from '../../src/alerts/delivery.js';
import { createLog } from '../../src/log.js';
import { retryDelivery } from '../../src/store/alert-deliveries.js';
import { raiseAlert, resolveAlert } from '../../src/store/alerts.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { programOf } from '../setup/program.js';
import { ok, openReceiver, type Receiver, secret, status } from './receiver.js';

let fresh: Fresh;
let receiver: Receiver;
let logged: string[];
let running: Alerts[];
let children: ChildProcess[];
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  [logged, running, children] = [[], [], []];
  receiver = await openReceiver();
  await rows('truncate alerts, alert_deliveries restart identity cascade');
});
afterEach(async () => {
  for (const alerts of running) await alerts.stop();
  for (const child of children) child.kill('SIGKILL');
  await receiver.close();
});

const rows = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  fresh.db.run<Row>({ text, values });

/** As in real life, but a second is a few milliseconds. */
const hasty: Partial<Timing> = { backOffMs: 40, backOffMaxMs: 400, attemptsMax: 4, timeoutMs: 300, claimMs: 1_000 };

async function start(timing: Partial<Timing> = hasty, url = receiver.url): Promise<Alerts> {
  const stream = new Writable({
    write(chunk, _, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const log = createLog({ level: 'debug', format: 'json', stream });
  const alerts = await startAlerts({ db: fresh.db, webhook: { url, secret }, log, timing });
  running.push(alerts);
  return alerts;
}

/** A sender in a process of its own. */
async function startChild(timing: Partial<Timing> = hasty): Promise<{ child: ChildProcess; log: string[] }> {
  const task = JSON.stringify({ databaseUrl: fresh.url, webhook: { url: receiver.url, secret }, timing });
  const program = await programOf('tests/alerts/sender-process.ts');
  const child = spawn(process.execPath, [program, task], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const log: string[] = [];
  child.stderr?.on('data', (chunk) => log.push(String(chunk)));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`ended: ${log.join('')}`)));
  ended.catch(() => {});
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), ended]);
  return { child, log };
}

const raise = (sku: string) =>
  raiseAlert(fresh.db, {
    ...{ kind: 'OVERSELL', subject: `sku:${sku}`, severity: 'CRITICAL', message: `too many ${sku}`, facts: { sku } },
  });
const resolve = (sku: string) => resolveAlert(fresh.db, { kind: 'OVERSELL', subject: `sku:${sku}` });

interface Delivery {
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
}
const deliveries = () =>
  rows<Delivery>(
    'select state, attempts, last_status as status, last_error as error from alert_deliveries order by id',
  );

/** Looks as often as a tick would, until the outbox is as expected. */
async function until(alerts: Alerts, expected: readonly Partial<Delivery>[]): Promise<void> {
  const look = async () => {
    await alerts.look();
    return deliveries();
  };
  await expect.poll(look, { timeout: 20_000, interval: 15 }).toMatchObject(expected);
}

const told = () => receiver.received.map(({ body }) => `${JSON.parse(body).data.subject} ${JSON.parse(body).type}`);

describe('the outbox', () => {
  it('is sent within a moment of the commit, signed, and each event once', async () => {
    await start();
    await raise('A');
    await raise('A');
    await expect.poll(() => told(), { timeout: 3_000 }).toEqual(['sku:A alert.raised']);
    await resolve('A');
    await expect.poll(() => told(), { timeout: 3_000 }).toEqual(['sku:A alert.raised', 'sku:A alert.resolved']);
    expect(receiver.received.every(({ isGenuine }) => isGenuine)).toBe(true);
    const ids = await rows<{ event: string }>('select event_id as event from alert_deliveries order by id');
    expect(receiver.received.map(({ id }) => id)).toEqual(ids.map(({ event }) => event));
    await expect.poll(deliveries).toEqual([
      { state: 'DELIVERED', attempts: 1, status: 204, error: null },
      { state: 'DELIVERED', attempts: 1, status: 204, error: null },
    ]);
  });

  it('is looked at by itself as well: a word that was lost costs no more than a tick', async () => {
    await start();
    await raise('A');
    await expect.poll(deliveries).toMatchObject([{ state: 'DELIVERED' }]);
    await rows(`update alert_deliveries set state = 'PENDING', delivered_at = null`);
    await expect.poll(deliveries, { timeout: 10_000 }).toMatchObject([{ state: 'DELIVERED', attempts: 2 }]);
  });

  it.each([
    ['a status of 500', status(500), 500, 'the webhook answered 500'],
    ['no answer in time', () => {}, null, 'the webhook gave no complete answer within 0.3 s'],
    ['a cut', (response) => response.destroy(), null, 'the webhook failed: connection failed'],
  ] as [string, typeof ok, number | null, string][])(
    'waits longer and longer after %s, and ends when the receiver is well',
    async (_, fall, code, error) => {
      receiver.reply = (...args) => (receiver.received.length <= 3 ? fall : ok)(...args);
      const alerts = await start();
      await raise('A');
      await until(alerts, [{ state: 'PENDING', status: code, error: expect.stringContaining(error) }]);
      await until(alerts, [{ state: 'DELIVERED', attempts: 4, status: 204, error: null }]);
      const [first, second, third, fourth] = receiver.received.map(({ at }) => at) as [number, number, number, number];
      // 40, 160 and 400 ms, each less by a tenth at most
      expect(second - first).toBeGreaterThanOrEqual(35);
      expect(third - second).toBeGreaterThanOrEqual(143);
      expect(fourth - third).toBeGreaterThanOrEqual(359);
      const same = new Set(receiver.received.map(({ id, body }) => `${id} ${body}`));
      expect(same.size).toBe(1);
      expect(receiver.received.every(({ isGenuine }) => isGenuine)).toBe(true);
    },
  );

  it('survives that nobody listens, and stays away as long as the receiver asks for', async () => {
    const port = Number(new URL(receiver.url).port);
    await receiver.close();
    const alerts = await start({ ...hasty, backOffMaxMs: 2_000 });
    await raise('A');
    await until(alerts, [{ state: 'PENDING', attempts: 2, error: expect.stringContaining('ECONNREFUSED') }]);
    receiver = await openReceiver(port);
    receiver.reply = status(429, { 'retry-after': '1' });
    await until(alerts, [{ state: 'PENDING', attempts: 3, status: 429 }]);
    receiver.reply = ok;
    await until(alerts, [{ state: 'DELIVERED', attempts: 4 }]);
    const [limited, taken] = receiver.received.map(({ at }) => at) as [number, number];
    expect(taken - limited).toBeGreaterThan(890);
  });

  it('gives up visibly after its attempts, and sends again by hand under the same id', async () => {
    receiver.reply = status(500);
    const alerts = await start();
    await raise('A');
    const failed = { state: 'FAILED', attempts: 4, status: 500 };
    await until(alerts, [{ ...failed, error: 'the webhook answered 500; gave up after 4 attempts' }]);
    await sleep(500);
    await alerts.look();
    expect(receiver.received).toHaveLength(4);
    expect(logged.join('')).toContain('alert not delivered: given up');

    receiver.reply = ok;
    expect(await retryDelivery(fresh.db, '1')).toBe(true);
    await until(alerts, [{ state: 'DELIVERED', attempts: 1, status: 204, error: null }]);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(await retryDelivery(fresh.db, '99')).toBe(false);
  });

  it('tells the events of an alert in their order, and does not let one alert wait for another', async () => {
    receiver.reply = (response, { body }) => (body.includes('sku:A') ? status(500) : ok)(response, {} as never, 0);
    const alerts = await start({ ...hasty, attemptsMax: 100 });
    await raise('A');
    await resolve('A');
    await raise('B');
    await until(alerts, [{ state: 'PENDING', attempts: 2 }, { state: 'PENDING', attempts: 0 }, { state: 'DELIVERED' }]);
    receiver.reply = ok;
    await until(alerts, [{ state: 'DELIVERED' }, { state: 'DELIVERED' }, { state: 'DELIVERED' }]);
    expect(told().slice(-2)).toEqual(['sku:A alert.raised', 'sku:A alert.resolved']);
  });

  it('is left as it is by a sender that stops, at once, and goes on with the next one', async () => {
    receiver.reply = () => {};
    const alerts = await start({ ...hasty, timeoutMs: 60_000, claimMs: 90_000 });
    await raise('A');
    await expect.poll(() => receiver.received.length).toBe(1);
    const began = performance.now();
    await alerts.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await deliveries()).toEqual([{ state: 'PENDING', attempts: 0, status: null, error: null }]);
    receiver.reply = ok;
    await until(await start(), [{ state: 'DELIVERED', attempts: 1 }]);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  });

  it('waits where no webhook is set', async () => {
    const alerts = await startAlerts({
      db: fresh.db,
      webhook: null,
      log: createLog({ level: 'error', format: 'json' }),
    });
    running.push(alerts);
    await raise('A');
    await alerts.look();
    expect(await deliveries()).toEqual([{ state: 'PENDING', attempts: 0, status: null, error: null }]);
  });

  it('tells neither secret nor URL in a log or in what is kept', async () => {
    const alerts = await start({ ...hasty, attemptsMax: 2 });
    await raise('A');
    await until(alerts, [{ state: 'DELIVERED' }]);
    // an answer that quotes what was asked
    receiver.reply = (response, { path }) => void response.writeHead(404).end(`Cannot POST ${path}`);
    await raise('B');
    await until(alerts, [{ state: 'DELIVERED' }, { state: 'FAILED' }]);
    receiver.reply = (response) => response.destroy();
    await raise('C');
    await until(alerts, [{ state: 'DELIVERED' }, { state: 'FAILED' }, { state: 'FAILED' }]);
    const kept = JSON.stringify(await rows('select * from alert_deliveries'));
    expect(logged.join('').length).toBeGreaterThan(300);
    for (const text of [logged.join(''), kept]) {
      expect(text).not.toMatch(/that-is-secret|hooks/);
      expect(text).not.toContain(secret.slice('whsec_'.length));
    }
  });
});

describe('several processes', () => {
  it('send each event once, while both are at work', async () => {
    receiver.reply = (response) => void setTimeout(() => response.writeHead(200).end(), 5 + Math.random() * 30);
    const timing = { atOnce: 3, claimMs: 30_000 };
    const senders = await Promise.all([startChild(timing), startChild(timing)]);
    await Promise.all(Array.from({ length: 60 }, (_, at) => raise(`S${at}`)));
    await expect
      .poll(deliveries, { timeout: 30_000 })
      .toSatisfy((all: Delivery[]) => all.every(({ state, attempts }) => state === 'DELIVERED' && attempts === 1));
    expect(receiver.received).toHaveLength(60);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(60);
    const shares = senders.map(({ log }) => log.join('').match(/"alert delivered"/g)?.length ?? 0);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(shares.reduce((sum, one) => sum + one)).toBe(60);
  });

  it('send an event again, under its id, when one dies between sending and writing that down', async () => {
    const { child } = await startChild({ ...hasty, claimMs: 1_500 });
    // the receiver has it; the sender never learns that
    receiver.reply = () => void child.kill('SIGKILL');
    await raise('A');
    await once(child, 'exit');
    expect(await deliveries()).toEqual([{ state: 'PENDING', attempts: 1, status: null, error: null }]);
    receiver.reply = ok;
    const alerts = await start();
    await alerts.look();
    // the claim of the dead lasts until it has run out
    expect(receiver.received).toHaveLength(1);
    await until(alerts, [{ state: 'DELIVERED', attempts: 2, status: 204, error: null }]);
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect([second?.id, second?.body, second?.isGenuine]).toEqual([first?.id, first?.body, true]);
  });

  it('write nothing about a delivery that another one has claimed since', async () => {
    const answers: (() => void)[] = [];
    receiver.reply = (response) => void answers.push(() => response.writeHead(500).end());
    // its claim runs out long before its patience does: as if it had been frozen meanwhile
    await start({ ...hasty, timeoutMs: 20_000, claimMs: 100 });
    await raise('A');
    await expect.poll(() => answers.length).toBe(1);
    await sleep(150);
    receiver.reply = ok;
    await until(await start(), [{ state: 'DELIVERED', attempts: 2 }]);
    answers[0]?.();
    await sleep(300);
    expect(await deliveries()).toEqual([{ state: 'DELIVERED', attempts: 2, status: 204, error: null }]);
  });
});
