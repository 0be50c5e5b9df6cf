import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

const program = path.resolve('dist/src/cli/lading.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = /^(LADING_|OTTO_|BOL_|SKUBANA_|FEED_|NO_COLOR|FORCE_COLOR|TERM$|npm_)/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name))), ...env };
}

/** Runs the compiled program in a pipe, until it ends. */
export function lading(args: readonly string[], { env = {}, stdin = '' }: Surroundings = {}): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env: environment(env) });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

export const hasScript = spawnSync('script', ['--version']).status === 0;

/** Runs it in a pseudo-terminal, and types an answer as soon as its question is there. What the terminal showed. */
export function inTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: readonly (readonly [question: string, answer: string])[] = [],
): Promise<{ code: number | null; shown: string }> {
  const command = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: environment({ TERM: 'xterm', ...env }) });
  let shown = '';
  const left = [...answers];
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    const [next] = left;
    if (!next || !shown.includes(`${next[0]}: `)) return;
    left.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, shown })));
}

export { program };
