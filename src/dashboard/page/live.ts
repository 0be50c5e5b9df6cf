// Runs as they move: one subscription for all shops, while somebody looks.
import { type Client, SyncProgressDocument, type SyncProgressSubscription } from '../../sdk/index.js';

export type Run = SyncProgressSubscription['syncProgress'];

const isOpen = ({ status }: Run) => status === 'QUEUED' || status === 'RUNNING';
const retryMsMax = 15_000;
/** The server tells of a run under way every ten seconds at least. */
const silentMsMax = 35_000;

export interface LiveEvents {
  /** Figures of a run rose: at most as often as a screen is painted. */
  changed(): void;
  /** Something was written that panels show. */
  moved(): void;
  ended(run: Run): void;
}

export class Live {
  /** The run under way, by shop. */
  readonly runs = new Map<string, Run>();
  /** Is the stream open? */
  connected = false;
  private stream: { end(): void } | null = null;
  /** When a run was last heard of, by shop. */
  private readonly heardAt = new Map<string, number>();
  /** The run that ended last, by shop: its end may be told twice. */
  private readonly endings = new Map<string, string>();
  private painting = false;

  constructor(private readonly events: LiveEvents) {}

  /** Follows from now on; again with another client after `stop`. */
  start(client: Client): void {
    this.stop();
    let ended = false;
    let events: AsyncGenerator<SyncProgressSubscription, void, void> | undefined;
    this.stream = {
      end: () => {
        ended = true;
        void events?.return().catch(() => {});
      },
    };
    const follow = async () => {
      for (let tries = 0; !ended; tries += 1) {
        // what was heard before the connection dropped may have ended since
        this.runs.clear();
        try {
          events = client.subscribe(SyncProgressDocument);
          this.connect(true);
          for await (const { syncProgress } of events) {
            tries = 0;
            this.take(syncProgress);
          }
        } catch {
          // told by the panels, which ask at the same time
        }
        if (ended) return;
        this.connect(false);
        await new Promise((resolve) => setTimeout(resolve, Math.min(retryMsMax, 1_000 * 2 ** tries)));
      }
    };
    void follow();
  }

  stop(): void {
    this.stream?.end();
    this.stream = null;
    this.connect(false);
  }

  /** Forgets runs whose end was told while the connection was away. */
  forgetSilent(now: number): void {
    for (const [shopId, at] of this.heardAt) {
      if (now - at < silentMsMax) continue;
      this.heardAt.delete(shopId);
      if (this.runs.delete(shopId)) this.events.moved();
    }
  }

  private connect(connected: boolean): void {
    if (this.connected === connected) return;
    this.connected = connected;
    this.events.changed();
  }

  private take(run: Run): void {
    const before = this.runs.get(run.shop.id);
    this.heardAt.set(run.shop.id, Date.now());
    if (isOpen(run)) this.runs.set(run.shop.id, run);
    else {
      if ((before && before.id !== run.id) || this.endings.get(run.shop.id) === run.id) return;
      this.endings.set(run.shop.id, run.id);
      this.runs.delete(run.shop.id);
      this.events.ended(run);
    }
    if (!isOpen(run) || written(run) !== (before ? written(before) : 0)) this.events.moved();
    this.paint();
  }

  private paint(): void {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      this.events.changed();
    });
  }
}

/** Records that a run wrote or set aside so far. */
export const written = ({ streams }: Run): number =>
  streams.reduce((sum, one) => sum + one.created + one.updated + one.rejected, 0);
