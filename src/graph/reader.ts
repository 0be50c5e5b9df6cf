// Reading: a field that declares what it reads becomes one SQL statement, whatever is nested in it.

import DataLoader from 'dataloader';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
} from 'graphql';
import { Extensions } from 'type-graphql';
import type { Database, Statement } from '../store/database.js';
import { missing } from '../store/shapes/json.js';
import { batchedRead, compileRead, isUnknownZone, type Read } from '../store/shapes/read.js';
import type { Selection } from '../store/shapes/selection.js';
import type { Catalog } from '../store/shapes/shape.js';
import { unknownTimeZone } from './errors.js';
import { type Scope, selectionOf, variablesWithin } from './selection.js';

/** What a root field may know while it says what it reads. */
export interface ReadServices {
  readonly catalog: Catalog;
  /** IANA time zone of the business day, per marketplace code. */
  readonly zones: Readonly<Record<string, string>>;
}

/**
 * Checks the arguments and says what is to be read. Throws an ApiError for arguments that mean nothing. Each root field
 * has arguments of its own, which the schema has checked: hence `never`, which a function of any arguments fits.
 */
export type RootRead = (args: never, services: ReadServices) => Read;

/** Marks a query as one whose whole answer is read by one statement. Its method returns `readRoot(info, context)`. */
export const Reads = (read: RootRead) => Extensions({ read });

export function readOf(field: GraphQLField<unknown, unknown>): RootRead | undefined {
  return field.extensions.read as RootRead | undefined;
}

/** Where `buildGraph` leaves what reading needs. */
export function servicesOf(schema: GraphQLSchema): ReadServices {
  return schema.extensions.reading as ReadServices;
}

/** A field of an operation, as graphql-js and the executor both know it. */
export interface FieldRequest {
  readonly scope: Scope;
  readonly type: GraphQLCompositeType;
  readonly nodes: readonly FieldNode[];
}

/** Looks single objects up for the root fields of one operation. */
export type RowLoader = DataLoader<Statement, string | null, Statement>;

/**
 * One operation that asks for many objects by their ids (`a: order(id: …) b: order(id: …)`) would send a statement for
 * each of them. Those that ask the same of their object become one.
 */
export function createRowLoader(db: Database): RowLoader {
  return new DataLoader(
    async (lookups) => {
      const found = new Map<Statement, string | null>();
      await Promise.all(
        [...byText(lookups)].map(async ([text, same]) => {
          const first = same[0] as Statement;
          const statement =
            same.length === 1
              ? first
              : batchedRead(
                  text,
                  same.map(({ values }) => values ?? []),
                );
          const rows = await db.run<{ json: string | null }>(statement);
          for (const [at, lookup] of same.entries()) found.set(lookup, rows[at]?.json ?? null);
        }),
      );
      return lookups.map((lookup) => found.get(lookup) ?? null);
    },
    { cache: false },
  );
}

function byText(lookups: readonly Statement[]): Map<string, Statement[]> {
  const groups = new Map<string, Statement[]>();
  for (const lookup of lookups) {
    const group = groups.get(lookup.text);
    if (group) group.push(lookup);
    else groups.set(lookup.text, [lookup]);
  }
  return groups;
}

/**
 * The answer of a read as JSON text. `typed`: for graphql-js, which must be told the types of abstract objects. `rows`:
 * where other root fields may look for objects at the same time.
 */
export async function readText(
  db: Database,
  request: FieldRequest,
  read: Read,
  typed: boolean,
  rows: RowLoader | null = null,
): Promise<string> {
  if (read.kind === 'nothing') return 'null';
  const { catalog } = servicesOf(request.scope.schema);
  const statement = compileRead(catalog, cachedSelection(request), read, typed);
  if (rows && read.kind === 'row') return (await rows.load(statement)) ?? 'null';
  const [found] = await db.run<{ json: string }>(statement).catch((error) => {
    throw isUnknownZone(error) ? unknownTimeZone() : error;
  });
  return found?.json ?? 'null';
}

/** Reads for a resolver that graphql-js runs: the answer's objects, under the keys of the query. */
export async function readField(info: GraphQLResolveInfo, context: { db: Database }, read: Read): Promise<unknown> {
  const request: FieldRequest = {
    scope: { schema: info.schema, fragments: info.fragments, variables: info.variableValues },
    type: getNamedType(info.returnType) as GraphQLCompositeType,
    nodes: info.fieldNodes,
  };
  const text = await readText(context.db, request, read, true);
  return JSON.parse(text.includes(missing) ? text.replaceAll(missing, 'null') : text);
}

/** The body of a query that is marked with `Reads`. */
export function readRoot(info: GraphQLResolveInfo, context: { db: Database }): Promise<unknown> {
  const field = info.parentType.getFields()[info.fieldName] as GraphQLField<unknown, unknown>;
  const read = readOf(field);
  if (!read) throw new Error(`${info.fieldName} does not say what it reads`);
  const args = getArgumentValues(field, info.fieldNodes[0] as FieldNode, info.variableValues);
  return readField(info, context, read(args as never, servicesOf(info.schema)));
}

interface KnownSelections {
  readonly variables: readonly string[];
  readonly byValues: Map<string, Selection>;
}

/** Selections by the first node of their field: a document that comes again is the same object. */
const known = new WeakMap<FieldNode, KnownSelections>();
const valuesMax = 20;

function cachedSelection({ scope, type, nodes }: FieldRequest): Selection {
  // a field that is asked for in several places is merged differently each time: too rare to remember
  if (nodes.length > 1) return selectionOf(scope, type, nodes);
  const node = nodes[0] as FieldNode;
  let entry = known.get(node);
  if (!entry) {
    entry = { variables: variablesWithin(nodes, scope.fragments), byValues: new Map() };
    known.set(node, entry);
  }
  const values = entry.variables.length ? JSON.stringify(entry.variables.map((name) => scope.variables[name])) : '';
  let selection = entry.byValues.get(values);
  if (!selection) {
    selection = selectionOf(scope, type, nodes);
    if (entry.byValues.size >= valuesMax) entry.byValues.clear();
    entry.byValues.set(values, selection);
  }
  return selection;
}
