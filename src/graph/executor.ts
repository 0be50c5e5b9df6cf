/*
 * How operations are executed. Where every root field of a query declares what it reads, each becomes one statement,
 * and the JSON text that PostgreSQL made goes to the client as it is. Everything else (mutations, introspection, data
 * that breaks a promise of the schema) goes through graphql-js, whose resolvers read by the same statements.
 */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type FormattedExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  isNonNullType,
  Kind,
  locatedError,
  type OperationDefinitionNode,
} from 'graphql';
import { missing } from '../store/shapes/json.js';
import type { Context } from './context.js';
import { createRowLoader, type RootRead, type RowLoader, readOf, readText, servicesOf } from './reader.js';
import { collectFields, type Scope } from './selection.js';

/** The answer's `data` as text, which `stringifyResult` writes as it is. Whoever needs objects can parse it. */
export class JsonText {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
}

export type GraphExecutor = (request: ExecutionRequest) => Promise<ExecutionResult>;

/** `texts: false` sends everything through graphql-js: tests compare the two ways. */
export function createExecutor(schema: GraphQLSchema, { texts = true }: { texts?: boolean } = {}): GraphExecutor {
  return async (request) => {
    const result = texts ? await executeAsText(schema, request) : null;
    return (
      result ??
      (await execute({
        schema,
        document: request.document,
        operationName: request.operationName,
        variableValues: request.variables,
        contextValue: request.context,
      }))
    );
  };
}

/** Apollo's way to let another execute. */
export function asGateway(
  schema: GraphQLSchema,
  executor: GraphExecutor,
): NonNullable<ApolloServerOptionsWithGateway<Context>['gateway']> {
  return {
    load: async () => ({
      executor: ({ document, operation, operationName, request, context }) =>
        executor({
          document,
          operation,
          operationName: operationName ?? undefined,
          variables: request.variables ?? {},
          context: context as Context,
        }),
    }),
    onSchemaLoadOrUpdate: (listener) => {
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    stop: async () => {},
  };
}

/** For Apollo's option of the same name. Errors stand first, as in the GraphQL specification's examples. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const data = (result as { data?: unknown }).data;
  if (!(data instanceof JsonText)) return `${JSON.stringify(result)}\n`;
  const errors = result.errors?.length ? `"errors":${JSON.stringify(result.errors)},` : '';
  return `{${errors}"data":${data.text}}\n`;
}

interface MappedField {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly field: GraphQLField<unknown, unknown>;
  /** Null for `__typename`. */
  readonly read: RootRead | null;
}

type Answer = { readonly text: string } | { readonly error: GraphQLError };

/** The result with its data as text; null where graphql-js must do it. */
async function executeAsText(schema: GraphQLSchema, request: ExecutionRequest): Promise<ExecutionResult | null> {
  const { operation, document, context } = request;
  if (operation.operation !== 'query') return null;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables, { maxErrors: 50 });
  if (coerced.errors) return { errors: coerced.errors };
  const scope: Scope = { schema, fragments: fragmentsOf(document), variables: coerced.coerced };
  const fields = mappedFields(scope, operation);
  if (!fields) return null;
  const rows = fields.length > 1 ? createRowLoader(context.db) : null;
  const answers = await Promise.all(fields.map((field) => answer(scope, context, field, rows)));
  // a value that the schema promises is missing: graphql-js knows how far the null must spread
  if (answers.some((one) => 'text' in one && one.text.includes(missing))) return null;
  return assemble(fields, answers);
}

/** All root fields, if every one of them declares what it reads. */
function mappedFields(scope: Scope, operation: OperationDefinitionNode): MappedField[] | null {
  const query = scope.schema.getQueryType() as GraphQLObjectType;
  const definitions = query.getFields();
  const mapped: MappedField[] = [];
  for (const [key, nodes] of collectFields(scope, query, [operation.selectionSet])) {
    const name = (nodes[0] as FieldNode).name.value;
    const field = definitions[name];
    if (name === '__typename') {
      mapped.push({ key, nodes, field: {} as GraphQLField<unknown, unknown>, read: null });
      continue;
    }
    const read = field && readOf(field);
    if (!field || !read) return null;
    mapped.push({ key, nodes, field, read });
  }
  return mapped;
}

async function answer(
  scope: Scope,
  context: Context,
  { key, nodes, field, read }: MappedField,
  rows: RowLoader | null,
): Promise<Answer> {
  if (!read) return { text: '"Query"' };
  try {
    const args = getArgumentValues(field, nodes[0] as FieldNode, scope.variables);
    const asked = read(args as never, servicesOf(scope.schema));
    const type = getNamedType(field.type) as GraphQLCompositeType;
    return { text: await readText(context.db, { scope, type, nodes }, asked, false, rows) };
  } catch (error) {
    return { error: locatedError(error, nodes, [key]) };
  }
}

/** One text of the fields' texts. A field that failed is null, or takes all of the data with it. */
function assemble(fields: readonly MappedField[], answers: readonly Answer[]): ExecutionResult {
  const errors: GraphQLError[] = [];
  const members: string[] = [];
  for (const [at, { key, field }] of fields.entries()) {
    const one = answers[at] as Answer;
    if ('text' in one) {
      members.push(`"${key}":${one.text}`);
      continue;
    }
    if (isNonNullType(field.type)) return { errors: [one.error], data: null };
    errors.push(one.error);
    members.push(`"${key}":null`);
  }
  const data = new JsonText(`{${members.join(',')}}`) as unknown as Record<string, unknown>;
  return errors.length ? { errors, data } : { data };
}

const fragments = new WeakMap<DocumentNode, Record<string, FragmentDefinitionNode>>();

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  let found = fragments.get(document);
  if (!found) {
    found = {};
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) found[definition.name.value] = definition;
    }
    fragments.set(document, found);
  }
  return found;
}
