import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { dashboardRoutes } from './dashboard/routes.js';
import { explorerRoutes, isPageRequest, sendExplorer } from './explorer/routes.js';
import { type Api, type ExecutableGraph, startApollo } from './graph/apollo.js';
import type { Context, GraphServices, Trace } from './graph/context.js';
import { limits } from './graph/limits.js';
import { openProgress } from './graph/progress.js';
import type { Logger } from './log.js';
import { failureBody, restRoutes } from './rest/routes.js';
import { exportRoutes } from './server/exports.js';
import { answerFailures, sendFailure } from './server/failures.js';
import { guardRequests, requestIdOf } from './server/guard.js';
import { isReady } from './server/readiness.js';
import { streamRoutes } from './server/stream.js';
import type { Database } from './store/database.js';

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace;
  }
}

export interface ServerOptions extends Omit<GraphServices, 'progress'> {
  readonly graph: ExecutableGraph;
  readonly log: Logger;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Every GraphQL request must carry it; null: none is asked for, and only local hosts are served. */
  readonly adminKey: string | null;
  readonly introspection?: boolean;
  /** A client that fetches an export and takes no further rows for so long is cut off; a minute unless given. */
  readonly exportStallMs?: number;
}

export interface Server {
  /** Where it listens: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Takes no more requests, ends streams, lets requests under way finish for a moment. */
  stop(): Promise<void>;
}

/** How long requests under way may still take when the server stops. */
const graceMs = 700;
/** How long a client may take to send its request. */
const receiveTimeoutMs = 30_000;

export async function createServer(options: ServerOptions): Promise<Server> {
  const { db, host, port } = options;
  const log = options.log.child({ room: 'server' });
  const progress = await openProgress(db, log);
  const api = await startApollo(options.graph, { introspection: options.introspection ?? true, log });
  const app = Fastify({
    bodyLimit: limits.bodyBytes,
    genReqId: ({ headers }) => requestIdOf(headers),
    forceCloseConnections: 'idle',
    requestTimeout: receiveTimeoutMs,
    frameworkErrors: (_, request, reply) => sendFailure(request, reply, 'BAD_REQUEST', 'The address cannot be read.'),
    routerOptions: { ignoreTrailingSlash: true },
  });
  // Apollo copies a context's own properties: what stands on the prototype costs a request nothing, and a logger of its
  // own is made only when something is to be told
  const shared = {
    db,
    progress,
    vault: options.vault,
    marketplaces: options.marketplaces,
    sandboxFor: options.sandboxFor,
    inventory: options.inventory,
    get log() {
      return log.child({ requestId: (this as unknown as Context).requestId });
    },
  };
  const contextOf = ({ id, trace }: FastifyRequest): Context =>
    Object.assign(Object.create(shared) as typeof shared, { requestId: id, trace });

  traceRequests(app, log);
  guardRequests(app, { adminKey: options.adminKey, host });
  answerFailures(app, log, failureBody);
  graphRoutes(app, api, contextOf);
  streamRoutes(app, api, contextOf);
  const endExports = exportRoutes(app, { schema: api.schema, db, log, stallMs: options.exportStallMs });
  restRoutes(app, api, contextOf);
  explorerRoutes(app);
  dashboardRoutes(app);
  healthRoutes(app, db);
  const url = await app.listen({ host, port });

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await progress.close();
    const force = setTimeout(() => app.server.closeAllConnections(), graceMs);
    await app.close();
    clearTimeout(force);
    // the database is closed next
    await endExports();
    await api.apollo.stop();
  };
  return {
    url,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Requests that take longer are told at level info. */
const slowMs = 1_000;

/**
 * One line per request: what was asked, how it ended, how long it took. Never its body, its variables or its query
 * string. What went well and fast is told at level debug only, and then costs nothing.
 */
function traceRequests(app: FastifyInstance, log: Logger): void {
  app.decorateRequest('trace', null as unknown as Trace);
  app.addHook('onRequest', (request, _, done) => {
    request.trace = { operation: null, codes: [] };
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    done();
    const { operation, codes } = request.trace;
    const level = codes.length || reply.elapsedTime > slowMs ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    log.log(level, 'request', {
      requestId: request.id,
      method: request.method,
      path: (request.url.split('?', 1)[0] as string).slice(0, 200),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      operation: operation?.slice(0, 100),
      codes: codes.length ? [...new Set(codes)].join(' ') : undefined,
    });
  });
}

/** GraphQL, and for a browser that opens the address, the explorer. */
function graphRoutes(app: FastifyInstance, api: Api, contextOf: (request: FastifyRequest) => Context): void {
  const handler = fastifyApolloHandler(api.apollo, { context: async (request) => contextOf(request) });
  app.route({ method: 'POST', url: '/graphql', config: { guarded: true }, handler });
  app.route({
    method: 'GET',
    url: '/graphql',
    // the page itself shows no data: its requests carry the key
    config: { guarded: (request: FastifyRequest) => !isPageRequest(request) },
    handler(request, reply) {
      return isPageRequest(request) ? sendExplorer(request, reply) : handler.call(app, request, reply);
    },
  });
}

/** `/health`: the process lives. `/ready`: it can answer, as its database does. */
function healthRoutes(app: FastifyInstance, db: Database): void {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_, reply) => {
    const ready = await isReady(db);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'database does not answer' });
  });
}
