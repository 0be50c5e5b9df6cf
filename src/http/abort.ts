import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** A signal that follows others for the time of one request. */
export interface Scope {
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Lets go of the signals it followed: `AbortSignal.any` keeps what follows a long-lived signal in memory. */
  end(): void;
}

export function follow(...followed: readonly AbortSignal[]): Scope {
  const controller = new AbortController();
  const links = followed.map((signal) => ({ signal, stop: () => controller.abort(signal.reason) }));
  for (const { signal, stop } of links) {
    // one listener per request under way is no leak: lanes bound them
    setMaxListeners(0, signal);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    end: () => {
      for (const { signal, stop } of links) signal.removeEventListener('abort', stop);
    },
  };
}

/** Waits; rejects with the signal's own reason when it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** The promise's outcome, or the signal's reason if that comes first. The promise itself runs on. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined); // nobody may be left to see it fail
  signal.throwIfAborted();
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
