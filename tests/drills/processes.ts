import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { programOf } from '../setup/program.js';

export interface EngineProcess {
  readonly child: ChildProcess;
  /** Its log, one JSON object per line. */
  readonly log: { message: string; timestamp: string; shop?: string }[];
  kill(signal: NodeJS.Signals): void;
  /** Ends it in order. */
  stop(): Promise<void>;
}

export interface EngineTask {
  readonly databaseUrl: string;
  /** Where each shop's API is. */
  readonly origins: Readonly<Record<string, string>>;
  readonly rateScale?: number;
  readonly workers?: number;
  readonly timing?: object;
  readonly spoolDir?: string;
}

/** Starts an engine in a process of its own; resolves when it works. */
export async function startProcess(task: EngineTask): Promise<EngineProcess> {
  const program = await programOf('tests/drills/engine-process.ts');
  const argument = JSON.stringify({ rateScale: 50, workers: 4, timing: {}, ...task });
  const child = spawn(process.execPath, [program, argument], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: EngineProcess['log'] = [];
  let rest = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) log.push(line.startsWith('{') ? JSON.parse(line) : { message: line, timestamp: '' });
  });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    exited.then(() => Promise.reject(new Error(`engine process ended: ${JSON.stringify(log.slice(-5))}`))),
  ]);
  return {
    child,
    log,
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
      }
      await exited;
    },
  };
}
