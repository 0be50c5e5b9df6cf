/*
 * Shapes say what a query may select of a noun and where it is kept. A shape is plain data:
 *
 *   export const lineShape: Shape = {
 *     noun: 'OrderLine',                      // the GraphQL type (or interface)
 *     table: 'order_lines',
 *     key: [bigintKey('order_id'), bigintKey('line_no')],     // what a global id holds: `lin_12_1`
 *     fields: {
 *       id: id('OrderLine', 'order_id', 'line_no'),
 *       title: text('title'),                 // any text: escaped
 *       sku: orNull(text('sku')),             // null where the column is null
 *       fulfilledBy: code('fulfilled_by'),    // text that needs no escaping: enum values, currency codes
 *       shippedAt: orNull(instant('shipped_at')),
 *       quantity: inline({ ordered: int('ordered'), … }),    // an object made from columns of the same row
 *       order: one('Order', (line, order) => `orders ${order} where ${order}.id = ${line}.order_id`),
 *     },
 *   };
 *
 * A column may be a function of the row's alias instead: int((r) => `${r}.ordered - ${r}.shipped`).
 * `one`/`maybe`/`many` lead to other shapes by name; their text is what follows FROM.
 * `document` is a jsonb column that already has the form of the API (addresses, details).
 * Fields that are not listed are read by their name from the column `details`, if the shape has one: that is how a
 * marketplace's own fields come without a line of code here.
 */
import { globalId, type IdNoun } from '../../commerce/id.js';
import type { Compiler } from './compile.js';
import { plainCell, textCell } from './csv.js';
import { concat, literal, type Piece, type Pieces, quoted, sql } from './json.js';
import type { Selected } from './selection.js';

/** An SQL expression about the row with this alias. */
export type Sql = (row: string) => string;
export type Column = string | Sql;

export type FieldShape =
  | {
      readonly kind: 'value';
      readonly pieces: (row: string) => Pieces;
      readonly column: Column;
      /** The value as a cell of CSV; see `csv.ts`. */
      readonly cell: (row: string) => Pieces;
      /** May its JSON hold line breaks, between its values? */
      readonly multiline?: boolean;
    }
  | { readonly kind: 'inline'; readonly fields: Fields; readonly isNull?: Sql }
  | { readonly kind: 'document'; readonly column: Column }
  | { readonly kind: 'own'; readonly compile: (compiler: Compiler, field: Selected, row: string) => Pieces }
  | {
      readonly kind: 'one';
      readonly shape: string;
      readonly from: (row: string, other: string) => string;
      readonly nullable: boolean;
    }
  | {
      readonly kind: 'many';
      readonly shape: string;
      readonly from: (row: string, other: string) => string;
      readonly orderBy: Sql;
    };

export type Fields = Readonly<Record<string, FieldShape>>;

export interface KeyPart {
  readonly column: string;
  readonly type: 'bigint' | 'text';
}

export interface Shape {
  readonly noun: string;
  readonly table: string;
  readonly key: readonly KeyPart[];
  readonly fields: Fields;
  /** Fields that only one of its types has and that are not kept in `details`, by the name of the type. */
  readonly own?: Readonly<Record<string, Fields>>;
  /** The jsonb column that holds what only one marketplace's type has. */
  readonly details?: string;
  /** The column with the marketplace's code, by which the row's type is known; absent: the type is the noun. */
  readonly marketplace?: Column;
}

/** Type names by marketplace code: `{ OTTO: 'OttoOrder' }`. */
export type TypeNames = Readonly<Record<string, string>>;

export interface Catalog {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Per interface noun. */
  readonly typeNames: Readonly<Record<string, TypeNames>>;
}

export const bigintKey = (column: string): KeyPart => ({ column, type: 'bigint' });
export const textKey = (column: string): KeyPart => ({ column, type: 'text' });

export function at(column: Column, row: string): string {
  return typeof column === 'string' ? `${row}.${column}` : column(row);
}

type Value = Extract<FieldShape, { kind: 'value' }>;

/** Without `text` the value's JSON, less its quotes, is a cell: it needs no escaping there either. */
const value = (
  column: Column,
  pieces: (expression: string) => Pieces,
  text?: (expression: string) => string,
): Value => ({
  kind: 'value',
  column,
  pieces: (row) => pieces(at(column, row)),
  cell: (row) => (text ? textCell(text(at(column, row))) : plainCell(pieces(at(column, row)))),
});

/** Any text. */
export const text = (column: Column): Value =>
  value(
    column,
    (x) => [sql(`to_json(${x})`)],
    (x) => x,
  );
/** Text that needs no escaping in JSON: enum values, currency codes, days. */
export const code = (column: Column): Value => value(column, (x) => [literal('"'), sql(x), literal('"')]);
export const int = (column: Column): Value => value(column, (x) => [sql(x)]);
export const bool = (column: Column): Value =>
  value(column, (x) => [sql(`case when ${x} then 'true' else 'false' end`)]);
/** A number as text: `"19"`. */
export const decimal = (column: Column): Value =>
  value(column, (x) => [literal('"'), sql(`trim_scale(${x})`), literal('"')]);
/** A JSON array of texts from a text[]. */
export const texts = (column: Column): Value =>
  value(
    column,
    (x) => [sql(`array_to_json(${x})`)],
    (x) => `array_to_string(${x}, ', ')`,
  );
/** `YYYY-MM-DDTHH:MM:SS.mmmZ` from a timestamptz. */
export const instant = (column: Column): Value =>
  value(column, (x) => [
    literal('"'),
    sql(`to_char(${x} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`),
    literal('"'),
  ]);
/** A json or jsonb column, whole. */
export const raw = (column: Column): Value => ({
  ...value(
    column,
    (x) => [sql(x)],
    (x) => `(${x})::text`,
  ),
  multiline: true,
});
/** Something that is the same for every row. */
export const constant = (json: string): Value => ({
  kind: 'value',
  column: () => quoted(json),
  pieces: () => [literal(json)],
  cell: () => plainCell([literal(json)]),
});

/** Null where the column is null. */
export function orNull(field: Value): Value {
  return {
    ...field,
    pieces: (row) => [
      sql(`case when ${at(field.column, row)} is null then 'null' else ${concat(field.pieces(row))} end`),
    ],
  };
}

/** A global id from the columns of its key. */
export function id(noun: IdNoun, ...columns: readonly Column[]): Value {
  const prefix = globalId(noun);
  const pieces = (row: string) => [
    literal(`"${prefix}`),
    ...columns.flatMap((column): Piece[] => [literal('_'), sql(at(column, row))]),
    literal('"'),
  ];
  const column = columns[0] as Column;
  return {
    kind: 'value',
    column,
    pieces,
    cell: (row) => plainCell(pieces(row)),
  };
}

export const inline = (fields: Fields, isNull?: Sql): FieldShape => ({ kind: 'inline', fields, isNull });
export const document = (column: Column): FieldShape => ({ kind: 'document', column });

/** Exactly one row of another shape. */
export const one = (shape: string, from: (row: string, other: string) => string): FieldShape => ({
  kind: 'one',
  shape,
  from,
  nullable: false,
});
/** One row of another shape or null. */
export const maybe = (shape: string, from: (row: string, other: string) => string): FieldShape => ({
  kind: 'one',
  shape,
  from,
  nullable: true,
});
/** A list of rows of another shape. */
export const many = (shape: string, from: (row: string, other: string) => string, orderBy: Sql): FieldShape => ({
  kind: 'many',
  shape,
  from,
  orderBy,
});
