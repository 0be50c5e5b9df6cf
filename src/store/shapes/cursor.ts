// Cursors: base64url of the list's name, its order, and the key of the row: `orders.ORDERED_AT.DESC 1760000000000000 12`.
import { quoted } from './json.js';

/** How a sort value is written into a cursor and read back, by the type of its column. */
export type SortType = 'timestamptz' | 'bigint' | 'text';

export interface CursorKey {
  /** As a parameter of the column's type. */
  readonly value: string;
  readonly id: string;
}

/** The sort value as text that can be compared exactly again: microseconds since 1970 for an instant. */
export function sortText(column: string, type: SortType): string {
  return type === 'timestamptz' ? `(extract(epoch from ${column}) * 1000000)::bigint` : `${column}`;
}

/** SQL that makes a cursor of an expression of the form `value id`. */
export function cursorSql(list: string, key: string): string {
  const text = `convert_to(${quoted(`${list} `)} || ${key}, 'UTF8')`;
  // base64url: encode() breaks lines, pads, and uses + and /
  return `translate(encode(${text}, 'base64'), E'+/=\\n', '-_')`;
}

/** The text within a cursor of this list; null for what is not one. */
export function openCursor(cursor: string, list: string): string | null {
  if (!/^[\w-]{1,2000}$/.test(cursor)) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  return text.startsWith(`${list} `) ? text.slice(list.length + 1) : null;
}

/** The key that a cursor of this list and order names; null for anything else. */
export function readCursor(cursor: string, list: string, type: SortType): CursorKey | null {
  const match = /^(.*) (\d{1,18})$/s.exec(openCursor(cursor, list) ?? '');
  if (!match) return null;
  const [, value = '', id = ''] = match;
  if (type === 'text') return { value, id };
  if (!/^-?\d{1,18}$/.test(value)) return null;
  return { value: type === 'timestamptz' ? instantOf(BigInt(value)) : value, id };
}

/** ISO text with microseconds: a Date would round them off, and rows between two would be lost. */
function instantOf(micros: bigint): string {
  const million = 1_000_000n;
  const fraction = ((micros % million) + million) % million;
  const seconds = (micros - fraction) / million;
  // what the two sides can both write: the years 1 to 9999
  const clamped = Math.min(Math.max(Number(seconds), -62_135_596_800), 253_402_300_799);
  return `${new Date(clamped * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}Z`;
}
