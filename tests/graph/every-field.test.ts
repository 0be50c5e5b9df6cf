// Every field that the schema has of a type that is read can be read: no shape lacks one.
import { type GraphQLOutputType, getNamedType, isAbstractType, isCompositeType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { raiseAlert } from '../../src/store/alerts.js';
import { type Fresh, freshDatabase } from '../setup/fresh.js';
import { ask, createWorld, type World } from './world.js';

let fresh: Fresh;
let world: World;
beforeAll(async () => {
  fresh = await freshDatabase();
  world = await createWorld(fresh.db);
  await fresh.db.run({
    text: `insert into rejects (shop_id, stream, external_id, record_key, reason, payload, mapping_version)
      select id, 'ORDERS', null, 'x', 'it "broke"', '{ "a" : [1, null, "\\u0000\\n"] }', 1 from shops`,
  });
  await raiseAlert(fresh.db, {
    ...{ kind: 'STREAM_LATE', subject: 'stream:"1"', shopId: world.shops[0]?.shop.id, severity: 'WARNING' },
    ...{ message: 'it is "late"', facts: { stream: 'ORDERS', since: null } },
  });
});
afterAll(() => fresh.close());

/** All fields down to a depth, each once, with `__typename`; fields of one implementer only under a fragment on it. */
function everything(type: GraphQLOutputType, depth: number, owner = ''): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  if (depth === 0) return '{ __typename }';
  const own = isAbstractType(named) ? world.schema.getPossibleTypes(named) : [];
  const fields = 'getFields' in named ? Object.values(named.getFields()) : [];
  const listed = fields
    // by one order the test world breaks this promise on purpose
    .filter(({ name }) => name !== 'promise' && name !== owner)
    .map((field) => `${field.name} ${everything(field.type, depth - 1)}`);
  const known = new Set(fields.map(({ name }) => name));
  const fragments = own.map((member) => {
    const more = Object.values(member.getFields()).filter(({ name }) => !known.has(name) && name !== 'promise');
    return more.length
      ? `... on ${member.name} { ${more.map((field) => `${field.name} ${everything(field.type, depth - 1)}`).join(' ')} }`
      : '';
  });
  return `{ __typename ${listed.join(' ')} ${fragments.join(' ')} }`;
}

const reports = ['productSales', 'salesTotals', 'returnsRate', 'fulfillmentTimes'];
const lists = [
  'orders',
  'shipments',
  'returns',
  ...reports,
  'shops',
  'syncRuns',
  'rejects',
  'alerts',
  'alertDeliveries',
];
it.each(lists)('of %s', async (name) => {
  const field = world.schema.getQueryType()?.getFields()[name];
  if (!field) throw new Error(`no query ${name}`);
  const { data, errors, statements, straight } = await ask(
    world,
    `{ ${name}(first: 3) ${everything(field.type, reports.includes(name) ? 4 : 5)} }`,
  );
  expect(errors).toEqual([]);
  expect(data[name].nodes.length).toBeGreaterThan(0);
  expect({ statements, straight }).toEqual({ statements: 1, straight: true });
});

it.each(['basketSize', 'popularSkusReport', 'popularSkus'])('of %s', async (name) => {
  const field = world.schema.getQueryType()?.getFields()[name];
  if (!field) throw new Error(`no query ${name}`);
  const { data, errors, statements, straight } = await ask(world, `{ ${name} ${everything(field.type, 5)} }`);
  expect(errors).toEqual([]);
  expect(JSON.stringify(data[name]).length).toBeGreaterThan(500);
  expect({ statements, straight }).toEqual({ statements: 1, straight: true });
});

it('of everything that has an id', async () => {
  const { data } = await ask(
    world,
    `{ shops(first: 1) { nodes { id streams { id } } } rejects(first: 1) { nodes { id } } syncRuns(first: 1) { nodes { id } }
      alerts(first: 1) { nodes { id deliveries { id } } } shipments(first: 1) { nodes { id lines { id } } } returns(first: 1) { nodes { id lines { id } } }
      orders(first: 1) { nodes { id lines { id } } } }`,
  );
  const ids = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map((match) => match[1] as string);
  const node = world.schema.getType('Node');
  const types = isAbstractType(node) ? world.schema.getPossibleTypes(node).filter(isObjectType) : [];
  const found = new Set<string>();
  for (const id of ids) {
    const told = await ask(
      world,
      `query ($id: ID!) { node(id: $id) { __typename id ${types.map((type) => `... on ${type.name} { same: id }`).join(' ')} } }`,
      { id },
    );
    expect(told.data.node).toMatchObject({ id, same: id });
    found.add(told.data.node.__typename);
  }
  const tested = [...found].filter((name) => !name.startsWith('Otto') && !name.startsWith('Bol'));
  expect(tested.sort()).toEqual([
    'Alert',
    'AlertDelivery',
    'OrderLine',
    'Reject',
    'ReturnLine',
    'ShipmentLine',
    'Shop',
    'Stream',
    'SyncRun',
  ]);
});
