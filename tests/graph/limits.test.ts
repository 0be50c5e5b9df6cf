import { buildSchema, getIntrospectionQuery, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCostGuard, limits } from '../../src/graph/limits.js';
import { codeOf, openStage, type Stage } from '../server/stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

/** `open` written `times` times around `inner`. */
const nested = (times: number, open: string, inner: string) =>
  `${open.repeat(times)}${inner}${'}'.repeat((open.match(/\{/g) ?? []).length * times)}`;
const refuse = async (query: string, variables = {}) => {
  const before = stage.db.statements.count;
  const answer = await stage.ask(query, variables);
  expect(stage.db.statements.count).toBe(before);
  expect(answer.status).toBe(400);
  return codeOf(answer);
};

describe('limits', () => {
  it.each([
    ['30 levels', `{ orders { nodes { ${nested(14, 'lines { order { ', 'id ')} } } }`, 'QUERY_TOO_DEEP'],
    [
      '30 levels in fragments',
      `{ orders { nodes { ...A } } } fragment A on Order { ${nested(14, 'lines { order { ', 'id ')} }`,
      'QUERY_TOO_DEEP',
    ],
    [
      '30 levels of inline fragments with fields',
      `{ orders { nodes { ${nested(14, '... on Order { lines { order { ', 'id ')} } } }`,
      'QUERY_TOO_DEEP',
    ],
    [
      'an alias bomb',
      `{ ${Array.from({ length: 51 }, (_, at) => `a${at}: __typename`).join(' ')} }`,
      'TOO_MANY_ALIASES',
    ],
    [
      'a directive bomb',
      `{ __typename ${'@include(if: true) '.repeat(60)} }`,
      'TOO_MANY_DIRECTIVES GRAPHQL_VALIDATION_FAILED',
    ],
    ['a directive bomb on many fields', `{ ${'__typename @include(if: true) '.repeat(60)} }`, 'TOO_MANY_DIRECTIVES'],
    ['one field again and again', `{ ${'__typename '.repeat(2_000)} }`, 'QUERY_TOO_COMPLEX'],
    ['too many tokens', `{ ${'__typename '.repeat(5_000)} }`, 'QUERY_TOO_LONG'],
    [
      'a page-size bomb',
      `{ orders(first: 100) { nodes { ${nested(4, 'shipments { orders { ', 'lines { id } ')} } } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'the same without page sizes',
      `{ orders { nodes { ${nested(5, 'shipments { orders { ', 'lines { id } ')} } } }`,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a cycle of fragments',
      'query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a cycle of fragments with itself',
      '{ orders { nodes { ...A } } } fragment A on Order { lines { order { ...A } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuse %s before anything is read', async (_, query, code) => {
    expect(await refuse(query)).toBe(code);
  });

  it('refuse a page-size bomb in a variable, its default, and below a negative size', async () => {
    const bomb = nested(4, 'shipments { orders { ', 'lines { id } ');
    expect(await refuse(`query ($n: Int) { orders(first: $n) { nodes { ${bomb} } } }`, { n: 100 })).toBe(
      'QUERY_TOO_COMPLEX',
    );
    expect(await refuse(`query ($n: Int = 100) { orders(first: $n) { nodes { ${bomb} } } }`)).toBe('QUERY_TOO_COMPLEX');
    expect(await refuse(`{ orders(last: 100) { nodes { ${bomb} } } }`)).toBe('QUERY_TOO_COMPLEX');
    const huge = '{ a: orders(first: -100000) { nodes { id } } b: orders(first: 100) { nodes { BOMB } } }';
    expect(await refuse(huge.replace('BOMB', bomb))).toBe('QUERY_TOO_COMPLEX');
  });

  it('count a document anew for other page sizes', async () => {
    const query = `query ($n: Int) { orders(first: $n) { nodes { ${nested(3, 'shipments { orders { ', 'lines { id } ')} } } }`;
    expect((await stage.ask(query, { n: 1 })).errors).toEqual([]);
    expect(codeOf(await stage.ask(query, { n: 100 }))).toBe('QUERY_TOO_COMPLEX');
    expect((await stage.ask(query, { n: 1 })).errors).toEqual([]);
  });

  it('leave sensible queries alone: full pages of every noun, introspection', async () => {
    const line =
      'id sku ean title fulfilledBy quantity { ordered shipped cancelled returned open } unitPriceGross { amount currency }';
    const full = `{ orders(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes {
      id externalId orderNumber orderedAt fulfillmentStatus shippingAddress { name lines postalCode city country }
      totalGross { amount currency } lines { ${line} } shipments { id shippedAt carrier trackingNumber lines { quantity } } } } }`;
    const parcels = `{ shipments(first: 100) { nodes { id lines { quantity order { orderNumber lines { ${line} } } } } } }`;
    for (const query of [full, parcels, getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true })]) {
      expect((await stage.ask(query)).errors).toEqual([]);
    }
  });

  it('say what the limit is', async () => {
    const answer = await stage.ask(`{ ${Array.from({ length: 51 }, (_, at) => `a${at}: __typename`).join(' ')} }`);
    expect(answer.errors).toEqual([
      {
        message: `The document has more than ${limits.aliases} aliases.`,
        extensions: { code: 'TOO_MANY_ALIASES', limit: limits.aliases },
      },
    ]);
  });

  it('refuse to start where costs are not counted', () => {
    expect(() => createCostGuard(buildSchema('type Query { nothing: Int }'))).toThrow('the cost limit does not work');
  });

  it('know the only operation of a document, named or not', () => {
    const schema = buildSchema(`type Query { shops(first: Int): Page } type Page { nodes: [Shop!]! }
      type Shop { id: ID streams: [Shop!]! name: String }`);
    const guard = createCostGuard(schema);
    for (const text of ['{ shops { nodes { id } } }', 'query A { shops { nodes { id } } }']) {
      const document = parse(text);
      const operation = document.definitions[0] as OperationDefinitionNode;
      expect(() => guard({ document, operation, variables: { cursor: 'x' } })).not.toThrow();
    }
  });
});
