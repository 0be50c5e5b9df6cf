// The OpenAPI document: the routes' declarations, in the words and types of the GraphQL schema.

import {
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
} from 'graphql';
import { apiCodes } from '../graph/errors.js';
import { limits } from '../graph/limits.js';
import { errorPagePath, UserErrorCode } from '../graph/user-error.js';
import { type JsonSchema, Schemas, told } from './json-schema.js';
import type { Plan, Variable } from './plan.js';
import { takesIfMatch } from './request.js';

/** Of the routes: rises when one of them changes. */
const version = '1.0.0';

const about = `Lading's REST façade, for clients that speak no GraphQL. Every route stands for a GraphQL operation and answers
exactly what it answers; all that Lading can do is at \`/graphql\`.

* **Key.** Where the server has an API key, send it as \`Authorization: Bearer <key>\` or \`X-API-Key: <key>\`.
* **Lists** come in pages of \`first\` rows, 20 unless given, 100 at most. The next page is the \`next\` of the \`Link\` header, or \`after\` with
  the \`endCursor\`. Parameters that take several values are repeated: \`?skus=A&skus=B\`.
* **Bodies** are JSON, up to ${limits.bodyBytes / 1_000_000} MB.
* **Failures** have one shape: \`error\` for people, \`code\` for programs, \`documentation\` about the code; where there are several, all of
  them in \`errors\`. 400: the request is wrong. 404: a thing is not there. 409: the state of things is in the way.
* **Once only.** With an \`Idempotency-Key\` a request can be repeated safely: the same key with the same body answers with the first result.
* **Nobody's change is lost.** With \`If-Match\` and the \`ETag\` that was read, a change of what has moved on is refused with \`STALE_VERSION\`.`;

