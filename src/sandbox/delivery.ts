import type { ServerResponse } from 'node:http';
import { type FaultRule, htmlPage } from './faults.js';

/** A body that is text goes out as it is; anything else as JSON; absent: an empty body. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Told how many bytes of the body go out, before they do. */
  readonly onSend?: (bytes: number) => void;
  /** Told when the last of them is with the operating system. */
  readonly onSent?: () => void;
}

const titles: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** Sends an answer, or what a fault makes of it. Returns the status that went out; 0 if none did. */
export function deliver(
  response: ServerResponse,
  answer: Answer,
  fault: FaultRule | null,
  contentType: string,
): number {
  switch (fault?.kind) {
    case 'HANG':
      if (fault.ms !== undefined) setTimeout(() => response.destroy(), fault.ms).unref();
      return 0;
    case 'HANG_AFTER':
      return 0;
    case 'DROP':
    case 'DROP_AFTER':
      response.destroy();
      return 0;
    case 'SERVER_ERROR':
      return html(response, fault.status ?? 500, fault.retryAfterSeconds);
    case 'FORBIDDEN_HTML':
      return html(response, 403);
    case 'HTML_200':
      response.writeHead(200, { 'content-type': 'text/html' }).end(htmlPage(200, 'We will be back soon'));
      return 200;
    case 'EMPTY_200':
      response.writeHead(200, { 'content-type': contentType }).end();
      return 200;
    default:
      return write(response, answer, fault, contentType);
  }
}

function html(response: ServerResponse, status: number, retryAfterSeconds?: number): number {
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(status, { 'content-type': 'text/html', ...retryAfter });
  response.end(htmlPage(status, titles[status] ?? 'Error'));
  return status;
}

function write(response: ServerResponse, answer: Answer, fault: FaultRule | null, contentType: string): number {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null);
  const body = Buffer.from(answer.body === undefined ? '' : text, 'utf8');
  const half = body.subarray(0, Math.floor(body.length / 2));
  const isCut = fault?.kind === 'TRUNCATED_JSON' || fault?.kind === 'DROP_MID_BODY';
  answer.onSend?.(isCut ? half.length : body.length);
  if (answer.onSent) response.on('finish', answer.onSent);
  if (fault?.kind === 'TRUNCATED_JSON') {
    response.writeHead(answer.status, { 'content-type': contentType, 'content-length': half.length }).end(half);
    return answer.status;
  }
  response.writeHead(answer.status, {
    ...(body.length > 0 && { 'content-type': contentType }),
    'content-length': body.length,
    ...answer.headers,
  });
  if (fault?.kind === 'DROP_MID_BODY') {
    response.write(half, () => response.destroy());
  } else if (fault?.kind === 'SLOW_BODY') {
    drip(response, body, fault.ms ?? 2_000);
  } else {
    response.end(body);
  }
  return answer.status;
}

/** Sends a body in twenty pieces over this time. */
function drip(response: ServerResponse, body: Buffer, ms: number): void {
  const pieces = 20;
  const step = Math.max(1, Math.ceil(body.length / pieces));
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, sent + step));
    sent += step;
    if (sent >= body.length) {
      clearInterval(timer);
      response.end();
    }
  }, ms / pieces);
  response.on('close', () => clearInterval(timer));
}
