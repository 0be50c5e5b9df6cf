import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { ask, createWorld, shopId, type World } from './world.js';

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db);
});
afterAll(() => fresh.close());

interface Page {
  nodes: { id: string; [field: string]: unknown }[];
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
}

const fields = `nodes { id } edges { cursor node { id } } totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
const source = `query ($first: Int, $after: String, $last: Int, $before: String, $where: OrderWhere, $orderBy: OrderOrder) {
  list: orders(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) { ${fields} } }`;

const page = async (variables: object): Promise<Page> => (await ask(world, source, variables)).data.list;

/** Walks the whole list in one direction; checks each page's own account of where it stands. */
async function walk(direction: 'forward' | 'backward', size: number, more: object): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 100; pages++) {
    const forward = direction === 'forward';
    const one: Page = await page(
      forward ? { first: size, after: cursor, ...more } : { last: size, before: cursor, ...more },
    );
    expect(one.edges.map(({ node }) => node.id)).toEqual(one.nodes.map(({ id }) => id));
    expect(one.pageInfo.startCursor).toBe(one.edges[0]?.cursor ?? null);
    expect(one.pageInfo.endCursor).toBe(one.edges.at(-1)?.cursor ?? null);
    const behind = forward ? one.pageInfo.hasPreviousPage : one.pageInfo.hasNextPage;
    expect(behind).toBe(cursor !== null);
    const found = one.nodes.map(({ id }) => id);
    if (forward) ids.push(...found);
    else ids.unshift(...found);
    if (!(forward ? one.pageInfo.hasNextPage : one.pageInfo.hasPreviousPage)) return ids;
    cursor = forward ? one.pageInfo.endCursor : one.pageInfo.startCursor;
  }
  throw new Error('the list does not end');
}

const key = (id: string) => Number(id.slice(4));

describe('lists of orders', () => {
  const orders = (sign: number) =>
    [...world.orders]
      .sort((a, b) => sign * (a.orderedAt.getTime() - b.orderedAt.getTime() || key(a.id) - key(b.id)))
      .map(({ id }) => id);

  it.each([1, 2, 7, 59, 60, 61, 100])(
    'are walked without a gap or a double, %d at a time, under ties',
    async (size) => {
      for (const [direction, sign] of [
        ['DESC', -1],
        ['ASC', 1],
      ] as const) {
        const more = { orderBy: { field: 'ORDERED_AT', direction } };
        expect(await walk('forward', size, more)).toEqual(orders(sign));
        expect(await walk('backward', size, more)).toEqual(orders(sign));
      }
    },
  );

  it('hold under a filter, and count under it', async () => {
    const where = { fulfillmentStatuses: ['FULFILLED'], shopIds: [shopId(world.shops[0] as never)] };
    const ids = await walk('forward', 3, { where, orderBy: { field: 'FULFILLED_AT' } });
    const expected = world.orders.filter(
      ({ shop, lines }) =>
        shop === world.shops[0] &&
        lines.some(({ quantity }) => quantity.shipped) &&
        lines.every(({ quantity }) => quantity.shipped + quantity.cancelled === quantity.ordered),
    );
    expect(expected.length).toBeGreaterThan(3);
    expect([...ids].sort()).toEqual(expected.map(({ id }) => id).sort());
    expect((await page({ where, first: 1 })).totalCount).toBe(expected.length);
  });

  it('ordered by a date that some lack, hold only those that have it', async () => {
    const { nodes, totalCount } = await page({ first: 100, orderBy: { field: 'FULFILLED_AT', direction: 'ASC' } });
    const { data } = await ask(
      world,
      '{ orders(first: 100, orderBy: { field: FULFILLED_AT, direction: ASC }) { nodes { fulfilledAt } } }',
    );
    const dates = data.orders.nodes.map((one: { fulfilledAt: string }) => one.fulfilledAt);
    expect(dates).toEqual([...dates].sort());
    expect(dates).not.toContain(null);
    expect(totalCount).toBe(nodes.length);
  });

  it('take a cursor of their own only', async () => {
    const { pageInfo } = await page({ first: 1 });
    const other = await ask(world, source, { after: pageInfo.endCursor, orderBy: { field: 'CHANGED_AT' } });
    expect(other.errors[0]?.extensions.code).toBe('INVALID_CURSOR');
    const list = await ask(world, 'query ($after: String) { shipments(after: $after) { totalCount } }', {
      after: pageInfo.endCursor,
    });
    expect(list.errors[0]?.extensions.code).toBe('INVALID_CURSOR');
  });

  it('may be empty', async () => {
    expect(await page({ where: { skus: ['no such'] } })).toEqual({
      ...{ nodes: [], edges: [], totalCount: 0 },
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
    expect((await page({ where: { shopIds: [] } })).totalCount).toBe(0);
  });

  const hasToShip = ({ fulfilledBy, quantity: q }: World['orders'][number]['lines'][number]) =>
    fulfilledBy === 'SELLER' && q.ordered > q.shipped + q.cancelled + q.pending;
  const filters: [string, object, (one: World['orders'][number]) => boolean][] = [
    ['marketplaces', { marketplaces: ['BOL'] }, ({ shop }) => shop.shop.marketplace === 'BOL'],
    ['countries', { countries: ['DE', 'NL'] }, (one) => ['DE', 'NL'].includes(one.shippingAddress?.country ?? '')],
    ['skus', { skus: ['LAMP'] }, ({ lines }) => lines.some(({ sku }) => sku === 'LAMP')],
    ['orderNumber', { orderNumber: 'n-3' }, ({ orderNumber }) => orderNumber === 'n-3'],
    [
      'fulfilledBy',
      { fulfilledBy: 'MARKETPLACE' },
      ({ lines }) => lines.some((it) => it.fulfilledBy === 'MARKETPLACE'),
    ],
    ['toShip', { toShip: true }, ({ lines }) => lines.some(hasToShip)],
    ['what is not to ship', { toShip: false }, ({ lines }) => !lines.some(hasToShip)],
    [
      'orderedAt',
      { orderedAt: { from: '2026-03-28T00:30:00+01:00', to: '2026-03-28T12:30:00Z' } },
      ({ orderedAt }) => orderedAt >= new Date('2026-03-27T23:30:00Z') && orderedAt < new Date('2026-03-28T12:30:00Z'),
    ],
    [
      'changedAt',
      { changedAt: { from: '2026-03-28T06:00:00Z' } },
      (one) => one.changedAt >= new Date('2026-03-28T06:00:00Z'),
    ],
  ];
  it.each(filters)('filter by %s', async (_, where, fits) => {
    const { nodes, totalCount } = await page({ first: 100, where });
    const expected = world.orders.filter(fits).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(world.orders.length);
    expect(nodes.map(({ id }) => id).sort()).toEqual(expected.sort());
    expect(totalCount).toBe(expected.length);
  });
});

describe('lists of shipments', () => {
  it('filter by tracking number, time and shop', async () => {
    const count = async (where: object) =>
      (await ask(world, 'query ($where: ShipmentWhere) { shipments(where: $where) { totalCount } }', { where })).data
        .shipments.totalCount;
    const of = (fits: (one: World['shipments'][number]) => boolean) => world.shipments.filter(fits).length;
    expect(await count({ trackingNumber: 'T1' })).toBe(1);
    expect(await count({ shippedAt: { to: '2026-03-28T00:00:00Z' } })).toBe(
      of(({ shippedAt }) => shippedAt < new Date('2026-03-28T00:00:00Z')),
    );
    expect(await count({ shopIds: [shopId(world.shops[1] as never)] })).toBe(of(({ shop }) => shop === world.shops[1]));
    expect(await count({ fulfilledBy: 'MARKETPLACE' })).toBe(0);
  });
});
