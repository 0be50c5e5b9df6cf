// From the fields of a query to the plain selection that the store compiles.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Selected, Selection } from '../store/shapes/selection.js';

/** What fields are read against: one operation's surroundings. */
export interface Scope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Field nodes of an object type by response key, merged over fragments, without what @skip and @include leave out. */
export function collectFields(
  scope: Scope,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const found = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const walk = (selections: readonly SelectionNode[]) => {
    for (const node of selections) {
      if (!isIncluded(scope, node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const nodes = found.get(key);
        if (nodes) nodes.push(node);
        else found.set(key, [node]);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(node.name.value)) continue;
        spread.add(node.name.value);
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? scope.fragments[node.name.value] : node;
      if (fragment && applies(scope, type, fragment.typeCondition?.name.value)) walk(fragment.selectionSet.selections);
    }
  };
  for (const set of sets) walk(set.selections);
  return found;
}

function isIncluded({ variables }: Scope, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}

function applies({ schema }: Scope, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (!condition || condition === type.name) return true;
  const other = schema.getType(condition);
  return isAbstractType(other) && schema.isSubType(other, type);
}

/** What the given nodes of one field ask of its type. */
export function selectionOf(scope: Scope, type: GraphQLCompositeType, nodes: readonly FieldNode[]): Selection {
  const sets = nodes.flatMap((node) => node.selectionSet ?? []);
  const abstract = isAbstractType(type);
  const types = abstract ? scope.schema.getPossibleTypes(type) : [type];
  const groups = new Map<string, { types: GraphQLObjectType[]; fields: Map<string, FieldNode[]> }>();
  // types of which the very same nodes are asked share a variant: otherwise nested interfaces would multiply
  const numbers = new Map<FieldNode, number>();
  const numberOf = (node: FieldNode) => {
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    return number;
  };
  for (const member of types) {
    const fields = collectFields(scope, member, sets);
    const signature = [...fields].map(([key, same]) => `${key}:${same.map(numberOf).join('+')}`).join(' ');
    const group = groups.get(signature);
    if (group) group.types.push(member);
    else groups.set(signature, { types: [member], fields });
  }
  return {
    abstract,
    variants: [...groups.values()].map((group) => ({
      types: group.types.map(({ name }) => name),
      fields: [...group.fields].map(([key, same]) => selected(scope, group.types[0] as GraphQLObjectType, key, same)),
    })),
  };
}

function selected(scope: Scope, parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Selected {
  const node = nodes[0] as FieldNode;
  const name = node.name.value;
  const field = parent.getFields()[name];
  if (!field) return { key, name, args: {}, nonNull: true, list: false, of: null };
  const type = getNamedType(field.type);
  return {
    key,
    name,
    args: field.args.length ? getArgumentValues(field, node, scope.variables) : {},
    nonNull: isNonNullType(field.type),
    list: isListType(getNullableType(field.type)),
    of: isCompositeType(type) ? selectionOf(scope, type, nodes) : null,
  };
}

/** Names of the variables that the selections below these nodes depend on, sorted. */
export function variablesWithin(
  nodes: readonly FieldNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): string[] {
  const names = new Set<string>();
  const spread = new Set<string>();
  const walk = (set: SelectionSetNode | undefined) => {
    if (!set) return;
    visit(set, {
      Variable: (node) => void names.add(node.name.value),
      FragmentSpread: (node) => {
        if (spread.has(node.name.value)) return;
        spread.add(node.name.value);
        walk(fragments[node.name.value]?.selectionSet);
      },
    });
  };
  for (const node of nodes) walk(node.selectionSet);
  return [...names].sort();
}
