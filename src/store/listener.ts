import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

type OnPayload = (payload: string) => void;

/**
 * LISTEN on one connection beside the pool. It comes back by itself when the server does; what was said meanwhile is
 * lost, so whoever listens must also look by itself from time to time.
 */
export class Listener {
  private readonly heard = new Map<string, Set<OnPayload>>();
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly applicationName: string,
    private readonly warn: (message: string) => void,
  ) {}

  async add(channel: string, onPayload: OnPayload): Promise<() => Promise<void>> {
    const listeners = this.heard.get(channel) ?? new Set();
    const isNew = !this.heard.has(channel);
    this.heard.set(channel, listeners.add(onPayload));
    const isConnected = this.client !== null;
    await this.connect();
    // a connection that was made just now listens to every channel already
    if (isNew && isConnected) await this.client?.query(`listen ${pg.escapeIdentifier(channel)}`);
    return async () => {
      listeners.delete(onPayload);
      if (listeners.size || this.heard.get(channel) !== listeners) return;
      this.heard.delete(channel);
      await this.client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.heard.clear();
    await this.connecting?.catch(() => {});
    await this.client?.end().catch(() => {});
    this.client = null;
  }

  private connect(): Promise<void> {
    this.connecting ??= this.connectUntilThere().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async connectUntilThere(): Promise<void> {
    let failed = false;
    for (let pauseMs = 50; !this.client && !this.closed; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        await this.open();
        if (failed) this.warn('the database is back');
      } catch (error) {
        // once: it is tried for as long as it takes
        if (!failed) this.warn(`cannot listen to the database: ${(error as Error).message}`);
        failed = true;
        await sleep(pauseMs);
      }
    }
  }

  private async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: `${this.applicationName} listener`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    client.on('error', () => {});
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of this.heard.get(channel) ?? []) onPayload(payload ?? '');
    });
    try {
      await client.connect();
      const channels = [...this.heard.keys()].map((channel) => `listen ${pg.escapeIdentifier(channel)}`);
      if (channels.length) await client.query(channels.join('; '));
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.client = client;
    client.once('end', () => {
      this.client = null;
      if (!this.closed) void this.connect();
    });
  }
}
