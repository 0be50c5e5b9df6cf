import { constants, gunzipSync } from 'node:zlib';
import type { Inbox, Received } from '../commerce/inbox.js';
import type { StreamName } from '../commerce/marketplace.js';
import { HttpFailure } from '../errors.js';
import type { ShopSession } from '../http/client.js';
import type { Meter } from '../http/meter.js';
import { NotSent, openReceiver, type Receiver, receivingMaxMs } from '../http/receive.js';
import {
  forgetAsked,
  type InboxOf,
  keepAnswer,
  nextWaiting,
  noteAsked,
  noteLost,
  type WaitingAnswer,
} from '../store/inbox.js';
import { dropSpool, spooled, spooledAnswer, spoolFile } from '../store/spool.js';
import { StoreFailure } from './failure.js';
import { owned, type Slice } from './slice.js';

/*
 * Receives what comes only once. The order of its steps is all there is to it:
 *   1. a row in the inbox says that an answer is asked for, and names it;
 *   2. a process of its own asks, and writes each piece of the answer into a file of that name in the call that brought it;
 *   3. the file goes into the row, in a transaction that waits for the disk, and is deleted;
 *   4. only then is the answer looked into; the transaction of its last page marks the row.
 * Killed after any of them, the next pull goes on from there: what lies in files first, then what waits in rows, then the source.
 */

/** For who pulls: the connector's part of it, and its end. */
export interface OpenInbox extends Inbox {
  close(): void;
}

interface Asking {
  readonly slice: Slice;
  readonly session: ShopSession;
  readonly meter: Meter;
  readonly stream: StreamName;
}

export function openInbox(asking: Asking): OpenInbox {
  const { slice, session, stream } = asking;
  const of: InboxOf = { shopId: slice.hold.shop.id, stream };
  const { db } = slice.room;
  const receiver = openReceiver();
  return {
    credentials: session.credentials,
    async *waiting() {
      await takeIn(slice, of);
      let last: WaitingAnswer | null = null;
      for (;;) {
        last = await stored(nextWaiting(db, of, last));
        if (!last) return;
        yield { id: last.id, receivedAt: last.receivedAt, body: textOf(last.body) };
      }
    },
    ask: (path, signal) => ask(asking, of, receiver, path, signal),
    lost: () => stored(noteLost(db, of)),
    close: () => receiver.close(),
  };
}

/** An answer of which nothing was written for so long does not arrive any more. */
const arrivesForMs = receivingMaxMs + 15_000;

/** Answers that a process left in its files. Those of other shops and databases stay where they are. */
async function takeIn({ room, log }: Slice, of: InboxOf): Promise<void> {
  for (const { id, ...answer } of spooled(room.spoolDir, arrivesForMs)) {
    if (!(await stored(keepAnswer(room.db, of, id, answer)))) continue;
    dropSpool(room.spoolDir, id);
    log.warn('took in an answer that a process left behind', { stream: of.stream, bytes: answer.body.byteLength });
  }
}

async function ask(
  { slice, session, meter }: Asking,
  of: InboxOf,
  receiver: Receiver,
  path: string,
  signal: AbortSignal,
): Promise<Received | null> {
  const { room, fence, hold } = slice;
  let asked: string | null = null;
  const open = async () => {
    // first: between the turn in the lane and the request there must be no start of a process
    await receiver.ready();
    asked = await stored(noteAsked(room.db, fence, of.stream));
    owned(asked !== null, hold);
    return spoolFile(room.spoolDir, asked as unknown as string);
  };
  await session.receive(path, { receiver, open }, meter, signal).catch(async (error: unknown) => {
    if (asked !== null) await keepBroken(slice, of, asked, error);
    throw error;
  });
  const id = asked as unknown as string;
  const answer = spooledAnswer(room.spoolDir, id);
  if (!answer) throw new Error(`the answer ${id} is in no file`);
  const text = textOf(answer.body);
  const isEmpty = text.trim() === '[]';
  if (isEmpty) await stored(forgetAsked(room.db, id));
  else await stored(keepAnswer(room.db, of, id, answer));
  dropSpool(room.spoolDir, id);
  return isEmpty ? null : { id, receivedAt: answer.receivedAt, body: text };
}

/** Decompressed, a bound against what nobody means. */
const textBytesMax = 256 * 1024 * 1024;

/**
 * The answer as text. It was asked for uncompressed, but a source that hands out once is not asked twice. What it did is seen in
 * the first bytes, which a file that a process left behind has, too. Of one that broke off, what came of it.
 */
function textOf(body: Buffer): string {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  if (!isGzip) return body.toString('utf8');
  try {
    return gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: textBytesMax }).toString('utf8');
  } catch {
    return body.toString('utf8');
  }
}

/** No whole answer came. What did come is kept; where the source refused to answer, it handed out nothing. */
async function keepBroken({ room, log }: Slice, of: InboxOf, id: string, error: unknown): Promise<void> {
  const status = error instanceof HttpFailure ? error.status : null;
  const isRefusal = status !== null && (status < 200 || status > 299);
  if (isRefusal || error instanceof NotSent) await stored(forgetAsked(room.db, id));
  else {
    const answer = spooledAnswer(room.spoolDir, id);
    const bytes = answer?.body.byteLength ?? 0;
    if (answer && bytes > 0) await stored(keepAnswer(room.db, of, id, answer));
    log.warn('an answer that comes only once did not come whole', { stream: of.stream, bytes });
  }
  dropSpool(room.spoolDir, id);
}

/** What fails here is ours, never the source's. */
async function stored<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new StoreFailure(error);
  });
}
