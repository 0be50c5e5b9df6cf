import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyText } from '../../src/commerce/money.js';
import { totalsOf } from '../../src/commerce/order.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { ask, createWorld, type StoredOrder, shopId, type World } from './world.js';

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db);
});
afterAll(() => fresh.close());

const newestFirst = (a: StoredOrder, b: StoredOrder) =>
  b.orderedAt.getTime() - a.orderedAt.getTime() || Number(b.id.slice(4)) - Number(a.id.slice(4));

/** What the API must say of an order, made from what was put in. */
function expected(one: StoredOrder) {
  const { currency } = one;
  const totals = totalsOf(one.lines);
  return {
    __typename: one.shop.shop.marketplace === 'BOL' ? 'BolOrder' : 'OttoOrder',
    id: one.id,
    shop: { id: shopId(one.shop), name: 'test' },
    externalId: one.externalId,
    orderNumber: one.orderNumber,
    orderedAt: one.orderedAt.toISOString(),
    shipBy: one.shipBy?.toISOString() ?? null,
    shippingAddress: one.shippingAddress,
    billingAddress: null,
    unitCount: totals.unitsOrdered,
    totalGross: moneyText({ minor: totals.totalMinor, currency }),
    lines: one.lines.map((line, no) => ({
      id: `${one.id.replace('ord', 'lin')}_${no}`,
      externalIds: line.externalIds,
      sku: line.sku,
      title: line.title,
      fulfilledBy: line.fulfilledBy,
      vatRate: line.vatRate,
      shippedAt: line.shippedAt?.toISOString() ?? null,
      quantity: {
        ...line.quantity,
        open: line.quantity.ordered - line.quantity.shipped - line.quantity.cancelled,
      },
      unitPriceGross: moneyText({ minor: line.unitPriceMinor, currency }),
      totalGross: moneyText({ minor: line.totalMinor, currency }),
    })),
  };
}

const orderFields = `__typename id shop { id name } externalId orderNumber orderedAt shipBy
  shippingAddress { name company lines postalCode city stateOrProvince country } billingAddress { city }
  unitCount totalGross { amount currency }
  lines { id externalIds sku title fulfilledBy vatRate shippedAt
    quantity { ordered shipped cancelled returned open pending } unitPriceGross { amount currency } totalGross { amount currency } }`;

