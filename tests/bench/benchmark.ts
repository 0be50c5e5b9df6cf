/** What a benchmark module exports as `run`. */
export interface BenchmarkOptions {
  /** Size of the world; each module has its own default, at which its goals are stated. */
  readonly orders?: number;
  /** Size of the world where order lines are what counts. */
  readonly lines?: number;
  /** Interleaved rounds, of which the median counts. */
  readonly rounds?: number;
  readonly log: (line: string) => void;
}

export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly goal: number;
  /** Whether more or less than the goal is good. */
  readonly better: 'more' | 'less';
}

export interface BenchmarkResult {
  readonly name: string;
  readonly figures: Readonly<Record<string, number | string>>;
  readonly goals: readonly Goal[];
}

export type Benchmark = (options: BenchmarkOptions) => Promise<BenchmarkResult>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
