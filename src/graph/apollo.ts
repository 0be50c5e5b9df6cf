import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type HTTPGraphQLHead,
} from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from '../log.js';
import type { Context } from './context.js';
import { formatError, isExpected, RequestError } from './errors.js';
import { createCostGuard, type Operation, parseOptions, validationRules } from './limits.js';

/** A schema with the way its operations are executed. */
export interface ExecutableGraph {
  readonly schema: GraphQLSchema;
  /** Apollo's door for an executor of one's own; absent: graphql-js. */
  readonly gateway?: ApolloServerOptionsWithGateway<Context>['gateway'];
  /** How a result becomes text; absent: JSON.stringify. */
  readonly stringifyResult?: (result: FormattedExecutionResult) => string | Promise<string>;
}

export interface Api {
  readonly apollo: ApolloServer<Context>;
  readonly schema: GraphQLSchema;
  readonly costGuard: (operation: Operation) => void;
}

/** Apollo with our limits, errors and executor. Started; stop it with `apollo.stop()`. */
export async function startApollo(
  graph: ExecutableGraph,
  options: { readonly introspection: boolean; readonly log: Logger },
): Promise<Api> {
  const costGuard = createCostGuard(graph.schema);
  const { gateway, schema, stringifyResult } = graph;
  const apollo = new ApolloServer<Context>({
    ...(gateway ? { gateway } : { schema }),
    ...(stringifyResult && { stringifyResult }),
    introspection: options.introspection,
    // a schema that may not be asked for must not be guessed from "did you mean" either
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions,
    validationRules: [...validationRules],
    formatError: (_, error) => formatError(error),
    logger: options.log,
    plugins: [ApolloServerPluginLandingPageDisabled(), requestPlugin(costGuard)],
  });
  await apollo.start();
  return { apollo, schema, costGuard };
}

/** Costs before execution; traces and defects for the log; the request's id in masked errors. */
function requestPlugin(costGuard: (operation: Operation) => void): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, operationName, request, contextValue }) {
          contextValue.trace.operation = operationName;
          // Apollo answers this itself only where it executes itself
          if (!operation) {
            const named = request.operationName;
            throw new RequestError(
              'OPERATION_RESOLUTION_FAILURE',
              named ? 'The document has no operation of the given name.' : 'Several operations: give an operationName.',
            );
          }
          if (operation.operation === 'subscription') {
            throw new RequestError(
              'BAD_REQUEST',
              'Subscriptions are served at /graphql/stream, as server-sent events.',
            );
          }
          costGuard({ document, operation, variables: request.variables ?? {} });
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) {
            if (isExpected(error)) continue;
            contextValue.log.error('request failed', { error: error.originalError ?? error, path: error.path });
          }
        },
        async willSendResponse({ request, response, contextValue }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (!singleResult.errors) return;
          singleResult.errors = singleResult.errors.map((error) => {
            const code = String(error.extensions?.code);
            contextValue.trace.codes.push(code);
            if (code !== 'INTERNAL_SERVER_ERROR' && code !== 'SERVICE_UNAVAILABLE') return error;
            return { ...error, extensions: { ...error.extensions, requestId: contextValue.requestId } };
          });
          settleStatus(response.http, singleResult, request.http?.headers.get('accept') ?? '');
        },
      };
    },
  };
}

/**
 * The HTTP status of an answer with errors, as GraphQL over HTTP has it: 400 where nothing was executed and it was not
 * our fault; but 200 for clients that know no more than `application/json`, as they take other statuses for a proxy's.
 */
function settleStatus(http: HTTPGraphQLHead, result: FormattedExecutionResult, accept: string): void {
  const ours = result.errors?.some((error) => error.extensions?.code === 'INTERNAL_SERVER_ERROR');
  if (ours || result.data !== undefined) return;
  if (http.status === 500) http.status = 400;
  const plain = accept.includes('application/json') && !accept.includes('application/graphql-response+json');
  if (http.status === 400 && plain) http.status = 200;
}