describe('what is read', () => {
  it('equals what was put in', async () => {
    const { data, straight, statements } = await ask(
      world,
      `{ orders(first: 100) { totalCount nodes { ${orderFields} } } }`,
    );
    const all = [...world.orders].sort(newestFirst).map(expected);
    const lineNumbers = all[0]?.lines.map(({ id }) => id);
    // line ids count as the store counts: from whatever number it begins with
    const first = Number(data.orders.nodes[0].lines[0].id.split('_')[2]);
    expect(lineNumbers).toHaveLength(data.orders.nodes[0].lines.length);
    for (const one of all) {
      for (const [no, line] of one.lines.entries()) line.id = `${one.id.replace('ord', 'lin')}_${no + first}`;
    }
    expect(data.orders.totalCount).toBe(world.orders.length);
    expect(data.orders.nodes).toEqual(all);
    expect(straight).toBe(true);
    expect(statements).toBe(1);
  });

  it('looks many objects up in one statement, and finds each of them', async () => {
    const some = world.orders.slice(0, 30);
    const lookups = some.map((one, at) => `o${at}: order(id: "${one.id}") { externalId lines { sku } }`);
    const { data, statements } = await ask(
      world,
      `{ ${lookups.join(' ')} none: order(id: "ord_999999999") { externalId lines { sku } }
        other: order(id: "${some[0]?.id}") { orderNumber } }`,
    );
    for (const [at, one] of some.entries()) {
      expect(data[`o${at}`]).toEqual({ externalId: one.externalId, lines: one.lines.map(({ sku }) => ({ sku })) });
    }
    expect(data.none).toBeNull();
    expect(data.other).toEqual({ orderNumber: some[0]?.orderNumber });
    // one for all that ask the same of their order, one for the one that asks something else
    expect(statements).toBe(2);
  });

  it('comes in one statement per root field, whatever is nested and however long the page', async () => {
    const nested = `${orderFields} shipments { id lines { quantity order { id returns { lines { orderLine { title } } } }
      orderLine { sku order { orderNumber } } } orders { id } } returns { id order { id } lines { reason orderLine { id } } }`;
    for (const first of [1, 7, 100]) {
      const { statements, straight } = await ask(
        world,
        `query ($first: Int) { orders(first: $first) { nodes { ${nested} } } }`,
        {
          first,
        },
      );
      expect({ statements, straight }).toEqual({ statements: 1, straight: true });
    }
    const [one] = world.orders;
    const two = await ask(
      world,
      `query ($id: ID!) { a: order(id: $id) { ${nested} } b: node(id: $id) { __typename id ... on Order { ${nested} } }
        shipments { nodes { id orders { id lines { sku } } } pageInfo { hasNextPage } totalCount }
        returns { nodes { id status trackingNumbers order { externalId } } } productSales { nodes { sku contributingOrders { nodes { id } } } } }`,
      { id: one?.id },
    );
    // `a` and `b` ask the same of one order, and are looked up together
    expect(two.statements).toBe(4);
    expect(two.straight).toBe(true);
  });

  it('links shipments, orders and lines by the marketplace’s keys', async () => {
    const { data } = await ask(
      world,
      `{ shipments(first: 100) { nodes { externalId shop { id } shippedAt carrier trackingNumber orders { externalId }
        lines { externalId orderExternalId order { externalId } orderLine { externalIds } } } } }`,
    );
    expect(data.shipments.nodes).toHaveLength(world.shipments.length);
    for (const node of data.shipments.nodes) {
      const one = world.shipments.find((it) => it.externalId === node.externalId);
      const has = (key: string) => world.orders.find((it) => it.shop === one?.shop && it.externalId === key);
      expect(node.shippedAt).toBe(one?.shippedAt.toISOString());
      expect(node.orders.map((it: { externalId: string }) => it.externalId).sort()).toEqual(
        [...new Set(one?.lines.map((it) => it.orderExternalId))].filter(has).sort(),
      );
      for (const [at, line] of node.lines.entries()) {
        const found = has(one?.lines[at]?.orderExternalId as string);
        expect(line.order).toEqual(found ? { externalId: found.externalId } : null);
        expect(line.orderLine?.externalIds ?? []).toEqual(
          found?.lines.find((it) => it.externalIds.includes(line.externalId))?.externalIds ?? [],
        );
      }
    }
  });

  it('finds returns, and says null where their order is unknown', async () => {
    const { data } = await ask(
      world,
      '{ returns(first: 100) { totalCount nodes { externalId trackingNumbers order { externalId } lines { reason quantity order { id } } } } }',
    );
    expect(data.returns.totalCount).toBe(world.returns.length);
    const unknown = data.returns.nodes.find((one: { externalId: string }) => one.externalId === 'r-13');
    expect(unknown).toMatchObject({ order: null, lines: [{ quantity: 1, order: null }] });
  });

  it('finds the order line that a return names, by its unit or by its product', async () => {
    const { data } = await ask(
      world,
      '{ returns(first: 100) { nodes { externalId lines { externalId ean acceptedQuantity orderLine { externalIds } } } } }',
    );
    for (const node of data.returns.nodes) {
      const one = world.returns.find((it) => it.externalId === node.externalId);
      const [put] = one?.lines ?? [];
      const ordered = world.orders.find((it) => it.shop === one?.shop && it.externalId === put?.orderExternalId);
      expect(node.lines).toEqual([
        {
          ...{ externalId: put?.externalId, ean: put?.ean, acceptedQuantity: put?.accepted },
          orderLine: ordered ? { externalIds: ordered.lines[0]?.externalIds } : null,
        },
      ]);
    }
    const ways = data.returns.nodes.map((node: { lines: [{ ean: string | null }] }) => node.lines[0].ean !== null);
    expect(new Set(ways)).toEqual(new Set([true, false]));
  });

  it('finds an order by the marketplace’s key, and nothing for ids of other things', async () => {
    const [one] = world.orders as [StoredOrder];
    const { data } = await ask(
      world,
      `query ($shop: ID!, $key: String!, $id: ID!) {
        found: orderByReference(shopId: $shop, externalId: $key) { id }
        other: orderByReference(shopId: $shop, externalId: "x") { id }
        wrong: orderByReference(shopId: $id, externalId: $key) { id }
        order(id: $shop) { id } nonsense: order(id: "' or 1=1 --") { id } far: order(id: "ord_999999999999999999") { id }
        node(id: "ord_1_2") { id } line: node(id: "lin_1_99999999999") { id } shop: node(id: $shop) { __typename id } }`,
      { shop: shopId(one.shop), key: one.externalId, id: one.id },
    );
    expect(data).toEqual({
      ...{ found: { id: one.id }, other: null, wrong: null, order: null, nonsense: null, far: null, node: null },
      ...{ line: null, shop: { __typename: 'Shop', id: shopId(one.shop) } },
    });
  });
});

