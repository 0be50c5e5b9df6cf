// From an HTTP request to the variables of the route's operation. Types are checked by GraphQL; here is checked what it never sees.
import type { FastifyRequest } from 'fastify';
import { type GraphQLInputType, getNamedType, getNullableType, isListType } from 'graphql';
import { ApiError } from '../graph/errors.js';
import type { Plan } from './plan.js';

type Values = Readonly<Record<string, unknown>>;

/** Throws BAD_REQUEST for what the route does not take, or takes once. */
export function variablesOf(plan: Plan, request: FastifyRequest): Values {
  const given = {
    ...(request.params as Values),
    ...queryOf(plan, request.query as Values),
    ...bodyOf(plan, request.body),
  };
  return { ...given, ...headersOf(plan, request.headers, given) };
}

function queryOf({ variables }: Plan, query: Values): Values {
  const known = [...variables.values()].filter((one) => one.in === 'query').map(({ name }) => name);
  const values = Object.entries(query).map(([name, text]) => {
    const variable = variables.get(name);
    if (variable?.in !== 'query') throw unknown('query parameter', name, known);
    return [name, typedValue(variable.type, name, text)];
  });
  return Object.fromEntries(values);
}

/** `skus=A&skus=B` is a list. What is no number or no boolean is left for GraphQL to refuse. */
function typedValue(type: GraphQLInputType, name: string, text: unknown): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [text].flat().map((one) => typedValue(nullable.ofType, name, one));
  if (Array.isArray(text)) throw new ApiError('BAD_REQUEST', `The query parameter "${name}" may be given once.`);
  const scalar = getNamedType(nullable).name;
  if (scalar === 'Int' && /^-?\d{1,15}$/.test(String(text))) return Number(text);
  if (scalar === 'Boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function bodyOf({ route, variables }: Plan, body: unknown): Values {
  if (route.method === 'GET' || route.method === 'DELETE') {
    if (body === undefined || body === null) return {};
    throw new ApiError('BAD_REQUEST', `${route.method} takes no body: give query parameters.`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('BAD_REQUEST', 'The body must be a JSON object.');
  }
  const known = [...variables.values()].filter((one) => one.in === 'body').map(({ name }) => name);
  const stranger = Object.keys(body).find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknown('member of the body', stranger, known);
  for (const [name, value] of Object.entries(body)) {
    const type = getNullableType(variables.get(name)?.type);
    // GraphQL takes one thing for a list of it
    if (!isListType(type) || value === null || Array.isArray(value)) continue;
    throw new ApiError('BAD_REQUEST', `The member "${name}" of the body must be a list: [ … ].`);
  }
  return body as Values;
}

function unknown(what: string, name: string, known: readonly string[]): ApiError {
  const list = known.length ? `there is ${known.join(', ')}` : 'there is none';
  return new ApiError('BAD_REQUEST', `There is no ${what} "${name.slice(0, 100)}": ${list}.`);
}

/** A POST makes another thing than the one that it is sent to. */
export const takesIfMatch = ({ route, variables }: Plan) => route.method !== 'POST' && variables.has('expectedVersion');

/** `Idempotency-Key` and `If-Match` say what `idempotencyKey` and `expectedVersion` say. */
function headersOf(plan: Plan, headers: FastifyRequest['headers'], given: Values): Values {
  const { variables } = plan;
  const values: Record<string, unknown> = {};
  const key = headers['idempotency-key'];
  if (key !== undefined && variables.has('idempotencyKey')) values.idempotencyKey = String(key);
  const match = headers['if-match'];
  if (match !== undefined && match !== '*' && takesIfMatch(plan)) {
    const [, version] = /^"(\d{1,9})"$/.exec(match) ?? [];
    if (!version) throw new ApiError('BAD_REQUEST', 'If-Match takes the ETag of an order, e.g. "3", or *.');
    values.expectedVersion = Number(version);
  }
  for (const [name, value] of Object.entries(values)) {
    if (given[name] == null || given[name] === value) continue;
    throw new ApiError('BAD_REQUEST', `The request says "${name}" twice, in a header and in itself, and differently.`);
  }
  return values;
}
