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
  /** It answered a GET, whatever it said; or it did a PUT. */
  readonly onAnswer: (method: Method) => void;
  /** A request got no answer, or none that can be used; or a PUT was refused. */
  readonly onFailure: (reason: string, method: Method) => void;
}

export type Method = 'GET' | 'PUT';

export type Reply =
  | { readonly kind: 'OK'; readonly json: Json; readonly etag: string | null }
  /** 404 or 410. */
  | { readonly kind: 'UNKNOWN' }
  /** 412: somebody wrote since. */
  | { readonly kind: 'CHANGED' }
  /** Any other 4xx to a PUT: nothing was written. */
  | { readonly kind: 'REFUSED'; readonly status: number };

/** So many writes in a row were too old: nobody writes that often, so it does not know its own versions. */
const changedMax = 20;

/** A service of the seller that speaks JSON over HTTP. */
export class Service {
  /** Apart, as reading comes before each write: it would close what failing writes open. */
  private readonly breakers: Readonly<Record<Method, Breaker>>;
  private changedInARow = 0;

  constructor(private readonly options: ServiceOptions) {
    const { patience } = options;
    this.breakers = { GET: new Breaker(patience), PUT: new Breaker(patience) };
  }

  /** Of reading, which everything begins with. */
  get state(): Breaker['state'] {
    return this.breakers.GET.state;
  }

  /** Throws `InventoryUnavailable` when no usable answer came within patience, or before the signal ended. */
  async get(path: string, signal: AbortSignal): Promise<Reply> {
    const { attemptsMax, backOffMs } = this.options.patience;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once('GET', path, {}, signal);
      } catch (error) {
        if (!(error instanceof InventoryUnavailable) || attempt === attemptsMax || signal.aborted) throw error;
        if (this.state === 'OPEN') throw error;
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
    method: Method,
    path: string,
    more: { json?: Json; headers?: Record<string, string> },
    signal: AbortSignal,
  ): Promise<Reply> {
    const { title, origin, token, patience, onFailure } = this.options;
    const breaker = this.breakers[method];
    if (signal.aborted) throw new InventoryUnavailable(`${title} gave no answer in time`);
    const ticket = breaker.pass();
    if (ticket === null) throw new InventoryUnavailable(`${title} failed too often, and is left alone for a moment`);
    try {
      const headers = { ...more.headers, ...(token && { authorization: `Bearer ${token}` }) };
      const answer = await exchange(origin, { title, method, path, ...more, headers }, patience, signal);
      const reply = readReply(method, path, answer, title);
      breaker.succeeded(ticket);
      this.tell(method, reply);
      return reply;
    } catch (error) {
      if (error instanceof HttpFailure) {
        breaker.failed(ticket);
        onFailure(error.message, method);
        throw new InventoryUnavailable(error.message, method === 'PUT');
      }
      breaker.left(ticket);
      if (!signal.aborted) throw error;
      throw new InventoryUnavailable(`${title} gave no answer in time`, method === 'PUT');
    }
  }

  /** A service that refuses writes works, as far as the breaker is concerned. People must know of it all the same. */
  private tell(method: Method, reply: Reply): void {
    const { title, onAnswer, onFailure } = this.options;
    if (method === 'GET' || reply.kind === 'OK') onAnswer(method);
    if (method === 'GET') return;
    this.changedInARow = reply.kind === 'CHANGED' ? this.changedInARow + 1 : 0;
    if (reply.kind === 'REFUSED') onFailure(`${title} refused a write with ${reply.status}`, method);
    if (this.changedInARow >= changedMax) {
      onFailure(`${title} refused ${this.changedInARow} writes in a row with 412`, method);
    }
  }
}

/** Throws `HttpFailure` for an answer that cannot be used, with a message that quotes nothing of it. */
function readReply(method: Method, path: string, answer: Answer, title: string): Reply {
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