describe('the language of queries', () => {
  it('aliases, repeats and merges fields', async () => {
    const { data } = await ask(
      world,
      `{ a: orders(first: 2) { n: nodes { x: id y: id lines { t: title } lines { title q: quantity { o: ordered } } } }
        a: orders(first: 2) { nodes { id } n: nodes { totalGross { c: currency } } pageInfo { hasNextPage } } }`,
    );
    expect(Object.keys(data.a)).toEqual(['n', 'nodes', 'pageInfo']);
    expect(Object.keys(data.a.n[0])).toEqual(['x', 'y', 'lines', 'totalGross']);
    expect(data.a.n[0].x).toBe(data.a.nodes[0].id);
  });

  it('knows fragments on interfaces, on types and on each other', async () => {
    const { data, straight } = await ask(
      world,
      `query { orders(first: 100) { nodes { ...Named ... on OttoOrder { paymentMethod fees: deliveryFees { name amount { amount } }
          deliveryContact { email } } ... on BolOrder { pickup } ... on Node { id } } } }
        fragment Named on Order { __typename ...Numbered }
        fragment Numbered on Order { orderNumber }`,
    );
    expect(straight).toBe(true);
    for (const node of data.orders.nodes) {
      const otto = ['__typename', 'orderNumber', 'paymentMethod', 'fees', 'deliveryContact', 'id'];
      expect(Object.keys(node)).toEqual(
        node.__typename === 'OttoOrder' ? otto : ['__typename', 'orderNumber', 'pickup', 'id'],
      );
    }
    const fees = data.orders.nodes.flatMap((one: { fees?: object[] }) => one.fees ?? []);
    expect(fees[0]).toEqual({ name: 'DELIVERY_FEE_STANDARD', amount: { amount: '4.90' } });
  });

  it('skips and includes by variables, with defaults, and picks one of several operations', async () => {
    const source = `query One($lines: Boolean = false, $shop: Boolean!) {
        orders(first: 1) { nodes { id lines @include(if: $lines) { id } ...S @skip(if: $shop) } } }
      query Two { __typename orders(first: 1) { __typename nodes { __typename } edges { __typename } pageInfo { __typename } } }
      fragment S on Order { shop { id } }`;
    const keys = async (variables: object) =>
      Object.keys((await ask(world, source, variables, 'One')).data.orders.nodes[0]);
    expect(await keys({ shop: true })).toEqual(['id']);
    expect(await keys({ shop: false, lines: true })).toEqual(['id', 'lines', 'shop']);
    expect(await keys({ shop: true, lines: true })).toEqual(['id', 'lines']);
    const two = await ask(world, source, {}, 'Two');
    expect(two.data.__typename).toBe('Query');
    expect(two.data.orders.__typename).toBe('OrderConnection');
  });

  it('gives way to graphql-js for introspection beside data', async () => {
    const { data, straight } = await ask(
      world,
      '{ __schema { queryType { name } } orders(first: 1) { nodes { __typename id } } }',
    );
    expect(straight).toBe(false);
    expect(data.orders.nodes).toHaveLength(1);
  });

  it('spreads a null of a promised field as far as the schema says, without losing the rest', async () => {
    const source =
      '{ orders(first: 100) { nodes { id ... on BolOrder { promise } } } returns(first: 1) { nodes { id } } }';
    const lost = world.orders.find((one) => one.externalId === 'o-32') as StoredOrder;
    const { data, errors } = await ask(world, source);
    expect(data).toBeNull();
    expect(errors[0]?.path?.slice(0, 2)).toEqual(['orders', 'nodes']);
    const single = await ask(
      world,
      'query ($id: ID!) { order(id: $id) { ... on BolOrder { promise } } node(id: $id) { id } }',
      { id: lost.id },
    );
    expect(single.data).toEqual({ order: null, node: { id: lost.id } });
    expect(single.errors).toHaveLength(1);
  });

  it('keeps errors to their field where it may be null, and tells each', async () => {
    const { data, errors } = await ask(world, '{ a: orders(first: 101) { totalCount } b: order(id: "x") { id } }');
    expect(data).toBeNull();
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['a'], 'INVALID_PAGE_SIZE']]);
  });
});

describe('bad input', () => {
  it('of texts that no database can hold finds nothing', async () => {
    const nul = '\u0000';
    const { data } = await ask(
      world,
      `query ($s: String!, $id: ID!, $shop: ID!) { orders(where: { skus: [$s], orderNumber: $s }) { totalCount }
        orderByReference(shopId: $shop, externalId: $s) { id } node(id: $id) { id } }`,
      { s: nul, id: nul, shop: shopId(world.shops[0] as never) },
    );
    expect(data).toEqual({ orders: { totalCount: 0 }, orderByReference: null, node: null });
  });

  const cases: [string, string, object?][] = [
    ['INVALID_PAGE_SIZE', '{ orders(first: 0) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ orders(first: -1) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ orders(first: 101) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ orders(last: 101) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ orders(first: 1, last: 1) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ orders(before: "x") { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ productSales(first: 101) { totalCount } }'],
    ['INVALID_PAGE_SIZE', '{ productSales { nodes { contributingOrders(first: 101) { totalCount } } } }'],
    ['INVALID_CURSOR', '{ orders(after: "made up") { totalCount } }'],
    ['INVALID_CURSOR', '{ productSales(after: "bm9uc2Vuc2U") { totalCount } }'],
    ['INVALID_ID', '{ orders(where: { shopIds: ["ord_1"] }) { totalCount } }'],
    [
      'INVALID_RANGE',
      '{ orders(where: { orderedAt: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" } }) { totalCount } }',
    ],
    ['UNKNOWN_TIME_ZONE', '{ productSales(timeZone: "Mars/Base") { totalCount } }'],
    ['BAD_USER_INPUT', '{ productSales(orderBy: { field: PERIOD }) { totalCount } }'],
  ];
  it.each(cases)('%s: %s', async (code, source, variables) => {
    const { data, errors, statements } = await ask(world, source, variables);
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.message).toMatch(/`|PERIOD/);
    expect(data).toBeNull();
    expect(statements).toBe(0);
  });
});
