/*
 * A request collection in Postman's format 2.1, which most tools read: every route, and every operation of the client.
 * The requests can be sent from the first to the last: later ones take ids from what earlier ones were answered with.
 */
import { type DocumentNode, type OperationDefinitionNode, print, separateOperations } from 'graphql';
import { after, before, type Example, examples, routeExamples } from './collection-examples.js';
import type { Plan, Variable } from './plan.js';

/** Routes whose path names something → the collection variable that holds it. */
const pathVariable = (path: string) =>
  path.replace('{id}', path.startsWith('/customers') ? '{{customerId}}' : '{{orderId}}');

export function collectionText(plans: readonly Plan[], documents: readonly DocumentNode[]): string {
  const operations = new Map(
    documents.flatMap((document) =>
      Object.entries(separateOperations(document)).map(([name, one]) => [name, one] as const),
    ),
  );
  const request = (name: string, example: Example) => graphqlItem(name, operations.get(name) as DocumentNode, example);
  const others = [...operations]
    .filter(
      ([name, document]) =>
        (name in examples || !(name in before || name === 'ShopRemove')) && !isSubscription(document),
    )
    .map(([name, document]) => request(name, examples[name] ?? withoutVariables(name, document)));
  return `${JSON.stringify(
    {
      info: {
        name: 'Lading',
        description: about,
        schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
      },
      auth: {
        type: 'apikey',
        apikey: [
          { key: 'key', value: 'X-API-Key', type: 'string' },
          { key: 'value', value: '{{apiKey}}', type: 'string' },
          { key: 'in', value: 'header', type: 'string' },
        ],
      },
      variable: [
        { key: 'baseUrl', value: 'http://localhost:4000', type: 'string' },
        { key: 'apiKey', value: '', type: 'string' },
        // until a run was started
        { key: 'syncRunId', value: 'run_1', type: 'string' },
      ],
      item: [
        { name: 'Before', item: Object.entries(before).map(([name, example]) => request(name, example)) },
        { name: 'REST', item: plans.map(routeItem) },
        { name: 'GraphQL', item: others },
        { name: 'After', item: after.map((example) => request('ShopRemove', example)) },
      ],
    },
    null,
    2,
  )}\n`;
}

const about =
  'Every route and operation of Lading. Set `baseUrl`, and `apiKey` where the server has one. Sent from the first to the last they make a product, a customer, four orders and two shops; the shops are removed again. Subscriptions are not here: they never end.';

const operationOf = (document: DocumentNode) =>
  document.definitions.find((one) => one.kind === 'OperationDefinition') as OperationDefinitionNode;

const isSubscription = (document: DocumentNode) => operationOf(document).operation === 'subscription';

function withoutVariables(name: string, document: DocumentNode): Example {
  const needed = operationOf(document).variableDefinitions?.filter(
    ({ type, defaultValue }) => type.kind === 'NonNullType' && !defaultValue,
  );
  if (needed?.length)
    throw new Error(`the request collection needs an example of ${name}: src/rest/collection-examples.ts`);
  return { variables: {} };
}

const jsonType = { key: 'Content-Type', value: 'application/json' };

function graphqlItem(name: string, document: DocumentNode, { variables, captures = {}, mayBeRefused }: Example) {
  return {
    name,
    event: [
      script({
        status: 200,
        checks: [
          "pm.test('nothing failed', () => pm.expect(pm.response.json().errors).to.equal(undefined));",
          ...(mayBeRefused
            ? []
            : [
                `pm.test('nothing was refused', () => pm.expect(pm.response.text()).to.not.include('"userErrors":[{'));`,
              ]),
        ],
        captures: Object.fromEntries(Object.entries(captures).map(([key, place]) => [key, `data.${place}`])),
        mayBeRefused,
      }),
    ],
    request: {
      method: 'POST',
      header: [jsonType],
      url: { raw: '{{baseUrl}}/graphql', host: ['{{baseUrl}}'], path: ['graphql'] },
      body: { mode: 'graphql', graphql: { query: print(document), variables: JSON.stringify(variables, null, 2) } },
    },
  };
}

function routeItem(plan: Plan) {
  const { route, name, variables } = plan;
  const example = routeExamples[name] ?? route.example;
  const query = [...variables.values()]
    .filter((one) => one.in === 'query')
    .flatMap((one) => queryEntries(one, example));
  const path = pathVariable(route.path);
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${encodeURIComponent(value)}`);
  const takesBody = [...variables.values()].some((one) => one.in === 'body');
  return {
    name: `${route.method} ${route.path}`,
    event: [script({ status: route.status, captures: route.captures ?? {} })],
    request: {
      method: route.method,
      header: [
        ...(takesBody ? [jsonType] : []),
        ...(variables.has('idempotencyKey') ? [{ key: 'Idempotency-Key', value: '{{$guid}}' }] : []),
      ],
      url: {
        raw: `{{baseUrl}}${path}${sent.length ? `?${sent.join('&')}` : ''}`,
        host: ['{{baseUrl}}'],
        path: path.slice(1).split('/'),
        ...(query.length && { query }),
      },
      ...(takesBody && {
        body: { mode: 'raw', raw: JSON.stringify(example ?? {}, null, 2), options: { raw: { language: 'json' } } },
      }),
      description: [route.title, route.description].filter(Boolean).join('. '),
    },
  };
}

/** What the route takes beyond the example is there, too, switched off. */
function queryEntries({ name, description }: Variable, example: Readonly<Record<string, unknown>> | undefined) {
  const values = [example?.[name] ?? []].flat();
  if (!values.length) return [{ key: name, value: '', description, disabled: true }];
  return values.map((value) => ({ key: name, value: String(value), description, disabled: false }));
}

interface Script {
  readonly status: number;
  readonly checks?: readonly string[];
  /** Collection variable → its place in the answer. */
  readonly captures: Readonly<Record<string, string>>;
  readonly mayBeRefused?: boolean;
}

/** What Postman runs on the answer. */
function script({ status, checks = [], captures, mayBeRefused }: Script) {
  const lines = [
    `pm.test('the status is ${status}', () => pm.response.to.have.status(${status}));`,
    ...checks,
    ...Object.entries(captures).flatMap(([key, place]) => {
      const way = place.split('.').map((part) => (/^\d+$/.test(part) ? `?.[${part}]` : `?.${part}`));
      const set = `pm.collectionVariables.set('${key}', ${key});`;
      return [`const ${key} = pm.response.json()${way.join('')};`, mayBeRefused ? `if (${key}) ${set}` : set];
    }),
  ];
  return { listen: 'test', script: { type: 'text/javascript', exec: lines } };
}
