import { createHmac } from 'node:crypto';
import { HttpFailure } from '../errors.js';
import { AnswerTooLarge, type Bounds, exchange } from '../http/exchange.js';
import { retryAfterMs } from '../http/failures.js';

/** Where alerts are sent, and what they are signed with. Neither is ever logged: a URL may be a secret in itself. */
export interface Webhook {
  readonly url: string;
  /** 24 to 64 bytes as base64, `whsec_` before it or not. */
  readonly secret: string;
}

export interface Message {
  /** The event's id, the same in every try. */
  readonly id: string;
  readonly body: string;
}

/** What came of sending a message once. */
export type Reception =
  | { readonly taken: true; readonly status: number }
  | {
      readonly taken: false;
      /** HTTP status; null when no answer came. */
      readonly status: number | null;
      /** Names neither the URL nor anything of the answer, which may quote it. */
      readonly error: string;
      /** How long the receiver asked us to stay away; null when it did not say. */
      readonly retryAfterMs: number | null;
    };

/**
 * The signature of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and body, so that none of the three
 * can be changed and an old message cannot be sent again as a new one. `timestamp`: seconds since 1970.
 */
export function signatureOf({ id, body }: Message, timestamp: number, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Sends a message once. Any 2xx is a yes; redirects are not followed. Throws the signal's reason when that is aborted. */
export async function sendOnce(
  { url, secret }: Webhook,
  message: Message,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<Reception> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureOf(message, timestamp, secret),
  };
  const request = { title: 'the webhook', method: 'POST', path: '', headers, jsonText: message.body } as const;
  try {
    const answer = await exchange(url, request, bounds, signal);
    return readReception(answer.status, answer.headers);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HttpFailure)) throw error;
    // what it says beyond the status is of no interest
    if (error instanceof AnswerTooLarge && error.status !== null) return readReception(error.status, null);
    return { taken: false, status: error.status, error: error.message, retryAfterMs: null };
  }
}

function readReception(status: number, headers: Headers | null): Reception {
  if (status >= 200 && status < 300) return { taken: true, status };
  const redirect = status >= 300 && status < 400 ? ' with a redirect, which is not followed' : '';
  const error = `the webhook answered ${status}${redirect}`;
  return { taken: false, status, error, retryAfterMs: retryAfterMs(headers?.get('retry-after') ?? null) };
}
