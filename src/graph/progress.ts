import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { openRuns, shopOfRun } from '../store/sync-requests.js';

/** A run that moved on. What it looks like now is read by whoever wants to know. */
export interface RunMoved {
  readonly runId: string;
}

/** Runs that moved on, told by the engine through the database, one listener for all subscribers of a process. */
export interface Progress {
  /**
   * The unfinished runs first, then every run of the shop (null: of any shop) as it moves. A subscriber that is slow
   * misses steps, never the last state: what waits for it is a set of run ids.
   */
  follow(shopId: string | null): AsyncIterableIterator<RunMoved>;
  close(): Promise<void>;
}

/** At most five events a second for each run: a page takes less time than a person needs to see it. */
const intervalMs = 200;
/** Runs whose shop is remembered. */
const knownMax = 1000;

export async function openProgress(db: Database, log?: Logger): Promise<Progress> {
  const followers = new Set<Follower>();
  const shops = new Map<string, string>();
  const held = new Map<string, { timer: NodeJS.Timeout; again: boolean }>();

  const tell = async (runId: string): Promise<void> => {
    const shopId = shops.get(runId) ?? (await shopOfRun(db, runId));
    if (shopId === null) return;
    if (shops.size >= knownMax) shops.clear();
    shops.set(runId, shopId);
    for (const follower of followers) {
      if (follower.shopId === null || follower.shopId === shopId) follower.push(runId);
    }
  };
  /** Tells the first word at once, and the last one when the interval is over. */
  const hear = (runId: string): void => {
    const known = held.get(runId);
    if (known) {
      known.again = true;
      return;
    }
    const timer = setTimeout(() => {
      const again = held.get(runId)?.again;
      held.delete(runId);
      if (again) hear(runId);
    }, intervalMs);
    held.set(runId, { timer, again: false });
    if (followers.size) tell(runId).catch((error) => log?.warn('progress not told', { runId, error }));
  };
  const stopListening = await db.listen('lading_progress', hear);

  return {
    follow(shopId) {
      const follower = new Follower(shopId, () => followers.delete(follower));
      followers.add(follower);
      openRuns(db, shopId)
        .then((runs) => {
          for (const { id } of runs) follower.push(id);
        })
        .catch((error) => follower.fail(error));
      return follower;
    },
    async close() {
      for (const { timer } of held.values()) clearTimeout(timer);
      held.clear();
      for (const follower of [...followers]) await follower.return();
      await stopListening();
    },
  };
}

/**
 * One subscription's view. Not an async generator: `return()` of a generator waits for the `next()` under way, which may
 * take for ever here.
 */
class Follower implements AsyncIterableIterator<RunMoved> {
  private readonly waiting = new Set<string>();
  private wake: (() => void) | null = null;
  private ended = false;
  private error: unknown;

  constructor(
    readonly shopId: string | null,
    private readonly onEnd: () => void,
  ) {}

  push(runId: string): void {
    this.waiting.add(runId);
    this.wake?.();
  }

  fail(error: unknown): void {
    this.error = error;
    this.wake?.();
  }

  async next(): Promise<IteratorResult<RunMoved>> {
    while (!this.ended) {
      if (this.error) {
        await this.return();
        throw this.error;
      }
      const [runId] = this.waiting;
      if (runId !== undefined) {
        this.waiting.delete(runId);
        return { done: false, value: { runId } };
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<RunMoved>> {
    this.ended = true;
    this.waiting.clear();
    this.onEnd();
    this.wake?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
