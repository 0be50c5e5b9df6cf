import type { Terminal } from './terminal.js';

/** Control characters of foreign texts must not steer a terminal. */
const plain = (text: string) => text.replace(/\p{Cc}+/gu, ' ');

/** Rows in columns, the first one being their names. The last column is not padded. */
export function printTable({ out }: Terminal, rows: readonly (readonly (string | number | null)[])[]): void {
  const texts = rows.map((row) => row.map((cell) => plain(String(cell ?? '–'))));
  const widths = (texts[0] ?? []).map((_, at) => Math.max(...texts.map((row) => (row[at] ?? '').length)));
  for (const row of texts) {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
    out.write(`${cells.join('  ')}\n`);
  }
}

export function printJson({ out }: Terminal, value: unknown): void {
  out.write(`${JSON.stringify(value, null, 2)}\n`);
}
