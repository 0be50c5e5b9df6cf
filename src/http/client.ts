import type { Json } from '../commerce/json.js';
import type { Credentials, Marketplace, PlainHttp, Session, Token } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import type { Logger } from '../log.js';
import { follow, pause } from './abort.js';
import { newClock } from './clock.js';
import { type Answer, AnswerTooLarge, type Bounds, exchange, type Outgoing } from './exchange.js';
import { readAnswer } from './failures.js';
import type { Passing } from './lane.js';
import { type Lanes, openLanes } from './lanes.js';
import { type Meter, newMeter } from './meter.js';
import type { Receiver } from './receive.js';
import { openTokens, type Tokens } from './token.js';

/** How often and how patiently a failed request is repeated. */
export interface Patience {
  /** Sent at most so often, the first time included. */
  readonly attemptsMax: number;
  /** The n-th wait is random between 0 and `backOffMs × 2ⁿ⁻¹`, at most `backOffMaxMs`. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  /** A longer Retry-After is not waited for: the shop is given back instead. */
  readonly retryAfterMaxMs: number;
}

export interface SessionOptions extends Partial<Bounds>, Partial<Patience> {
  /** Where the API lives, without a trailing slash: the marketplace's own origin, or a pretend one. */
  readonly origin: string;
  /** Where tokens are fetched, when that is another host; absent: at `origin`. */
  readonly loginOrigin?: string;
  readonly credentials: Credentials;
  readonly rateScale?: number;
  readonly log: Logger;
  /** Ends the session when aborted. */
  readonly signal?: AbortSignal;
  /** What requests are charged to that no `metered` view was asked for. */
  readonly meter?: Meter;
}

/**
 * Requests to one shop's account. It owns the account's lanes and token: keep one open for as long as this process
 * works the shop, also between slices, since a second one would double the rate and fetch a token of its own. Idle, it
 * holds no timer and no connection that keeps the process alive.
 */
export interface ShopSession extends Session {
  readonly meter: Meter;
  /** What its lanes know, to be handed over to another process or taken from one, and the limits set for the shop. */
  readonly lanes: Pick<Lanes, 'configure' | 'recall' | 'spent' | 'observed'>;
  readonly credentials: Credentials;
  /**
   * Sends a GET whose answer comes once and never again: once its turn has come, `open` is asked for the file that a success goes into.
   * Sent once, never aborted on the way, and not repeated: every repetition is another answer.
   */
  receive(path: string, into: Receiving, meter: Meter, signal: AbortSignal): Promise<void>;
  /** The same session with its requests charged to another meter, one per stream say, and its retries told to another log. */
  metered(meter: Meter, log?: Logger): Session;
  /** Ends everything under way and all waiting; further requests are refused. */
  close(): void;
}

/** Where an answer goes that comes only once. */
export interface Receiving {
  readonly receiver: Receiver;
  readonly open: () => Promise<string>;
}

/** OTTO gives up after 10 s, bol after 30 s; a page of orders is well under 1 MB. */
const boundsByDefault: Bounds = { timeoutMs: 15_000, answerBytesMax: 32 * 1024 * 1024 };
const patienceByDefault: Patience = { attemptsMax: 5, backOffMs: 500, backOffMaxMs: 30_000, retryAfterMaxMs: 30_000 };

/** When the source does not say how long to stay away and attempts are used up. */
const stayAwayMs = 60_000;

export function openSession(marketplace: Marketplace, options: SessionOptions): ShopSession {
  const session = new AccountSession(marketplace, options);
  const viewOf = (use: Use): Session => ({ http: session.view(use), now: (signal) => session.now(use, signal) });
  const own: Use = { meter: session.meter, log: options.log, signedIn: marketplace.token !== null };
  return {
    ...viewOf(own),
    meter: session.meter,
    lanes: session.lanes,
    credentials: options.credentials,
    receive: (path, into, meter, signal) => session.receive(path, into, meter, signal),
    metered: (meter, log = options.log) => viewOf({ ...own, meter, log }),
    close: () => session.close(),
  };
}

/** On whose account a request is sent. */
interface Use {
  readonly meter: Meter;
  readonly log: Logger;
  /** With a token. Without one it goes to where tokens come from. */
  readonly signedIn: boolean;
}

