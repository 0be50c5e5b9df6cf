import type { Json } from '../commerce/json.js';
import type { Failure, Marketplace } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import { toldBy } from './allowance.js';
import { dateOf } from './clock.js';
import type { Answer } from './exchange.js';

/** Characters of a body that a connector may look at to classify a failure. */
const classifiedMax = 4_000;

/** What a status means where the connector does not know better; null for a success. */
function failureOf({ status, body }: Answer): Failure | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401) return 'SIGN_IN_AGAIN';
  // a JSON 403 speaks of this account; an HTML one comes from a firewall that thinks we hammer
  if (status === 403) return isHtml(body) ? 'RATE_LIMITED' : 'CREDENTIALS_REFUSED';
  if (status === 404 || status === 410) return 'GONE';
  if (status === 429) return 'RATE_LIMITED';
  if (status === 408 || status === 425 || status >= 500) return 'RETRY_LATER';
  if (status < 400) return 'THEIR_ANSWER';
  return 'OUR_REQUEST';
}

const consequences: Readonly<Record<Failure, string>> = {
  RETRY_LATER: 'the marketplace has a problem that should pass',
  RATE_LIMITED: 'we were too fast and slow down',
  SIGN_IN_AGAIN: 'the access token was refused',
  CREDENTIALS_REFUSED: 'the credentials were refused: the shop needs new ones, or the missing permissions',
  BLOCKED: 'we are shut out, whatever the credentials: this must be settled with the marketplace',
  OUR_REQUEST: 'the request was refused as wrong and is not repeated',
  THEIR_ANSWER: 'the answer cannot be read',
  GONE: 'what was asked for does not exist (any more)',
};

/**
 * The answer as JSON. Throws `HttpFailure` with what the failure means: the connector is asked first, then the status
 * decides. The message names method, path, status and consequence; never a query, a header or a body.
 */
export function readAnswer(
  method: string,
  path: string,
  answer: Answer,
  { classify, rateHeaders, retryAfterMsHeader }: Pick<Marketplace, 'classify' | 'rateHeaders' | 'retryAfterMsHeader'>,
): Json {
  const name = `${method} ${path}`;
  const byStatus = failureOf(answer);
  if (byStatus) {
    const { status } = answer;
    const failure = classify({ method, path, status, body: answer.body.slice(0, classifiedMax) }) ?? byStatus;
    const redirect = status >= 300 && status < 400 ? ' with a redirect, which is not followed' : '';
    throw new HttpFailure(
      failure,
      `${name} answered ${status}${redirect}: ${consequences[failure]}`,
      status,
      (retryAfterMsHeader ? millisecondsOf(answer.headers.get(retryAfterMsHeader)) : null) ??
        retryAfterMs(answer.headers.get('retry-after'), dateOf(answer.headers) ?? undefined) ??
        (failure === 'RATE_LIMITED' && rateHeaders ? toldBy(answer.headers, rateHeaders).resetMs : null),
    );
  }
  if (answer.body.trim() === '') {
    if (method !== 'GET' || answer.status !== 200) return null;
    throw new HttpFailure('THEIR_ANSWER', `${name} answered 200 with nothing at all`, 200);
  }
  try {
    return parseStorable(answer.body);
  } catch {
    const kind = isHtml(answer.body) ? 'HTML' : 'something';
    throw new HttpFailure(
      'THEIR_ANSWER',
      `${name} answered ${answer.status} with ${kind} that is not JSON`,
      answer.status,
    );
  }
}

function isHtml(body: string): boolean {
  return /^\s*<(!doctype|html|head|body)\b/i.test(body);
}

/**
 * JSON whose text PostgreSQL can store: it knows neither U+0000 nor half a surrogate pair, and one such character must
 * not cost a whole page. Both become U+FFFD.
 */
export function parseStorable(text: string): Json {
  if (!/\\u(0000|d[89a-f])|\0/i.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? Buffer.from(value).toString('utf8').replaceAll('\0', '\uFFFD') : value,
  ) as Json;
}

function millisecondsOf(header: string | null): number | null {
  const text = /^\s*(\d{1,12})\s*$/.exec(header ?? '')?.[1];
  return text === undefined ? null : Number(text);
}

/** Retry-After in ms, from seconds or an HTTP date; null when it is missing or unreadable. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
