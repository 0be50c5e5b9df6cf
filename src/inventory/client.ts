import type { Json } from '../commerce/json.js';
import { HttpFailure, InventoryUnavailable } from '../errors.js';
import { pause } from '../http/abort.js';
import { type Answer, AnswerTooLarge, type Bounds, exchange } from '../http/exchange.js';
import { readAnswer } from '../http/failures.js';
import { Breaker, type Fuse } from './breaker.js';

/** How patient the client is. All of it together stays below the time in which the API answers. */
export interface Patience extends Bounds, Fuse {
  /** A GET is sent at most so often, the first time included. A PUT is sent once: what became of it is read back. */
  readonly attemptsMax: number;
  /** The n-th wait is random between half of `backOffMs × 2ⁿ⁻¹` and all of it. */
  readonly backOffMs: number;
}

export interface ServiceOptions {
  /** As messages call it: `the catalog service`. */
  readonly title: string;
  /** Without a trailing slash. */
  readonly origin: string;
  /** Sent with every request. */
  readonly token?: string | null;
  readonly patience: Patience;
  /** It answered, whatever it said. */
  readonly onAnswer: () => void;
  /** A request got no answer, or none that can be used. */
  readonly onFailure: (reason: string) => void;
}

export type Reply =
  | { readonly kind: 'OK'; readonly json: Json; readonly etag: string | null }
  /** 404 or 410. */
  | { readonly kind: 'UNKNOWN' }
  /** 412: somebody wrote since. */
  | { readonly kind: 'CHANGED' }
  /** Any other 4xx to a PUT: nothing was written. */
  | { readonly kind: 'REFUSED'; readonly status: number };

/** A service of the seller that speaks JSON over HTTP. */
export class Service {
  private readonly breaker: Breaker;

  constructor(private readonly options: ServiceOptions) {
    this.breaker = new Breaker(options.patience);
  }

  get state(): Breaker['state'] {
    return this.breaker.state;
  }

  /** Throws `InventoryUnavailable` when no usable answer came within patience, or before the signal ended. */
  async get(path: string, signal: AbortSignal): Promise<Reply> {
    const { attemptsMax, backOffMs } = this.options.patience;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once('GET', path, {}, signal);
      } catch (error) {
        if (!(error instanceof InventoryUnavailable) || attempt === attemptsMax || signal.aborted) throw error;
        if (this.breaker.state === 'OPEN') throw error;
      }
      const wait = backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await pause(wait, signal).catch(() => {});
    }
  }

  /** Sent once. `InventoryUnavailable.mayBeDone` tells whether the write may have been done all the same. */
  put(path: string, json: Json, etag: string | null, signal: AbortSignal): Promise<Reply> {
    const headers: Record<string, string> = etag === null ? {} : { 'if-match': etag };
    return this.once('PUT', path, { json, headers }, signal);
  }

  private async once(
    method: 'GET' | 'PUT',
    path: string,
    more: { json?: Json; headers?: Record<string, string> },
    signal: AbortSignal,
  ): Promise<Reply> {
    const { title, origin, token, patience, onAnswer, onFailure } = this.options;
    if (signal.aborted) throw new InventoryUnavailable(`${title} gave no answer in time`);
    if (!this.breaker.pass())
      throw new InventoryUnavailable(`${title} failed too often, and is left alone for a moment`);
    try {
      const headers = { ...more.headers, ...(token && { authorization: `Bearer ${token}` }) };
      const answer = await exchange(origin, { title, method, path, ...more, headers }, patience, signal);
      const reply = readReply(method, path, answer, title);
      this.breaker.succeeded();
      onAnswer();
      return reply;
    } catch (error) {
      this.breaker.failed();
      if (!signal.aborted && !(error instanceof HttpFailure)) throw error;
      const reason = signal.aborted ? `${title} gave no answer in time` : (error as HttpFailure).message;
      onFailure(reason);
      throw new InventoryUnavailable(reason, method === 'PUT');
    }
  }
}

/** Throws `HttpFailure` for an answer that cannot be used, with a message that quotes nothing of it. */
function readReply(method: 'GET' | 'PUT', path: string, answer: Answer, title: string): Reply {
  const { status } = answer;
  try {
    const json = readAnswer(method, path, answer, { classify: () => null });
    if (status === 204 || (json !== null && typeof json === 'object')) {
      return { kind: 'OK', json, etag: answer.headers.get('etag') };
    }
    throw new HttpFailure('THEIR_ANSWER', `${title} answered ${status} with nothing that could be read`, status);
  } catch (error) {
    if (!(error instanceof HttpFailure) || error instanceof AnswerTooLarge) throw error;
    if (error.failure === 'GONE') return { kind: 'UNKNOWN' };
    if (status === 412) return { kind: 'CHANGED' };
    if (method === 'PUT' && error.failure === 'OUR_REQUEST') return { kind: 'REFUSED', status };
    const what = status >= 200 && status < 300 ? ' with something that is not JSON' : '';
    throw new HttpFailure(error.failure, `${title} answered ${status}${what}`, status);
  }
}