class AccountSession {
  readonly meter: Meter;
  readonly lanes: Lanes;
  private readonly tokens: Tokens;
  private readonly clock = newClock();
  private readonly closing = new AbortController();
  private readonly bounds: Bounds;
  private readonly patience: Patience;

  constructor(
    private readonly marketplace: Marketplace,
    private readonly options: SessionOptions,
  ) {
    this.meter = options.meter ?? newMeter();
    this.bounds = withDefaults(boundsByDefault, options);
    this.patience = withDefaults(patienceByDefault, options);
    this.lanes = openLanes(marketplace.lanes, options.rateScale, marketplace.rateHeaders);
    this.tokens = openTokens((meter) => this.fetchToken(meter));
    if (options.signal?.aborted) this.close();
    options.signal?.addEventListener('abort', () => this.close(), { once: true, signal: this.closing.signal });
  }

  close(): void {
    const reason = new HttpFailure('RETRY_LATER', 'the session with the marketplace was closed');
    this.closing.abort(reason);
    this.lanes.close(reason);
  }

  view(use: Use): PlainHttp {
    return {
      get: (path, { signal, ...rest }) => this.request({ method: 'GET', path, ...rest }, use, signal),
      post: (path, { signal, ...rest }) => this.request({ method: 'POST', path, ...rest }, use, signal),
    };
  }

  /** Before the first answer there is one to be had without asking for anything in vain: a token is needed anyway. */
  async now({ meter }: Use, signal: AbortSignal): Promise<Date> {
    signal.throwIfAborted();
    this.closing.signal.throwIfAborted();
    if (!this.clock.isKnown && this.marketplace.token) await this.tokens.current(meter, signal);
    return new Date(this.clock.now());
  }

  /**
   * A refusal that the connector knows for one counts at once. A bare 401 may be some gateway's: it must come twice, since
   * a shop whose credentials are refused stands still until somebody acts.
   */
  private async fetchToken(meter: Meter): Promise<Token> {
    const http = this.view({ meter, log: this.options.log, signedIn: false });
    const { signal } = this.closing;
    const isBareRefusal = (error: unknown): error is HttpFailure =>
      error instanceof HttpFailure && error.failure === 'SIGN_IN_AGAIN';
    for (let attempt = 1; ; attempt++) {
      try {
        if (!this.marketplace.token) throw new Error(`${this.marketplace.title} gives no tokens`);
        return await this.marketplace.token.fetch(http, this.options.credentials, signal);
      } catch (error) {
        if (!isBareRefusal(error)) throw error;
        if (attempt > 1) throw new HttpFailure('CREDENTIALS_REFUSED', error.message, error.status);
        meter.retries++;
        await pause(this.patience.backOffMs * 2, signal);
      }
    }
  }

  private async request(request: Outgoing, use: Use, signal: AbortSignal): Promise<Json> {
    const scope = follow(signal, this.closing.signal);
    try {
      return await (use.signedIn
        ? this.signedIn(request, use, scope.signal)
        : this.repeated(request, null, use, scope.signal));
    } finally {
      scope.end();
    }
  }

  /** With a token; if that is refused, once more with another. */
  private async signedIn(request: Outgoing, use: Use, signal: AbortSignal): Promise<Json> {
    const { meter } = use;
    const token: Bearer = { value: await this.tokens.current(meter, signal) };
    try {
      return await this.repeated(request, token, use, signal);
    } catch (error) {
      if (!(error instanceof HttpFailure && error.failure === 'SIGN_IN_AGAIN')) throw error;
      const next: Bearer = { value: await this.tokens.instead(token.value, meter, signal) };
      meter.retries++;
      return await this.repeated(request, next, use, signal);
    }
  }

  /** Until it succeeds, fails for good or patience ends. Each attempt passes the lane. */
  private async repeated(request: Outgoing, token: Bearer | null, use: Use, signal: AbortSignal): Promise<Json> {
    const { meter } = use;
    const name = `${request.method} ${request.path}`;
    for (let attempt = 1; ; attempt++) {
      const passing = await this.lanes.pass(name, meter, signal);
      if (token) token.value = await this.aliveToken(passing, meter, signal);
      meter.requests++;
      try {
        return await this.once(request, token, passing, signal);
      } catch (error) {
        if (!(error instanceof HttpFailure) || signal.aborted) throw error;
        const waitMs = this.waitBefore(request, token !== null, attempt, error);
        if (error.failure === 'RATE_LIMITED') {
          this.lanes.hold(name, waitMs);
          meter.throttledMs += waitMs;
        }
        meter.retries++;
        use.log.debug('request failed, trying again', {
          request: name,
          attempt,
          waitMs: Math.round(waitMs),
          error: error.message,
        });
        await pause(waitMs, signal);
      }
    }
  }

