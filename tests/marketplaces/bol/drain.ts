import type { Cursor, Page, RawRecord, Stream, StreamName } from '../../../src/commerce/marketplace.js';
import { openSession, type SessionOptions, type ShopSession } from '../../../src/http/client.js';
import { createLog } from '../../../src/log.js';
import { bol } from '../../../src/marketplaces/bol/index.js';
import { type BolSandbox, type BolSandboxOptions, startSandbox } from '../../../src/marketplaces/bol/sandbox.js';
import { streamOf } from '../samples.js';

export const signal = new AbortController().signal;

/** So much faster than bol really is. */
export const rateScale = 400;

export interface Scene {
  readonly sandbox: BolSandbox;
  readonly session: ShopSession;
  readonly close: () => Promise<void>;
}

export async function openScene(options: BolSandboxOptions = {}, more: Partial<SessionOptions> = {}): Promise<Scene> {
  const sandbox = await startSandbox({ rateScale, shipments: 300, ...options });
  const session = openSession(bol, {
    origin: sandbox.origin,
    credentials: sandbox.credentials,
    log: createLog({ level: 'error', format: 'json' }),
    rateScale,
    backOffMs: 10,
    ...more,
  });
  const close = async () => {
    session.close();
    await sandbox.stop();
  };
  return { sandbox, session, close };
}

export interface Drained {
  readonly pages: readonly Page[];
  readonly records: readonly RawRecord[];
  readonly cursor: Cursor | null;
}

/** Reads a stream to its end, as a run of the engine does. */
export async function drain(session: ShopSession, name: StreamName, cursor: Cursor | null = null): Promise<Drained> {
  const { pull, overlapMs, windowMs } = streamOf(bol, name) as Stream;
  const mode = cursor ? 'INCREMENTAL' : 'FULL';
  const pages: Page[] = [];
  const from = { mode, cursor, overlapMs, windowMs, runBegins: true, now: new Date() } as const;
  for await (const page of pull(session, from, signal)) {
    // as the engine does: the cursor goes through the database
    pages.push({ ...page, cursor: JSON.parse(JSON.stringify(page.cursor)) as Cursor });
    if (pages.length > 2_000) throw new Error(`${name} does not end`);
  }
  return { pages, records: pages.flatMap(({ records }) => records), cursor: pages.at(-1)?.cursor ?? cursor };
}

/** Loads and maps each record once, by its key. */
export async function mappedOf<Noun>(
  name: StreamName,
  records: readonly RawRecord[],
  into: Map<string, Noun> = new Map(),
): Promise<Map<string, Noun>> {
  const stream = streamOf(bol, name);
  const byKey = new Map(records.map((record) => [record.externalId as string, record]));
  const wanted = [...byKey.values()].filter(({ externalId, isHint }) => !(isHint && into.has(externalId as string)));
  for (let at = 0; at < wanted.length; at += 20) {
    await Promise.all(
      wanted.slice(at, at + 20).map(async (record) => {
        into.set(record.externalId as string, stream.map((await record.load?.(signal)) ?? null) as Noun);
      }),
    );
  }
  return into;
}
