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
/** While the connection to the database was away nothing was heard, so runs under way are looked at this often. */
const lookAgainMs = 10_000;
/** Runs whose shop is remembered. */
const knownMax = 1000;

export async function openProgress(db: Database, log?: Logger, everyMs: number = lookAgainMs): Promise<Progress> {
  const teller = new Teller(db, log);
  const stopListening = await db.listen('lading_progress', (runId) => teller.hear(runId));
  const clock = setInterval(() => {
    teller.lookAgain().catch((error) => log?.debug('progress not looked at', { error }));
  }, everyMs);
  clock.unref();
  return {
    follow: (shopId) => teller.follow(shopId),
    async close() {
      clearInterval(clock);
      await teller.end();
      await stopListening();
    },
  };
}

/** Passes on what is heard to whoever follows, each run at its own pace. */
class Teller {
  private readonly followers = new Set<Follower>();
  private readonly shops = new Map<string, string>();
  /** Runs that were told of a moment ago; `again`: something was heard since. */
  private readonly held = new Map<string, { timer: NodeJS.Timeout; again: boolean }>();
  /** Runs that had not ended when last looked at. */
  private readonly moving = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly log: Logger | undefined,
  ) {}

  follow(shopId: string | null): Follower {
    const follower = new Follower(shopId, () => this.followers.delete(follower));
    this.followers.add(follower);
    openRuns(this.db, shopId)
      .then((runs) => {
        for (const { id } of runs) {
          this.moving.add(id);
          follower.push(id);
        }
      })
      .catch((error) => follower.fail(error));
    return follower;
  }

  /** Tells the first word at once, and the last one when the interval is over. */
  hear(runId: string): void {
    const known = this.held.get(runId);
    if (known) {
      known.again = true;
      return;
    }
    const timer = setTimeout(() => {
      const again = this.held.get(runId)?.again;
      this.held.delete(runId);
      if (again) this.hear(runId);
    }, intervalMs);
    this.held.set(runId, { timer, again: false });
    if (!this.followers.size) return;
    this.moving.add(runId);
    this.tell(runId).catch((error) => this.log?.warn('progress not told', { runId, error }));
  }

  /** Tells of every run under way once more, and a last time of those that have ended. */
  async lookAgain(): Promise<void> {
    if (!this.followers.size) this.moving.clear();
    if (!this.moving.size) return;
    const open = new Set((await openRuns(this.db, null)).map(({ id }) => id));
    for (const runId of this.moving) {
      if (!open.has(runId)) this.moving.delete(runId);
      await this.tell(runId);
    }
  }

  async end(): Promise<void> {
    for (const { timer } of this.held.values()) clearTimeout(timer);
    this.held.clear();
    for (const follower of [...this.followers]) await follower.return();
  }

  private async tell(runId: string): Promise<void> {
    const shopId = this.shops.get(runId) ?? (await shopOfRun(this.db, runId));
    if (shopId === null) return;
    if (this.shops.size >= knownMax) this.shops.clear();
    this.shops.set(runId, shopId);
    for (const follower of this.followers) {
      if (follower.shopId === null || follower.shopId === shopId) follower.push(runId);
    }
  }
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
