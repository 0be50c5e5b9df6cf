/*
 * Cells of CSV as SQL expressions, as RFC 4180 writes them. PostgreSQL makes the whole line, as it makes the JSON of the
 * API: a million of them made in JavaScript would keep every other answer waiting.
 *
 * Numbers, instants, ids and enum values stand as they are. Whatever may be free text stands in quotes, always, and where it
 * begins like a formula an apostrophe comes before it: a spreadsheet that opens the file would run it otherwise, and buyers
 * write their names themselves. These are the beginnings that OWASP names ("CSV Injection"), with their full-width forms.
 * Numbers are never touched, so that -1.20 stays a number.
 */
import { type Pieces, sql } from './json.js';

/** = + - @ tab, line feed, carriage return, and ＝ ＋ － ＠. */
const formulaBegins = [61, 43, 45, 64, 9, 10, 13, 0xff1d, 0xff0b, 0xff0d, 0xff20];

/** Free text. Null is an empty cell, and an empty text is `""`. */
export function textCell(text: string): Pieces {
  const guard = `case when ascii(${text}) in (${formulaBegins.join(', ')}) then '"''' else '"' end`;
  return [sql(`(${guard} || replace(${text}, '"', '""') || '"')`)];
}

/** A value whose JSON needs no escaping: the same without quotes. What is null adds nothing to a text that is put together. */
export function plainCell(json: Pieces): Pieces {
  return json.flatMap((piece): Pieces => {
    if (!('text' in piece)) return [piece];
    const text = piece.text.replaceAll('"', '');
    return text ? [{ text }] : [];
  });
}

/** A JSON value of any type: texts as free text, everything else as it is. */
export function jsonCell(json: string): Pieces {
  const [text] = textCell(`(v #>> '{}')`) as [{ sql: string }];
  // looked up once: without OFFSET the planner would write the expression in each place
  return [
    sql(`(select case jsonb_typeof(v) when 'string' then ${text.sql} else v #>> '{}' end
      from (select (${json})::jsonb as v offset 0) j)`),
  ];
}
