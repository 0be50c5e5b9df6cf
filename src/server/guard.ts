import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../graph/errors.js';

const prefix = randomBytes(6).toString('base64url');
let requests = 0;

/** The name of a request in logs, errors and the `x-request-id` header. A sane one of the caller's is kept. */
export function requestIdOf(headers: { readonly [name: string]: string | readonly string[] | undefined }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : `${prefix}-${(requests++).toString(36)}`;
}

export interface GuardOptions {
  /** Every GraphQL request must carry it; null: none is asked for. */
  readonly adminKey: string | null;
  /** Where the server listens: allowed in the Host header. */
  readonly host: string;
}

/** A route's `config.guarded`: does it, or this request to it, show or change data? */
function isGuarded(request: FastifyRequest): boolean {
  const { guarded } = request.routeOptions.config as {
    guarded?: boolean | ((request: FastifyRequest) => boolean);
  };
  return typeof guarded === 'function' ? guarded(request) : guarded === true;
}

/** Refuses foreign hosts and requests without the API key, before a body is read. */
export function guardRequests(app: FastifyInstance, options: GuardOptions): void {
  const { adminKey, host } = options;
  const names = new Set(['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host]);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    // Without a key, a page of another site could reach this server under its own name (DNS rebinding) and read
    // everything: the browser sends that name in the Host header.
    if (adminKey === null && !names.has(hostName(request.headers.host))) return done(foreignHost());
    if (adminKey !== null && isGuarded(request) && !sameKey(adminKey, keyOf(request))) {
      reply.header('www-authenticate', 'Bearer');
      return done(wrongKey());
    }
    done();
  });
}

const foreignHost = () =>
  new ApiError('HOST_NOT_ALLOWED', 'This server answers to localhost only: set LADING_ADMIN_KEY to change that.');

const wrongKey = () =>
  new ApiError(
    'UNAUTHENTICATED',
    'The API key is missing or wrong: send "Authorization: Bearer <key>" or "X-API-Key: <key>".',
  );

/** `localhost:4000` → `localhost`, `[::1]:4000` → `[::1]` */
function hostName(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d+$/, '');
}

function keyOf({ headers }: FastifyRequest): string {
  const single = headers['x-api-key'];
  if (typeof single === 'string') return single;
  return /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** Digests have equal lengths: the time it takes tells neither the key nor its length. */
function sameKey(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
