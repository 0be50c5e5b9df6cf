// Customers and their carts: filling, holding, checking out, by many at once, through the API.
import { type GraphQLOutputType, type GraphQLSchema, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExecutableGraph } from '../../src/graph/schema.js';
import { marketplaces } from '../../src/marketplaces/index.js';
import { releaseExpiredHolds } from '../../src/store/cart-holds.js';
import { openStage, type Stage } from '../server/stage.js';
import { expectAgreement } from '../store/agreement.js';

let stage: Stage;
let ada: string;
let bob: string;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.db.run({
    text: 'truncate orders, shipments, products, customers, carts, sales_daily, idempotency_keys cascade',
  });
  await upsert(['LAMP', 'TABLE', 'CHAIR'].map((sku, at) => product(sku, `${at + 1}.50`)));
  await stockSet({ LAMP: 10, TABLE: 10, CHAIR: 10 });
  ada = (await mutate('customerUpsert', { reference: 'ada', name: 'Ada', email: 'ada@example.org' })).customer.id;
  bob = (await mutate('customerUpsert', { reference: 'bob' })).customer.id;
});

const product = (sku: string, amount = '10.00', more: object = {}) => ({
  ...{ sku, title: `A ${sku}`, price: { amount, currency: 'EUR' }, vatRate: '19' },
  ...more,
});
const cartFields = `id version status heldUntil isOrderable unitCount totalGross { amount currency } customer { reference }
  order { id } lines { quantity held available isEnough isActive unitPriceGross { amount } totalGross { amount }
  product { sku } }`;
const selections: Record<string, string> = {
  productUpsert: 'createdCount',
  stockSet: 'products { sku }',
  stockAdjust: 'products { sku }',
  orderPlace: 'order { id orderNumber }',
  customerUpsert: 'customer { id reference name email version }',
  cartCheckout: `cart { ${cartFields} } order { id orderNumber unitCount totalGross { amount } note customer { reference }
    lines { sku quantity { ordered } } shortages { sku requested available } shippingAddress { city } }`,
};

// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for
type Answer = any;
async function mutate(name: string, input: object): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const answer = await stage.ask(
    `mutation Change($input: ${type}) { ${name}(input: $input) { ${selections[name] ?? `cart { ${cartFields} }`}
      userErrors { __typename code field message ... on InsufficientStockError { sku requested available } } } }`,
    { input },
  );
  return answer.data?.[name] ?? answer;
}
const upsert = (products: object[]) => mutate('productUpsert', { products });
const stockSet = (units: Record<string, number>) =>
  mutate('stockSet', { changes: Object.entries(units).map(([sku, quantity]) => ({ sku, quantity })) });
const add = (customerId: string, sku: string, quantity = 1, more: object = {}) =>
  mutate('cartLineAdd', { customerId, sku, quantity, ...more });
const checkout = (customerId: string, more: object = {}) => mutate('cartCheckout', { customerId, ...more });
const codes = (payload: Answer) => payload.userErrors.map(({ code }: { code: string }) => code);
const cartOf = async (customerId: string) =>
  (await stage.ask(`query Cart($id: ID!) { cart(customerId: $id) { ${cartFields} } }`, { id: customerId })).data.cart;
const stockOf = async (sku: string) =>
  (await stage.ask('query Stock($sku: String!) { productBySku(sku: $sku) { onHand reserved available } }', { sku }))
    .data.productBySku;
const placeable = (sku: string, quantity: number) => mutate('orderPlace', { lines: [{ sku, quantity }] });
/** Lets the time of all holds be over. */
const expire = () =>
  stage.db.run({ text: `update carts set held_until = now() - interval '1 second' where held_until is not null` });
