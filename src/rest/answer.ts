// From the result of the route's operation to status, headers and body.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FormattedExecutionResult, type GraphQLFormattedError, getNamedType, isEnumType } from 'graphql';
import type { Api } from '../graph/apollo.js';
import type { Context } from '../graph/context.js';
import { type ApiCode, ApiError } from '../graph/errors.js';
import { JsonText } from '../graph/executor.js';
import type { UserError } from '../graph/user-error.js';
import { statusOf } from '../server/failures.js';
import type { Plan } from './plan.js';
import { type Problem, problem, problemBody, statusOfRefusal } from './problem.js';

type Values = Readonly<Record<string, unknown>>;
type Refusal = UserError & Partial<Pick<Problem, 'sku' | 'requested' | 'available'>>;

/** The result of the route's operation, executed like any other: limits, costs, errors and log are those of GraphQL. */
export async function execute(
  api: Api,
  { route }: Plan,
  variables: Values,
  contextValue: Context,
): Promise<FormattedExecutionResult<Values>> {
  const { body } = await api.apollo.executeOperation<Values>({ query: route.document, variables }, { contextValue });
  if (body.kind !== 'single') throw new Error('a route cannot answer in parts');
  const { data, errors } = body.singleResult;
  return { errors, data: data instanceof JsonText ? (data.toJSON() as Values) : data };
}

export function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  plan: Plan,
  { data, errors }: FormattedExecutionResult<Values>,
): FastifyReply {
  const { route } = plan;
  if (errors?.length) return refuseFailed(request, reply, plan, errors);
  const found = memberOf(data, route.result) as Values | null | undefined;
  const refusals = (memberOf(data, [route.result[0] as string, 'userErrors']) ?? []) as readonly Refusal[];
  // what was made was made, though it is short of something
  const made = found && route.status === 201 && refusals.every(({ code }) => code === 'INSUFFICIENT_STOCK');
  if (refusals.length && !made) return refuse(request, reply, plan, refusals);
  const named = route.requires === undefined || memberOf(data, [route.requires]);
  if (!found || !named) return refuseMissing(request, reply, plan);
  return reply
    .code(route.status)
    .headers(headersOf(request, plan, found))
    .send(found);
}

function refuseMissing(request: FastifyRequest, reply: FastifyReply, { route }: Plan): FastifyReply {
  if (!route.missing) throw new Error(`${route.method} ${route.path} found nothing`);
  const { code, message } = route.missing;
  request.trace.codes.push(code);
  return reply.code(statusOfRefusal(code)).send(problemBody([problem(request, code, message)]));
}

function headersOf(request: FastifyRequest, { route }: Plan, found: Values): Record<string, string> {
  const { version, pageInfo } = found as { version?: number; pageInfo?: { hasNextPage: boolean; endCursor: string } };
  const location = route.location?.replace(/\{(\w+)\}/g, (_, name: string) => String(found[name]));
  return {
    ...(location && { location }),
    ...(version !== undefined && { etag: `"${version}"` }),
    ...(pageInfo && { link: linksOf(request.url, pageInfo) }),
  };
}

/** The first page, and the next if there is one, with the same conditions. */
function linksOf(url: string, { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string }): string {
  const mark = url.indexOf('?');
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const link = (rel: string, after: string | null) => {
    const parameters = new URLSearchParams(query);
    parameters.delete('after');
    if (after !== null) parameters.set('after', after);
    return `<${path}${parameters.size ? `?${parameters}` : ''}>; rel="${rel}"`;
  };
  return [link('first', null), ...(hasNextPage ? [link('next', endCursor)] : [])].join(', ');
}

function refuse(request: FastifyRequest, reply: FastifyReply, plan: Plan, refusals: readonly Refusal[]): FastifyReply {
  const problems = refusals.map(({ code, message, field, sku, requested, available }) => ({
    ...problem(request, code, message),
    ...fieldOf(plan, field),
    ...(sku !== undefined && { sku, requested, available }),
  }));
  request.trace.codes.push(...problems.map(({ code }) => code));
  return reply.code(statusOfRefusal((problems[0] as Problem).code)).send(problemBody(problems));
}

/** `['input', 'orderId']` → `id`, `['input', 'lines', '0', 'sku']` → `lines.0.sku`; the whole input is no field. */
function fieldOf({ variableAt }: Plan, field: readonly string[] | null): { field?: string } {
  for (let length = field?.length ?? 0; field && length > 0; length--) {
    const variable = variableAt.get(field.slice(0, length).join('.'));
    if (variable) return { field: [variable, ...field.slice(length)].join('.') };
  }
  return field && field.length > 1 ? { field: field.slice(1).join('.') } : {};
}

/** What GraphQL itself refused: a variable of the wrong type, a cursor that is none; or a failure of ours. */
function refuseFailed(
  request: FastifyRequest,
  reply: FastifyReply,
  plan: Plan,
  errors: readonly GraphQLFormattedError[],
): FastifyReply {
  const ours = errors.find(({ extensions }) => extensions?.code === 'INTERNAL_SERVER_ERROR');
  if (ours) throw new ApiError('INTERNAL_SERVER_ERROR', `Internal server error (request ${request.id}).`);
  if (errors.some((error) => isOfPath(plan, error))) return refuseMissing(request, reply, plan);
  const problems = errors.map(({ message, extensions }) => {
    const { text, field } = inWordsOf(plan, message);
    return { ...problem(request, String(extensions?.code), text), ...(field && { field }) };
  });
  return reply.code(statusOf((problems[0] as Problem).code as ApiCode)).send(problemBody(problems));
}

/** What the path names cannot be there, as its id is none. */
function isOfPath({ variables, variableAt }: Plan, { extensions = {} }: GraphQLFormattedError): boolean {
  const name = variableAt.get(String(extensions.argument));
  return extensions.code === 'INVALID_ID' && name !== undefined && variables.get(name)?.in === 'path';
}

/** GraphQL speaks of variables, and of arguments that the route does not show. */
function inWordsOf({ variables }: Plan, message: string): { text: string; field?: string } {
  const [, lacking, how] = /^Variable "\$(\w+)" of .* (was not provided|must not be null)\.$/.exec(message) ?? [];
  if (lacking) {
    const text = how === 'was not provided' ? `"${lacking}" is missing` : `"${lacking}" must not be null`;
    return { text: `${text}: ${variables.get(lacking)?.description}`, field: lacking };
  }
  const [, name, place, why] =
    /^Variable "\$(\w+)" got an invalid value(?: at "([^"]+)")?[:.] ?(.*)$/s.exec(message) ?? [];
  if (!name) return { text: message.replaceAll('`where.', '`') };
  const field = (place ?? name).replace(/\[(\d+)\]/g, '.$1');
  const type = getNamedType(variables.get(name)?.type);
  const reason = isEnumType(type)
    ? `one of ${type
        .getValues()
        .map((one) => one.name)
        .join(', ')} is expected.`
    : why;
  return { text: `"${field}" has an invalid value${reason ? `: ${reason}` : '.'}`, field };
}

function memberOf(value: unknown, way: readonly string[]): unknown {
  return way.reduce((at, name) => (at as Values | null | undefined)?.[name], value);
}
