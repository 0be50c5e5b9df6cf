import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiCode, ApiError, errorBody } from '../graph/errors.js';
import { limits } from '../graph/limits.js';
import type { Logger } from '../log.js';

const statuses: Partial<Record<ApiCode, number>> = {
  UNAUTHENTICATED: 401,
  HOST_NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  LINK_EXPIRED: 410,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

export const statusOf = (code: ApiCode): number => statuses[code] ?? 400;

declare module 'fastify' {
  interface FastifyInstance {
    /** The body of a failure, in the form that whoever asks at this address expects. */
    failureBody: (request: FastifyRequest, code: ApiCode, message: string, requestId?: string) => object;
  }
}

/** Fastify's own failures in our words. */
const known: Readonly<Record<string, readonly [ApiCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', `The body is larger than ${limits.bodyBytes} bytes.`],
  FST_ERR_CTP_INVALID_JSON_BODY: ['INVALID_JSON', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['INVALID_JSON', 'The body is empty: it must be JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send the request as "Content-Type: application/json".'],
};

/** What failed before GraphQL began: stable codes, nothing of the inside. */
export function answerFailures(
  app: FastifyInstance,
  log: Logger,
  failureBody: FastifyInstance['failureBody'] = (_, ...failure) => errorBody(...failure),
): void {
  app.decorate('failureBody', failureBody);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ApiError) return sendFailure(request, reply, error.code, error.message);
    const words = known[error.code];
    if (words) return sendFailure(request, reply, ...words);
    if (error.statusCode && error.statusCode < 500) {
      return sendFailure(request, reply, 'BAD_REQUEST', 'The request cannot be read.');
    }
    log.error('request failed', { requestId: request.id, error });
    return sendFailure(request, reply, 'INTERNAL_SERVER_ERROR', 'Internal server error', request.id);
  });
  app.setNotFoundHandler((request, reply) => {
    const found = ['GET', 'POST'].some((method) => app.hasRoute({ method, url: pathOf(request) }));
    return found
      ? sendFailure(request, reply.header('allow', 'GET, POST'), 'METHOD_NOT_ALLOWED', 'Use GET or POST.')
      : sendFailure(
          request,
          reply,
          'NOT_FOUND',
          'There is nothing here: GraphQL is at /graphql, REST is described at /docs.',
        );
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] as string;
}

export function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ApiCode,
  message: string,
  requestId?: string,
): FastifyReply {
  // an address that cannot even be read comes past all hooks
  request.trace?.codes.push(code);
  return reply
    .code(statusOf(code))
    .type('application/json; charset=utf-8')
    .send(request.server.failureBody(request, code, message, requestId));
}
