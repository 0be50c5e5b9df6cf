import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HttpFailure } from '../errors.js';
import type { Answer } from './exchange.js';

/*
 * The house's other way to send a request, for answers that come once and never again. They are received by a process of their own
 * (`receiver.mjs`) that outlives this one: what has been asked for comes to its end and lies in a file, also when this process is killed
 * meanwhile. And not by `exchange.ts`, since fetch hands a body on through streams, which drop what they hold when a connection breaks.
 */
export interface Receiver {
  /** Resolves when a request can be sent at once. */
  ready(): Promise<void>;
  /**
   * Asks once. Resolves when a success is in the file, whole and on the disk; with a failure's body where it is none. Rejects with
   * `NotSent` when the request never left, `HttpFailure` RETRY_LATER when none came in time or it broke off, THEIR_ANSWER when it is
   * too large: then what came lies in `file.part`.
   */
  receive(url: string, file: string): Promise<Answer>;
  /** Lets the process go, once it has nothing under way. */
  close(): void;
}

/** The request never left: whoever was to be asked handed out nothing. */
export class NotSent extends HttpFailure {
  override readonly name = 'NotSent';
}

/** For the whole answer. Generous: what has not come by then is lost. */
export const receivingMaxMs = 60_000;
/** An answer may be so large. It ends there; what was read is safe. */
const bytesMax = 256 * 1024 * 1024;

/** Compiled, this file lies elsewhere; the program does not. */
const program = [new URL('./receiver.mjs', import.meta.url), new URL('../../../src/http/receiver.mjs', import.meta.url)]
  .map((url) => fileURLToPath(url))
  .find((file) => fs.existsSync(file));

/** What the process says of a request. */
type Outcome =
  | { readonly kind: 'ANSWER'; readonly status: number; readonly reason: string; readonly headers: Distinct }
  | {
      readonly kind: 'FILE' | 'NOT_SENT' | 'BROKEN' | 'LATE' | 'TOO_LARGE';
      readonly text: string;
      readonly status: number | null;
    };
type Distinct = Readonly<Record<string, readonly string[]>>;

interface Started {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
}

/** The process starts when it is needed. */
export function openReceiver(): Receiver {
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let running: Started | null = null;
  let count = 0;
  const start = (): Started => {
    if (!program) throw new Error('receiver.mjs is missing: it belongs beside the sources of http/');
    // of a group of its own, so that Ctrl-C does not reach it, and with no pipe that could break
    const child = fork(program, [], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    child.on('message', (message) => {
      const { id, ...outcome } = message as Outcome & { id: number };
      waiting.get(id)?.(outcome);
    });
    const end = (why: string) => {
      if (running?.child === child) running = null;
      for (const tell of waiting.values()) tell({ kind: 'BROKEN', text: why, status: null });
    };
    child.on('error', (error) => end((error as NodeJS.ErrnoException).code ?? error.message));
    child.on('exit', () => end('the receiving process ended'));
    // what ends it instead is met by the request
    const ready = new Promise<void>((resolve) => {
      for (const event of ['message', 'error', 'exit']) child.once(event, () => resolve());
    });
    return { child, ready };
  };
  const started = (): Started => {
    running ??= start();
    return running;
  };
  return {
    ready: () => started().ready,
    async receive(url, file) {
      const to = started().child;
      const id = ++count;
      const outcome = await new Promise<Outcome>((resolve) => {
        waiting.set(id, resolve);
        to.send({ id, url, file, timeoutMs: receivingMaxMs, bytesMax }, (error) => {
          if (error) resolve({ kind: 'BROKEN', text: error.message, status: null });
        });
      });
      waiting.delete(id);
      return answerOf(`GET ${new URL(url).pathname}`, outcome);
    },
    close() {
      if (running?.child.connected) running.child.disconnect();
      running?.child.unref();
      running = null;
    },
  };
}

function answerOf(name: string, outcome: Outcome): Answer {
  if (outcome.kind === 'ANSWER') {
    return { status: outcome.status, headers: headersOf(outcome.headers), body: outcome.reason };
  }
  const { kind, text, status } = outcome;
  // of ours, not of the marketplace's
  if (kind === 'FILE') throw new Error(`${name}: what it answered cannot be written down: ${text}`);
  if (kind === 'TOO_LARGE') {
    throw new HttpFailure('THEIR_ANSWER', `${name} answered ${text}: the rest was not read`, status);
  }
  if (kind === 'LATE') throw new HttpFailure('RETRY_LATER', `${name} gave no complete answer within ${text}`);
  const problem = `${name} failed: connection failed (${text})`;
  throw kind === 'NOT_SENT' ? new NotSent('RETRY_LATER', problem) : new HttpFailure('RETRY_LATER', problem);
}

function headersOf(distinct: Distinct): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(distinct)) for (const value of values) headers.append(name, value);
  return headers;
}
