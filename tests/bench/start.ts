// Start-up as a user sees it: from the process's start to the first answer of /ready, on a data folder that exists.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchmarkOptions, type BenchmarkResult, median } from './benchmark.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Starts the server, waits until it is ready, stops it; milliseconds of both. */
async function once(dataDir: string, port: number): Promise<{ readyMs: number; stopMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), DATABASE_URL: '', LADING_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
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
  const stopping = performance.now();
  child.kill('SIGTERM');
  await exited;
  return { readyMs, stopMs: performance.now() - stopping };
}

export async function run({ rounds = 7, log }: BenchmarkOptions): Promise<BenchmarkResult> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lading-bench-start-'));
  try {
    const cold = await once(dataDir, 41_870);
    log(`cold start ${Math.round(cold.readyMs)} ms`);
    const warm = [];
    for (let round = 0; round < rounds; round++) warm.push(await once(dataDir, 41_871 + round));
    return {
      name: 'start-up (demo on, embedded PostgreSQL)',
      figures: {
        'cold: empty data folder, ms': Math.round(cold.readyMs),
        'warm: median, ms': Math.round(median(warm.map((one) => one.readyMs))),
        'stop on SIGTERM: median, ms': Math.round(median(warm.map((one) => one.stopMs))),
      },
      goals: [{ name: 'warm start, s', value: median(warm.map((one) => one.readyMs)) / 1000, goal: 1, better: 'less' }],
    };
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}
