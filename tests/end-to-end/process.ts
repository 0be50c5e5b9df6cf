import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/store/embedded/postmaster.js';

const main = path.resolve('dist/src/main.js');

/** A server as a user starts it: the compiled program in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly startedInMs: number;
  /** Everything it wrote, on both streams. */
  output(): string;
  /** Sends the signal and waits for the end; the exit code, or null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export const temporaryFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'lading-end-to-end-'));

type Settings = Record<string, string>;

/** The settings of this process's own environment do not reach the server. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  const own = /^(PORT|HOST|DATA_DIR|DATABASE_|REDIS_URL|LADING_|ALERT_|OTTO_|BOL_|SKUBANA_|FEED_|npm_)/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name))), ...settings };
}

/** Runs the program until it ends by itself. */
export async function runToEnd(settings: Settings): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [main], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

/** Starts the program and waits until it is ready. */
export async function startServer(settings: Settings): Promise<ServerProcess> {
  const started = performance.now();
  const port = settings.PORT ?? String(await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: environment({ ...settings, PORT: port }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    fetch(`${url}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output}`);
    if (performance.now() - started > 60_000) throw new Error(`the server was not ready within a minute:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    child,
    startedInMs: performance.now() - started,
    output: () => output,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