/** All fields of an object type down to a depth. */
function everything(schema: GraphQLSchema, name: string, depth: number): string {
  const type = schema.getType(name);
  if (!type || !('getFields' in type) || depth === 0) return '{ __typename }';
  const fields = Object.values(type.getFields()).map((field) => {
    const of = getNamedType(field.type as GraphQLOutputType);
    return isLeafType(of) ? field.name : `${field.name} ${everything(schema, of.name, depth - 1)}`;
  });
  return `{ __typename ${fields.join(' ')} }`;
}
const address = { name: 'Ada', lines: ['Weg 1'], postalCode: '01067', city: 'Dresden', country: 'DE' };
const newCustomers = async (count: number): Promise<string[]> => {
  const rows = await stage.db.run<{ id: string }>({
    text: `insert into customers (reference) select 'c' || n from generate_series(1, ${count}) n returning id`,
  });
  return rows.map(({ id }) => `cus_${id}`);
};

describe('customers', () => {
  it('are made and changed by the key of the shop front', async () => {
    const made = await mutate('customerUpsert', { reference: ' eve ', name: 'Eve', expectedVersion: 0 });
    expect(made).toMatchObject({
      customer: { reference: 'eve', name: 'Eve', email: null, version: 1 },
      userErrors: [],
    });
    const again = await mutate('customerUpsert', { reference: 'eve', name: 'Eve' });
    expect(again.customer).toEqual(made.customer);
    const changed = await mutate('customerUpsert', { reference: 'eve', email: 'eve@example.org', expectedVersion: 1 });
    expect(changed.customer).toMatchObject({ name: 'Eve', email: 'eve@example.org', version: 2 });
    expect((await mutate('customerUpsert', { reference: 'eve', name: null })).customer.name).toBeNull();
    const stale = await mutate('customerUpsert', { reference: 'eve', name: 'X', expectedVersion: 1 });
    expect(stale).toMatchObject({ customer: { name: null, version: 3 }, userErrors: [{ code: 'STALE_VERSION' }] });
    const none = await mutate('customerUpsert', { reference: 'nobody', expectedVersion: 4 });
    expect(none).toMatchObject({ customer: null, userErrors: [{ code: 'STALE_VERSION' }] });
    const { data } = await stage.ask('{ customerByReference(reference: "nobody") { id } }');
    expect(data.customerByReference).toBeNull();
  });

  it.each([
    [{ reference: ' ' }, 'BLANK', 'reference'],
    [{ reference: 'x'.repeat(101) }, 'TOO_LONG', 'reference'],
    [{ reference: 'x', name: '' }, 'BLANK', 'name'],
    [{ reference: 'x', email: 'no mail' }, 'INVALID', 'email'],
    [{ reference: 'x', email: 'a@b@c' }, 'INVALID', 'email'],
  ])('are refused: %o', async (input, code, field) => {
    expect(await mutate('customerUpsert', input)).toMatchObject({
      customer: null,
      userErrors: [{ code, field: ['input', field] }],
    });
  });

  it('become one when they are told by many at once', async () => {
    const told = await Promise.all(
      Array.from({ length: 50 }, (_, at) => mutate('customerUpsert', { reference: 'many', name: `N${at}` })),
    );
    expect(new Set(told.map(({ customer }) => customer.id)).size).toBe(1);
    const { data } = await stage.ask('{ customerByReference(reference: "many") { version } }');
    expect(data.customerByReference.version).toBe(50);
  });

  it('are found with their orders, by one statement each', async () => {
    for (const sku of ['LAMP', 'TABLE', 'CHAIR']) {
      await add(ada, sku);
      await checkout(ada);
    }
    await add(bob, 'LAMP');
    await checkout(bob);
    await add(ada, 'LAMP', 2);
    const queries = [
      `customer(id: "${ada}") { reference cart { unitCount } orders(first: 2) { totalCount nodes { lines { sku } } pageInfo { hasNextPage } } }`,
      'customerByReference(reference: "ada") { name email }',
      'customers(first: 10) { totalCount nodes { reference orders(first: 1) { totalCount nodes { __typename } } } }',
      `ordersOfCustomer(customerId: "${ada}", first: 2) { totalCount nodes { __typename lines { sku } } }`,
      `orders(where: { customerIds: ["${bob}"] }) { nodes { lines { sku } } }`,
      `cart(customerId: "${ada}") { ${cartFields} }`,
    ];
    const answers: Answer = {};
    for (const query of queries) {
      const before = stage.db.statements.count;
      const { data, errors } = await stage.ask(`{ ${query} }`);
      expect(errors).toEqual([]);
      expect(stage.db.statements.count - before, query).toBe(1);
      Object.assign(answers, data);
    }
    const skus = (nodes: Answer) => nodes.map(({ lines }: Answer) => lines[0].sku);
    expect(skus(answers.customer.orders.nodes)).toEqual(['CHAIR', 'TABLE']);
    expect(answers.customer).toMatchObject({
      reference: 'ada',
      cart: { unitCount: 2 },
      orders: { totalCount: 3, pageInfo: { hasNextPage: true } },
    });
    expect(answers.customerByReference).toEqual({ name: 'Ada', email: 'ada@example.org' });
    expect(answers.customers.nodes.map(({ reference, orders }: Answer) => [reference, orders.totalCount])).toEqual([
      ['bob', 1],
      ['ada', 3],
    ]);
    expect(answers.ordersOfCustomer.totalCount).toBe(3);
    expect(skus(answers.orders.nodes)).toEqual(['LAMP']);
    await expectAgreement(stage.db);
  });

  it('and carts can be read whole', async () => {
    await add(ada, 'LAMP', 2);
    await checkout(ada);
    const { cart } = await add(ada, 'TABLE');
    await mutate('cartHold', { customerId: ada, minutes: 5 });
    const schema = (await createExecutableGraph({ marketplaces })).schema;
    const before = stage.db.statements.count;
    const { data, errors } = await stage.ask(
      `{ customers(first: 3) ${everything(schema, 'CustomerConnection', 4)} a: node(id: "${ada}") { ... on Customer ${everything(schema, 'Customer', 4)} }
        b: node(id: "${cart.id}") { ... on Cart ${everything(schema, 'Cart', 3)} }
        stockMovements(first: 2, where: { reasons: [CART_HELD] }) ${everything(schema, 'StockMovementConnection', 4)} }`,
    );
    expect(errors).toEqual([]);
    expect(stage.db.statements.count - before).toBe(4);
    expect(data.a.cart).toMatchObject({ id: cart.id, lines: [{ held: 1, product: { sku: 'TABLE' } }] });
    expect(data.b).toMatchObject({ id: cart.id, order: null, customer: { reference: 'ada' } });
    expect(data.stockMovements.nodes[0].cart.id).toBe(cart.id);
  });

  it('have their orders found with filters, and nothing where there is nobody', async () => {
    await add(ada, 'LAMP');
    await checkout(ada);
    const ask = (args: string) => stage.ask(`{ ordersOfCustomer(${args}) { totalCount } }`);
    const count = async (args: string) => (await ask(args)).data.ordersOfCustomer.totalCount;
    expect(await count(`customerId: "${ada}", where: { fulfillmentStatuses: [READY] }`)).toBe(1);
    expect(await count(`customerId: "${ada}", where: { fulfillmentStatuses: [FULFILLED] }`)).toBe(0);
    expect(await count('customerId: "cus_999999"')).toBe(0);
    expect((await ask('customerId: "ord_1"')).errors[0]?.extensions.code).toBe('INVALID_ID');
  });
});

