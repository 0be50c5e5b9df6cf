// Start-up as a user sees it: from the process's start to the first answer of /ready, on a data folder that exists.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/store/embedded/postmaster.js';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';
import { residentMb } from './resident.js';
import { atEnd, temporaryFolder } from './tidy.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

interface Start {
  readonly readyMs: number;
  readonly stopMs: number;
  /** Of our process, when it is ready. */
  readonly resident: number | string;
}

/** Starts the server, waits until it is ready, stops it. */
async function once(dataDir: string): Promise<Start> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), DATABASE_URL: '', LADING_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  atEnd(() => {
    child.kill('SIGTERM');
    return exited;
  });
  for (let ready = false; !ready; ) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (performance.now() - started > 60_000) throw new Error('the server was not ready within a minute');
    await new Promise((resolve) => setTimeout(resolve, 10));
    ready = await fetch(`http://127.0.0.1:${port}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  }
  const readyMs = performance.now() - started;
  const resident = residentMb(child.pid as number);
  const stopping = performance.now();
  child.kill('SIGTERM');
  await exited;
  return { readyMs, stopMs: performance.now() - stopping, resident };
}

export async function run({ rounds = 7, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const dataDir = temporaryFolder('start');
  const cold = await once(dataDir);
  log(`cold start ${Math.round(cold.readyMs)} ms`);
  const warm: Start[] = [];
  for (let round = 1; round <= rounds; round++) {
    const one = await once(dataDir);
    warm.push(one);
    log(`warm start ${round} of ${rounds}: ${Math.round(one.readyMs)} ms`);
  }
  const ready = median(warm.map((one) => one.readyMs));
  return {
    name: 'start-up (demo on, embedded PostgreSQL)',
    figures: {
      'cold: empty data folder, ms': Math.round(cold.readyMs),
      'warm: median, ms': Math.round(ready),
      'stop on SIGTERM: median, ms': Math.round(median(warm.map((one) => one.stopMs))),
      'resident memory of our process when ready, MB': warm.at(-1)?.resident ?? cold.resident,
    },
    goals: [{ name: 'warm start, s', value: ready / 1000, goal: 1, better: 'less' }],
  };
}
