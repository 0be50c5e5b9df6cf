// Reads off a route's operation what the route takes: once for the server, the OpenAPI document and the collection.
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  validate,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { parseDocument } from '../graph/limits.js';
import type { Route } from './route.js';

export interface Variable {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly type: GraphQLInputType;
  readonly description: string;
  /** Undefined: none. */
  readonly defaultValue: unknown;
  readonly required: boolean;
}

export interface Plan {
  readonly route: Route;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Of the operation: `PlaceOrder`. */
  readonly name: string;
  readonly variables: ReadonlyMap<string, Variable>;
  /** A place in the operation's arguments, `input.orderId` → the variable that stands there. */
  readonly variableAt: ReadonlyMap<string, string>;
}

/** Where a variable is used: an argument or the field of an input. */
interface Place {
  readonly name: string;
  readonly description: string;
  readonly defaultValue: unknown;
}

/** Throws when the route's operation does not fit the schema: a defect, told at the start. */
export function planOf(schema: GraphQLSchema, route: Route): Plan {
  const document = parseDocument(route.document);
  const errors = validate(schema, document);
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
  if (errors.length || !operation?.name) {
    throw new Error(`${route.method} ${route.path}: ${errors.map(({ message }) => message).join('; ') || 'no name'}`);
  }
  const uses = usesOf(schema, document);
  const places = new Map(uses);
  const variables = (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }): Variable => {
    const name = variable.name.value;
    const place = places.get(name) ?? [];
    return {
      name,
      in: inPath(route, name) ? 'path' : ['GET', 'DELETE'].includes(route.method) ? 'query' : 'body',
      type: typeFromAST(schema, type as never) as GraphQLInputType,
      required: type.kind === 'NonNullType' && !defaultValue,
      description: route.meanings?.[name] ?? descriptionOf(place),
      defaultValue: defaultValue ? valueFromASTUntyped(defaultValue) : place.at(-1)?.defaultValue,
    };
  });
  return {
    route,
    document,
    operation,
    name: operation.name.value,
    variables: new Map(variables.map((one) => [one.name, one])),
    variableAt: new Map(uses.map(([variable, place]) => [place.map(({ name }) => name).join('.'), variable])),
  };
}

const inPath = ({ path }: Route, name: string) => path.includes(`{${name}}`);

/** The argument itself (`where`, `input`) says nothing of its fields. */
const descriptionOf = (place: readonly Place[]) =>
  (place.length > 1 ? place.slice(1) : place).map(({ description }) => description).join(' ');

/** Each use of a variable, with the way to it, from the argument on. */
function usesOf(schema: GraphQLSchema, document: DocumentNode): [variable: string, way: Place[]][] {
  const info = new TypeInfo(schema);
  const uses: [string, Place[]][] = [];
  const way: Place[] = [];
  const leave = () => void way.pop();
  const enter = (name: string, told: { description?: string | null; defaultValue?: unknown } | null | undefined) =>
    void way.push({ name, description: told?.description ?? '', defaultValue: told?.defaultValue });
  visit(
    document,
    visitWithTypeInfo(info, {
      VariableDefinition: () => false,
      Argument: { enter: ({ name }) => enter(name.value, info.getArgument()), leave },
      ObjectField: {
        enter: ({ name }) => {
          const parent = getNamedType(info.getParentInputType());
          enter(name.value, isInputObjectType(parent) ? parent.getFields()[name.value] : null);
        },
        leave,
      },
      Variable: ({ name }) => void uses.push([name.value, [...way]]),
    }),
  );
  return uses;
}