  /** A token may have died while its request waited in the lane. */
  private async aliveToken(passing: Passing, meter: Meter, signal: AbortSignal): Promise<string> {
    try {
      return await this.tokens.current(meter, signal);
    } catch (error) {
      passing.answered(null);
      throw error;
    }
  }

  private async once(request: Outgoing, token: Bearer | null, passing: Passing, signal: AbortSignal): Promise<Json> {
    const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token.value}` }) };
    const { origin, loginOrigin = origin } = this.options;
    let answer: Answer | null = null;
    passing.sent();
    try {
      answer = await exchange(token ? origin : loginOrigin, { ...request, headers }, this.bounds, signal);
    } finally {
      passing.answered(answer?.headers ?? null);
    }
    this.clock.learn(answer.headers);
    return readAnswer(request.method, request.path, answer, this.marketplace);
  }

  async receive(path: string, into: Receiving, meter: Meter, signal: AbortSignal): Promise<void> {
    const passing = await this.lanes.pass(`GET ${path}`, meter, signal);
    let answer: Answer | null = null;
    try {
      // from here on nothing ends it but its own time-out
      const file = await into.open();
      passing.sent();
      meter.requests++;
      answer = await into.receiver.receive(this.options.origin + path, file);
    } finally {
      passing.answered(answer?.headers ?? null);
    }
    this.clock.learn(answer.headers);
    // a success is looked into by whoever asked for it
    if (answer.status < 200 || answer.status > 299) readAnswer('GET', path, answer, this.marketplace);
  }

  /** How long to wait before the next attempt. Throws the failure when there is to be none. */
  private waitBefore(request: Outgoing, signedIn: boolean, attempt: number, error: HttpFailure): number {
    if (!isPassing(error) || !mayRepeat(request, signedIn, error)) throw error;
    if (error.retryAfterMs !== null && error.retryAfterMs > this.patience.retryAfterMaxMs) {
      throw givenUp(error, `asks for a pause of ${Math.round(error.retryAfterMs / 1_000)} s`, error.retryAfterMs);
    }
    if (attempt >= this.patience.attemptsMax) {
      throw givenUp(error, `gave up after ${attempt} attempts`, error.retryAfterMs ?? stayAwayMs);
    }
    const backOff = Math.random() * Math.min(this.patience.backOffMaxMs, this.patience.backOffMs * 2 ** (attempt - 1));
    if (error.failure !== 'RATE_LIMITED') return Math.max(error.retryAfterMs ?? 0, backOff);
    // a source that counts per window has forgotten us one window later, not sooner
    const window = this.lanes.windowMsOf(`${request.method} ${request.path}`);
    return Math.max(error.retryAfterMs ?? 0, Math.min(window, this.patience.backOffMs * 2)) + backOff;
  }
}

interface Bearer {
  value: string;
}

/** An unreadable answer may be a page that some gateway put in between; a redirect and an oversized one stay what they are. */
function isPassing(error: HttpFailure): boolean {
  if (error.failure === 'RETRY_LATER' || error.failure === 'RATE_LIMITED') return true;
  const redirected = error.status !== null && error.status >= 300 && error.status < 400;
  return error.failure === 'THEIR_ANSWER' && !redirected && !(error instanceof AnswerTooLarge);
}

/** A request that changes something is repeated only when it surely was not carried out; fetching a token changes nothing. */
function mayRepeat(request: Outgoing, signedIn: boolean, error: HttpFailure): boolean {
  return request.method === 'GET' || !signedIn || error.failure === 'RATE_LIMITED';
}

function givenUp(error: HttpFailure, how: string, retryAfterMs: number): HttpFailure {
  return new HttpFailure(error.failure, `${error.message}; ${how}`, error.status, retryAfterMs);
}

/** `{timeoutMs: undefined}` means the default, too. */
function withDefaults<T extends object>(defaults: T, options: Partial<T>): T {
  const values = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T)[]) values[name] = options[name] ?? defaults[name];
  return values;
}
