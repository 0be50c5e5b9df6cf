import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrongWith } from './description.js';
import { openRestStage, type RestStage } from './stage.js';

let stage: RestStage;
beforeAll(async () => {
  stage = await openRestStage();
});
afterAll(() => stage?.close());

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; description?: string; required?: boolean; schema: object }[];
  responses: Record<string, object>;
}
interface Described {
  description?: string;
  properties?: Record<string, Described>;
}
const operations = (): [string, Operation][] =>
  Object.entries(stage.description.document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, one]) => [`${method.toUpperCase()} ${path}`, one] as const),
  ) as [string, Operation][];

describe('the OpenAPI document', () => {
  it('is one, and the judge would tell', () => {
    const { document } = stage.description;
    expect(wrongWith(document)).toEqual([]);
    const { paths } = document;
    for (const wrong of [
      { ...document, info: {} },
      { ...document, paths: { ...paths, '/orders': { get: { responses: { 200: {} } } } } },
      { ...document, components: { schemas: { Order: { type: 'thing' } } } },
    ]) {
      expect(wrongWith(wrong)).not.toEqual([]);
    }
  });

  it('names every route and nothing else', () => {
    expect(operations().map(([name]) => name)).toEqual([
      'POST /orders',
      'GET /orders',
      'GET /orders/{id}',
      'PATCH /orders/{id}',
      'DELETE /orders/{id}',
      'POST /orders/{id}/shipments',
      'GET /customers/{id}/orders',
      'POST /customers/{id}/orders',
      'GET /shipments',
      'POST /shops',
      'GET /shops',
    ]);
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes every parameter and every member, in the words of the schema', () => {
    const silent: string[] = [];
    const look = (at: string, schema: Described) => {
      for (const [name, one] of Object.entries(schema.properties ?? {})) {
        if (!one.description && at !== 'Failure') silent.push(`${at}.${name}`);
        look(`${at}.${name}`, one);
      }
    };
    for (const [name, { parameters, summary }] of operations()) {
      if (!summary) silent.push(name);
      silent.push(...parameters.filter((one) => !one.description).map((one) => `${name} ${one.name}`));
    }
    const { schemas } = stage.description.document.components;
    for (const [name, schema] of Object.entries(schemas)) look(name, schema as never);
    expect(silent).toEqual([]);
    expect(schemas.Order.properties.totalGross.description).toMatch(/^What the units sold/);
    expect(schemas.Order.required).toContain('id');
    expect(schemas.Order.required).not.toContain('customer');
  });

  it('says what the types allow', () => {
    const { paths, components } = stage.description.document;
    const get = (name: string) => paths['/orders'].get.parameters.find((one: { name: string }) => one.name === name);
    expect(get('first').schema).toEqual({ type: 'integer', format: 'int32' });
    expect(get('orderedAtFrom').schema).toEqual({ type: 'string', format: 'date-time' });
    expect(get('direction')).toMatchObject({ schema: { default: 'DESC' } });
    expect(get('direction')).not.toHaveProperty('required');
    const body = paths['/orders'].post.requestBody.content['application/json'].schema;
    expect(body.required).toEqual(['lines']);
    expect(components.schemas.ShopCredentialsInput).toMatchObject({ minProperties: 1, maxProperties: 1 });
    expect(components.schemas.OrderLineInput.required).toEqual(['sku', 'quantity']);
    expect(Object.keys(paths['/shops'].post.responses)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '500',
      '503',
    ]);
    expect(Object.keys(paths['/orders/{id}'].get.responses)).toEqual(['200', '400', '401', '403', '404', '500', '503']);
  });

  it('leads from every code to its explanation', async () => {
    const page = await (await fetch(`${stage.server.url}/docs/errors`)).text();
    for (const code of ['INSUFFICIENT_STOCK', 'ORDER_NOT_FOUND', 'INVALID_JSON', 'UNAUTHENTICATED']) {
      expect(page).toContain(`<dt id="${code}">`);
    }
    for (const code of stage.description.document.components.schemas.Problem.properties.code.examples) {
      expect(page).toContain(`id="${code}"`);
    }
  });
});
