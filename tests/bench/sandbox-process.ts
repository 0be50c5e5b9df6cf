// A pretend OTTO in a process of its own, so that a benchmark measures the client alone. Started by `fork`.
import { type OttoSandboxOptions, startSandbox } from '../../src/marketplaces/otto/sandbox.js';

/** What the process says of itself: first where it is, then its counters as often as it is asked. */
export interface SandboxWord {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly requests: number;
  readonly refused: number;
}

const sandbox = await startSandbox(JSON.parse(process.argv[2] ?? '{}') as OttoSandboxOptions);
const word = (): SandboxWord => ({
  origin: sandbox.origin,
  ...sandbox.credentials,
  requests: sandbox.counters.total,
  refused: sandbox.counters.tooMany,
});
process.on('message', () => process.send?.(word()));
process.on('disconnect', () => process.exit(0));
process.send?.(word());
