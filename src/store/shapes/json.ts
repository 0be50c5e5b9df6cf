// Pieces of JSON text that PostgreSQL puts together. Concatenating text costs it about half of what json_build_object
// costs, and keeps the keys in the order of the query.

/** Part of a JSON text: known when the statement is made (`text`), or an SQL expression whose text it is (never null). */
export type Piece = { readonly text: string } | { readonly sql: string };
export type Pieces = readonly Piece[];

export const literal = (text: string): Piece => ({ text });
export const sql = (expression: string): Piece => ({ sql: expression });

/** Stands for a missing value where the schema promises one: no JSON text holds this character. */
export const missing = '\u0001';

/** An SQL string constant. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A function takes at most 100 arguments. */
const argumentsMax = 90;

/** One SQL expression of type text from the pieces. */
export function concat(pieces: Pieces): string {
  const parts = merged(pieces).map((piece) => ('text' in piece ? quoted(piece.text) : piece.sql));
  if (parts.length === 1 && 'text' in (merged(pieces)[0] as Piece)) return parts[0] as string;
  let level = parts;
  while (level.length > argumentsMax) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += argumentsMax) {
      next.push(`concat(${level.slice(at, at + argumentsMax).join(', ')})`);
    }
    level = next;
  }
  return `concat(${level.join(', ')})`;
}

/** Neighbouring constants become one. */
function merged(pieces: Pieces): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if ('text' in piece && last && 'text' in last) result[result.length - 1] = { text: last.text + piece.text };
    else result.push(piece);
  }
  return result;
}

/** `{"key":value,…}` from keys and the pieces of their values. */
export function object(members: readonly (readonly [key: string, value: Pieces])[]): Pieces {
  const pieces: Piece[] = [literal('{')];
  members.forEach(([key, value], at) => {
    pieces.push(literal(`${at ? ',' : ''}"${key}":`), ...value);
  });
  pieces.push(literal('}'));
  return pieces;
}

/** The values of a statement: always parameters, never part of its text. */
export class Values {
  readonly list: unknown[] = [];

  /** Adds a value and returns its place, cast so that PostgreSQL never guesses: `$3::bigint`. */
  add(value: unknown, type: string): string {
    this.list.push(storable(value));
    return `$${this.list.length}::${type}`;
  }
}

/** No text in the database holds U+0000, which it refuses with an error: another unknown character finds as little. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  return Array.isArray(value) ? value.map(storable) : value;
}
