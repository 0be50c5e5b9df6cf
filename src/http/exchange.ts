import ky, { type KyInstance } from 'ky';
import type { Json } from '../commerce/json.js';
import type { Query } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { follow } from './abort.js';

/** A request, without token. */
export interface Outgoing {
  /** What it is called in messages, where the path is a secret; absent: method and path. */
  readonly title?: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Query;
  readonly form?: Record<string, string>;
  readonly json?: Json;
  /** JSON text that is sent to the letter, as it is signed. */
  readonly jsonText?: string;
  readonly headers?: Record<string, string>;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** An answer larger than we are ready to hold: asking again would bring the same. */
export class AnswerTooLarge extends HttpFailure {
  override readonly name = 'AnswerTooLarge';
  constructor(request: string, bytesMax: number, status: number) {
    super('THEIR_ANSWER', `${request} answered more than ${bytesMax} bytes: the rest was not read`, status);
  }
}

/** What one request may take. */
export interface Bounds {
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  /** Of the body, decompressed. */
  readonly answerBytesMax: number;
}

/**
 * The one ky of the house. Its own time-out does not cover the body and its own retry obeys any Retry-After, so both
 * are off and done here. Redirects are never followed: credentials must not travel to a host that an answer names.
 */
const http: KyInstance = ky.create({ retry: 0, timeout: false, throwHttpErrors: false, redirect: 'manual' });

/**
 * Sends one request and reads the whole answer, whatever its status. Throws `HttpFailure` RETRY_LATER when none came in
 * time or the connection broke, THEIR_ANSWER when it is too large; or the reason of the signal.
 */
export async function exchange(
  origin: string,
  request: Outgoing,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<Answer> {
  const name = request.title ?? `${request.method} ${request.path}`;
  const scope = follow(signal);
  const late = new HttpFailure('RETRY_LATER', `${name} gave no complete answer within ${bounds.timeoutMs / 1_000} s`);
  const timer = setTimeout(() => scope.abort(late), bounds.timeoutMs);
  try {
    const response = await http(origin + request.path, {
      method: request.method,
      searchParams: searchParamsOf(request.query),
      headers: { accept: 'application/json', 'user-agent': 'lading', ...request.headers },
      ...(request.form && { body: new URLSearchParams(request.form) }),
      ...(request.json !== undefined && { json: request.json }),
      ...(request.jsonText !== undefined && { body: request.jsonText }),
      signal: scope.signal,
    });
    return { status: response.status, headers: response.headers, body: await read(response, name, bounds) };
  } catch (error) {
    scope.signal.throwIfAborted();
    if (error instanceof HttpFailure) throw error;
    throw new HttpFailure('RETRY_LATER', `${name} failed: ${connectionProblem(error)}`);
  } finally {
    clearTimeout(timer);
    scope.end();
  }
}

async function read(response: Response, name: string, { answerBytesMax }: Bounds): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    size += value.byteLength;
    if (size > answerBytesMax) {
      await reader.cancel().catch(() => undefined);
      throw new AnswerTooLarge(name, answerBytesMax, response.status);
    }
    chunks.push(value);
  }
}

function searchParamsOf(query: Query | undefined): URLSearchParams | undefined {
  if (!query) return undefined;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  return params;
}

/** `connection refused` rather than fetch's "fetch failed", which hides the reason in its cause. */
function connectionProblem(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  if (typeof code === 'string') return `connection failed (${code})`;
  return cause instanceof Error ? `connection failed (${cause.message})` : 'connection failed';
}