export function openApi(schema: GraphQLSchema, plans: readonly Plan[]): JsonSchema {
  const schemas = new Schemas(schema);
  for (const { document } of plans) schemas.addFragments(document.definitions);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const plan of plans) {
    const { path, method } = plan.route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(schema, schemas, plan) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lading', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This server.' }],
    // the first: where the server has no key, none is needed
    security: [{}, { bearer: [] }, { apiKey: [] }],
    tags: [...new Set(plans.map(({ route }) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...schemas.components, Problem: problemSchema(), Failure: failureSchema },
      responses: Object.fromEntries(
        Object.entries(failures).map(([status, [description, code, error]]) => [
          `Status${status}`,
          {
            description,
            content: json(
              { $ref: '#/components/schemas/Failure' },
              { error, code, documentation: `${errorPagePath}#${code}` },
            ),
          },
        ]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

const json = (schema: JsonSchema, example?: unknown) => ({
  'application/json': { schema, ...(example !== undefined && { example }) },
});

function operationOf(schema: GraphQLSchema, schemas: Schemas, plan: Plan): JsonSchema {
  const { route, name, variables } = plan;
  const body = [...variables.values()].filter((one) => one.in === 'body');
  return {
    operationId: `${name[0]?.toLowerCase()}${name.slice(1)}`,
    tags: [route.tag],
    summary: route.title,
    ...told(route.description),
    parameters: [...parametersOf(schemas, plan), ...headersOf(plan)],
    ...(body.length && {
      requestBody: { required: true, content: json(bodySchema(schemas, body), route.example) },
    }),
    responses: {
      [route.status]: {
        description: route.status === 201 ? 'It was made.' : 'What was asked for.',
        headers: answerHeaders(schema, plan),
        content: json(answerSchema(schema, schemas, plan)),
      },
      ...Object.fromEntries(statusesOf(plan).map((one) => [one, { $ref: `#/components/responses/Status${one}` }])),
    },
  };
}

const given = (type: GraphQLInputType): GraphQLInputType => new GraphQLNonNull(getNullableType(type));

function parametersOf(schemas: Schemas, { route, variables }: Plan): JsonSchema[] {
  return [...variables.values()]
    .filter((one) => one.in !== 'body')
    .map(({ name, in: place, type, description, defaultValue, required }) => ({
      name,
      in: place,
      ...told(description),
      ...(required && { required }),
      schema: { ...schemas.input(given(type)), ...(defaultValue !== undefined && { default: defaultValue }) },
      ...(route.example?.[name] !== undefined && { example: route.example[name] }),
    }));
}

function bodySchema(schemas: Schemas, variables: readonly Variable[]): JsonSchema {
  const required = variables.filter((one) => one.required).map(({ name }) => name);
  const properties = variables.map(({ name, type, description, defaultValue }) => [
    name,
    { ...schemas.input(type), ...told(description), ...(defaultValue !== undefined && { default: defaultValue }) },
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length && { required }),
    additionalProperties: false,
  };
}

const header = (name: string, description: string) => ({ name, in: 'header', description, schema: { type: 'string' } });

function headersOf(plan: Plan): JsonSchema[] {
  const { variables } = plan;
  return [
    ...(variables.has('idempotencyKey')
      ? [header('Idempotency-Key', variables.get('idempotencyKey')?.description ?? '')]
      : []),
    ...(takesIfMatch(plan)
      ? [header('If-Match', 'The `ETag` that the change is based on, e.g. `"3"`: what `expectedVersion` says.')]
      : []),
  ];
}

/** The operation's answer below `result`: its type, and what is selected of it. */
function answerOf(schema: GraphQLSchema, { operation, route }: Plan) {
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  let type = root as GraphQLNonNull<never> | typeof root;
  let node: { selectionSet?: typeof operation.selectionSet } = operation;
  for (const name of route.result) {
    type = fieldsOf(type)[name]?.type as never;
    node = node.selectionSet?.selections.find((one) => one.kind === 'Field' && one.name.value === name) as typeof node;
  }
  return { type, selected: node.selectionSet };
}

const fieldsOf = (type: unknown) => (getNamedType(type as never) as unknown as GraphQLObjectType).getFields();

function answerSchema(schema: GraphQLSchema, schemas: Schemas, plan: Plan): JsonSchema {
  const { type, selected } = answerOf(schema, plan);
  return schemas.output(given(type as never) as never, selected);
}

function answerHeaders(schema: GraphQLSchema, plan: Plan): JsonSchema {
  const { route, variables } = plan;
  const text = (description: string) => ({ description, schema: { type: 'string' } });
  return {
    ...(route.location && { Location: text('Where it is from now on.') }),
    ...(variables.has('after') && { Link: text('`first`, and `next` where there is a next page.') }),
    ...('version' in fieldsOf(answerOf(schema, plan).type) && {
      ETag: text('The `version` in quotes, for `If-Match`.'),
    }),
    'X-Request-Id': text('The name of the request in the log.'),
  };
}

/** Status → what it means, and a failure of this kind. */
const failures: Readonly<Record<number, readonly [description: string, code: string, error: string]>> = {
  400: [
    'The request is wrong: it cannot be read, or asks for what cannot be.',
    'INVALID',
    'A quantity is 1 to 1000000, not 0.',
  ],
  401: ['The API key is missing or wrong.', 'UNAUTHENTICATED', apiCodes.UNAUTHENTICATED],
  403: ['The server answers to localhost only.', 'HOST_NOT_ALLOWED', 'This server answers to localhost only.'],
  404: ['A thing that the request names is not there.', 'ORDER_NOT_FOUND', 'No order has this id.'],
  409: [
    'The state of things is in the way: too little stock, a newer version, a key that was used, an order that is done.',
    'STALE_VERSION',
    'The order is at version 2, not 1: read it again.',
  ],
  413: ['The body is too large.', 'BODY_TOO_LARGE', apiCodes.BODY_TOO_LARGE],
  415: [
    'The body is not sent as `Content-Type: application/json`.',
    'UNSUPPORTED_MEDIA_TYPE',
    apiCodes.UNSUPPORTED_MEDIA_TYPE,
  ],
  500: [
    'Something failed that should not: the log has the cause under the request id.',
    'INTERNAL_SERVER_ERROR',
    'Internal server error (request pT0xQk2m-1z).',
  ],
  503: ['The database does not answer.', 'SERVICE_UNAVAILABLE', 'The database does not answer: try again in a moment.'],
};

function statusesOf({ operation, variables }: Plan): number[] {
  const all = [...variables.values()];
  const named = all.some(({ type }) => getNullableType(type).toString() === 'ID');
  const body = all.some((one) => one.in === 'body');
  const without = [
    ...(named ? [] : [404]),
    ...(operation.operation === 'mutation' ? [] : [409]),
    ...(body ? [] : [413, 415]),
  ];
  return Object.keys(failures)
    .map(Number)
    .filter((status) => !without.includes(status));
}

function problemSchema(): JsonSchema {
  return {
    type: 'object',
    description: 'What is wrong.',
    properties: {
      error: { type: 'string', description: 'One sentence for people, in English. Holds no secret.' },
      code: {
        type: 'string',
        description: 'Stable, for programs; new ones may come.',
        examples: [...Object.keys(UserErrorCode), ...Object.keys(apiCodes)],
      },
      documentation: { type: 'string', format: 'uri-reference', description: 'Where the code is explained.' },
      field: { type: 'string', description: 'The member or parameter at fault: `lines.0.quantity`.' },
      sku: { type: 'string', description: 'With INSUFFICIENT_STOCK: the SKU that is short.' },
      requested: { type: 'integer', description: 'With INSUFFICIENT_STOCK: units that were wanted.' },
      available: { type: 'integer', description: 'With INSUFFICIENT_STOCK: units that could be had at that moment.' },
    },
    required: ['error', 'code', 'documentation'],
  };
}

const failureSchema: JsonSchema = {
  description: 'What is wrong; where there are several things, the first, and all of them in `errors`.',
  allOf: [{ $ref: '#/components/schemas/Problem' }],
  properties: { errors: { type: 'array', items: { $ref: '#/components/schemas/Problem' } } },
};
