// The connector against the pretend OTTO, over real HTTP: nothing missing, whatever happens on the way.
import 'reflect-metadata';
import { afterEach, describe, expect, it } from 'vitest';
import type { RawRecord, StreamName } from '../../../src/commerce/marketplace.js';
import { otto } from '../../../src/marketplaces/otto/index.js';
import type { OttoSandbox, OttoSandboxOptions } from '../../../src/marketplaces/otto/sandbox.js';
import { startSandbox } from '../../../src/marketplaces/otto/sandbox.js';
import { drain, idsOf, ottoSession, signal } from './drain.js';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function scene(options: OttoSandboxOptions = {}) {
  const sandbox = await startSandbox({ rateScale: 100, ...options });
  const session = ottoSession(sandbox.origin, sandbox.credentials, { rateScale: 100 });
  open.push(sandbox, { stop: () => session.close() });
  return { sandbox, session };
}

const streams: readonly StreamName[] = ['ORDERS', 'SHIPMENTS', 'RETURNS'];

function trueIds(sandbox: OttoSandbox, name: StreamName): Set<string> {
  const { orders, shipments, returns } = sandbox.truth();
  const of = { ORDERS: orders, SHIPMENTS: shipments, RETURNS: returns };
  return new Set(of[name].map(({ externalId }) => externalId));
}

const loaded = (record: RawRecord) => record.load?.(signal) ?? Promise.resolve(record.payload);

describe('the pretend OTTO', () => {
  it('is read and mapped whole: every order, shipment and return, with one token', async () => {
    const { sandbox, session } = await scene({ orders: 700 });
    for (const name of streams) {
      const { records, pages } = await drain(session, name, { mode: 'FULL' });
      expect(idsOf(records)).toEqual(trueIds(sandbox, name));
      expect(pages.filter(({ done }) => done)).toHaveLength(1);
      const stream = otto.streams.find((one) => one.name === name);
      for (const record of records.slice(0, 60)) {
        expect(stream?.map(await loaded(record)).externalId).toBe(record.externalId);
      }
    }
    expect(sandbox.counters.tokensIssued).toBe(1);
    expect(sandbox.counters.tooMany).toBe(0);
    expect(session.meter.requests).toBe(sandbox.counters.total);
  });

  it('refuses wrong credentials, and a client without the scopes', async () => {
    const { sandbox } = await scene();
    const wrong = ottoSession(sandbox.origin, { clientId: 'lading-demo', clientSecret: 'no' });
    await expect(otto.verify(wrong, signal)).rejects.toMatchObject({ failure: 'CREDENTIALS_REFUSED' });
    const { session } = await scene({ scopes: ['orders'] });
    await expect(otto.verify(session, signal)).rejects.toMatchObject({ failure: 'CREDENTIALS_REFUSED', status: 400 });
  });

  it.each(['lastModifiedDate', 'lifecycleChangeDate'] as const)(
    'finds every change of orders incrementally, by %s',
    async (changeDate) => {
      const { sandbox, session } = await scene({ orders: 300, changeDate });
      let { cursor } = await drain(session, 'ORDERS');
      for (let round = 0; round < 5; round++) {
        const changed = sandbox.change(40);
        const next = await drain(session, 'ORDERS', { cursor });
        cursor = next.cursor;
        const seen = idsOf(next.records);
        for (const { salesOrderId, step } of changed) {
          // an announced return changes no order; an accepted one moves no lifecycle date
          const returned = sandbox.world.order(salesOrderId)?.units.some(({ status }) => status === 'RETURNED');
          const listed = step === 'RETURN_SETTLED' ? returned && changeDate === 'lastModifiedDate' : true;
          if (listed && step !== 'RETURN_ANNOUNCED') expect(seen).toContain(salesOrderId);
        }
      }
    },
  );

  it.each(streams)('%s: stopped after any page and resumed, nothing is missing', async (name) => {
    const { sandbox, session } = await scene({ orders: 700 });
    const whole = await drain(session, name, { mode: 'FULL' });
    for (let stopAfter = 1; stopAfter < whole.pages.length; stopAfter++) {
      const first = await drain(session, name, { mode: 'FULL', stopAfter });
      sandbox.change(5);
      const rest = await drain(session, name, { mode: 'FULL', cursor: first.cursor });
      const again = await drain(session, name, { cursor: rest.cursor });
      const seen = idsOf([...first.records, ...rest.records, ...again.records]);
      for (const id of trueIds(sandbox, name)) expect(seen).toContain(id);
    }
  });

  it.each(['DUPLICATE_ENTRIES', 'SHIFTED_PAGES', 'STUCK_CURSOR', 'MALFORMED_RECORDS'] as const)(
    '%s costs no record of any stream',
    async (kind) => {
      const { sandbox, session } = await scene({ orders: 700 });
      sandbox.faults.add({ kind, after: 1, times: 2 });
      for (const name of streams) {
        const { records } = await drain(session, name, { mode: 'FULL' });
        const seen = idsOf(records);
        for (const id of trueIds(sandbox, name)) expect(seen).toContain(id);
      }
    },
  );

  it.each([
    'TOO_MANY_REQUESTS',
    'SERVER_ERROR',
    'DROP',
    'DROP_MID_BODY',
    'HTML_200',
    'TRUNCATED_JSON',
    'EMPTY_200',
    'UNAUTHORIZED',
    'FORBIDDEN_HTML',
  ] as const)('%s is lived through', async (kind) => {
    const { sandbox, session } = await scene({ orders: 300 });
    sandbox.faults.add({ kind, after: 1, times: 1 });
    const { records } = await drain(session, 'ORDERS');
    expect(idsOf(records)).toEqual(trueIds(sandbox, 'ORDERS'));
    expect(sandbox.faults.struck[kind]).toBe(1);
    expect(session.meter.retries).toBeGreaterThanOrEqual(1);
  });

  it('a token revoked in mid-run costs one more token', async () => {
    const { sandbox, session } = await scene({ orders: 700 });
    const first = await drain(session, 'ORDERS', { stopAfter: 2 });
    sandbox.revokeTokens();
    const rest = await drain(session, 'ORDERS', { cursor: first.cursor });
    expect(idsOf([...first.records, ...rest.records])).toEqual(trueIds(sandbox, 'ORDERS'));
    expect(sandbox.counters.tokensIssued).toBe(2);
  });
});
