import { setTimeout as sleep } from 'node:timers/promises';

/** deadlock_detected, serialization_failure: the transaction was undone whole, and may be done again. */
const contended = new Set(['40P01', '40001']);
const triesMax = 5;

/** Does a whole transaction again that the server undid in favour of another one. */
export async function retryContended<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === triesMax || !contended.has((error as { code?: string }).code ?? '')) throw error;
      await sleep(Math.random() * 20 * tries);
    }
  }
}
