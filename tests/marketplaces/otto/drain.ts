import type { Cursor, Page, RawRecord, StreamName, SyncMode } from '../../../src/commerce/marketplace.js';
import { openSession, type SessionOptions, type ShopSession } from '../../../src/http/client.js';
import { createLog } from '../../../src/log.js';
import { otto } from '../../../src/marketplaces/otto/index.js';

export const signal = new AbortController().signal;

export function ottoSession(
  origin: string,
  credentials: { clientId: string; clientSecret: string },
  options: Partial<SessionOptions> = {},
): ShopSession {
  const log = createLog({ level: 'error', format: 'json' });
  return openSession(otto, {
    origin,
    credentials: { ...credentials },
    log,
    backOffMs: 10,
    timeoutMs: 5_000,
    ...options,
  });
}

export interface Drained {
  readonly records: RawRecord[];
  readonly pages: Page[];
  readonly cursor: Cursor | null;
}

/** Reads a stream to its end. `stopAfter`: as an engine that is killed after so many pages. */
export async function drain(
  session: ShopSession,
  name: StreamName,
  from: {
    mode?: SyncMode;
    cursor?: Cursor | null;
    overlapMs?: number;
    runBegins?: boolean;
    now?: Date;
    stopAfter?: number;
  } = {},
): Promise<Drained> {
  const stream = otto.streams.find((one) => one.name === name);
  if (!stream) throw new Error(`no stream ${name}`);
  const pages: Page[] = [];
  const { mode = 'INCREMENTAL', cursor = null, overlapMs = stream.overlapMs, runBegins, now = new Date() } = from;
  for await (const page of stream.pull(session, { mode, cursor, overlapMs, windowMs: null, runBegins, now }, signal)) {
    // what the engine does: the cursor goes through the database
    pages.push({ ...page, cursor: JSON.parse(JSON.stringify(page.cursor)) as Cursor });
    if (pages.length > 2_000) throw new Error(`${name} does not end`);
    if (pages.length === from.stopAfter) break;
  }
  return { pages, records: pages.flatMap(({ records }) => records), cursor: pages.at(-1)?.cursor ?? cursor };
}

export function idsOf(records: readonly RawRecord[]): Set<string> {
  return new Set(records.map(({ externalId }) => externalId as string));
}
