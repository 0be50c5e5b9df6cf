import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getVariableValues,
  isLeafType,
  isListType,
  type OperationDefinitionNode,
  parse,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity';
import { type ApiCode, RequestError } from './errors.js';

/** What one request may ask for. Each is refused with a code and the figures of its own. */
export const limits = {
  /** Bytes of a request body. */
  bodyBytes: 1_000_000,
  /** Lexical tokens of a document; GraphiQL's introspection query has about 400. */
  tokens: 5_000,
  /** Fields within fields. The schema's longest sensible path, shipments → lines → order → lines → quantity, has 8. */
  depth: 16,
  aliases: 50,
  directives: 50,
  /** See `cost`. A page of 100 orders with all their lines and shipments costs about 25,000. */
  cost: 100_000,
  /** Most rows of one page. */
  pageSize: 100,
} as const;

const defaultPageSize = 20;
/** What a list without a page size is taken for: lines of an order, parcels of a line. */
const listSize = 5;

type Reject = (context: ValidationContext | null) => void;

/**
 * The armor rules, with our codes. They report and go on; their own way (throwing) would leave the code to chance.
 * The fields below `__schema` are not counted: introspection is deep by nature, and costs no SQL.
 */
function armor(): ValidationRule[] {
  const reject = (
    code: ApiCode,
    message: string,
    limit: number,
  ): { onReject: Reject[]; propagateOnRejection: false } => ({
    onReject: [(context) => context?.reportError(new RequestError(code, message, { limit }))],
    propagateOnRejection: false,
  });
  const { depth, aliases, directives } = limits;
  return [
    maxDepthRule({
      n: depth,
      flattenFragments: true,
      ignoreIntrospection: true,
      ...reject('QUERY_TOO_DEEP', `The query is nested deeper than ${depth} fields.`, depth),
    }),
    maxAliasesRule({
      n: aliases,
      allowList: [],
      ...reject('TOO_MANY_ALIASES', `The document has more than ${aliases} aliases.`, aliases),
    }),
    maxDirectivesRule({
      n: directives,
      ...reject('TOO_MANY_DIRECTIVES', `The document has more than ${directives} directives.`, directives),
    }),
  ];
}

/** For Apollo's `validationRules`; run once per document. */
export const validationRules: readonly ValidationRule[] = armor();

/** For Apollo's `parseOptions`, and for `parseDocument`. */
export const parseOptions = { maxTokens: limits.tokens };

export function parseDocument(text: string): DocumentNode {
  return parse(text, parseOptions);
}

/**
 * What a field costs: one, and for a list its size times what one element costs. The size is the page size, clamped to
 * what the resolver would allow; the default where none is given; a fixed guess for lists without one.
 */
function cost({ field, args, childComplexity, type }: ComplexityEstimatorArgs): number {
  const paged = field.args.some((argument) => argument.name === 'first');
  if (paged) return 1 + pageSize(args) * Math.max(1, childComplexity);
  // the page size was counted at the connection
  const isPage = type.name.endsWith('Connection');
  const isList = isListType(getNullableType(field.type)) && !isLeafType(getNamedType(field.type));
  return 1 + (isList && !isPage ? listSize : 1) * childComplexity;
}

function pageSize(args: Readonly<Record<string, unknown>>): number {
  const asked = [args.first, args.last].filter((value): value is number => typeof value === 'number');
  const size = asked.length ? Math.max(...asked) : defaultPageSize;
  return Math.min(limits.pageSize, Math.max(1, size));
}

export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The cost of an operation; null when its variables do not fit, so that it will not run. */
export function costOf(schema: GraphQLSchema, { document, operation, variables }: Operation): number | null {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced.errors) return null;
  return getComplexity({
    schema,
    query: document,
    variables,
    // undefined stands for the only, nameless one
    operationName: operation.name?.value,
    estimators: [cost],
    maxQueryNodes: limits.cost,
  });
}

/** Refuses operations that cost too much. Remembers what it computed, per document and what can change the cost. */
export function createCostGuard(schema: GraphQLSchema): (operation: Operation) => void {
  const known = new WeakMap<OperationDefinitionNode, Map<string, number | null>>();
  selfTest(schema);
  return (asked) => {
    const key = costKey(asked.variables);
    let costs = known.get(asked.operation);
    if (!costs) {
      costs = new Map();
      known.set(asked.operation, costs);
    }
    let found = costs.get(key);
    if (found === undefined) {
      found = costOf(schema, asked);
      if (costs.size >= 100) costs.clear();
      if (found !== null) costs.set(key, found);
    }
    if (found !== null && found > limits.cost) {
      throw new RequestError(
        'QUERY_TOO_COMPLEX',
        `The query costs ${found}, more than ${limits.cost}: ask for smaller pages or fewer nested lists.`,
        { cost: found, limit: limits.cost },
      );
    }
  };
}

/** Only numbers (page sizes) and booleans (@skip, @include) change a cost; cursors and filters do not. */
function costKey(variables: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(
    Object.entries(variables).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean'),
  );
}

/**
 * Refuses to start with a cost limit that does not count: graphql-query-complexity 1.x gave 0 for everything when two
 * copies of graphql were loaded, and so let everything through.
 */
function selfTest(schema: GraphQLSchema): void {
  const document = parse('query Probe { shops(first: 100) { nodes { id streams { name } } } }');
  const [operation] = document.definitions as [OperationDefinitionNode];
  const found = costOf(schema, { document, operation, variables: {} });
  if (found === null || found < limits.pageSize) throw new Error(`the cost limit does not work: it counts ${found}`);
}
