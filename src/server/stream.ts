import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Api } from '../graph/apollo.js';
import type { Context } from '../graph/context.js';
import { ApiError } from '../graph/errors.js';
import { openStream, type RawParams } from '../graph/sse.js';

/** Subscriptions open at the same time: each holds a socket, and reads the database when something moves. */
const openMax = 200;

/** Subscriptions as server-sent events, one connection each. */
export function streamRoutes(app: FastifyInstance, api: Api, contextOf: (request: FastifyRequest) => Context): void {
  let open = 0;
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    config: { guarded: true },
    async handler(request, reply) {
      if (!accepts(request)) {
        throw new ApiError('BAD_REQUEST', 'This endpoint answers with "Accept: text/event-stream" only.');
      }
      // EventSource needs no preflight: a page of another site could hold streams open
      if (request.headers['sec-fetch-site'] === 'cross-site') {
        throw new ApiError('BAD_REQUEST', 'Streams are not open to pages of other sites.');
      }
      if (open >= openMax) throw new ApiError('SERVICE_UNAVAILABLE', `${openMax} streams are open already.`);
      const gone = new AbortController();
      const stream = await openStream(api, paramsOf(request), contextOf(request), gone.signal);
      if (stream.state === 'REFUSED') return reply.code(400).send({ errors: stream.errors });
      open += 1;
      reply.raw.once('close', () => {
        open -= 1;
        gone.abort();
      });
      if (reply.raw.destroyed) gone.abort();
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(stream.events));
    },
  });
}

function accepts({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/event-stream');
}

/** POST: the JSON body; GET: the query string, with `variables` as JSON. */
function paramsOf(request: FastifyRequest): RawParams {
  if (request.method === 'POST') {
    if (request.body !== null && typeof request.body === 'object') return request.body as RawParams;
    throw new ApiError('BAD_REQUEST', 'The body must be a JSON object.');
  }
  const { query, variables, operationName } = request.query as Record<string, unknown>;
  if (typeof variables !== 'string') return { query, operationName };
  try {
    return { query, operationName, variables: JSON.parse(variables) as unknown };
  } catch {
    throw new ApiError('INVALID_JSON', '"variables" is not valid JSON.');
  }
}
