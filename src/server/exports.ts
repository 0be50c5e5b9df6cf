import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { keyOf } from '../commerce/id.js';
import { ApiError } from '../graph/errors.js';
import { planOfStored } from '../graph/export-reads.js';
import type { Logger } from '../log.js';
import type { Database } from '../store/database.js';
import { findExport } from '../store/exports.js';
import { Fetch } from './export-fetch.js';

export interface ExportOptions {
  readonly schema: GraphQLSchema;
  readonly db: Database;
  readonly log: Logger;
  /** A client that takes no further rows for so long is cut off; a minute. */
  readonly stallMs?: number;
}

/** Each holds a connection to the database and a snapshot of it. */
const openMax = 4;
/** Bytes that wait for a slow client, beside what its socket holds. */
const bufferBytes = 256 * 1024;

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
};

/**
 * `/exports/<id>?key=…`: the file of an export. The key of the link is what guards it, whether or not the server has an API
 * key, so that a plain link works in a browser. Returns the way to end what is under way.
 */
export function exportRoutes(app: FastifyInstance, options: ExportOptions): () => Promise<void> {
  const { schema, db, log, stallMs = 60_000 } = options;
  const open = new Set<Fetch>();
  app.route<{ Params: { id: string }; Querystring: { key?: unknown } }>({
    method: 'GET',
    url: '/exports/:id',
    // would run the query for nothing: it has a handler of its own
    exposeHeadRoute: false,
    async handler(request, reply) {
      const { id, fileName, request: asked } = await found(db, request.params.id, request.query.key);
      if (open.size >= openMax) {
        reply.header('retry-after', '10');
        throw new ApiError('SERVICE_UNAVAILABLE', `${openMax} exports are being fetched already: try again later.`);
      }
      const plan = planOfStored(schema, asked);
      const cut = () => reply.raw.destroy();
      const fetch = new Fetch({ db, log, id, plan, stallMs, cut });
      open.add(fetch);
      const closed = () => void fetch.end(reply.raw.writableFinished).finally(() => open.delete(fetch));
      reply.raw.once('close', closed);
      if (reply.raw.destroyed) closed();
      try {
        const chunks = await fetch.begin();
        return reply
          .headers(headersOf(fileName))
          .send(Readable.from(chunks, { objectMode: false, highWaterMark: bufferBytes }));
      } catch (error) {
        const isGone = fetch.isOver;
        await fetch.refuse();
        // nobody is there to be answered
        if (isGone) return reply.hijack();
        throw error;
      }
    },
  });
  app.head<{ Params: { id: string }; Querystring: { key?: unknown } }>('/exports/:id', async (request, reply) => {
    const { fileName } = await found(db, request.params.id, request.query.key);
    return reply.headers(headersOf(fileName)).send();
  });
  return async () => {
    await Promise.all([...open].map((fetch) => fetch.end(false)));
  };
}

const headersOf = (fileName: string) => ({
  'content-type': types[fileName.split('.').at(-1) ?? ''] as string,
  'content-disposition': `attachment; filename="${fileName}"`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
});

/** The export of a link. One whose key is wrong is as unknown as one that is not there. */
async function found(db: Database, id: string, key: unknown) {
  const number = keyOf('Export', id);
  const row = number === null ? null : await findExport(db, number);
  if (number === null || !row || typeof key !== 'string' || !same(row.linkKey, key)) {
    throw new ApiError('NOT_FOUND', 'There is no export under this link: copy it whole, or start the export again.');
  }
  if (row.expired) throw new ApiError('LINK_EXPIRED', 'This link has expired: start the export again.');
  return { ...row, id: number };
}

/** Digests have equal lengths, and take the same time to compare wherever they differ. */
function same(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
