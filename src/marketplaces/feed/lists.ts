// Reads a list that may have been cut off: what came whole must not be lost with what did not.
import type { Json } from '../../commerce/json.js';
import { parseStorable } from '../../http/failures.js';

export interface ReadList {
  /** The entries that came whole. */
  readonly entries: readonly Json[];
  /** Text that is no entry: the piece of one that was cut off, or all of it where it is no list. Null: there is none. */
  readonly rest: string | null;
}

export function readList(text: string): ReadList {
  const whole = parsed(text);
  if (whole === undefined) return readCut(text);
  return { entries: Array.isArray(whole) ? whole : [whole], rest: null };
}

/** Walks through the text as far as it goes, entry by entry. */
function readCut(text: string): ReadList {
  const entries: Json[] = [];
  const open = /^\s*\[/.exec(text)?.[0].length ?? 0;
  // an entry is an object: only such a one says by itself that it has come to its end
  let [begin, depth, inText] = [open, 0, false];
  for (let at = open; open > 0 && at < text.length; at++) {
    const sign = text[at];
    if (inText) {
      if (sign === '\\') at++;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) {
      const entry = parsed(text.slice(begin, at + 1).replace(/^[\s,]+/, ''));
      if (entry === undefined) break;
      entries.push(entry);
      begin = at + 1;
    }
  }
  const rest = text
    .slice(begin)
    .replace(/^[\s,]+/, '')
    .replaceAll('\0', '\uFFFD');
  return { entries, rest: rest || null };
}

function parsed(text: string): Json | undefined {
  try {
    return parseStorable(text);
  } catch {
    return undefined;
  }
}
