// Pretend marketplaces in a process of their own, so that a benchmark measures the client alone. Started by `fork`.
import type { Credentials } from '../../src/commerce/marketplace.js';
import type { RunningSandbox, SandboxModule } from '../../src/sandbox/marketplace.js';

/** A pretend marketplace that is wanted: the folder's name, and what its `startSandbox` takes. */
export interface Wanted {
  readonly id: string;
  readonly options: object;
}

/** What the process says of itself: first where each is, then the counters as often as it is asked. */
export interface SandboxWord {
  readonly places: readonly { readonly origin: string; readonly credentials: Credentials }[];
  readonly requests: number;
  /** Answers that said that we were too fast. */
  readonly refused: number;
  /** The same, per marketplace. */
  readonly refusedBy: Readonly<Record<string, number>>;
  readonly tokens: number;
}

const wanted = JSON.parse(process.argv[2] ?? '[]') as Wanted[];
const running: RunningSandbox[] = [];
for (const { id, options } of wanted) {
  const { startSandbox } = (await import(`../../src/marketplaces/${id}/sandbox.js`)) as SandboxModule;
  running.push(await startSandbox(options));
}
const sum = (of: (counters: RunningSandbox['counters']) => number) =>
  running.reduce((total, { counters }) => total + of(counters), 0);
const refusedBy = () => {
  const by: Record<string, number> = {};
  for (const [at, { id }] of wanted.entries()) by[id] = (by[id] ?? 0) + (running[at]?.counters.tooMany ?? 0);
  return by;
};
const word = (): SandboxWord => ({
  places: running.map(({ origin, credentials }) => ({ origin, credentials })),
  requests: sum(({ total }) => total),
  refused: sum(({ tooMany }) => tooMany),
  refusedBy: refusedBy(),
  tokens: sum(({ tokensIssued }) => tokensIssued),
});
process.on('message', () => process.send?.(word()));
process.on('disconnect', () => process.exit(0));
process.send?.(word());
