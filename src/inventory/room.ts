import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import type { Patience, Service } from './client.js';

export interface Timing extends Patience {
  /** How long an answer of the API waits for the service. */
  readonly answerWithinMs: number;
  /** Requests of one order under way at the same time. */
  readonly atOnce: number;
  /** How long a saga is left to whoever works it; longer than that may take. */
  readonly leaseMs: number;
  /** How long a worker works a saga before it lets go. */
  readonly workMs: number;
  /** How long a saga waits after the service did not answer; twice as long each time, up to `againMaxMs`. */
  readonly againMs: number;
  readonly againMaxMs: number;
  /** How long a saga may wait before people are told. */
  readonly unsettledMs: number;
}

export const timings: Timing = {
  // three times 600 ms and the waits between them stay below two seconds
  ...{ timeoutMs: 600, answerBytesMax: 256 * 1_024, attemptsMax: 3, backOffMs: 50, answerWithinMs: 2_000 },
  ...{ failuresMax: 6, openMs: 3_000, openMaxMs: 30_000, atOnce: 8 },
  ...{ leaseMs: 15_000, workMs: 10_000, againMs: 1_000, againMaxMs: 15_000 },
  unsettledMs: 5 * 60_000,
};

/** What those who work sagas share. */
export interface Room {
  readonly db: Database;
  readonly catalog: Service;
  /** Null: none is set. */
  readonly carts: Service | null;
  readonly timing: Timing;
  readonly log: Logger;
}
