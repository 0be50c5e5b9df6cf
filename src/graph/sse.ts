import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  specifiedRules,
  subscribe,
  validate,
} from 'graphql';
import type { Context } from './context.js';
import { type ApiCode, formatError, isExpected, RequestError } from './errors.js';
import { type Operation, parseDocument, validationRules } from './limits.js';

/** A GraphQL request as it came: nothing about it is sure. */
export interface RawParams {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

export type OpenedStream =
  | { readonly state: 'OPEN'; readonly events: AsyncGenerator<string> }
  | { readonly state: 'REFUSED'; readonly errors: readonly GraphQLFormattedError[] };

/** Proxies drop a connection that is silent for a minute or less. */
const pingMs = 12_000;

/**
 * Opens a subscription in the "distinct connections" mode of the GraphQL-over-SSE protocol, as graphql-sse's clients and
 * browsers' EventSource speak it. The same limits hold as for queries. Ends when the signal is aborted.
 */
export async function openStream(
  graph: { readonly schema: GraphQLSchema; readonly costGuard: (operation: Operation) => void },
  params: RawParams,
  context: Context,
  signal: AbortSignal,
): Promise<OpenedStream> {
  try {
    const { document, operation, variables } = prepare(graph.schema, params);
    context.trace.operation = operation.name?.value ?? null;
    graph.costGuard({ document, operation, variables });
    const source = await subscribe({
      schema: graph.schema,
      document,
      variableValues: variables,
      operationName: operation.name?.value,
      contextValue: context,
    });
    if (!(Symbol.asyncIterator in source)) return refused(source.errors ?? [], context);
    return { state: 'OPEN', events: events(source, context, signal) };
  } catch (error) {
    return refused(error instanceof Refusal ? error.errors : [error], context);
  }
}

/** Several validation errors at once. */
class Refusal extends Error {
  constructor(readonly errors: readonly unknown[]) {
    super('refused');
  }
}

function refused(errors: readonly unknown[], context: Context): OpenedStream {
  return { state: 'REFUSED', errors: errors.map((error) => tell(error, context)) };
}

/** Formats an error for the client and logs it when it is ours. */
function tell(error: unknown, context: Context): GraphQLFormattedError {
  if (!isExpected(error)) context.log.error('subscription failed', { error });
  const formatted = formatError(error, context.requestId);
  context.trace.codes.push(String(formatted.extensions?.code));
  return formatted;
}

function prepare(schema: GraphQLSchema, params: RawParams): Operation {
  const { query, variables = {}, operationName } = params;
  if (typeof query !== 'string') throw new RequestError('BAD_REQUEST', 'The request has no "query".');
  if (typeof (variables ?? {}) !== 'object' || Array.isArray(variables)) {
    throw new RequestError('BAD_REQUEST', '"variables" must be an object.');
  }
  const document = parsed(query);
  const errors = validate(schema, document, [...specifiedRules, ...validationRules]);
  if (errors.length) throw new Refusal(errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')));
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : undefined);
  if (!operation) {
    throw new RequestError('OPERATION_RESOLUTION_FAILURE', 'The document has no operation of this name.');
  }
  if (operation.operation !== 'subscription') {
    throw new RequestError('BAD_REQUEST', 'This endpoint serves subscriptions; queries and mutations go to /graphql.');
  }
  return { document, operation, variables: (variables ?? {}) as Record<string, unknown> };
}

function parsed(query: string): DocumentNode {
  try {
    return parseDocument(query);
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** graphql-js gives no codes; Apollo does this for queries. */
function coded(error: GraphQLError, code: ApiCode): GraphQLError {
  error.extensions.code ??= code;
  return error;
}

async function* events(
  source: AsyncGenerator<ExecutionResult>,
  context: Context,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const end = () => void source.return(undefined);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    // some browsers do not see the stream as open before its first byte
    yield ':\n\n';
    let next = source.next();
    for (;;) {
      const result = await orPing(next);
      if (result === 'PING') {
        yield ':\n\n';
        continue;
      }
      if (result.done) break;
      yield `event: next\ndata: ${JSON.stringify(answer(result.value, context))}\n\n`;
      // asked for only now: a client that reads slowly gets fewer, newer states
      next = source.next();
    }
    yield 'event: complete\ndata:\n\n';
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function answer(result: ExecutionResult, context: Context): object {
  return result.errors ? { ...result, errors: result.errors.map((error) => tell(error, context)) } : result;
}

async function orPing<T>(next: Promise<T>): Promise<T | 'PING'> {
  let timer: NodeJS.Timeout | undefined;
  const ping = new Promise<'PING'>((resolve) => {
    timer = setTimeout(resolve, pingMs, 'PING');
  });
  try {
    return await Promise.race([next, ping]);
  } finally {
    clearTimeout(timer);
  }
}
