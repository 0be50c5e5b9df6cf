import http from 'node:http';
import https from 'node:https';
import { HttpFailure } from '../errors.js';
import type { Answer } from './exchange.js';

/** Where the bytes of an answer go. It has them, whatever happens to this process, when the call returns. */
export type Sink = (bytes: Uint8Array) => void;

/** The request never left: whoever was to be asked handed out nothing. */
export class NotSent extends HttpFailure {
  override readonly name = 'NotSent';
}

/** For the whole answer. Generous: what has not come by then is lost. */
const timeoutMs = 60_000;
/** An answer may be so large. It ends there; what was read is safe. */
const bytesMax = 256 * 1024 * 1024;
/** Of an answer that is no success, for its reason. */
const reasonMax = 64 * 1024;

/** Says that nothing was sent: the name was not found, or nobody listens there. */
const beforeSending = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * The house's other way to send a request, for answers that come once and never again. Beside `exchange.ts`, since fetch hands a
 * body on through streams, which drop what they still hold when the connection breaks; here each piece is in the sink within the
 * very call in which it came from the socket. Uncompressed, no redirect, no retry, a connection of its own: one that was kept
 * alive may die with the request, and nobody would know whether it was heard.
 *
 * Resolves with the answer, whose body is left out where it was a success. Rejects with `HttpFailure` RETRY_LATER when none came
 * in time or it broke off, THEIR_ANSWER when it is too large.
 */
export function receive(url: string, sink: Sink): Promise<Answer> {
  const name = `GET ${new URL(url).pathname}`;
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const late = new HttpFailure('RETRY_LATER', `${name} gave no complete answer within ${timeoutMs / 1_000} s`);
    const headers = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'lading' };
    const request = get(url, { headers, agent: false }, (response) => {
      const { statusCode: status = 0 } = response;
      const isSuccess = status >= 200 && status < 300;
      const reason: Buffer[] = [];
      let size = 0;
      response.on('data', (bytes: Buffer) => {
        size += bytes.byteLength;
        if (!isSuccess && size <= reasonMax) reason.push(bytes);
        try {
          if (isSuccess) sink(bytes);
        } catch (error) {
          // a full disk, say: nothing of the connection
          reject(error);
          request.destroy();
        }
        if (size > bytesMax) {
          const tooLarge = `${name} answered more than ${bytesMax} bytes: the rest was not read`;
          request.destroy(new HttpFailure('THEIR_ANSWER', tooLarge, status));
        }
      });
      response.on('end', () => resolve({ status, headers: headersOf(response), body: String(Buffer.concat(reason)) }));
      response.on('error', (error) => reject(failureOf(name, error)));
    });
    const timer = setTimeout(() => request.destroy(late), timeoutMs);
    request.on('error', (error) => reject(failureOf(name, error)));
    request.on('close', () => clearTimeout(timer));
  });
}

function headersOf({ headersDistinct }: http.IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

function failureOf(name: string, error: Error): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  const problem = `${name} failed: connection failed (${code})`;
  return beforeSending.test(code) ? new NotSent('RETRY_LATER', problem) : new HttpFailure('RETRY_LATER', problem);
}
