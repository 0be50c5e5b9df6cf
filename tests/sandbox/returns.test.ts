import { expect, test } from 'vitest';
import type { WireReturn, WireReturnPage } from '../../src/marketplaces/otto/wire.js';
import { type Asking, ask } from './ask.js';

async function returnsOf({ json }: Asking, status: string, limit = 10): Promise<WireReturn[]> {
  const rows: WireReturn[] = [];
  let path: string | undefined = `/v3/returns?status=${status}&limit=${limit}`;
  while (path) {
    const page: WireReturnPage = await json(path);
    rows.push(...page.positionItems);
    path = page.links?.[0]?.href;
  }
  return rows;
}

test('per status, newest first, in pages', async () => {
  const asking = await ask({ orders: 1_500 });
  for (const status of ['ANNOUNCED', 'ACCEPTED', 'REJECTED', 'MISDIRECTED']) {
    const wanted = asking.otto.truth().returns.filter((each) => each.status === status);
    const rows = await returnsOf(asking, status.toLowerCase(), 7);
    expect(rows.map(({ positionItemId }) => positionItemId).toSorted()).toEqual(
      wanted.map(({ externalId }) => externalId).toSorted(),
    );
    const times = rows.map(({ occurredTime }) => occurredTime);
    expect(times).toEqual(times.toSorted().toReversed());
    expect(await returnsOf(asking, status, 50)).toEqual(rows);
  }
  for (const query of ['status=LOST', 'limit=51', 'page=0']) {
    expect((await asking.get(`/v3/returns?${query}`)).status).toBe(400);
  }
});

test('as in OTTO’s real sandbox there may be none', async () => {
  expect(await returnsOf(await ask({ emptyReturns: true }), 'ACCEPTED')).toEqual([]);
});

test('a verdict on each unit for itself: accepted once, a rejected one can still be accepted', async () => {
  const { otto, post } = await ask();
  const { returns } = otto.truth();
  const of = (status: string) => {
    const [line] = returns.find((each) => each.status === status)?.lines ?? [];
    return { salesOrderId: line?.orderExternalId, positionItemId: line?.externalId };
  };
  const accept = (...positionItems: object[]) => post('/v3/returns/acceptance', { positionItems });
  const answer = await accept({ ...of('ANNOUNCED'), condition: 'A', reason: 'RETURN_RECEIVED' }, of('ACCEPTED'));
  expect(answer.status).toBe(207);
  const body = (await answer.json()) as { results: unknown[]; errors: { detail: string }[] };
  expect(body.results).toHaveLength(1);
  expect(body.errors[0]?.detail).toBe('The return has already been accepted');
  expect((await accept(of('REJECTED'))).status).toBe(200);
  expect(otto.truth().returns.every(({ status }) => status === 'ACCEPTED')).toBe(true);

  const reject = (positionItem: object) => post('/v3/returns/rejection', { positionItems: [positionItem] });
  expect((await reject({ ...of('ACCEPTED'), reason: 'ITEM_DAMAGED' })).status).toBe(207);
  expect((await post('/v3/returns/acceptance', {})).status).toBe(422);
  expect((await accept(...Array.from({ length: 201 }, () => of('ACCEPTED')))).status).toBe(413);
});
