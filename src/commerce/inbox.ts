import type { Credentials, TimeSpan } from './marketplace.js';

/*
 * The inbox: answers of a source that hands out each record once and never again. Such an answer is written down as it came,
 * byte by byte while it arrives, before anybody looks into it. What it says is stored as records afterwards, as often as it
 * takes; what has been received cannot be lost by a mapping, a database that is away or a process that is killed.
 */

/** What a stream that drains its source reads through. */
export interface Inbox {
  /** The shop's own, for what they say beside who it is. */
  readonly credentials: Credentials;
  /** Answers that are not yet stored as records to their end, the oldest first. */
  waiting(): AsyncIterable<Received>;
  /**
   * Asks the source once, and resolves when the whole answer is safe; null: it was an empty list. Rejects with an `HttpFailure`
   * where no whole answer came: what did come is among those that wait, and is returned by the next pull.
   */
  ask(path: string, signal: AbortSignal): Promise<Received | null>;
  /** Since when answers were asked for that never came whole, and until when: named once. Nobody can ask for them again. */
  lost(): Promise<TimeSpan | null>;
}

/** An answer as it came. */
export interface Received {
  readonly id: string;
  /** When its last byte was here, by our clock. */
  readonly receivedAt: Date;
  /** May end in the middle, where the connection did. */
  readonly body: string;
}
