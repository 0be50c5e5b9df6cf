import readline from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Failure } from './command.js';

/** Where a command reads and writes. Data goes out, everything else goes to err: a pipe takes only data. */
export interface Terminal {
  readonly in: NodeJS.ReadStream;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** An environment variable; null when it is absent or empty. */
  env(name: string): string | null;
}

export const terminal: Terminal = {
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
  env: (name) => process.env[name]?.trim() || null,
};

/** Can a line be drawn again in place? */
export function isLively({ err, env }: Terminal): boolean {
  return err.isTTY === true && env('TERM') !== 'dumb';
}

const colours = { red: 31, green: 32, yellow: 33 } as const;

/** The words in a colour, on a terminal that wants any. */
export function paint(on: Terminal, out: NodeJS.WriteStream, colour: keyof typeof colours, words: string): string {
  return out.isTTY === true && on.env('NO_COLOR') === null && on.env('TERM') !== 'dumb'
    ? `\x1b[${colours[colour]}m${words}\x1b[0m`
    : words;
}

/** Asks a person. What is typed to a hidden question is shown nowhere. */
export async function ask(on: Terminal, question: string, hidden: boolean): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = readline.createInterface({ input: on.in, output: hidden ? nowhere : on.err, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => reject(new Failure('interrupted')));
      lines.once('close', () => reject(new Failure('interrupted')));
      // from here on the terminal shows nothing by itself
      if (hidden) on.err.write(`${question}: `);
      lines.question(`${question}: `).then(resolve, reject);
    });
  } finally {
    lines.close();
    if (hidden) on.err.write('\n');
  }
}

/** The lines of a pipe, at most so many. */
export async function linesOf(on: Terminal, max: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readline.createInterface({ input: on.in })) {
    if (lines.push(line) >= max) break;
  }
  return lines;
}
