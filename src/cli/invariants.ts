import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.js';

/** A program of its own, which needs no server: its arguments, its output and its exit code are handed on. */
export const proveInvariants: Command = {
  name: 'invariants',
  about: 'Syncs pretend marketplaces in every kind of bad weather, and compares; needs no server.',
  args: '[options]',
  count: [0, 100],
  options: {},
  passesOn: true,
  run({ args }) {
    const program = fileURLToPath(new URL('../invariants.js', import.meta.url));
    const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], { stdio: 'inherit' });
    // a terminal sends Ctrl-C to both: the program tidies up, and we wait for it
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  },
};
