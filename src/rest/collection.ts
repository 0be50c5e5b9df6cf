/*
 * A request collection in Postman's format 2.1, which most tools read: every route, and every operation of the client.
 * The requests can be sent from the first to the last: later ones take ids from what earlier ones were answered with.
 */
import { type DocumentNode, type OperationDefinitionNode, print, separateOperations } from 'graphql';
import type { Plan, Variable } from './plan.js';

interface Example {
  readonly variables: unknown;
  /** Collection variable → its place in `data` of the answer. */
  readonly captures?: Readonly<Record<string, string>>;
  /** What it names may not be there, or not be so. */
  readonly mayBeRefused?: true;
}

/** A product of its own: it changes nobody's stock. */
const sku = 'COLLECTION-LAMP';

const pretendShop = (name: string) => ({
  name,
  // unique, so that the collection can be sent again
  credentials: { otto: { clientId: 'collection-{{$guid}}', clientSecret: 'not-a-secret' } },
});

/** Sent first: what the others need. */
const before: Readonly<Record<string, Example>> = {
  ProductUpsert: {
    variables: {
      input: {
        products: [{ sku, title: 'A lamp', price: { amount: '9.50', currency: 'EUR' }, vatRate: '19' }],
      },
    },
  },
  StockSet: { variables: { input: { changes: [{ sku, quantity: 100 }] } } },
};

/** From the last year to the next but one. */
const period = { orderedAt: { from: '2025-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' } };

/** Operations that need variables, or show more with some. */
const examples: Readonly<Record<string, Example>> = {
  AlertAcknowledge: { variables: { input: { alertId: 'alr_1' } }, mayBeRefused: true },
  AlertDeliveryRetry: { variables: { input: { deliveryId: 'ald_1' } }, mayBeRefused: true },
  SalesOverview: {
    variables: { where: period, before: { orderedAt: { from: '2020-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' } } },
  },
  SalesByPeriod: { variables: { where: period, groupBy: ['MONTH'] } },
  PopularByCountry: { variables: { where: period, country: 'DE' } },
  FulfillmentOverview: {
    variables: {
      ready: { fulfillmentStatuses: ['READY'] },
      partly: { fulfillmentStatuses: ['PARTIALLY_FULFILLED'] },
      toPick: { fulfillmentStatuses: ['READY', 'PARTIALLY_FULFILLED'], fulfilledBy: 'SELLER' },
      shipments: { fulfilledBy: 'SELLER' },
    },
  },
  StockAdjust: { variables: { input: { changes: [{ sku, delta: 5 }], note: 'Came in' } } },
  OrderPlace: {
    variables: { input: { lines: [{ sku, quantity: 3 }], idempotencyKey: '{{$guid}}' } },
    captures: { secondOrderId: 'orderPlace.order.id' },
  },
  OrderCancel: { variables: { input: { orderId: '{{orderId}}', reason: 'Ordered by mistake' } }, mayBeRefused: true },
  OrderShip: {
    variables: { input: { orderId: '{{secondOrderId}}', carrier: 'DHL', trackingNumber: '00340434161094' } },
  },
  ExportStart: {
    variables: { input: { kind: 'ORDERS', format: 'CSV' } },
    captures: { exportId: 'exportStart.export.id' },
  },
  ExportProgress: { variables: { id: '{{exportId}}' } },
  RejectRetry: { variables: { input: { shopId: '{{shopId}}' } } },
  ShopPause: { variables: { input: { shopId: '{{shopId}}' } } },
  ShopResume: { variables: { input: { shopId: '{{shopId}}' } } },
  OrderByReference: { variables: { shopId: '{{directShopId}}', externalId: '{{orderExternalId}}' } },
  ShopAdd: {
    variables: { input: pretendShop('Of the request collection, by GraphQL') },
    captures: { secondShopId: 'shopAdd.shop.id' },
  },
  SyncStart: { variables: { input: { shopId: '{{shopId}}' } }, captures: { syncRunId: 'syncStart.syncRun.id' } },
  SyncRun: { variables: { id: '{{syncRunId}}' } },
};

/** Sent last: what they left is taken away. */
const after: readonly Example[] = [
  { variables: { input: { shopId: '{{shopId}}' } } },
  { variables: { input: { shopId: '{{secondShopId}}' } } },
];

/** Instead of the example of a route. */
const routeExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  PlaceOrder: { lines: [{ sku, quantity: 2 }], note: 'Of the request collection' },
  AddShop: pretendShop('Of the request collection, by REST'),
};

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
    .filter(([name, document]) => !(name in before) && name !== 'ShopRemove' && !isSubscription(document))
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
  'Every route and operation of Lading. Set `baseUrl`, and `apiKey` where the server has one. Sent from the first to the last they make a product, two orders and two shops; the shops are removed again. Subscriptions are not here: they never end.';

const operationOf = (document: DocumentNode) =>
  document.definitions.find((one) => one.kind === 'OperationDefinition') as OperationDefinitionNode;

const isSubscription = (document: DocumentNode) => operationOf(document).operation === 'subscription';

function withoutVariables(name: string, document: DocumentNode): Example {
  const needed = operationOf(document).variableDefinitions?.filter(
    ({ type, defaultValue }) => type.kind === 'NonNullType' && !defaultValue,
  );
  if (needed?.length) throw new Error(`the request collection needs an example of ${name}: src/rest/collection.ts`);
  return { variables: {} };
}

const jsonType = { key: 'Content-Type', value: 'application/json' };

function graphqlItem(name: string, document: DocumentNode, { variables, captures = {}, mayBeRefused }: Example) {
  return {
    name,
    event: [
      script(
        200,
        [
          "pm.test('nothing failed', () => pm.expect(pm.response.json().errors).to.equal(undefined));",
          ...(mayBeRefused
            ? []
            : [
                `pm.test('nothing was refused', () => pm.expect(pm.response.text()).to.not.include('"userErrors":[{'));`,
              ]),
        ],
        Object.fromEntries(Object.entries(captures).map(([key, place]) => [key, `data.${place}`])),
      ),
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
    event: [script(route.status, [], route.captures ?? {})],
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

/** What Postman runs on the answer. */
function script(status: number, checks: readonly string[], captures: Readonly<Record<string, string>>) {
  const lines = [
    `pm.test('the status is ${status}', () => pm.response.to.have.status(${status}));`,
    ...checks,
    ...Object.entries(captures).map(
      ([key, place]) =>
        `pm.collectionVariables.set('${key}', pm.response.json().${place.replace(/\.(\d+)/g, '[$1]')});`,
    ),
  ];
  return { listen: 'test', script: { type: 'text/javascript', exec: lines } };
}
