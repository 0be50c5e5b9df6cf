import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { beginFetch, type ExportFetch, endFetch, tellFetch } from '../store/exports.js';
import type { ExportPlan } from '../store/shapes/export-rows.js';
import type { Snapshot } from '../store/snapshot.js';

/** How often it is told how far a fetch is. */
const tellMs = 1_000;
/** The longest time that a snapshot is held: what is deleted meanwhile cannot be cleaned up. */
const longestMs = 60 * 60_000;

/** Handed over at once, and the least that a client must take within its patience. */
const rowsPerChunk = 250;

const unreadable = 'The database could not be read to the end: the log of the server says why.';

export interface FetchOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly id: string;
  readonly plan: ExportPlan;
  /** A client that takes no further rows for so long is cut off. */
  readonly stallMs: number;
  /** Cuts the connection to the client. */
  readonly cut: () => void;
}

/** One fetch of an export: rows from a snapshot of the database, as fast as the client takes them. */
export class Fetch {
  private readonly gone = new AbortController();
  private readonly began = performance.now();
  private snapshot: Snapshot | null = null;
  private row: ExportFetch | null = null;
  private rowsTotal: number | null = null;
  private rowsWritten = 0;
  private clock: NodeJS.Timeout | undefined;
  /** Since when the client has not asked for more; null: it waits for us. */
  private offeredAt: number | null = null;
  private error: string | null = null;
  private beginning: Promise<AsyncIterable<string>> | undefined;
  private ended: Promise<void> | undefined;

  constructor(private readonly options: FetchOptions) {}

  /** Has the client gone away, or the server been stopped? */
  get isOver(): boolean {
    return this.gone.signal.aborted;
  }

  /**
   * Counts, and reads the first rows: what fails here can still be answered as a failure. The rest comes through the
   * chunks that it returns.
   */
  begin(): Promise<AsyncIterable<string>> {
    this.beginning = this.prepare();
    return this.beginning;
  }

  private async prepare(): Promise<AsyncIterable<string>> {
    const { db, id, plan } = this.options;
    this.snapshot = await db.snapshot(this.gone.signal);
    this.row = await beginFetch(db, id);
    this.clock = setInterval(() => this.tick(), tellMs);
    const [counted] = await this.snapshot.run<{ total: number }>(plan.count);
    this.rowsTotal = counted?.total ?? 0;
    const batches = this.snapshot.column(plan.lines, plan.rowsPerFetch);
    return this.chunks(await batches.next(), batches);
  }

  private async *chunks(
    first: IteratorResult<readonly string[], void>,
    batches: AsyncGenerator<readonly string[], void>,
  ): AsyncGenerator<string> {
    const { head, lineEnd } = this.options.plan;
    try {
      if (head) yield* this.offer(head);
      for (let batch = first; !batch.done; batch = await batches.next()) {
        for (let at = 0; at < batch.value.length; at += rowsPerChunk) {
          const lines = batch.value.slice(at, at + rowsPerChunk);
          yield* this.offer(`${lines.join(lineEnd)}${lineEnd}`);
          this.rowsWritten += lines.length;
        }
      }
      // the client may still take what was sent: the database need not wait for it
      await this.snapshot?.close();
    } catch (error) {
      if (!this.isOver) {
        this.error = unreadable;
        this.options.log.error('export failed', { export: this.options.id, error });
      }
      throw error;
    }
  }

  private async *offer(chunk: string): AsyncGenerator<string> {
    this.offeredAt = performance.now();
    yield chunk;
    this.offeredAt = null;
  }

  /** The fetch is over, however it went: what runs is stopped, and how it ended is stored. */
  end(delivered: boolean): Promise<void> {
    this.ended ??= this.finish(delivered);
    return this.ended;
  }

  private async finish(delivered: boolean): Promise<void> {
    this.gone.abort();
    await this.beginning?.catch(() => {});
    clearInterval(this.clock);
    const { db, log, id } = this.options;
    await this.snapshot?.close();
    if (!this.row) return;
    const { rowsTotal, rowsWritten, error } = this;
    const status = error === null ? (delivered ? 'COMPLETED' : 'ABORTED') : 'FAILED';
    await endFetch(db, this.row, { rowsTotal, rowsWritten, status, error }).catch((failure) =>
      log.warn('the end of an export was not stored', { export: id, error: failure }),
    );
  }

  /** It could not begin. */
  refuse(): Promise<void> {
    if (!this.isOver) this.error = unreadable;
    return this.end(false);
  }

  private tick(): void {
    const { db, log, stallMs, cut } = this.options;
    const now = performance.now();
    if (this.offeredAt !== null && now - this.offeredAt > stallMs) cut();
    if (now - this.began > longestMs) {
      this.error ??= 'It took longer than an hour: ask for less at a time.';
      cut();
    }
    if (!this.row) return;
    const { rowsTotal, rowsWritten } = this;
    tellFetch(db, this.row, { rowsTotal, rowsWritten }).catch((error) =>
      log.debug('progress of an export was not stored', { error }),
    );
  }
}