describe('a cart', () => {
  it('shows what is in it at the prices and with the stock of now', async () => {
    expect(await cartOf(ada)).toBeNull();
    expect((await add(ada, 'LAMP', 2, { expectedVersion: 0 })).cart).toMatchObject({ version: 1, status: 'OPEN' });
    await add(ada, 'TABLE', 11);
    const { cart, userErrors } = await add(ada, ' LAMP ', 1, { expectedVersion: 2 });
    expect(userErrors).toEqual([]);
    expect(cart).toMatchObject({
      ...{
        version: 3,
        unitCount: 14,
        isOrderable: false,
        heldUntil: null,
        order: null,
        customer: { reference: 'ada' },
      },
      totalGross: { amount: '32.00', currency: 'EUR' },
      lines: [
        { product: { sku: 'LAMP' }, quantity: 3, held: 0, available: 10, isEnough: true, isActive: true },
        { product: { sku: 'TABLE' }, quantity: 11, available: 10, isEnough: false },
      ],
    });
    await upsert([product('LAMP', '2.00', { isActive: false })]);
    expect((await cartOf(ada)).lines[0]).toMatchObject({
      ...{ isActive: false, unitPriceGross: { amount: '2.00' }, totalGross: { amount: '6.00' } },
    });
    expect((await stockOf('LAMP')).reserved).toBe(0);
  });

  it('is changed line by line, and knows who comes late', async () => {
    await add(ada, 'LAMP', 2);
    await add(ada, 'TABLE');
    const change = (more: object) => mutate('cartLineChange', { customerId: ada, sku: 'LAMP', quantity: 5, ...more });
    const stale = await change({ expectedVersion: 1 });
    expect(stale).toMatchObject({ cart: { version: 2 }, userErrors: [{ code: 'STALE_VERSION' }] });
    expect((await change({ expectedVersion: 2 })).cart).toMatchObject({ version: 3, unitCount: 6 });
    const removed = await mutate('cartLineRemove', { customerId: ada, sku: 'LAMP', expectedVersion: 3 });
    expect(removed.cart).toMatchObject({ version: 4, unitCount: 1 });
    expect(codes(await change({}))).toEqual(['CART_LINE_NOT_FOUND']);
    expect(codes(await mutate('cartLineRemove', { customerId: ada, sku: 'LAMP', expectedVersion: 3 }))).toEqual([
      'STALE_VERSION',
    ]);
    const empty = await mutate('cartLineRemove', { cartId: removed.cart.id, sku: 'TABLE' });
    expect(empty.cart).toMatchObject({ unitCount: 0, totalGross: null, isOrderable: false, lines: [] });
  });

  it.each([
    ['an unknown SKU', { sku: 'NONE' }, 'UNKNOWN_SKU'],
    ['no SKU', { sku: ' ' }, 'BLANK'],
    ['what is no text', { sku: 'a\u0000' }, 'INVALID'],
    ['no units', { quantity: 0 }, 'INVALID'],
    ['fewer than none', { quantity: -1 }, 'INVALID'],
    ['a billion units', { quantity: 1_000_000_000 }, 'INVALID'],
    ['an unknown customer', { customerId: 'cus_999999' }, 'CUSTOMER_NOT_FOUND'],
    ['the id of something else', { customerId: 'ord_1' }, 'CUSTOMER_NOT_FOUND'],
    ['a version of nothing', { expectedVersion: 3 }, 'STALE_VERSION'],
  ])('refuses %s, and opens none', async (_, more, code) => {
    const payload = await mutate('cartLineAdd', { customerId: ada, sku: 'LAMP', quantity: 1, ...more });
    expect(payload.cart).toBeNull();
    expect(codes(payload)).toEqual([code]);
    expect(await cartOf(ada)).toBeNull();
  });

  it('refuses half a unit, more than a million over all, and two currencies', async () => {
    expect((await add(ada, 'LAMP', 1.5)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    await add(ada, 'LAMP', 600_000);
    expect(codes(await add(ada, 'LAMP', 600_000))).toEqual(['INVALID']);
    await upsert([product('VASE', '5', { price: { amount: '5', currency: 'GBP' } })]);
    const payload = await add(ada, 'VASE');
    expect(payload).toMatchObject({ cart: { version: 1 }, userErrors: [{ code: 'CURRENCY_MISMATCH' }] });
    expect(payload.userErrors[0].message).toBe('VASE costs GBP, what is in the cart EUR: order that first.');
    await add(ada, 'TABLE');
    await upsert([product('TABLE', '5', { price: { amount: '5', currency: 'GBP' } })]);
    await mutate('cartLineChange', { customerId: ada, sku: 'LAMP', quantity: 1 });
    expect(await cartOf(ada)).toMatchObject({ totalGross: null, isOrderable: false });
    expect(codes(await checkout(ada))).toEqual(['CURRENCY_MISMATCH']);
  });

  it('is shown whatever it costs, and orderable only up to the limit of an order', async () => {
    await upsert([product('LAMP', '10000000000.00')]);
    await stockSet({ LAMP: 1_000_000 });
    const { cart } = await add(ada, 'LAMP', 1_000_000);
    expect(cart).toMatchObject({ totalGross: { amount: '10000000000000000.00' }, isOrderable: false });
    expect(await checkout(ada)).toMatchObject({ order: null, userErrors: [{ code: 'INVALID', field: ['input'] }] });
    await mutate('cartLineChange', { customerId: ada, sku: 'LAMP', quantity: 100 });
    expect((await cartOf(ada)).isOrderable).toBe(true);
    expect((await checkout(ada)).order.totalGross.amount).toBe('1000000000000.00');
    await stage.db.run({ text: `update products set price_minor = 999999999999900` });
    expect((await add(ada, 'LAMP', 1_000_000)).cart.totalGross.amount).toBe('9999999999999000000.00');
    await expectAgreement(stage.db);
  });

  it('refuses a SKU that is no text, and does not repeat it', async () => {
    await add(ada, 'LAMP');
    for (const [name, more] of [
      ['cartLineChange', { quantity: 1 }],
      ['cartLineRemove', {}],
    ] as const) {
      const payload = await mutate(name, { customerId: ada, sku: 'LA\u0000MP', ...more });
      expect(payload.userErrors).toMatchObject([
        { code: 'INVALID', message: 'The sku must not have control characters.' },
      ]);
    }
  });

  it('belongs to one customer', async () => {
    const { cart } = await add(ada, 'LAMP');
    for (const [name, more] of [
      ['cartLineChange', { sku: 'LAMP', quantity: 2 }],
      ['cartLineRemove', { sku: 'LAMP' }],
      ['cartHold', { minutes: 5 }],
      ['cartRelease', {}],
      ['cartCheckout', {}],
    ] as const) {
      const as = (input: object) => mutate(name, { ...input, ...more });
      const foreign = await as({ cartId: cart.id, customerId: bob });
      expect(foreign).toMatchObject({ cart: null, userErrors: [{ code: 'CART_OF_ANOTHER_CUSTOMER' }] });
      expect(codes(await as({ customerId: bob }))).toEqual(['CART_NOT_FOUND']);
      expect(codes(await as({ customerId: 'cus_999999' }))).toEqual(['CUSTOMER_NOT_FOUND']);
      expect(codes(await as({ cartId: 'car_999999' }))).toEqual(['CART_NOT_FOUND']);
      expect(codes(await as({}))).toEqual(['INVALID']);
    }
    expect(await cartOf(ada)).toMatchObject({ version: 1, unitCount: 1 });
  });

  it('is one, whoever adds at the same time, and every unit counts', async () => {
    const added = await Promise.all(Array.from({ length: 60 }, (_, at) => add(ada, at % 2 ? 'LAMP' : 'TABLE')));
    expect(new Set(added.map(({ cart }) => cart.id)).size).toBe(1);
    expect(await cartOf(ada)).toMatchObject({ version: 60, unitCount: 60 });
  });

  it('takes units once per idempotency key', async () => {
    await Promise.all(Array.from({ length: 20 }, () => add(ada, 'LAMP', 2, { idempotencyKey: 'k' })));
    expect((await cartOf(ada)).unitCount).toBe(2);
    expect(codes(await add(ada, 'LAMP', 3, { idempotencyKey: 'k' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });
});

describe('cartCheckout', () => {
  it('makes an order, and the next product opens a new cart', async () => {
    await add(ada, 'LAMP', 2);
    const { cart } = await add(ada, 'TABLE');
    const input = { shippingAddress: address, note: 'Ring twice', expectedVersion: 2 };
    const done = await checkout(ada, input);
    expect(done.userErrors).toEqual([]);
    expect(done.order).toMatchObject({
      ...{ unitCount: 3, totalGross: { amount: '5.50' }, note: 'Ring twice', customer: { reference: 'ada' } },
      ...{ shippingAddress: { city: 'Dresden' }, shortages: [] },
      lines: [{ sku: 'LAMP' }, { sku: 'TABLE' }],
    });
    expect(done.cart).toMatchObject({ id: cart.id, status: 'ORDERED', version: 3, order: { id: done.order.id } });
    expect(await cartOf(ada)).toBeNull();
    expect(codes(await checkout(ada))).toEqual(['CART_NOT_FOUND']);
    const again = await mutate('cartCheckout', { cartId: cart.id });
    expect(again).toMatchObject({ order: { id: done.order.id }, userErrors: [{ code: 'CART_ALREADY_ORDERED' }] });
    expect(codes(await mutate('cartLineChange', { cartId: cart.id, sku: 'LAMP', quantity: 1 }))).toEqual([
      'CART_ALREADY_ORDERED',
    ]);
    expect((await add(ada, 'LAMP')).cart).toMatchObject({ version: 1, unitCount: 1 });
    expect((await cartOf(ada)).id).not.toBe(cart.id);
    await expectAgreement(stage.db);
  });

  it('refuses an empty cart, a stale version and bad addresses, and does nothing', async () => {
    const { cart } = await add(ada, 'LAMP');
    expect(codes(await checkout(ada, { expectedVersion: 4 }))).toEqual(['STALE_VERSION']);
    expect(codes(await checkout(ada, { shippingAddress: { lines: [], country: 'DE' } }))).toEqual(['INVALID']);
    await mutate('cartLineRemove', { customerId: ada, sku: 'LAMP' });
    const empty = await checkout(ada);
    expect(empty).toMatchObject({ order: null, cart: { id: cart.id }, userErrors: [{ code: 'CART_EMPTY' }] });
    await add(ada, 'LAMP');
    await upsert([product('LAMP', '1', { isActive: false })]);
    expect(codes(await checkout(ada))).toEqual(['UNKNOWN_SKU']);
    expect((await stage.ask('{ orders { totalCount } }')).data.orders.totalCount).toBe(0);
    await expectAgreement(stage.db);
  });

  it('takes all or nothing; or what there is, when that is asked for', async () => {
    await add(ada, 'LAMP', 3);
    await add(ada, 'TABLE', 11);
    const refused = await checkout(ada);
    expect(refused).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'InsufficientStockError', sku: 'TABLE', requested: 11, available: 10 }],
    });
    expect((await cartOf(ada)).unitCount).toBe(14);
    const wish = { outOfStock: 'ACCEPT_AVAILABLE', idempotencyKey: 'a' };
    const accepted = await checkout(ada, wish);
    expect(accepted.order).toMatchObject({
      unitCount: 13,
      shortages: [{ sku: 'TABLE', requested: 11, available: 10 }],
    });
    expect(codes(accepted)).toEqual(['INSUFFICIENT_STOCK']);
    const again = await checkout(ada, wish);
    expect(again.order.id).toBe(accepted.order.id);
    expect(codes(again)).toEqual(['INSUFFICIENT_STOCK']);
    expect(codes(await checkout(ada, { ...wish, note: 'x' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    await expectAgreement(stage.db);
  });

  it('makes one order of a cart, though 200 ask for it at once', async () => {
    const { cart } = await add(ada, 'LAMP', 2);
    const asked = await Promise.all(
      Array.from({ length: 200 }, () => mutate('cartCheckout', { cartId: cart.id, customerId: ada })),
    );
    expect(asked.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(new Set(asked.map(({ order }) => order.id)).size).toBe(1);
    expect(new Set(asked.flatMap(codes))).toEqual(new Set(['CART_ALREADY_ORDERED']));
    expect(await stockOf('LAMP')).toEqual({ onHand: 10, reserved: 2, available: 8 });
    await expectAgreement(stage.db);
  });

  it('sells the last unit to one of 200 carts', async () => {
    await stockSet({ LAMP: 1 });
    const customers = await newCustomers(200);
    await Promise.all(customers.map((customer) => add(customer, 'LAMP')));
    const asked = await Promise.all(customers.map((customer) => checkout(customer)));
    expect(asked.filter(({ order }) => order)).toHaveLength(1);
    expect(await stockOf('LAMP')).toEqual({ onHand: 1, reserved: 1, available: 0 });
    await expectAgreement(stage.db);
  });
});

describe('a hold', () => {
  it('keeps the stock for its cart, whose checkout takes that first', async () => {
    await add(ada, 'LAMP', 8);
    await add(bob, 'LAMP', 3);
    const { cart } = await mutate('cartHold', { customerId: ada, minutes: 15 });
    expect(cart).toMatchObject({ version: 2, isOrderable: true, lines: [{ held: 8, available: 10 }] });
    const minutes = (Date.parse(cart.heldUntil) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThan(15.1);
    expect(await stockOf('LAMP')).toEqual({ onHand: 10, reserved: 8, available: 2 });
    expect(codes(await checkout(bob))).toEqual(['INSUFFICIENT_STOCK']);
    expect(codes(await mutate('cartHold', { customerId: bob, minutes: 15 }))).toEqual(['INSUFFICIENT_STOCK']);
    expect((await placeable('LAMP', 2)).userErrors).toEqual([]);
    await upsert([product('LAMP', '1.50', { safetyBuffer: 5 })]);
    const { order, userErrors } = await checkout(ada);
    expect(userErrors).toEqual([]);
    expect(order.unitCount).toBe(8);
    expect(await stockOf('LAMP')).toMatchObject({ onHand: 10, reserved: 10 });
    const { data } = await stage.ask(
      '{ stockMovements(where: { reasons: [CART_HELD, CART_RELEASED] }) { nodes { reason reservedDelta reserved order { id } cart { id } } } }',
    );
    const of = { order: null, cart: { id: cart.id } };
    expect(data.stockMovements.nodes).toEqual([
      { reason: 'CART_RELEASED', reservedDelta: -8, reserved: 2, ...of },
      { reason: 'CART_HELD', reservedDelta: 8, reserved: 8, ...of },
    ]);
    await expectAgreement(stage.db);
  });

  it('follows the lines, and is refused where there is not enough', async () => {
    await add(ada, 'LAMP', 2);
    await mutate('cartHold', { customerId: ada, minutes: 15 });
    expect((await add(ada, 'TABLE', 3)).cart.lines[1].held).toBe(3);
    const short = await add(ada, 'CHAIR', 11);
    expect(short).toMatchObject({
      cart: null,
      userErrors: [{ code: 'INSUFFICIENT_STOCK', sku: 'CHAIR', requested: 11, available: 10 }],
    });
    const change = (sku: string, quantity: number) => mutate('cartLineChange', { customerId: ada, sku, quantity });
    expect((await change('LAMP', 10)).cart.lines[0]).toMatchObject({ quantity: 10, held: 10 });
    expect((await change('LAMP', 11)).userErrors[0]).toMatchObject({ sku: 'LAMP', requested: 11, available: 10 });
    expect((await change('LAMP', 4)).cart.lines[0]).toMatchObject({ quantity: 4, held: 4 });
    await mutate('cartLineRemove', { customerId: ada, sku: 'TABLE' });
    expect([await stockOf('LAMP'), await stockOf('TABLE')].map(({ reserved }) => reserved)).toEqual([4, 0]);
    await expectAgreement(stage.db);
    const longer = await mutate('cartHold', { customerId: ada, minutes: 60 });
    expect(Date.parse(longer.cart.heldUntil)).toBeGreaterThan(Date.now() + 59 * 60_000);
    const released = await mutate('cartRelease', { customerId: ada });
    expect(released.cart).toMatchObject({ heldUntil: null, unitCount: 4, lines: [{ held: 0 }] });
    const again = await mutate('cartRelease', { customerId: ada });
    expect(again).toEqual(released);
    expect((await stockOf('LAMP')).reserved).toBe(0);
    await expectAgreement(stage.db);
  });

  it.each([0, -1, 1441])('is refused for %i minutes', async (minutes) => {
    await add(ada, 'LAMP');
    expect(codes(await mutate('cartHold', { customerId: ada, minutes }))).toEqual(['INVALID']);
  });

  it('is refused for nothing, and for what is not sold any more', async () => {
    await add(ada, 'LAMP');
    await upsert([product('LAMP', '1', { isActive: false })]);
    expect(codes(await mutate('cartHold', { customerId: ada, minutes: 5 }))).toEqual(['UNKNOWN_SKU']);
    await mutate('cartLineRemove', { customerId: ada, sku: 'LAMP' });
    expect(codes(await mutate('cartHold', { customerId: ada, minutes: 5 }))).toEqual(['CART_EMPTY']);
  });

  it('cannot be counted away while its time runs, and gives way when it is over', async () => {
    await add(ada, 'LAMP', 8);
    await mutate('cartHold', { customerId: ada, minutes: 15 });
    expect(codes(await stockSet({ LAMP: 7 }))).toEqual(['HELD_BY_CARTS']);
    const adjusted = await mutate('stockAdjust', { changes: [{ sku: 'LAMP', delta: -3 }] });
    expect(codes(adjusted)).toEqual(['HELD_BY_CARTS']);
    expect(await stockOf('LAMP')).toEqual({ onHand: 10, reserved: 8, available: 2 });
    await expire();
    expect(codes(await stockSet({ LAMP: 7 }))).toEqual([]);
    expect(await stockOf('LAMP')).toEqual({ onHand: 7, reserved: 0, available: 7 });
    await expectAgreement(stage.db);
  });

  it('that is over keeps nobody from an order, though nobody sweeps', async () => {
    const hold = async (sku: string) => {
      await add(ada, sku, 10);
      await mutate('cartHold', { customerId: ada, minutes: 15 });
      await expire();
    };
    await hold('LAMP');
    expect(codes(await placeable('LAMP', 10))).toEqual([]);
    await mutate('cartLineRemove', { customerId: ada, sku: 'LAMP' });
    await hold('TABLE');
    const lines = [{ sku: 'TABLE', quantity: 4 }];
    const accepting = await mutate('orderPlace', { lines, outOfStock: 'ACCEPT_AVAILABLE' });
    expect(codes(accepting)).toEqual([]);
    await mutate('cartLineChange', { customerId: ada, sku: 'TABLE', quantity: 6 });
    await mutate('cartHold', { customerId: ada, minutes: 15 });
    await expire();
    await add(bob, 'TABLE', 6);
    expect(codes(await mutate('cartHold', { customerId: bob, minutes: 15 }))).toEqual([]);
    expect((await cartOf(ada)).heldUntil).toBeNull();
    await expectAgreement(stage.db);
  });

  it('that is over is not counted when its cart is changed', async () => {
    await add(ada, 'LAMP', 4);
    await mutate('cartHold', { customerId: ada, minutes: 15 });
    await expire();
    const { cart } = await add(ada, 'TABLE', 50);
    expect(cart).toMatchObject({ heldUntil: null, lines: [{ held: 0 }, { quantity: 50, held: 0 }] });
    expect((await stockOf('LAMP')).reserved).toBe(0);
    await expectAgreement(stage.db);
  });

  it('runs out while the cart is checked out, and either way everything agrees', async () => {
    const customers = await newCustomers(40);
    await stockSet({ LAMP: 40, TABLE: 40 });
    for (const customer of customers) {
      await add(customer, 'LAMP');
      await add(customer, 'TABLE');
      await mutate('cartHold', { customerId: customer, minutes: 15 });
    }
    expect((await stockOf('LAMP')).available).toBe(0);
    await expire();
    const [asked, placed] = await Promise.all([
      Promise.all(customers.map((customer) => checkout(customer))),
      Promise.all(Array.from({ length: 20 }, () => placeable('LAMP', 1))),
      ...Array.from({ length: 4 }, () => releaseExpiredHolds(stage.db)),
    ]);
    const ordered = [...(asked as Answer[]), ...(placed as Answer[])].filter(({ order }) => order).length;
    expect(ordered).toBe(40);
    expect(await stockOf('LAMP')).toEqual({ onHand: 40, reserved: 40, available: 0 });
    await expectAgreement(stage.db);
  });
});
