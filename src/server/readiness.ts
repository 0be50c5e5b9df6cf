import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../store/database.js';
import { answers } from '../store/sync-requests.js';

const readyTimeoutMs = 2_000;

/** Does the database answer? */
export function isReady(db: Database): Promise<boolean> {
  return Promise.race([
    answers(db).then(
      () => true,
      () => false,
    ),
    sleep(readyTimeoutMs, false, { ref: false }),
  ]);
}
